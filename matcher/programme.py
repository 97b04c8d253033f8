"""A run's introductions as meetings with time and place, beside what was published before.

Confirmed meetings stay. A meeting that moves counts up, one that is gone is told as cancelled, so that calendars update.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.cells import safe_cell
from matcher.errors import MatcherError
from matcher.profiles import Attendee
from matcher.run import Run
from matcher.schedule import Obstacle, Schedule, Slot, Unplaced, schedule

PairOfIds = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Earlier:
    """A row of an earlier `schedule.csv`; texts as they stand there."""

    slot: str
    start: str
    end: str
    location: str
    table: int
    """From 1; 0 in a row that was written as cancelled or dropped."""
    status: str
    """`confirmed` stays, `cancelled` is not scheduled again, `proposed` may move, `dropped` found no place."""
    sequence: int


@dataclass(frozen=True, slots=True)
class PlacedMeeting:
    """A meeting with its slot and table; people as ids, `a_id` the lower."""

    a_id: str
    b_id: str
    slot: Slot
    table: int
    """From 1, at its location."""
    fixed: bool = False
    """True where it was given and did not move."""
    sequence: int = 0
    """How often it has changed since it was first published."""
    location: str = ""
    stands_in: tuple[str, ...] = ()
    """Ids of those who were introduced, where another one of their team takes the meeting."""


@dataclass(frozen=True, slots=True)
class Cancelled:
    """A meeting that was published and is no more."""

    a_id: str
    b_id: str
    slot: str
    start: str
    """ISO time, or empty."""
    end: str
    sequence: int
    by_organizer: bool
    """True where the organizer cancelled it; False where it found no place."""


@dataclass(frozen=True, slots=True)
class Unscheduled:
    """A meeting without a slot, in words."""

    a_id: str
    b_id: str
    why: str
    fix_slot: str
    """The slot that would fix it; empty where only one more slot would."""
    fix: str


@dataclass(frozen=True, slots=True)
class Programme:
    """What is published: meetings by slot, location and table, what is gone, and what has no place."""

    wanted: int
    """Meetings that were to be placed."""
    bound: int
    """No timetable places more."""
    meetings: tuple[PlacedMeeting, ...]
    cancelled: tuple[Cancelled, ...]
    unscheduled: tuple[Unscheduled, ...]


def programme(
    run: Run, settings: Schedule, can_come: NDArray[np.bool_] | None = None, earlier: Mapping[PairOfIds, Earlier] | None = None
) -> Programme:
    """Returns the introductions of a run as meetings.

    Where two of one team are introduced to the same person, one meeting is made of it: that with the higher score.

    Args:
        run: whose introductions are placed.
        settings: slots, tables, locations and rules.
        can_come: (n, s) True where the attendee can come; everybody always without it.
        earlier: by pair of ids, what was published before.

    Raises:
        MatcherError: a confirmed meeting has lost its slot or is no longer in the run.
    """
    before = dict(earlier or {})
    wanted = _Wanted(run, settings, {pair for pair, row in before.items() if row.status == "cancelled"})
    fixed, places = wanted.confirmed(before)
    n, names = len(run.attendees), [location.name for location in settings.locations]
    found = schedule(
        wanted.pairs,
        np.ones((n, len(settings.slots)), dtype=bool) if can_come is None else can_come,
        np.array(settings.capacity(), dtype=np.int64).reshape(-1, len(settings.slots)),
        fixed,
        settings.max_in_a_row,
        settings.time_limit,
        int(run.facts.get("seed", 7)),
        np.array(settings.follows(), dtype=bool),
        places,
        wanted.location,
        wanted.team,
    )
    slots, meetings = settings.times(), []
    for number in np.lexsort((found.table, wanted.location, found.slot)).tolist():
        if found.slot[number] < 0:
            continue
        a, b = sorted(run.attendees[person].id for person in found.pairs[number])
        introduced = {run.attendees[person].id for person in wanted.pairs[number]}
        slot, table = slots[found.slot[number]], int(found.table[number]) // settings.meetings_per_table + 1
        location = ["", *names][wanted.location[number]]
        sequence = _sequence(before.get((safe_cell(a), safe_cell(b))), slot, location, table)
        away = tuple(sorted(introduced - {a, b}))
        meetings.append(PlacedMeeting(a, b, slot, table, bool(fixed[number] >= 0), sequence, location, away))
    told = tuple(_told(each, wanted.ids(each.meeting), run.attendees, settings) for each in found.unplaced)
    return Programme(len(wanted.pairs), found.bound, tuple(meetings), _cancelled(before, meetings), told)


class _Wanted:
    """The meetings to be placed, as positions: who, where, and who can stand in for whom."""

    def __init__(self, run: Run, settings: Schedule, cancelled: set[PairOfIds]) -> None:
        self.run, self.settings = run, settings
        self.position = {safe_cell(attendee.id): number for number, attendee in enumerate(run.attendees)}
        groups = [attendee.group.casefold() for attendee in run.attendees]
        shared = {group.casefold() for group in settings.stand_ins}
        teams = {
            attendee.organization_key: 0
            for attendee, group in zip(run.attendees, groups, strict=True)
            if group in shared and attendee.organization_key
        }
        numbers = {key: number for number, key in enumerate(sorted(teams))}
        self.team = np.array(
            [
                numbers[attendee.organization_key] if group in shared and attendee.organization_key else -1
                for attendee, group in zip(run.attendees, groups, strict=True)
            ],
            dtype=np.int64,
        )
        off = {self._sides(pair) for pair in cancelled if set(pair) <= self.position.keys()}
        rows: dict[frozenset[int], tuple[int, int]] = {}
        for each in run.introductions:  # best first
            sides = self._sides((safe_cell(each.a_id), safe_cell(each.b_id)))
            if len(sides) == 2 and sides not in off:
                rows.setdefault(sides, (self.position[safe_cell(each.a_id)], self.position[safe_cell(each.b_id)]))
        self.row = {sides: number for number, sides in enumerate(rows)}
        self.pairs = np.array(list(rows.values()), dtype=np.int64).reshape(-1, 2)
        self.location = np.array([self._location({groups[a], groups[b]}) for a, b in self.pairs.tolist()], dtype=np.int64)

    def ids(self, number: int) -> PairOfIds:
        a, b = (self.run.attendees[person].id for person in self.pairs[number])
        return a, b

    def confirmed(self, before: Mapping[PairOfIds, Earlier]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Slot and place of each confirmed meeting, −1 for the others, held by whom it was confirmed with."""
        slots = {safe_cell(name): number for number, name in enumerate(self.settings.slots)}
        fixed, places = np.full(len(self.pairs), -1, dtype=np.int64), np.full(len(self.pairs), -1, dtype=np.int64)
        taken: set[tuple[int, int, int]] = set()
        each_table = self.settings.meetings_per_table
        for pair, row in before.items():
            if row.status != "confirmed":
                continue
            number = self.row.get(self._sides(pair), -1) if set(pair) <= self.position.keys() else -1
            if number < 0 or row.slot not in slots:
                lost = f"slot {row.slot!r}, which is no longer there" if number >= 0 else "the schedule, but not in the run"
                found = f"the confirmed meeting of {pair[0]} and {pair[1]} is in {lost}"
                raise MatcherError(found, fix="add it again, or set its status to cancelled")
            if fixed[number] >= 0:
                found = f"two meetings of {pair[0]} or a colleague with {pair[1]} are confirmed"
                raise MatcherError(found, fix="set the status of one to cancelled")
            self.pairs[number] = [self.position[one] for one in pair]
            fixed[number] = slots[row.slot]
            where = int(self.location[number])
            for place in range((row.table - 1) * each_table, row.table * each_table):
                if row.table > 0 and (slots[row.slot], where, place) not in taken:
                    taken.add((slots[row.slot], where, place))
                    places[number] = place
                    break
        return fixed, places

    def _sides(self, pair: PairOfIds) -> frozenset[int]:
        people = [self.position[one] for one in pair]
        return frozenset(len(self.team) + int(self.team[p]) if self.team[p] >= 0 else p for p in people)

    def _location(self, groups: set[str]) -> int:
        """The first location for one of the groups, from 1; 0 for the tables that are for everybody."""
        for number, location in enumerate(self.settings.locations, start=1):
            if groups & {group.casefold() for group in location.groups}:
                return number
        return 0


