"""Meetings of an attendee: ask, answer, move, call off, tell whether it was held; the calendar with them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Header, Path, Query, Response
from matcher.service.api.access import AnyId, Me, Reading, Service, Writing
from matcher.service.api.me import SeenPerson, person_seen, reachable
from matcher.service.api.paging import Page
from matcher.service.api.problems import documented
from matcher.service.api.state import State
from matcher.service.api.versions import content_etag, is_known
from matcher.service.store import Event, Meeting, Person
from matcher.service.usecases import agenda, availability, calendars, timetable
from matcher.service.usecases import meetings as usecase
from matcher.service.usecases.agenda import MyMeeting
from matcher.service.usecases.events import event_of
from matcher.service.usecases.lists import may_see
from matcher.service.usecases.people import person_of
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

routes = APIRouter(prefix="/api/v1/me", tags=["meetings"], responses=documented(401, 404, 422))
feed = APIRouter(tags=["meetings"], responses=documented(404, 422))
CALENDAR = "text/calendar; charset=utf-8"
_FILE: dict[int | str, dict[str, Any]] = {200: {"description": "The calendar", "content": {"text/calendar": {}}}}
SlotName = Annotated[str, Field(max_length=200)]


class SlotOut(BaseModel):
    """A slot in which both are free."""

    name: str
    starts_at: datetime | None
    minutes: int


class ProposalIn(BaseModel):
    """Whom to ask, for which slot."""

    model_config = ConfigDict(extra="forbid")
    ref: Annotated[str, Field(pattern="^[a-z2-7]{20}$")]
    slot: SlotName = Field("", description="One of the free slots of both; empty for an event without slots")
    message: Annotated[str, Field(max_length=2000)] = ""


class MoveIn(BaseModel):
    """Where to."""

    model_config = ConfigDict(extra="forbid")
    slot: SlotName


class Availability(BaseModel):
    """A slot of the event, and whether one person can come."""

    name: str
    starts_at: datetime | None
    minutes: int
    available: bool


class AwayIn(BaseModel):
    """When somebody cannot come; in all other slots they can."""

    model_config = ConfigDict(extra="forbid")
    away: Annotated[list[SlotName], Field(max_length=10_000, description="Names of slots")]


class MeetingOut(BaseModel):
    """A meeting as one of the two sees it."""

    id: str
    ref: str = Field(description="The other one")
    person: SeenPerson | None = Field(description="The other one; null where they take no part any more")
    status: str = Field(description="proposed, accepted, declined, confirmed, held, no_show, cancelled or expired")
    proposed_by_me: bool
    slot: str
    starts_at: datetime | None
    minutes: int
    table: str
    message: str
    expires_at: datetime | None = Field(description="Until when a proposal waits for an answer")
    sequence: int = Field(description="Rises with each change")
    actions: list[str] = Field(description="What you can do now: accept, decline, move, cancel, held, no_show")


class CalendarOut(BaseModel):
    """Where a calendar can be subscribed to; who knows the address reads it."""

    address: str


def shown(my: MyMeeting) -> MeetingOut:
    """Returns a meeting as the API shows it."""
    names = ("id", "slot", "starts_at", "minutes", "table", "message", "expires_at", "sequence")
    return MeetingOut(
        ref=my.other_ref,
        person=person_seen(my.other) if my.other else None,
        status=my.status,
        proposed_by_me=my.mine,
        actions=list(my.actions),
        **{name: getattr(my.meeting, name) for name in names},
    )


def us(session: Session, me: Me) -> tuple[Event, Person]:
    """Returns the event and the attendee of a request."""
    return event_of(session, me.event_id), person_of(session, me.event_id, me.ref)


def slots_with(session: Session, state: State, me: Me, ref: str) -> tuple[Person, list[timetable.EventSlot]]:
    """Returns another person and the slots that are free for both, where the attendee may ask them for a meeting."""
    event, person, other = reachable(session, state, me, ref)
    if not usecase.may_propose(session, event, person, other):
        return other, []
    return other, timetable.free_slots(session, event, person.ref, other.ref)


def proposed(state: State, me: Me, ref: str, slot: str, message: str) -> Meeting:
    """Returns a new proposal; the event's rules hold here too, whoever is mutual."""
    with state.database.reading() as session:  # the event may have to be loaded, so this is not done while writing
        event, person, other = reachable(session, state, me, ref)
        if not may_see(session, state.live.get(session, event), event, person, other):
            raise usecase.not_to_ask()
    with state.database.writing() as session:
        event, person = us(session, me)
        return usecase.propose(session, event, person, person_of(session, me.event_id, ref), slot, message)


