"""The organizer's schedule: published introductions placed into slots and at tables, as drafts until they are confirmed.

What people agreed among themselves and what is confirmed stays where it is; the rest is planned around it. Drafts are seen by
nobody but the organizer and hold nothing, so a new schedule may move them, and confirming looks again whether all still fits.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from matcher.service.options import options_of, settings_of
from matcher.service.store import Event, Meeting, Person
from matcher.service.store.table import now
from matcher.service.usecases.faults import Conflict
from matcher.service.usecases.pairs import ordered, settled
from matcher.service.usecases.people import takes_part
from matcher.service.usecases.runs import introductions, published_run
from matcher.service.usecases.timetable import BOOKED, EventSlot, away_in, location_of, lock, slots_of
from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher.schedule import Timetable, Unplaced, schedule

Pair = tuple[str, str]
FULL, TAKEN = "has as many meetings as the event allows", "the slot was taken while the schedule was made"


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


def prepare(session: Session, event: Event) -> Plan:
    """Returns what of the published run is to be placed.

    Raises:
        Conflict: no run is published, or the event has no slots.
    """
    run, slots = published_run(session, event.id), slots_of(event)
    if run is None:
        raise Conflict("no run is published", fix="publish one first")
    if not slots:
        raise Conflict("this event has no slots", fix="add schedule.slots to its settings")
    most = options_of(event).meetings
    present = _present(session, event)
    never = set(settled(session, event)[1])
    known = session.scalars(select(Meeting).where(Meeting.event_id == event.id).order_by(Meeting.created_at, Meeting.id)).all()
    plan, load = Plan(slots, sorted(present), present), _stand(known)
    away = away_in(session, event)
    plan.busy |= {(ref, slot.number) for slot in slots for ref, names in away.items() if slot.name in names}
    _keep(event, plan, known)
    decided = {ordered(each.a, each.b) for each in known if not _is_open_draft(each) and each.status != "expired"}
    for introduction in introductions(session, run.id):
        pair = (introduction.a_id, introduction.b_id)
        if pair in never or pair in decided or not set(pair) <= present.keys():
            continue
        full = [ref for ref in pair if load[ref] >= most]
        if full:
            plan.unscheduled.append(Unscheduled(*pair, "", tuple((FULL, ref) for ref in full)))
            continue
        load.update(pair)
        plan.pairs.append(pair)
    return plan


def _present(session: Session, event: Event) -> dict[str, str]:
    """Ref and group of those who take part."""
    settings = settings_of(event)
    everybody = session.scalars(select(Person).where(Person.event_id == event.id))
    return {one.ref: one.group for one in everybody if takes_part(one, settings)}


def _stand(known: Sequence[Meeting]) -> Counter[str]:
    """How many meetings everybody has that count towards the event's most."""
    load: Counter[str] = Counter()
    for each in known:
        if not each.draft and each.status in BOOKED:
            load.update((each.a, each.b))
        elif not each.draft and each.status == "proposed":
            load[each.a] += 1
    return load


def _is_open_draft(meeting: Meeting) -> bool:
    return meeting.draft and meeting.status == "proposed"


def _keep(event: Event, plan: Plan, known: Sequence[Meeting]) -> None:
    """Puts what stands already into the plan: as fixed pairs where it fits a slot, as time and room that is gone otherwise."""
    here, seen = set(plan.people), set()
    for each in known:
        inside = [slot for slot in plan.slots if not each.draft and slot.meets(each)]
        if each.status == "proposed":
            plan.busy |= {(each.a, slot.number) for slot in inside}
        elif each.status in BOOKED and inside:
            pair = ordered(each.a, each.b)
            if len(inside) == 1 and pair not in seen and set(pair) <= here:
                seen.add(pair)
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
    )


def keep(session: Session, event: Event, plan: Plan, found: Timetable) -> dict[str, Any]:
    """Stores the timetable as drafts and returns what came of it, as JSON; drafts that it no longer holds are dropped.

    A pair that agreed on a meeting of its own while the schedule was made, or was erased, is passed over.
    """
    lock(session, event)
    present = _present(session, event)
    known = session.scalars(select(Meeting).where(Meeting.event_id == event.id)).all()
    decided = {ordered(each.a, each.b) for each in known if not _is_open_draft(each) and each.status != "expired"}
    drafts = {ordered(each.a, each.b): each for each in known if _is_open_draft(each)}
    standing = [each for each in known if not each.draft and each.status in BOOKED]
    away = away_in(session, event)
    tables, moved = _Tables(standing), 0
    kept: set[Pair] = set()
    unscheduled = [*plan.unscheduled, *(_told(each, plan) for each in found.unplaced)]
    for number in np.lexsort((found.table, found.slot)).tolist():
        pair: Pair = plan.pairs[number]
        if number < plan.standing or found.slot[number] < 0 or pair in decided or not set(pair) <= present.keys():
            continue
        slot = plan.slots[int(found.slot[number])]
        table = tables.take(slot, plan.location(event, pair), int(found.table[number]) // slot.meetings_per_table)
        elsewhere = any(slot.meets(each) for each in standing if {each.a, each.b} & set(pair))
        if not table or elsewhere or any(slot.name in away[ref] for ref in pair):
            unscheduled.append(Unscheduled(*pair, slot.name, ((TAKEN, ""),)))
            continue
        draft = drafts.get(pair)
        if draft is None:
            draft = Meeting(event_id=event.id, a=pair[0], b=pair[1], draft=True)
            session.add(draft)
        elif (draft.slot, draft.table) != (slot.name, table):
            moved += 1
        draft.slot, draft.starts_at, draft.minutes, draft.table = slot.name, slot.starts_at, slot.minutes, table
        draft.changed_at = now()
        kept.add(pair)
    for pair, draft in drafts.items():
        if pair not in kept:
            session.delete(draft)
    session.flush()
    return {
        "scheduled": len(kept),
        "moved": moved,
        "standing": plan.standing,
        "unscheduled": [{"a": u.a, "b": u.b, "slot": u.slot, "why": [list(each) for each in u.why]} for u in unscheduled],
    }


class _Tables:
    """Gives each draft a table with room, beside those who sit there already."""

    def __init__(self, standing: Sequence[Meeting]) -> None:
        self._standing = standing
        self._taken: dict[int, Counter[str]] = defaultdict(Counter)

    def take(self, slot: EventSlot, location: int, wish: int) -> str:
        """The wished table of a slot and location (from 0), or the first with room, now taken; empty where there is none."""
        if slot.number not in self._taken:
            self._taken[slot.number].update(each.table for each in self._standing if each.table and slot.meets(each))
        taken = self._taken[slot.number]
        known = slot.tables(location)
        tables = [*known[wish : wish + 1], *known]
        table = next((each for each in tables if taken[each] < slot.meetings_per_table), "")
        taken[table] += 1
        return table


def _told(each: Unplaced, plan: Plan) -> Unscheduled:
    why = tuple((obstacle.value, plan.people[person] if person >= 0 else "") for obstacle, person in each.obstacles)
    a, b = plan.pairs[each.meeting]
    return Unscheduled(a, b, plan.slots[each.slot].name if each.slot >= 0 else "", why)