def _sequence(old: Earlier | None, slot: Slot, location: str, table: int) -> int:
    if old is None:
        return 0
    start, end = iso(slot)
    same = (safe_cell(slot.name), safe_cell(location), table) == (old.slot, old.location, old.table)
    return old.sequence + (not same or (bool(old.start) and (start, end) != (old.start, old.end)))


def iso(slot: Slot) -> tuple[str, str]:
    """Returns start and end as they stand in the files, empty where the slot has no time."""
    return (
        slot.start.isoformat(timespec="minutes") if slot.start else "",
        slot.end.isoformat(timespec="minutes") if slot.end else "",
    )


def _cancelled(before: Mapping[PairOfIds, Earlier], meetings: list[PlacedMeeting]) -> tuple[Cancelled, ...]:
    now = {(safe_cell(meeting.a_id), safe_cell(meeting.b_id)) for meeting in meetings}
    return tuple(
        Cancelled(*pair, row.slot, row.start, row.end, row.sequence + (row.table > 0), row.status == "cancelled")
        for pair, row in sorted(before.items())
        if pair not in now
    )


CURES = {
    Obstacle.TABLES: "one more table",
    Obstacle.UNAVAILABLE: "{} can come after all",
    Obstacle.IN_A_ROW: "{} goes without a break",
    Obstacle.BUSY: "{} gives up another meeting",
}
"""What would remove an obstacle; {} is who it concerns."""


def _told(each: Unplaced, pair: PairOfIds, attendees: tuple[Attendee, ...], settings: Schedule) -> Unscheduled:
    def name(person: int) -> str:
        return attendees[person].name if person >= 0 else ""

    parts = [f"{name(person)} {what.value}".strip() for what, person in each.obstacles]
    if each.slot < 0:
        return Unscheduled(*pair, f"in every slot: {' / '.join(parts)}", "", "one more slot for which both are free")
    slot = settings.slots[each.slot]
    fix = " and ".join(CURES[what].format(name(person)) for what, person in each.obstacles)
    return Unscheduled(*pair, f"in {slot}: {' and '.join(parts)}", slot, fix)
