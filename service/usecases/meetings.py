"""Meetings of two people: proposed, answered, moved, called off, held.

Only people who are mutual, or whom the published run introduces to each other, can propose a meeting: it asks for somebody's
time, which nobody gives to everybody. Who has said "interested" waits for the other's yes. Whoever moves a meeting proposes it
anew, and the other answers again; what the organizer has confirmed is not moved by attendees. A proposal that was declined is
not repeated by the same person.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from matcher.service.options import options_of, settings_of
from matcher.service.store import Event, Introduced, Meeting, Person, Response
from matcher.service.store.table import now
from matcher.service.usecases.faults import Conflict, NotFound
from matcher.service.usecases.pairs import barred_for, mutual_with, ordered
from matcher.service.usecases.people import takes_part
from matcher.service.usecases.responses import note_met
from matcher.service.usecases.runs import published_id
from matcher.service.usecases.telling import tell
from matcher.service.usecases.timetable import EventSlot, away_in, held_by, lock, seat, slot_named
from sqlalchemy import and_, select
from sqlalchemy.orm import Session

OPEN = ("proposed", "accepted", "confirmed")
"""Statuses of a meeting that is still to come about."""
_DUE = and_(Meeting.status == "proposed", Meeting.draft.is_(False))


def may_propose(session: Session, event: Event, person: Person, other: Person) -> bool:
    """Returns True where one may ask the other for a meeting: mutual, or introduced by the published run and not answered yet."""
    settings = settings_of(event)
    if person.ref == other.ref or not options_of(event).meetings:
        return False
    if not (takes_part(person, settings) and takes_part(other, settings)):
        return False
    if other.ref in barred_for(session, event.id, person.ref):
        return False
    if other.ref in mutual_with(session, event.id, person.ref):
        return True
    told = session.get(Response, (event.id, person.ref, other.ref))
    if told is not None and (told.answer or told.met):
        return False  # they wait for the other's yes: that asking ended only with a no would tell of it
    run_id = published_id(session, event.id)
    return bool(run_id) and session.get(Introduced, (run_id, *ordered(person.ref, other.ref))) is not None


def not_to_ask() -> Conflict:
    """Returns the one refusal of all proposals: told apart, the reasons would tell who declined."""
    return Conflict(
        "you cannot ask this person for a meeting", "somebody who is interested as well, or to whom you were introduced"
    )


def propose(session: Session, event: Event, person: Person, other: Person, slot: str = "", message: str = "") -> Meeting:
    """Returns a new proposal; a draft of the organizer's for the same two gives way to it.

    Raises:
        Conflict: the two cannot meet at all, or not in this slot, or one of them has as many meetings as the event allows.
        MatcherError: there is no such slot.
    """
    lock(session, event)
    expire_due(session, event)
    if not may_propose(session, event, person, other):
        raise not_to_ask()
    for known in _of_pair(session, event, person.ref, other.ref):
        if known.draft:
            session.delete(known)
        elif known.status in OPEN:
            raise Conflict("you two have a meeting or a proposal already", fix="move that one")
        elif known.status == "declined" and known.a == person.ref:
            raise Conflict("you have asked this person before", fix="it is their turn, if they wish to meet")
    room_for_one_more(session, event, person.ref, "you have")
    room_for_one_more(session, event, other.ref, "they have")
    when = free_in(session, event, slot, {person.ref: "you", other.ref: "they"})
    if when is not None:
        seat(session, event, when, (person.ref, other.ref))
    meeting = Meeting(event_id=event.id, a=person.ref, b=other.ref, message=message[:2000])
    session.add(meeting)
    place_at(meeting, when, "")
    _ask(event, meeting)
    session.flush()
    told(session, meeting, "proposed")
    return meeting


def accept(session: Session, event: Event, person: Person, meeting_id: str) -> Meeting:
    """Returns the meeting, now agreed, with a table.

    Raises:
        Conflict: it waits for no answer of theirs, the slot or all its tables were taken meanwhile, or the caps are reached.
    """
    meeting = _mine(session, event, person, meeting_id)
    if meeting.status != "proposed" or meeting.b != person.ref:
        raise Conflict(f"this meeting is {meeting.status}", "a proposal to you that waits for an answer")
    if meeting.a in barred_for(session, event.id, person.ref):
        raise Conflict("this meeting cannot take place", fix="decline it")
    room_for_one_more(session, event, meeting.b, "you have", meeting.id)
    room_for_one_more(session, event, meeting.a, "they have", meeting.id)
    when = free_in(session, event, meeting.slot, {meeting.b: "you", meeting.a: "they"}, meeting.id)
    place_at(meeting, when, seat(session, event, when, (meeting.a, meeting.b), but=meeting.id) if when else "")
    return becomes(session, meeting, "accepted")


def decline(session: Session, event: Event, person: Person, meeting_id: str) -> Meeting:
    """Returns the proposal, now declined.

    Raises:
        Conflict: it waits for no answer of theirs.
    """
    meeting = _mine(session, event, person, meeting_id)
    if meeting.status != "proposed" or meeting.b != person.ref:
        raise Conflict(f"this meeting is {meeting.status}", "a proposal to you that waits for an answer")
    return becomes(session, meeting, "declined")


def cancel(session: Session, event: Event, meeting_id: str, person: Person | None = None) -> Meeting:
    """Returns the meeting, now cancelled, by one of the two or by the organizer (None).

    Raises:
        Conflict: it is over already.
    """
    meeting = _mine(session, event, person, meeting_id) if person else changing(session, event, meeting_id)
    if meeting.status not in OPEN or (meeting.status == "proposed" and person is not None and meeting.a != person.ref):
        raise Conflict(f"this meeting is {meeting.status}", "one that is to take place, or a proposal of yours")
    return becomes(session, meeting, "cancelled")


def move(session: Session, event: Event, person: Person, meeting_id: str, slot: str) -> Meeting:
    """Returns the meeting, now a proposal of this person for another slot, which the other is to accept.

    Raises:
        Conflict: it cannot be moved by attendees, or one of the two is not free then.
        MatcherError: there is no such slot.
    """
    meeting = _mine(session, event, person, meeting_id)
    if meeting.status not in ("proposed", "accepted"):
        fix = "ask the organizers, or cancel it" if meeting.status == "confirmed" else ""
        raise Conflict(f"this meeting is {meeting.status}", "one that is proposed or accepted", fix)
    if meeting.a == person.ref:
        other = meeting.b
    else:
        other = meeting.a
        room_for_one_more(session, event, person.ref, "you have", meeting.id)
    when = free_in(session, event, slot, {person.ref: "you", other: "they"}, meeting.id)
    if when is None:
        raise Conflict("this event has no slots to move to", fix="agree on another time with each other")
    seat(session, event, when, (person.ref, other), but=meeting.id)
    meeting.a, meeting.b = person.ref, other
    place_at(meeting, when, "")
    _ask(event, meeting)
    return becomes(session, meeting, "proposed")


def mark(session: Session, event: Event, meeting_id: str, held: bool, person: Person | None = None) -> Meeting:
    """Returns the meeting, now held or a no-show, told by one of the two or by the organizer (None); both are noted as met, or not.

    Raises:
        Conflict: it was not agreed, or has not begun.
    """
    meeting = _mine(session, event, person, meeting_id) if person else changing(session, event, meeting_id)
    if meeting.status not in ("accepted", "confirmed", "held", "no_show") or meeting.draft:
        raise Conflict(f"this meeting is {meeting.status}", "one that was agreed")
    if meeting.starts_at is not None and meeting.starts_at > now():
        raise Conflict("this meeting has not begun")
    note_met(session, event.id, meeting.a, meeting.b, held)
    return becomes(session, meeting, "held" if held else "no_show")


def withdraw(session: Session, event: Event, ref: str, other: str) -> None:
    """Calls off what is open between two people of whom the first no longer wants to meet the other."""
    lock(session, event)
    for meeting in _of_pair(session, event, ref, other):
        if meeting.draft:
            session.delete(meeting)
        elif meeting.status in OPEN:
            becomes(session, meeting, "declined" if meeting.status == "proposed" and meeting.b == ref else "cancelled")


def expire_due(session: Session, event: Event) -> int:
    """Marks the proposals that nobody has answered in time as expired, and returns how many there were."""
    due = select(Meeting).where(_DUE, Meeting.event_id == event.id, Meeting.expires_at <= now())
    found = session.scalars(due).all()
    for meeting in found:
        becomes(session, meeting, "expired")
    return len(found)


def expire_everywhere(session: Session) -> int:
    """Does so for all events; always in the same order, so that two workers wait for each other rather than stand still."""
    due = select(Meeting.event_id).where(_DUE, Meeting.expires_at <= now()).distinct().order_by(Meeting.event_id)
    count = 0
    for event_id in session.scalars(due).all():
        event = session.get_one(Event, event_id)
        lock(session, event)
        count += expire_due(session, event)
    return count


def changing(session: Session, event: Event, meeting_id: str) -> Meeting:
    """Returns a meeting of the event that nobody else changes until the end of the transaction.

    Raises:
        NotFound: there is none with this id in this event.
    """
    lock(session, event)
    expire_due(session, event)
    meeting = session.get(Meeting, meeting_id)
    if meeting is None or meeting.event_id != event.id:
        raise NotFound("no such meeting in this event")
    return meeting


def _mine(session: Session, event: Event, person: Person, meeting_id: str) -> Meeting:
    meeting = session.get(Meeting, meeting_id)
    if meeting is None or meeting.event_id != event.id or meeting.draft or person.ref not in (meeting.a, meeting.b):
        raise NotFound("no such meeting of yours")
    return changing(session, event, meeting_id)


def _of_pair(session: Session, event: Event, a: str, b: str) -> Sequence[Meeting]:
    query = select(Meeting).where(Meeting.event_id == event.id, Meeting.a.in_((a, b)), Meeting.b.in_((a, b)))
    return session.scalars(query).all()


def room_for_one_more(session: Session, event: Event, ref: str, who: str, but: str = "") -> None:
    """Passes where a person, called `who` in the error, can have one more meeting beside the one with the id `but`.

    Raises:
        Conflict: they have as many as the event allows.
    """
    most = options_of(event).meetings
    if len(held_by(session, event, ref, but)) >= most:
        raise Conflict(f"{who} {most} meetings or proposals already, the most in this event", fix="cancel one first")


def free_in(session: Session, event: Event, name: str, who: dict[str, str], but: str = "") -> EventSlot | None:
    """Returns the slot of this name, None where the event has none; `but` is a meeting that would move.

    Raises:
        Conflict: it has begun, or one of `who` (ref -> what they are called) is not free in it.
        MatcherError: there is no such slot.
    """
    slot = slot_named(event, name)
    if slot is None:
        return None
    if slot.over(now()):
        raise Conflict("this slot has begun already", fix="choose another slot")
    away = away_in(session, event, who)
    for ref, called in who.items():
        if slot.name in away.get(ref, ()) or any(slot.meets(each) for each in held_by(session, event, ref, but)):
            raise Conflict(f"{called} cannot come at this time", fix="choose another slot")
    return slot


def place_at(meeting: Meeting, slot: EventSlot | None, table: str) -> None:
    """Sets where and when a meeting is."""
    meeting.table = table
    if slot is not None:
        meeting.slot, meeting.starts_at, meeting.minutes = slot.name, slot.starts_at, slot.minutes


def _ask(event: Event, meeting: Meeting) -> None:
    """Gives the other the event's hours to answer, at most until the meeting would begin."""
    until = now() + timedelta(hours=options_of(event).request_hours)
    meeting.expires_at = min(until, meeting.starts_at) if meeting.starts_at else until


def becomes(session: Session, meeting: Meeting, status: str) -> Meeting:
    """Returns the meeting with its new status; calendars and webhooks are told."""
    meeting.status = status
    meeting.sequence += 1
    meeting.changed_at = now()
    if status != "proposed":
        meeting.expires_at = None
    session.flush()
    told(session, meeting, status)
    return meeting


def told(session: Session, meeting: Meeting, what: str) -> None:
    """Tells webhooks what happened to a meeting; of drafts nobody is told."""
    if not meeting.draft:
        tell(session, meeting.event_id, "meeting.changed", {"meeting": meeting.id, "change": what, "a": meeting.a, "b": meeting.b})
