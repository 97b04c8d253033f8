"""The organizer's schedule: published introductions placed into slots and at tables, as drafts until they are confirmed.

What people agreed among themselves and what is confirmed stays where it is; the rest is planned around it. Drafts are seen by
nobody but the organizer and hold nothing, so a new schedule may move them, and confirming looks again whether all still fits.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from matcher.service.options import options_of, settings_of
from matcher.service.store import Event, Meeting, Person, RunRecord
from matcher.service.store.table import now
from matcher.service.usecases.faults import Conflict
from matcher.service.usecases.pairs import ordered, settled
from matcher.service.usecases.people import takes_part
from matcher.service.usecases.runs import introductions, published_run
from matcher.service.usecases.standins import Side, sides, teams
from matcher.service.usecases.timetable import BOOKED, EventSlot, away_in, location_of, slots_of
from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher.schedule import Timetable, schedule

Pair = tuple[str, str]
FULL, TAKEN = "has as many meetings as the event allows", "the slot was taken while the schedule was made"
COLLEAGUE, COLLEAGUES = "a colleague meets the other one already", "stand in for each other"


@dataclass(frozen=True)
class Unscheduled:
    """An introduction without a slot, and why."""

    a: str
    b: str
    slot: str
    """The slot that would do if the obstacles were removed; empty where only one more slot would."""
    why: tuple[tuple[str, str], ...]
    """(what stands in the way, ref of whom it concerns or empty)."""


@dataclass
class Plan:
    """What is to be placed, and around what."""

    slots: list[EventSlot]
    people: list[str]
    groups: dict[str, str]
    team: dict[str, str] = field(default_factory=dict)
    """ref -> team, of those any of whom may take a meeting of another."""
    pairs: list[Pair] = field(default_factory=list)
    """First those that stand already, then those to place, best first."""
    standing: int = 0
    fixed: dict[int, tuple[int, str]] = field(default_factory=dict)
    """Pair's number -> its slot's number and table, of those that stand."""
    busy: set[tuple[str, int]] = field(default_factory=set)
    """(ref, slot) that cannot be used although no pair of the plan stands there."""
    lost_room: Counter[tuple[int, int]] = field(default_factory=Counter)
    """Meetings at once that each location has less in each slot."""
    unscheduled: list[Unscheduled] = field(default_factory=list)

    def location(self, event: Event, pair: Pair) -> int:
        """Returns where two people meet."""
        return location_of(event, (self.groups.get(ref, "") for ref in pair))


def needed(session: Session, event: Event) -> tuple[RunRecord, list[EventSlot]]:
    """Returns what a schedule is made of: the published run, and the slots.

    Raises:
        Conflict: no run is published, or the event has no slots.
    """
    run, slots = published_run(session, event.id), slots_of(event)
    if run is None:
        raise Conflict("no run is published", fix="publish one first")
    if not slots:
        raise Conflict("this event has no slots", fix="add schedule.slots to its settings")
    return run, slots


def prepare(session: Session, event: Event) -> Plan:
    """Returns what of the published run is to be placed.

    Raises:
        Conflict: no run is published, or the event has no slots.
    """
    run, slots = needed(session, event)
    most = options_of(event).meetings
    present = present_in(session, event)
    never = set(settled(session, event)[1])
    known = session.scalars(select(Meeting).where(Meeting.event_id == event.id).order_by(Meeting.created_at, Meeting.id)).all()
    wanted = [(i.a_id, i.b_id) for i in introductions(session, run.id) if {i.a_id, i.b_id} <= present.keys()]
    wanted = [pair for pair in wanted if pair not in never]
    called_off = {ordered(each.a, each.b) for each in known if each.status in ("cancelled", "declined")}
    plan, load = Plan(slots, sorted(present), present, teams(session, event, wanted, never | called_off)), count_of(known)
    away = away_in(session, event)
    plan.busy |= {(ref, slot.number) for slot in slots for ref, names in away.items() if slot.name in names}
    _keep(event, plan, known)
    decided = {ordered(each.a, each.b) for each in known if not is_open_draft(each) and each.status != "expired"}
    meeting = {sides((each.a, each.b), plan.team) for each in known if not each.draft and each.status in ("proposed", *BOOKED)}
    for pair in wanted:
        if pair in decided:
            continue
        between = sides(pair, plan.team)
        if len(between) == 1 or between in meeting:
            plan.unscheduled.append(Unscheduled(*pair, "", ((COLLEAGUES if len(between) == 1 else COLLEAGUE, ""),)))
            continue
        full = [ref for ref in pair if load[ref] >= most]
        if full:
            plan.unscheduled.append(Unscheduled(*pair, "", tuple((FULL, ref) for ref in full)))
            continue
        load.update(pair)
        meeting.add(between)
        plan.pairs.append(pair)
    return plan


def present_in(session: Session, event: Event) -> dict[str, str]:
    """Returns ref and group of those who take part."""
    settings = settings_of(event)
    everybody = session.scalars(select(Person).where(Person.event_id == event.id))
    return {one.ref: one.group for one in everybody if takes_part(one, settings)}


def count_of(known: Sequence[Meeting]) -> Counter[str]:
    """Returns how many meetings everybody has that count towards the event's most."""
    load: Counter[str] = Counter()
    for each in known:
        if not each.draft and each.status in BOOKED:
            load.update((each.a, each.b))
        elif not each.draft and each.status == "proposed":
            load[each.a] += 1
    return load


