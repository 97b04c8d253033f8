"""When two people can meet, and at which table: the event's slots, and what holds them already.

A meeting holds the time of both from the moment it is accepted; a proposal holds only the time of who made it, so that nobody
loses a slot to proposals they have not answered. Drafts of the organizer's schedule hold nothing until they are confirmed. In a
slot in which somebody has said that they cannot come, nothing new is placed for them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from matcher.service.options import options_of, settings_of
from matcher.service.store import Event, Meeting, Person
from matcher.service.store.table import now
from matcher.service.usecases.faults import Conflict
from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from matcher.errors import MatcherError

BOOKED = ("accepted", "confirmed", "held")
"""Statuses in which a meeting takes place, or took place."""


@dataclass(frozen=True, slots=True)
class EventSlot:
    """A slot of the event."""

    number: int
    """From 0, in order of time."""
    name: str
    starts_at: datetime | None
    """In UTC; None where the slot's name is no time."""
    minutes: int
    rooms: tuple[tuple[str, int], ...]
    """Name and number of tables of each location; the first, without a name, is for meetings that belong to no location."""
    meetings_per_table: int

    @property
    def capacity(self) -> int:
        """Meetings at once, at all locations."""
        return sum(count for _, count in self.rooms) * self.meetings_per_table

    def tables(self, location: int) -> list[str]:
        """Returns what the tables of a location are called: the number, after the location's name where it has one."""
        name, count = self.rooms[location]
        return [f"{name} {number}".strip() for number in range(1, count + 1)]

    def over(self, at: datetime) -> bool:
        """Returns True where the slot has begun."""
        return self.starts_at is not None and self.starts_at <= at

    def meets(self, meeting: Meeting) -> bool:
        """Returns True where the meeting takes up time of this slot."""
        if self.starts_at is None or meeting.starts_at is None:
            return bool(self.name) and meeting.slot == self.name
        ends, begins = self.starts_at + timedelta(minutes=self.minutes), meeting.starts_at
        return begins < ends and self.starts_at < begins + timedelta(minutes=meeting.minutes)


