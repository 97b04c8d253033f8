"""Which table in each slot."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matcher.schedule.problem import Pairs, Slots


def seat(pairs: Pairs, slots: Slots, tables: Slots, kept: Slots | None = None) -> NDArray[np.int64]:
    """Returns (m,) the place of each meeting in its slot, 0..tables−1, −1 where it has no slot.

    A meeting stays where one of its two people sat in the slot before, if that place is free; else it gets the lowest free one.
    Fixed meetings beyond the tables of a slot get places beyond them. Meetings whose place in `kept` (m,) is not −1 have that
    one, wherever it is; of two that want the same one, the first.

    >>> seat(np.array([[0, 1], [2, 3], [2, 0]]), np.array([0, 0, 1]), np.array([2, 2])).tolist()
    [0, 1, 1]
    """
    place = np.full(len(pairs), -1, dtype=np.int64)
    kept = place.copy() if kept is None else kept
    before: dict[int, int] = {}
    for slot in range(len(tables)):
        here = np.flatnonzero(slots == slot)
        free = set(range(max(int(tables[slot]), len(here))))
        waiting = []
        for meeting in here.tolist():
            if kept[meeting] >= 0 and kept[meeting] not in place[here]:
                place[meeting] = kept[meeting]
                free.discard(int(kept[meeting]))
        for meeting in here[place[here] < 0].tolist():
            wished = [before[person] for person in pairs[meeting].tolist() if before.get(person) in free]
            if wished and wished[0] < max(int(tables[slot]), 1):
                place[meeting] = wished[0]
                free.discard(wished[0])
            else:
                waiting.append(meeting)
        for meeting, spot in zip(waiting, sorted(free), strict=False):
            place[meeting] = spot
        before = {person: int(place[meeting]) for meeting in here.tolist() for person in pairs[meeting].tolist()}
    return place
