"""A person's meetings as they see them: with whom, when, and what they can do now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from matcher.service.options import settings_of
from matcher.service.store import Event, Meeting, Person
from matcher.service.store.table import now
from matcher.service.usecases.faults import NotFound
from matcher.service.usecases.lists import seen
from matcher.service.usecases.people import may_be_named
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from matcher.profiles import Attendee


@dataclass(frozen=True, slots=True)
class MyMeeting:
    """A meeting as one of its two people sees it."""

    meeting: Meeting
    other_ref: str
    other: Attendee | None
    """None where the other takes no part any more."""
    status: str
    mine: bool
    """True where the reader proposed it."""
    actions: tuple[str, ...]
    """What the reader can do: accept, decline, move, cancel, held, no_show."""


def status_of(meeting: Meeting, at: datetime) -> str:
    """Returns the status at a moment: a proposal is expired when its time is over, whether or not the store says so yet."""
    over = meeting.status == "proposed" and meeting.expires_at is not None and meeting.expires_at <= at
    return "expired" if over else meeting.status


def my_meetings(session: Session, event: Event, person: Person) -> list[MyMeeting]:
    """Returns the meetings of one person, those with a time first, by time; drafts of the organizer's are not among them."""
    query = select(Meeting).where(
        Meeting.event_id == event.id, Meeting.draft.is_(False), or_(Meeting.a == person.ref, Meeting.b == person.ref)
    )
    found = session.scalars(query.order_by(Meeting.starts_at.is_(None), Meeting.starts_at, Meeting.created_at, Meeting.id)).all()
    return views(session, event, person, found)


def views(session: Session, event: Event, person: Person, found: Sequence[Meeting]) -> list[MyMeeting]:
    """Returns meetings as this person, who is one of the two in each, sees them."""
    at, settings = now(), settings_of(event)
    others = {meeting.id: meeting.b if meeting.a == person.ref else meeting.a for meeting in found}
    people = {one.ref: one for one in session.scalars(select(Person).where(Person.ref.in_(set(others.values()))))}
    out = []
    for meeting in found:
        ref, mine = others[meeting.id], meeting.a == person.ref
        other = people.get(ref)
        named = seen(other) if other is not None and may_be_named(other, settings) else None
        status = status_of(meeting, at)
        out.append(MyMeeting(meeting, ref, named, status, mine, _actions(meeting, status, mine, named is not None, at)))
    return out


def my_meeting(session: Session, event: Event, person: Person, meeting_id: str) -> MyMeeting:
    """Returns one meeting of a person.

    Raises:
        NotFound: there is none, or it is not theirs.
    """
    meeting = session.get(Meeting, meeting_id)
    if meeting is None or meeting.event_id != event.id or meeting.draft or person.ref not in (meeting.a, meeting.b):
        raise NotFound("no such meeting of yours")
    return views(session, event, person, [meeting])[0]


def _actions(meeting: Meeting, status: str, mine: bool, here: bool, at: datetime) -> tuple[str, ...]:
    begun = meeting.starts_at is not None and meeting.starts_at <= at
    moves = ("move",) if meeting.slot and here else ()
    if status == "proposed":
        return (*moves, "cancel") if mine else (*(("accept",) if here else ()), *moves, "decline")
    if status in ("accepted", "confirmed"):
        after = ("held", "no_show") if begun or meeting.starts_at is None else ()
        return (*after, *(moves if status == "accepted" and not begun else ()), *(() if begun else ("cancel",)))
    return {"held": ("no_show",), "no_show": ("held",)}.get(status, ())