def slots_of(event: Event) -> list[EventSlot]:
    """Returns the slots of an event in order of time; none where it has no schedule."""
    settings = settings_of(event).schedule
    zone = ZoneInfo(options_of(event).timezone)
    names = ["", *(location.name for location in settings.locations)]
    rows = [[count // settings.meetings_per_table for count in row] for row in settings.capacity()]
    out = []
    for number, slot in enumerate(settings.times()):
        start = slot.start
        if start is not None:
            start = (start if start.tzinfo else start.replace(tzinfo=zone)).astimezone(UTC)
        rooms = tuple((name, row[number]) for name, row in zip(names, rows, strict=True))
        out.append(EventSlot(number, slot.name, start, settings.minutes, rooms, settings.meetings_per_table))
    return out


def location_of(event: Event, groups: Iterable[str]) -> int:
    """Returns where people of these groups meet: the place of the first location that is for one of them, else 0."""
    here = {group.casefold() for group in groups}
    for number, location in enumerate(settings_of(event).schedule.locations, start=1):
        if here & {group.casefold() for group in location.groups}:
            return number
    return 0


def slot_named(event: Event, name: str) -> EventSlot | None:
    """Returns the slot of this name; None for an event without slots, where people agree on the time themselves.

    Raises:
        MatcherError: there is no such slot, or the event has slots and none was named.
    """
    slots = slots_of(event)
    if not slots:
        if name:
            raise MatcherError("a slot", "none", "this event has no slots: agree on a time and place in the message")
        return None
    found = next((slot for slot in slots if slot.name == name), None)
    if found is None:
        raise MatcherError("a slot that this event does not have" if name else "no slot", "one of the free slots of both")
    return found


def lock(session: Session, event: Event) -> None:
    """Lets one change of meetings at a time into an event, until the end of the transaction; SQLite lets in one anyway.

    What was read of meetings before is read again.
    """
    session.execute(select(Event.id).where(Event.id == event.id).with_for_update(key_share=True))
    for known in list(session.identity_map.values()):
        if isinstance(known, Meeting):
            session.expire(known)


def holds(ref: str, at: datetime) -> ColumnElement[bool]:
    """Returns the condition that a meeting holds the time of a person at a moment."""
    lasting = or_(Meeting.expires_at.is_(None), Meeting.expires_at > at)
    return and_(
        Meeting.draft.is_(False),
        or_(
            and_(or_(Meeting.a == ref, Meeting.b == ref), Meeting.status.in_(BOOKED)),
            and_(Meeting.a == ref, Meeting.status == "proposed", lasting),
        ),
    )


def held_by(session: Session, event: Event, ref: str, but: str = "", at: datetime | None = None) -> list[Meeting]:
    """Returns the meetings that hold the time of a person, except the one with the id `but`."""
    query = select(Meeting).where(Meeting.event_id == event.id, holds(ref, at or now()), Meeting.id != but)
    return list(session.scalars(query.order_by(Meeting.created_at, Meeting.id)))


def free_slots(session: Session, event: Event, a: str, b: str, but: str = "", at: datetime | None = None) -> list[EventSlot]:
    """Returns the slots still to come in which both are free and a table is; `but` is a meeting that would move."""
    at = at or now()
    held = [*held_by(session, event, a, but, at), *held_by(session, event, b, but, at)]
    away = away_in(session, event, (a, b))
    seated, where = _seated(session, event, but), _where(session, event, (a, b))
    return [
        slot
        for slot in slots_of(event)
        if not slot.over(at)
        and not any(slot.name in names for names in away.values())
        and not any(slot.meets(each) for each in held)
        and _free_tables(slot, where, seated)
    ]


def away_in(session: Session, event: Event, refs: Iterable[str] | None = None) -> dict[str, set[str]]:
    """Returns ref -> names of the slots in which the person cannot come; of everybody where no refs are given."""
    query = select(Person.ref, Person.away).where(Person.event_id == event.id)
    if refs is not None:
        query = query.where(Person.ref.in_(list(refs)))
    return {ref: set(names) for ref, names in session.execute(query)}


def seat(session: Session, event: Event, slot: EventSlot, pair: tuple[str, str], wish: str = "", but: str = "") -> str:
    """Returns the table of two people's meeting in a slot: the wished one, or the first with room.

    Raises:
        Conflict: all tables, or the wished one, are taken.
        MatcherError: there is no such table.
    """
    where = _where(session, event, pair)
    free = _free_tables(slot, where, _seated(session, event, but))
    if wish:
        known = slot.tables(where)
        if wish not in known:
            raise MatcherError("a table where these two do not meet", f"{known[0]} to {known[-1]}" if known else "another slot")
        if wish not in free:
            raise Conflict("this table is taken in this slot", fix="choose another table or slot")
        return wish
    if not free:
        raise Conflict("no table is free in this slot", fix="choose another slot")
    return free[0]


def _where(session: Session, event: Event, pair: tuple[str, str]) -> int:
    return location_of(event, session.scalars(select(Person.group).where(Person.ref.in_(pair))))


def _seated(session: Session, event: Event, but: str) -> list[Meeting]:
    query = select(Meeting).where(
        Meeting.event_id == event.id, Meeting.status.in_(BOOKED), Meeting.draft.is_(False), Meeting.table != "", Meeting.id != but
    )
    return list(session.scalars(query))


def _free_tables(slot: EventSlot, location: int, seated: Iterable[Meeting]) -> list[str]:
    taken = Counter(each.table for each in seated if slot.meets(each))
    return [table for table in slot.tables(location) if taken[table] < slot.meetings_per_table]


def use_of(session: Session, event: Event) -> list[tuple[EventSlot, int, int]]:
    """Returns each slot with how many meetings are booked in it, and how many drafts it holds."""
    taken = Meeting.status.in_(BOOKED) | (Meeting.draft & (Meeting.status == "proposed"))
    found = session.scalars(select(Meeting).where(Meeting.event_id == event.id, taken)).all()
    out = []
    for slot in slots_of(event):
        here = [each.draft for each in found if slot.meets(each)]
        out.append((slot, here.count(False), here.count(True)))
    return out
