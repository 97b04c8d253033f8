"""Several vectors per slot, in one buffer that search reads from end to end."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matcher.features.representation import Rows

from .slots import grown

Slots = NDArray[np.int64]


class VectorRows:
    """Rows of vectors by slot. Somebody's new rows go where the old ones were if they fit, and behind all others if not.

    Args:
        rows: the rows of positions 0..n-1, which become the slots.
    """

    def __init__(self, rows: Rows) -> None:
        self._vectors, self._owner = rows.vectors, rows.owner.copy()
        self._start, self._count = rows.start.copy(), rows.count.copy()
        self._room = rows.count.copy()
        self._used = len(rows.vectors)

    @property
    def vectors(self) -> NDArray[np.float32]:
        """(r, d) all rows; those of nobody are zero."""
        return self._vectors[: self._used]

    @property
    def owner(self) -> Slots:
        """(r,) slot of each row; -1 for those of nobody."""
        return self._owner[: self._used]

    def put(self, slot: int, vectors: NDArray[np.float32]) -> None:
        """Replaces the rows of a slot."""
        self.drop(slot)
        size = max(slot + 1, len(self._start))
        self._start, self._count, self._room = (grown(array, size) for array in (self._start, self._count, self._room))
        count = len(vectors)
        if count > self._room[slot]:
            self._vectors = grown(self._vectors, self._used + count)
            self._owner = grown(self._owner, self._used + count, -1)
            self._start[slot], self._room[slot] = self._used, count
            self._used += count
        rows = slice(self._start[slot], self._start[slot] + count)
        self._vectors[rows], self._owner[rows] = vectors, slot
        self._count[slot] = count

    def drop(self, slot: int) -> None:
        """Blots out the rows of a slot."""
        if slot < len(self._start):
            rows = slice(self._start[slot], self._start[slot] + self._count[slot])
            self._vectors[rows], self._owner[rows] = 0, -1
            self._count[slot] = 0

    def places(self, slot: int) -> NDArray[np.int64]:
        """Row numbers of a slot, in order."""
        return np.arange(self._start[slot], self._start[slot] + self._count[slot])

    def of(self, slots: Slots) -> Rows:
        """The rows of these slots, in this order."""
        count = self._count[slots]
        owner = np.repeat(np.arange(len(slots)), count)
        first = np.repeat(np.cumsum(count) - count, count)
        at = np.repeat(self._start[slots], count) + np.arange(len(owner)) - first
        return Rows.of(self._vectors[at], owner.tolist(), len(slots))
