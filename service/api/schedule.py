"""The organizer's schedule: make it, look at it by slot and table, change and confirm it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response
from matcher.service import jobs
from matcher.service.api.access import AnyId, EventId, OrganizerOf, PersonRef, Reading, Writing, note
from matcher.service.api.jobs import JobOut
from matcher.service.api.meetings import Availability, AwayIn, availability_of
from matcher.service.api.paging import After, Limit, Page
from matcher.service.api.problems import documented
from matcher.service.store import Meeting
from matcher.service.store.table import now
from matcher.service.usecases import arranging, availability, meetings, programmes, timetable
from matcher.service.usecases.agenda import status_of
from matcher.service.usecases.events import event_of
from matcher.service.usecases.people import person_of
from matcher.service.usecases.planning import needed
from pydantic import BaseModel, ConfigDict, Field

routes = APIRouter(prefix="/api/v1/events/{event_id}", tags=["schedule"], responses=documented(401, 403, 404, 422))


EXPORTS: dict[programmes.FileName, str] = {
    "schedule.csv": "text/csv; charset=utf-8",
    "unscheduled.csv": "text/csv; charset=utf-8",
    "schedule.xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "table_signs.html": "text/html; charset=utf-8",
    "sheets.html": "text/html; charset=utf-8",
}


class ScheduledMeeting(BaseModel):
    """A meeting as the organizer sees it; what the two write to each other is theirs."""

    id: str
    a: str
    b: str
    status: str
    draft: bool = Field(description="Placed by the schedule and not confirmed: attendees do not see it")
    slot: str
    starts_at: datetime | None
    minutes: int
    table: str
    sequence: int
    changed_at: datetime


class SlotUse(BaseModel):
    """A slot of the event, and how full it is."""

    name: str
    starts_at: datetime | None
    minutes: int
    capacity: int = Field(description="Meetings at once")
    booked: int = Field(description="Accepted, confirmed or held")
    drafts: int


class PlaceIn(BaseModel):
    """Where to; the first free table where none is named."""

    model_config = ConfigDict(extra="forbid")
    slot: Annotated[str, Field(min_length=1, max_length=200)]
    table: Annotated[str, Field(max_length=20)] = ""


class Unconfirmed(BaseModel):
    """A draft that does not fit any more, and why."""

    meeting_id: str
    why: str


class Confirmed(BaseModel):
    """What came of confirming all drafts."""

    confirmed: int
    left: list[Unconfirmed]


def shown(meeting: Meeting) -> ScheduledMeeting:
    """Returns a meeting as the organizer sees it."""
    out = ScheduledMeeting.model_validate(meeting, from_attributes=True)
    return out.model_copy(update={"status": status_of(meeting, now())})


@routes.post("/schedule", status_code=202, summary="Place introductions into slots and at tables", responses=documented(409))
def start_schedule(session: Writing, who: OrganizerOf, event_id: EventId) -> JobOut:
    """In the background, as drafts. What was agreed or confirmed stays; the job's result tells what found no place, and why."""
    needed(session, event_of(session, event_id))  # what is missing is told at once
    job = jobs.enqueue(session, event_id, "schedule", {})
    note(session, who, "schedule.start", event_id, job.id)
    return JobOut.model_validate(job, from_attributes=True)


@routes.get("/schedule", summary="The slots, and how full they are")
def schedule(session: Reading, _who: OrganizerOf, event_id: EventId) -> Page[SlotUse]:
    """In order of time."""
    event = event_of(session, event_id)
    return Page(
        items=[
            SlotUse(
                booked=booked,
                drafts=drafts,
                **{name: getattr(slot, name) for name in ("name", "starts_at", "minutes", "capacity")},
            )
            for slot, booked, drafts in timetable.use_of(session, event)
        ]
    )