@routes.get("/meetings", summary="Your meetings")
def my_meetings(session: Reading, me: Me) -> Page[MeetingOut]:
    """All of them, by time; also what was declined, called off or has expired."""
    return Page(items=[shown(each) for each in agenda.my_meetings(session, *us(session, me))])


@routes.get("/availability", summary="When you can come")
def my_availability(session: Reading, me: Me) -> Page[Availability]:
    """All slots of the event; empty where it has none."""
    return availability_of(*us(session, me))


@routes.put("/availability", summary="Say when you cannot come")
def set_my_availability(session: Writing, me: Me, given: AwayIn) -> Page[Availability]:
    """Nobody can propose these slots to you, and nothing is placed there. What is agreed stays: call it off, or move it."""
    event, person = us(session, me)
    availability.set_away(session, event, person, given.away)
    return availability_of(event, person)


def availability_of(event: Event, person: Person) -> Page[Availability]:
    """Returns when a person can come, as the API shows it."""
    can = availability.availability(event, person)
    slots = timetable.slots_of(event)
    return Page(items=[Availability(name=s.name, starts_at=s.starts_at, minutes=s.minutes, available=can[s.name]) for s in slots])


@routes.get("/meetings/slots", summary="When both are free", responses=documented(503))
def free_slots(
    session: Reading, state: Service, me: Me, ref: Annotated[str, Query(pattern="^[a-z2-7]{20}$", description="The other one")]
) -> Page[SlotOut]:
    """Slots still to come in which you both are free and a table is. Empty where you cannot ask this person for a meeting."""
    _, found = slots_with(session, state, me, ref)
    return Page(items=[SlotOut.model_validate(slot, from_attributes=True) for slot in found])


@routes.post("/meetings", status_code=201, summary="Ask for a meeting", responses=documented(409, 503))
def propose_meeting(state: Service, me: Me, given: ProposalIn) -> MeetingOut:
    """With somebody with whom you are mutual, or to whom you were introduced and have not answered. It expires unanswered."""
    meeting = proposed(state, me, given.ref, given.slot, given.message)
    with state.database.reading() as session:
        return _mine(session, me, meeting.id)


@routes.get("/meetings/{meeting_id}", summary="One of your meetings")
def my_meeting(session: Reading, me: Me, meeting_id: AnyId) -> MeetingOut:
    """With what you can do now."""
    return _mine(session, me, meeting_id)


@routes.post("/meetings/{meeting_id}/accept", summary="Accept a proposal", responses=documented(409))
def accept_meeting(session: Writing, me: Me, meeting_id: AnyId) -> MeetingOut:
    """The meeting gets a table. Not possible where the slot was taken meanwhile: move it then."""
    usecase.accept(session, *us(session, me), meeting_id)
    return _mine(session, me, meeting_id)


@routes.post("/meetings/{meeting_id}/decline", summary="Decline a proposal", responses=documented(409))
def decline_meeting(session: Writing, me: Me, meeting_id: AnyId) -> MeetingOut:
    """The same person cannot ask you again; you can ask them."""
    usecase.decline(session, *us(session, me), meeting_id)
    return _mine(session, me, meeting_id)


@routes.post("/meetings/{meeting_id}/cancel", summary="Call a meeting off", responses=documented(409))
def cancel_meeting(session: Writing, me: Me, meeting_id: AnyId) -> MeetingOut:
    """Or take back a proposal of yours."""
    event, person = us(session, me)
    usecase.cancel(session, event, meeting_id, person)
    return _mine(session, me, meeting_id)