def is_open_draft(meeting: Meeting) -> bool:
    """Returns True for a draft that the schedule may still move."""
    return meeting.draft and meeting.status == "proposed"


def _keep(event: Event, plan: Plan, known: Sequence[Meeting]) -> None:
    """Puts what stands already into the plan: as fixed pairs where it fits a slot, as time and room that is gone otherwise."""
    here: set[str] = set(plan.people)
    seen: set[frozenset[Side]] = set()
    for each in known:
        inside = [slot for slot in plan.slots if not each.draft and slot.meets(each)]
        if each.status == "proposed":
            plan.busy |= {(each.a, slot.number) for slot in inside}
        elif each.status in BOOKED and inside:
            pair = ordered(each.a, each.b)
            between = sides(pair, plan.team)
            if len(inside) == 1 and len(between) == 2 and between not in seen and set(pair) <= here:
                seen.add(between)
                plan.fixed[len(plan.pairs)] = (inside[0].number, each.table)
                plan.pairs.append(pair)
            else:
                plan.busy |= {(ref, slot.number) for slot in inside for ref in pair}
                plan.lost_room.update((plan.location(event, pair), slot.number) for slot in inside)
    plan.standing = len(plan.pairs)


def place(event: Event, plan: Plan) -> Timetable:
    """Returns the timetable; takes up to the schedule's time limit, and needs no store."""
    settings, at = settings_of(event), now()
    position = {ref: number for number, ref in enumerate(plan.people)}
    pairs = np.array([[position[ref] for ref in pair] for pair in plan.pairs], dtype=np.int64).reshape(-1, 2)
    can_come = np.ones((len(plan.people), len(plan.slots)), dtype=np.bool_)
    can_come[:, [slot.number for slot in plan.slots if slot.over(at)]] = False
    for ref, slot in plan.busy:
        if ref in position:
            can_come[position[ref], slot] = False
    where = [plan.location(event, pair) for pair in plan.pairs]
    room = np.array(settings.schedule.capacity(), dtype=np.int64)
    for (location, slot), lost in plan.lost_room.items():
        room[location, slot] = max(room[location, slot] - lost, 0)
    fixed, places = np.full(len(pairs), -1, dtype=np.int64), np.full(len(pairs), -1, dtype=np.int64)
    sitting: Counter[tuple[int, str]] = Counter()
    for number, (slot, table) in plan.fixed.items():
        fixed[number] = slot
        known = plan.slots[slot].tables(where[number])
        if table in known:
            places[number] = known.index(table) * plan.slots[slot].meetings_per_table + sitting[slot, table]
            sitting[slot, table] += 1
    numbers = {key: number for number, key in enumerate(sorted(set(plan.team.values())))}
    team = np.array([numbers[plan.team[ref]] if ref in plan.team else -1 for ref in plan.people], dtype=np.int64)
    return schedule(
        pairs,
        can_come,
        room,
        fixed,
        settings.schedule.max_in_a_row,
        settings.schedule.time_limit,
        settings.seed,
        np.array(settings.schedule.follows(), dtype=np.bool_),
        places,
        np.array(where, dtype=np.int64),
        team,
    )