@routes.get(
    "/schedule/exports/{name}",
    summary="A file of the schedule",
    response_class=Response,
    responses={200: {"description": "The file", "content": {kind.split(";")[0]: {} for kind in EXPORTS.values()}}},
)
def export_schedule(session: Reading, _who: OrganizerOf, event_id: EventId, name: programmes.FileName) -> Response:
    """The files of the command line. Tables hold drafts too, as `proposed`; pages to print hold what is agreed or confirmed."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Content-Security-Policy": "sandbox allow-scripts"}
    return Response(programmes.file_of(session, event_of(session, event_id), name), media_type=EXPORTS[name], headers=headers)


@routes.post("/schedule/confirm", summary="Confirm all drafts")
def confirm_schedule(session: Writing, who: OrganizerOf, event_id: EventId) -> Confirmed:
    """Attendees see them from now on, and they move no more. Those that no longer fit stay drafts for the next schedule."""
    told = arranging.confirm_all(session, event_of(session, event_id))
    note(session, who, "schedule.confirm", event_id)
    return Confirmed.model_validate(told)


@routes.get("/meetings", summary="List meetings")
def list_meetings(
    session: Reading,
    _who: OrganizerOf,
    event_id: EventId,
    slot: Annotated[str, Query(max_length=200)] = "",
    table: Annotated[str, Query(max_length=20)] = "",
    status: Annotated[str, Query(max_length=20)] = "",
    ref: Annotated[str, Query(pattern="^([a-z2-7]{20})?$", description="Only meetings of this attendee")] = "",
    order: Annotated[Literal["slot", "table"], Query(description="slot: by time, then table; table: by table, then time")] = "slot",
    after: After = "",
    limit: Limit = 50,
) -> Page[ScheduledMeeting]:
    """By slot or by table, drafts included."""
    start = int(after) if after.isdigit() and len(after) < 10 else 0
    found = arranging.meetings_of(
        session, event_of(session, event_id), slot, table, status, ref, order == "table", offset=start, limit=limit
    )
    return Page(items=[shown(each) for each in found], next=str(start + limit) if len(found) == limit else "")


@routes.get("/attendees/{ref}/availability", summary="When a person can come")
def read_availability(session: Reading, _who: OrganizerOf, event_id: EventId, ref: PersonRef) -> Page[Availability]:
    """All slots of the event."""
    return availability_of(event_of(session, event_id), person_of(session, event_id, ref))


@routes.put("/attendees/{ref}/availability", summary="Say when a person cannot come")
def set_availability(session: Writing, who: OrganizerOf, event_id: EventId, ref: PersonRef, given: AwayIn) -> Page[Availability]:
    """As they would themselves: nothing new is placed there, and what is agreed or confirmed stays."""
    event, person = event_of(session, event_id), person_of(session, event_id, ref)
    availability.set_away(session, event, person, given.away)
    note(session, who, "attendee.change", event_id, ref)
    return availability_of(event, person)


@routes.post("/meetings/{meeting_id}/confirm", summary="Confirm a meeting", responses=documented(409))
def confirm_meeting(session: Writing, who: OrganizerOf, event_id: EventId, meeting_id: AnyId) -> ScheduledMeeting:
    """A draft, or one that both agreed on: it moves no more."""
    meeting = arranging.confirm(session, event_of(session, event_id), meeting_id)
    note(session, who, "meeting.confirm", event_id, meeting_id)
    return shown(meeting)


@routes.post("/meetings/{meeting_id}/move", summary="Move a meeting", responses=documented(409))
def move_scheduled(session: Writing, who: OrganizerOf, event_id: EventId, meeting_id: AnyId, to: PlaceIn) -> ScheduledMeeting:
    """To another slot or table, where both and the table are free; calendars follow."""
    meeting = arranging.move_to(session, event_of(session, event_id), meeting_id, to.slot, to.table)
    note(session, who, "meeting.move", event_id, meeting_id)
    return shown(meeting)


@routes.post("/meetings/{meeting_id}/cancel", summary="Cancel a meeting", responses=documented(409))
def cancel_scheduled(session: Writing, who: OrganizerOf, event_id: EventId, meeting_id: AnyId) -> ScheduledMeeting:
    """The two are not placed again by a later schedule."""
    meeting = meetings.cancel(session, event_of(session, event_id), meeting_id)
    note(session, who, "meeting.cancel", event_id, meeting_id)
    return shown(meeting)


@routes.post("/meetings/{meeting_id}/held", summary="A meeting took place", responses=documented(409))
def held_scheduled(session: Writing, who: OrganizerOf, event_id: EventId, meeting_id: AnyId) -> ScheduledMeeting:
    """Both are noted as met."""
    meeting = meetings.mark(session, event_of(session, event_id), meeting_id, True)
    note(session, who, "meeting.held", event_id, meeting_id)
    return shown(meeting)


@routes.post("/meetings/{meeting_id}/no-show", summary="A meeting did not take place", responses=documented(409))
def missed_scheduled(session: Writing, who: OrganizerOf, event_id: EventId, meeting_id: AnyId) -> ScheduledMeeting:
    """Both are noted as not met."""
    meeting = meetings.mark(session, event_of(session, event_id), meeting_id, False)
    note(session, who, "meeting.no_show", event_id, meeting_id)
    return shown(meeting)
