"""What is known of each person's list: whom they were weighed against, and how it came out.

A row is kept with the version of the other person; as soon as that one changes or leaves it is void, without being
looked for.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .slots import grown

Slots = NDArray[np.int64]
Rows = NDArray[np.float64]
"""(m, 5): the other's slot and version, P(reader welcomes), P(other welcomes), the mutual score."""
OTHER, VERSION, VALUE, BACK, SCORE = range(5)


class Lists:
    """Weighed pairs by reader."""

    def __init__(self) -> None:
        self._version = np.zeros(0, dtype=np.int64)
        self._known: dict[int, Rows] = {}

    def readers(self) -> list[int]:
        """Slots of those whose list is known."""
        return list(self._known)

    def knows(self, reader: int) -> bool:
        """True where this list is known."""
        return reader in self._known

    def of(self, reader: int) -> Rows | None:
        """The rows of one reader that still hold, in no order; None where they were never weighed since their last change."""
        rows = self._known.get(reader)
        if rows is None:
            return None
        current: Rows = rows[self._version[rows[:, OTHER].astype(np.int64)] == rows[:, VERSION]]
        return current

    def put(self, reader: int, others: Slots, values: NDArray[np.float64]) -> None:
        """Keeps a whole list, and the other side of each of its pairs.

        Args:
            reader: whose list it is.
            others: (m,) each once.
            values: (m, 3) P(reader welcomes), P(other welcomes), mutual score.
        """
        self._room(max(reader, int(others.max(initial=0))))
        self._known[reader] = np.column_stack([others, self._version[others], values])
        for other, (value, back, score) in zip(others.tolist(), values.tolist(), strict=True):
            theirs = self.of(other)
            if theirs is not None:
                mine = [[reader, self._version[reader], back, value, score]]
                self._known[other] = np.concatenate([theirs[theirs[:, OTHER] != reader], mine])

    def rows_of(self, first: Slots, second: Slots, values: NDArray[np.float64]) -> dict[int, Rows]:
        """The rows of each reader, from (m,) pairs and their (m, 3) values."""
        self._room(int(max(first.max(initial=0), second.max(initial=0))))
        reader = np.concatenate([first, second])
        rows = np.empty((len(reader), 5))
        rows[:, OTHER] = np.concatenate([second, first])
        rows[:, VERSION] = self._version[rows[:, OTHER].astype(np.int64)]
        rows[:, VALUE:] = np.concatenate([values, values[:, [1, 0, 2]]])
        order = np.argsort(reader, kind="stable")
        readers, start = np.unique(reader[order], return_index=True)
        parts = np.split(rows[order], start[1:])
        return {slot: part.copy() for slot, part in zip(readers.tolist(), parts, strict=True)}

    def take(self, rows: dict[int, Rows], readers: list[int]) -> None:
        """Keeps the rows of these readers, in place of what was known of them; whoever has none has an empty list."""
        self._room(max(readers, default=0))
        self._known.update(rows)
        for slot in readers:
            if slot not in rows:
                self._known[slot] = np.zeros((0, 5))

    def void(self, slot: int) -> None:
        """Forgets a list, and makes this person's place on all others void."""
        self._room(slot)
        self._version[slot] += 1
        self._known.pop(slot, None)

    def clear(self) -> None:
        """Forgets all lists."""
        self._known.clear()

    def _room(self, slot: int) -> None:
        self._version = grown(self._version, slot + 1)
