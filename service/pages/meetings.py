"""The attendee's meetings: what waits for an answer, what is agreed, asking for one, moving it, the calendar."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from fastapi.responses import Response
from matcher.service.api.access import Reading, Service
from matcher.service.api.meetings import address_of, one_meeting, proposed, slots_with, us
from matcher.service.options import options_of
from matcher.service.pages.attendee_shell import attendee_page
from matcher.service.pages.sessions import Form, Visitor, see_other
from matcher.service.store import Event
from matcher.service.usecases import agenda, availability, calendars, meetings
from matcher.service.usecases.agenda import MyMeeting
from matcher.service.usecases.faults import NotFound
from matcher.service.usecases.lists import seen
from matcher.service.usecases.timetable import EventSlot, free_slots, slots_of

routes = APIRouter(prefix="/meetings")
_DONE = {"accept": "accepted", "decline": "declined", "cancel": "called_off", "held": "held", "no_show": "no_show"}


class Clock:
    """Moments in the words of the place where the event is."""

    def __init__(self, event: Event) -> None:
        self._zone = ZoneInfo(options_of(event).timezone)

    def local(self, moment: datetime) -> datetime:
        """The moment at the place."""
        return moment.astimezone(self._zone)

    def day(self, moment: datetime) -> str:
        """Monday 4 May."""
        there = self.local(moment)
        return f"{there:%A} {there.day} {there:%B}"

    def time(self, moment: datetime) -> str:
        """10:20."""
        return f"{self.local(moment):%H:%M}"


@routes.get("")
def my_meetings(request: Request, session: Reading, state: Service, me: Visitor) -> Response:
    """All of them: first those that wait for an answer."""
    event, person = us(session, me)
    found = agenda.my_meetings(session, event, person)
    at = datetime.now(UTC)
    groups: dict[str, Any] = {"waiting": [], "told": [], "agreed": [], "asked": [], "over": []}
    for each in found:
        groups[_group(each, at)].append(each)
    token = person.calendar_token
    return attendee_page(
        request,
        session,
        state,
        me,
        "meetings.html",
        "/meetings",
        groups=groups,
        clock=Clock(event),
        calendar=address_of(state, token) if token else "",
        slots=len(slots_of(event)),
        away=sum(not can for can in availability.availability(event, person).values()),
    )


def _group(each: MyMeeting, at: datetime) -> str:
    begins = each.meeting.starts_at
    if each.status == "proposed":
        return "asked" if each.mine else "waiting"
    if each.status in ("accepted", "confirmed"):
        return "told" if begins is not None and begins <= at else "agreed"
    return "over"


@routes.get("/with/{ref}")
def ask_page(request: Request, session: Reading, state: Service, me: Visitor, ref: str) -> Response:
    """Asks for a slot and a word."""
    event, person = us(session, me)
    other, free = slots_with(session, state, me, ref)
    return attendee_page(
        request,
        session,
        state,
        me,
        "meetings_ask.html",
        "/meetings",
        other=seen(other),
        may=meetings.may_propose(session, event, person, other),
        slotted=bool(slots_of(event)),
        days=_by_day(event, free),
        clock=Clock(event),
    )


@routes.post("/with/{ref}")
def ask(state: Service, me: Visitor, form: Form, ref: str) -> Response:
    """Asks somebody for a meeting."""
    proposed(state, me, ref, form.get("slot", ""), form.get("message", "").strip())
    return see_other("/meetings?notice=asked")


@routes.get("/times")
def times_page(request: Request, session: Reading, state: Service, me: Visitor) -> Response:
    """Asks when they cannot come."""
    event, person = us(session, me)
    at, can = datetime.now(UTC), availability.availability(event, person)
    agreed = [each for each in agenda.my_meetings(session, event, person) if each.status in ("accepted", "confirmed")]
    coming = [slot for slot in slots_of(event) if not slot.over(at)]
    taken = {slot.name: [each for each in agreed if slot.meets(each.meeting)] for slot in coming}
    shown: dict[str, Any] = {"days": _by_day(event, coming), "can": can, "taken": taken, "clock": Clock(event)}
    return attendee_page(request, session, state, me, "meetings_times.html", "/meetings", **shown)


@routes.post("/times")
def times(state: Service, me: Visitor, form: Form) -> Response:
    """Notes when they cannot come; what has begun stays as it was."""
    with state.database.writing() as session:
        event, person = us(session, me)
        at, can = datetime.now(UTC), availability.availability(event, person)
        slots = slots_of(event)
        away = [slot.name for slot in slots if (not can[slot.name] if slot.over(at) else f"away-{slot.number}" in form)]
        availability.set_away(session, event, person, away)
    return see_other("/meetings?notice=times")


@routes.get("/{meeting_id}/move")
def move_page(request: Request, session: Reading, state: Service, me: Visitor, meeting_id: str) -> Response:
    """Asks for another slot."""
    event, person = us(session, me)
    my = agenda.my_meeting(session, event, person, meeting_id)
    free = free_slots(session, event, person.ref, my.other_ref, meeting_id) if "move" in my.actions else []
    free = [slot for slot in free if slot.name != my.meeting.slot]
    return attendee_page(
        request, session, state, me, "meetings_move.html", "/meetings", my=my, days=_by_day(event, free), clock=Clock(event)
    )


@routes.post("/{meeting_id}/move")
def move(state: Service, me: Visitor, form: Form, meeting_id: str) -> Response:
    """Proposes another slot."""
    with state.database.writing() as session:
        meetings.move(session, *us(session, me), meeting_id, form.get("slot", ""))
    return see_other("/meetings?notice=moved")


@routes.post("/{meeting_id}/answer")
def answer(state: Service, me: Visitor, form: Form, meeting_id: str) -> Response:
    """Accepts, declines, calls off, or says whether it took place."""
    step = form.get("step", "")
    with state.database.writing() as session:
        event, person = us(session, me)
        if step == "accept":
            meetings.accept(session, event, person, meeting_id)
        elif step == "decline":
            meetings.decline(session, event, person, meeting_id)
        elif step == "cancel":
            meetings.cancel(session, event, meeting_id, person)
        elif step in ("held", "no_show"):
            meetings.mark(session, event, meeting_id, step == "held", person)
        else:
            raise NotFound("no such step", fix="go back to your meetings")
    return see_other(f"/meetings?notice={_DONE[step]}")


@routes.get("/{meeting_id}/meeting.ics")
def file(session: Reading, me: Visitor, meeting_id: str) -> Response:
    """One meeting for a calendar."""
    return one_meeting(session, me, meeting_id)


@routes.post("/calendar")
def calendar(state: Service, me: Visitor, form: Form) -> Response:
    """Makes, or takes away, the address of the calendar."""
    with state.database.writing() as session:
        _, person = us(session, me)
        if form.get("calendar") == "close":
            calendars.close_calendar(session, person)
            return see_other("/meetings?notice=revoked")
        calendars.open_calendar(session, person)
    return see_other("/meetings?notice=calendar")


def _by_day(event: Event, slots: list[EventSlot]) -> list[tuple[str, list[EventSlot]]]:
    """The slots under the day on which they are; those without a time under no day."""
    clock = Clock(event)
    return [(day, list(found)) for day, found in groupby(slots, lambda slot: clock.day(slot.starts_at) if slot.starts_at else "")]
