"""The schedule at the desk: make it, see slots and tables, confirm, move and cancel."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, Request
from fastapi.responses import Response
from matcher.service.api.access import AnyId, EventId, Organizer, Reading, Service, Writing, note
from matcher.service.api.schedule import cancel_scheduled, confirm_meeting, confirm_schedule, export_schedule, start_schedule
from matcher.service.api.state import State
from matcher.service.pages.desk.access import AtDeskOf, desk_page
from matcher.service.pages.sessions import Form, see_other
from matcher.service.store.table import now
from matcher.service.usecases import arranging, timetable
from matcher.service.usecases.agenda import status_of
from matcher.service.usecases.events import event_of
from matcher.service.usecases.programmes import FileName
from matcher.service.usecases.review import named
from sqlalchemy.orm import Session

from matcher.errors import MatcherError

routes = APIRouter(prefix="/desk/events/{event_id}/schedule")
Act = Callable[[Session], str]
"""Something that is done to the schedule; returns where to go on."""
MOST = 2000
"""Meetings on the page; a larger event has the API and the exports."""
FILES: dict[FileName, str] = {
    "schedule.xlsx": "Workbook: by person, by table, by slot",
    "schedule.csv": "Meetings, drafts included",
    "unscheduled.csv": "What found no place, and why",
    "table_signs.html": "Signs for the tables, to print",
    "sheets.html": "A sheet for each person, to print",
}
"""What each file is, in the order of the page."""


@routes.get("")
def show(request: Request, session: Reading, state: Service, who: AtDeskOf, event_id: EventId) -> Response:
    """Slots with what is in them, and each meeting with its table."""
    return _page(request, session, state, who, event_id)


def _page(request: Request, session: Session, state: State, who: Organizer, event_id: str, fault: str = "") -> Response:
    event = event_of(session, event_id)
    found = arranging.meetings_of(session, event, limit=MOST)
    moment = now()
    return desk_page(
        request,
        state,
        who,
        "schedule.html",
        event,
        409 if fault else 200,
        slots=timetable.use_of(session, event),
        meetings=[(meeting, status_of(meeting, moment)) for meeting in found],
        names=named(session, event_id, {ref for meeting in found for ref in (meeting.a, meeting.b)}),
        drafts=sum(meeting.draft and meeting.status == "proposed" for meeting in found),
        fault=fault,
        files=FILES,
    )


@routes.get("/exports/{name}")
def take_file(session: Reading, who: AtDeskOf, event_id: EventId, name: FileName) -> Response:
    """A file of the schedule, as the API gives it."""
    return export_schedule(session, who, event_id, name)


@routes.post("")
def start(request: Request, state: Service, who: AtDeskOf, event_id: EventId, _form: Form) -> Response:
    """Places the published introductions, in the background, as drafts."""
    return _done(request, state, who, event_id, lambda session: f"jobs/{start_schedule(session, who, event_id).id}")


@routes.post("/confirm")
def confirm_all(request: Request, state: Service, who: AtDeskOf, event_id: EventId, _form: Form) -> Response:
    """Confirms all drafts that still fit."""

    def confirm(session: Session) -> str:
        confirm_schedule(session, who, event_id)
        return "schedule?notice=saved"

    return _done(request, state, who, event_id, confirm)


@routes.post("/{meeting_id}/confirm")
def confirm(request: Request, state: Service, who: AtDeskOf, event_id: EventId, meeting_id: AnyId, _form: Form) -> Response:
    """Confirms one meeting."""

    def one(session: Session) -> str:
        confirm_meeting(session, who, event_id, meeting_id)
        return "schedule?notice=saved"

    return _done(request, state, who, event_id, one)


@routes.post("/{meeting_id}/move")
def move(request: Request, state: Service, who: AtDeskOf, event_id: EventId, meeting_id: AnyId, form: Form) -> Response:
    """Moves one meeting to another slot, to the first free table there."""

    def one(session: Session) -> str:
        arranging.move_to(session, event_of(session, event_id), meeting_id, form.get("slot", ""), "")
        note(session, who, "meeting.move", event_id, meeting_id)
        return "schedule?notice=saved"

    return _done(request, state, who, event_id, one)


@routes.post("/{meeting_id}/cancel")
def cancel(session: Writing, who: AtDeskOf, event_id: EventId, meeting_id: AnyId, _form: Form) -> Response:
    """Cancels one meeting."""
    cancel_scheduled(session, who, event_id, meeting_id)
    return see_other(f"/desk/events/{event_id}/schedule?notice=saved")


def _done(request: Request, state: State, who: Organizer, event_id: str, act: Act) -> Response:
    try:
        with state.database.writing() as session:
            where = act(session)
    except MatcherError as error:
        with state.database.reading() as session:
            return _page(request, session, state, who, event_id, str(error))
    return see_other(f"/desk/events/{event_id}/{where}")
