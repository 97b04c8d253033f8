"""The timetable that was planned, kept as drafts, beside what has been agreed since."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np
from matcher.service.options import options_of
from matcher.service.store import Event, Meeting
from matcher.service.store.table import now
from matcher.service.usecases.pairs import ordered
from matcher.service.usecases.planning import FULL, TAKEN, Pair, Plan, Unscheduled, count_of, is_open_draft, present_in
from matcher.service.usecases.timetable import BOOKED, EventSlot, away_in, lock
from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher.schedule import Timetable, Unplaced


def keep(session: Session, event: Event, plan: Plan, found: Timetable) -> dict[str, Any]:
    """Stores the timetable as drafts and returns what came of it, as JSON; drafts that it no longer holds are dropped.

    A pair that agreed on a meeting of its own while the schedule was made, or was erased, is passed over.
    """
    lock(session, event)
    present = present_in(session, event)
    known = session.scalars(select(Meeting).where(Meeting.event_id == event.id)).all()
    decided = {ordered(each.a, each.b) for each in known if not is_open_draft(each) and each.status != "expired"}
    drafts = {ordered(each.a, each.b): each for each in known if is_open_draft(each)}
    standing = [each for each in known if not each.draft and each.status in BOOKED]
    away = away_in(session, event)
    tables, load, moved, stood_in = _Tables(standing), count_of(known), 0, 0
    most = options_of(event).meetings
    kept: set[Pair] = set()
    unscheduled = [*plan.unscheduled, *(_told(each, plan) for each in found.unplaced)]
    for number in np.lexsort((found.table, found.slot)).tolist():
        pair: Pair = plan.pairs[number]
        if number < plan.standing or found.slot[number] < 0 or pair in decided or not set(pair) <= present.keys():
            continue
        introduced, slot = pair, plan.slots[int(found.slot[number])]
        first, second = (plan.people[person] for person in found.pairs[number].tolist())
        pair = ordered(first, second)
        full = [ref for ref in pair if load[ref] >= most]
        if pair in decided or pair in kept or not set(pair) <= present.keys() or full:
            unscheduled.append(Unscheduled(*introduced, slot.name, tuple((FULL, ref) for ref in full) or ((TAKEN, ""),)))
            continue
        table = tables.take(slot, plan.location(event, introduced), int(found.table[number]) // slot.meetings_per_table)
        elsewhere = any(slot.meets(each) for each in standing if {each.a, each.b} & set(pair))
        if not table or elsewhere or any(slot.name in away[ref] for ref in pair):
            unscheduled.append(Unscheduled(*introduced, slot.name, ((TAKEN, ""),)))
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
        load.update(pair)
        stood_in += pair != introduced
    for pair, draft in drafts.items():
        if pair not in kept:
            session.delete(draft)
    session.flush()
    return {
        "scheduled": len(kept),
        "moved": moved,
        "standing": plan.standing,
        "stood_in": stood_in,
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
