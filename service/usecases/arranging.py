"""What the organizer does with meetings: look at them by slot and table, confirm, move, call off."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matcher.service.options import settings_of
from matcher.service.store import Event, Meeting, Person
from matcher.service.store.table import now
from matcher.service.usecases.faults import Conflict
from matcher.service.usecases.meetings import becomes, changing, free_in, place_at, room_for_one_more, told
from matcher.service.usecases.pairs import barred_for
from matcher.service.usecases.people import takes_part
from matcher.service.usecases.timetable import lock, seat
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from matcher.errors import MatcherError


def meetings_of(
    session: Session,
    event: Event,
    slot: str = "",
    table: str = "",
    status: str = "",
    ref: str = "",
    by_table: bool = False,
    offset: int = 0,
    limit: int = 50,
) -> Sequence[Meeting]:
    """Returns the meetings of an event, drafts included, by time and then table, or the other way round; those that are wanted."""
    query = select(Meeting).where(Meeting.event_id == event.id)
    for column, wanted in ((Meeting.slot, slot), (Meeting.table, table), (Meeting.status, status)):
        if wanted:
            query = query.where(column == wanted)
    if ref:
        query = query.where(or_(Meeting.a == ref, Meeting.b == ref))
    number = (func.length(Meeting.table), Meeting.table)  # "2" stands before "10"
    time = (Meeting.starts_at.is_(None), Meeting.starts_at, Meeting.slot)
    order = (*number, *time) if by_table else (*time, *number)
    return session.scalars(query.order_by(*order, Meeting.created_at, Meeting.id).offset(offset).limit(limit)).all()


def confirm(session: Session, event: Event, meeting_id: str) -> Meeting:
    """Returns the meeting, now confirmed: it moves no more.

    Raises:
        Conflict: it is neither accepted nor a draft, or a draft that no longer fits.
    """
    return _confirm(session, event, changing(session, event, meeting_id))


def confirm_all(session: Session, event: Event) -> dict[str, Any]:
    """Confirms every draft that still fits; returns how many, and which do not, with the reason, as JSON."""
    lock(session, event)
    drafts = select(Meeting).where(Meeting.event_id == event.id, Meeting.draft, Meeting.status == "proposed")
    waiting = session.scalars(drafts.order_by(Meeting.starts_at, Meeting.slot, Meeting.table, Meeting.id)).all()
    left = []
    for draft in waiting:
        try:
            _confirm(session, event, draft)
        except MatcherError as error:
            left.append({"meeting_id": draft.id, "why": str(error)})
    return {"confirmed": len(waiting) - len(left), "left": left}


def move_to(session: Session, event: Event, meeting_id: str, slot: str, table: str = "") -> Meeting:
    """Returns the meeting in another slot or at another table; what was agreed stays agreed.

    Raises:
        Conflict: it is not to take place, or one of the two, or the table, is not free then.
        MatcherError: there is no such slot or table.
    """
    meeting = changing(session, event, meeting_id)
    if meeting.status not in ("accepted", "confirmed") and not (meeting.draft and meeting.status == "proposed"):
        raise Conflict(f"this meeting is {meeting.status}", "a draft, or one that was accepted or confirmed")
    when = free_in(session, event, slot, _both(meeting), meeting.id)
    if when is None:
        raise Conflict("this event has no slots to move to")
    if meeting.draft:
        pair = (meeting.a, meeting.b)
        drafts = select(Meeting).where(Meeting.event_id == event.id, Meeting.draft, Meeting.status == "proposed")
        beside = [each for each in session.scalars(drafts) if each.id != meeting.id and when.meets(each)]
        if any(each.a in pair or each.b in pair for each in beside):
            raise Conflict("one of them has another draft at this time", fix="move that one first")
    place_at(meeting, when, seat(session, event, when, (meeting.a, meeting.b), table, meeting.id))
    meeting.sequence += 1
    meeting.changed_at = now()
    session.flush()
    told(session, meeting, "moved")
    return meeting


def _confirm(session: Session, event: Event, meeting: Meeting) -> Meeting:
    if meeting.status == "accepted":
        return becomes(session, meeting, "confirmed")
    if not (meeting.draft and meeting.status == "proposed"):
        raise Conflict(f"this meeting is {meeting.status}", "a draft, or one that was accepted")
    settings = settings_of(event)
    people = session.scalars(select(Person).where(Person.ref.in_((meeting.a, meeting.b)))).all()
    if meeting.b in barred_for(session, event.id, meeting.a) or not all(takes_part(one, settings) for one in people):
        raise Conflict("these two are not to meet any more", fix="cancel the draft")
    for ref, called in _both(meeting).items():
        room_for_one_more(session, event, ref, f"{called} has", meeting.id)
    when, pair = free_in(session, event, meeting.slot, _both(meeting), meeting.id), (meeting.a, meeting.b)
    if when is not None:
        try:
            place_at(meeting, when, seat(session, event, when, pair, meeting.table, meeting.id))
        except MatcherError:  # its table was taken since
            place_at(meeting, when, seat(session, event, when, pair, but=meeting.id))
    meeting.draft = False
    return becomes(session, meeting, "confirmed")


def _both(meeting: Meeting) -> dict[str, str]:
    return {meeting.a: "one of them", meeting.b: "the other one"}
