"""Introductions to meetings: a slot and a table for each, and in plain words why not."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.schedule.bounds import most
from matcher.schedule.construction import construct
from matcher.schedule.problem import Pairs, Slots, checked
from matcher.schedule.seating import seat
from matcher.schedule.solver import solve
from matcher.schedule.unplaced import Unplaced, explain

_MODEL = 200_000
"""Places (meeting and slot) that the solver takes on; its model of more than these takes minutes by itself."""
_SHARE = 0.4
"""Share of the time limit for the construction; the rest is the solver's, where anything is left for it to do."""


@dataclass(frozen=True, slots=True, eq=False)
class Timetable:
    """When and where each meeting is."""

    slot: Slots
    """(m,) slot of each meeting, −1 where it has none."""
    table: NDArray[np.int64]
    """(m,) place in its slot at its location, 0..tables−1, −1 where it has none."""
    pairs: Pairs
    """(m, 2) who holds each meeting: the two introduced, or one of their team."""
    unplaced: tuple[Unplaced, ...]
    """Meetings without a slot, with the reason and the slot that would fix it."""
    bound: int
    """No timetable places more meetings than this; `placed` equal to it is proven to be the best."""

    @property
    def placed(self) -> int:
        """How many meetings have a slot."""
        return int((self.slot >= 0).sum())


def schedule(
    pairs: Pairs,
    availability: NDArray[np.bool_],
    tables: Slots,
    fixed: Slots | None = None,
    max_in_a_row: int = 0,
    time_limit: float = 30.0,
    seed: int = 7,
    follows: NDArray[np.bool_] | None = None,
    places: Slots | None = None,
    location: Slots | None = None,
    team: Slots | None = None,
) -> Timetable:
    """Returns a timetable with as many of the meetings as it can place; the best it has when the time is over.

    The rules always hold: nobody twice in a slot, only where both can come, no more meetings than tables, no more than
    `max_in_a_row`. Fixed meetings stay, even where they break one of these (a confirmed meeting is a fact). Where everybody
    can always come and there are tables enough, one slot more than the most that anyone meets places all (Vizing, 1964).
    Same input and seed give the same timetable as long as the time limit does not cut the search.

    Args:
        pairs: (m, 2) positions of people, each pair once, nobody with themselves.
        availability: (n, s) True where the person can come; slots in order of time.
        tables: (s,) meetings at once in each slot; (l, s) where there are several locations.
        fixed: (m,) slot of a meeting that does not move, −1 for the others; none without it.
        max_in_a_row: slots that one person meets without a break; 0 for any number.
        time_limit: seconds for everything.
        seed: of every choice among equals.
        follows: (s−1,) True where the next slot begins without a break; all of them without it.
        places: (m,) table of a fixed meeting, −1 where any will do.
        location: (m,) where each meeting takes place, 0..l−1; all at the first without it.
        team: (n,) number of a team any member of which may take a meeting of another, −1 for those in none.

    Raises:
        ValueError: shapes or ranges do not fit, a pair stands twice, or fixed meetings put somebody in two places at once.
    """
    start = time.monotonic()
    meetings = checked(pairs, availability, tables, fixed, max_in_a_row, follows, location, team)
    bound = most(meetings)
    slots, holders = construct(meetings, start + time_limit * _SHARE, seed, bound)
    left = time_limit - (time.monotonic() - start)
    size = sum(map(len, meetings.choices)) * meetings.slots
    if (slots >= 0).sum() < bound and left > 0.1 and size <= _MODEL:
        (slots, holders), bound = solve(meetings, (slots, holders), left, seed, bound)
    kept = None if places is None else np.where(meetings.fixed >= 0, places, -1)
    table = np.full(len(slots), -1, dtype=np.int64)
    for number, room in enumerate(meetings.tables):
        here = meetings.location == number
        table[here] = seat(holders[here], slots[here], room, None if kept is None else kept[here])
    return Timetable(slots, table, holders, explain(meetings, slots, holders), bound)
