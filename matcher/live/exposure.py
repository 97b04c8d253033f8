"""On how many lists each person stands, where the organizer limits it.

Places are handed out over all known lists, best lines first, as `suggestions.suggest_all` does, and then kept: a list that
changes gives back the places it no longer needs and takes only where there is still room. So nobody ever stands on more
lists than the limit, whatever changes.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence


class Places:
    """Who stands on whose list.

    Args:
        most: lists on which one person may stand.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._held: dict[int, set[int]] = defaultdict(set)
        self._stands: Counter[int] = Counter()

    def hand_out(self, lines: Iterable[tuple[int, int]], length: int) -> None:
        """Fills lists of this length from (reader, other), best line first."""
        for reader, other in lines:
            if len(self._held[reader]) < length and self._stands[other] < self._most:
                self._take(reader, other)

    def list_of(self, reader: int, ranked: Sequence[int], length: int) -> list[int]:
        """The best `length` of the others, best first, among those whose place the reader has or can still take."""
        for other in self._held[reader] - set(ranked):
            self._give_back(reader, other)
        chosen: list[int] = []
        for other in ranked:
            if len(chosen) == length:
                break
            if other not in self._held[reader]:
                if self._stands[other] >= self._most:
                    continue
                self._take(reader, other)
            chosen.append(other)
        return chosen

    def void(self, slot: int) -> None:
        """Gives back all places of somebody who changed or left, on their own list and on those of others."""
        for other in list(self._held.pop(slot, ())):
            self._stands[other] -= 1
        for held in self._held.values():
            held.discard(slot)
        self._stands.pop(slot, None)

    def _take(self, reader: int, other: int) -> None:
        self._held[reader].add(other)
        self._stands[other] += 1

    def _give_back(self, reader: int, other: int) -> None:
        self._held[reader].discard(other)
        self._stands[other] -= 1