@routes.post("/meetings/{meeting_id}/move", summary="Propose another slot", responses=documented(409))
def move_meeting(session: Writing, me: Me, meeting_id: AnyId, given: MoveIn) -> MeetingOut:
    """It becomes a proposal of yours, which the other accepts or declines. What the organizers have confirmed stays."""
    usecase.move(session, *us(session, me), meeting_id, given.slot)
    return _mine(session, me, meeting_id)


@routes.post("/meetings/{meeting_id}/held", summary="It took place", responses=documented(409))
def held_meeting(session: Writing, me: Me, meeting_id: AnyId) -> MeetingOut:
    """You are each other's contacts from now on."""
    event, person = us(session, me)
    usecase.mark(session, event, meeting_id, True, person)
    return _mine(session, me, meeting_id)


@routes.post("/meetings/{meeting_id}/no-show", summary="It did not take place", responses=documented(409))
def missed_meeting(session: Writing, me: Me, meeting_id: AnyId) -> MeetingOut:
    """Nobody is told who did not come."""
    event, person = us(session, me)
    usecase.mark(session, event, meeting_id, False, person)
    return _mine(session, me, meeting_id)


@routes.get("/meetings/{meeting_id}/calendar", summary="One meeting as a file", response_class=Response, responses=_FILE)
def meeting_file(session: Reading, me: Me, meeting_id: AnyId) -> Response:
    """For calendars that cannot subscribe; empty where the meeting has no time."""
    return one_meeting(session, me, meeting_id)


def one_meeting(session: Session, me: Me, meeting_id: str) -> Response:
    """Returns one meeting as a file."""
    event, person = us(session, me)
    found = agenda.my_meeting(session, event, person, meeting_id)
    return calendar_file(calendars.calendar(event, [found]), "meeting.ics")


@routes.post("/calendar", summary="The address of your calendar")
def open_calendar(session: Writing, state: Service, me: Me) -> CalendarOut:
    """Subscribe to it once, and every change arrives. Keep it to yourself: whoever has it reads your meetings."""
    return CalendarOut(address=address_of(state, calendars.open_calendar(session, us(session, me)[1])))


@routes.delete("/calendar", status_code=204, summary="Revoke the address of your calendar")
def close_calendar(session: Writing, me: Me) -> None:
    """Ask for a new one afterwards, if you want one."""
    calendars.close_calendar(session, us(session, me)[1])


@feed.get(
    "/calendar/{token}.ics",
    summary="A calendar to subscribe to",
    response_class=Response,
    responses={**_FILE, 304: {"description": "Unchanged since the ETag in If-None-Match"}},
)
def calendar_feed(
    session: Reading,
    token: Annotated[str, Path(pattern="^[A-Za-z0-9_-]{43}$", description="The secret of one person")],
    if_none_match: Annotated[str | None, Header(alias="If-None-Match", description="The ETag of what you have")] = None,
) -> Response:
    """The meetings of one person; what was called off is in it as cancelled. Unchanged ones need not be sent again."""
    person = calendars.calendar_owner(session, token)
    found = calendar_file(calendars.calendar_of(session, event_of(session, person.event_id), person), "meetings.ics")
    found.headers["ETag"] = content_etag(bytes(found.body))
    found.headers["Cache-Control"] = "private, no-cache"  # kept by whoever subscribed, who asks each time whether it changed
    if is_known(found.headers["ETag"], if_none_match):
        return Response(None, 304, {name: found.headers[name] for name in ("ETag", "Cache-Control")})
    return found


def address_of(state: State, token: str) -> str:
    """Returns where a calendar is subscribed to."""
    return f"{state.machine.address.rstrip('/')}/calendar/{token}.ics"


def calendar_file(data: bytes, name: str) -> Response:
    """Returns a calendar as a response."""
    return Response(data, media_type=CALENDAR, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _mine(session: Session, me: Me, meeting_id: str) -> MeetingOut:
    return shown(agenda.my_meeting(session, *us(session, me), meeting_id))
