"""Rounds for meetings when everybody can always come: at most one more than the most that anyone meets."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def colour_edges(pairs: NDArray[np.int64], n: int) -> NDArray[np.int64]:
    """Returns (m,) the round of each meeting, 0..Δ, so that nobody has two in one round; Δ is the largest degree.

    Vizing's theorem (1964) by the algorithm of Misra and Gries (Information Processing Letters, 1992), O(n·m). The graph is
    simple: no pair twice. Ties go to the lowest round, so the same pairs in the same order give the same rounds.

    >>> triangle = np.array([[0, 1], [1, 2], [0, 2]])
    >>> colour_edges(triangle, 3).tolist()
    [0, 1, 2]
    """
    rounds = int(np.bincount(pairs.ravel(), minlength=max(n, 1)).max(initial=0)) + 1
    colouring = _Colouring(pairs, n, rounds)
    for edge in range(len(pairs)):
        colouring.add(edge)
    return np.array(colouring.colour, dtype=np.int64)


class _Colouring:
    """The rounds given so far, and at each person the meeting of each round."""

    def __init__(self, pairs: NDArray[np.int64], n: int, rounds: int) -> None:
        self.ends: list[tuple[int, int]] = [(int(a), int(b)) for a, b in pairs]
        self.colour = [-1] * len(pairs)
        self.at: list[dict[int, int]] = [{} for _ in range(n)]
        self.rounds = rounds

    def add(self, edge: int) -> None:
        """Colours one more edge, moving others where it must."""
        centre, first = self.ends[edge]
        fan = self._fan(centre, first, edge)
        c, d = self._free(centre), self._free(self._other(fan[-1], centre))
        if d in self.at[centre]:
            self._invert(centre, c, d)
        length = self._prefix(fan, centre, d)
        self._rotate(fan[: length + 1], d)

    def _other(self, edge: int, person: int) -> int:
        a, b = self.ends[edge]
        return b if person == a else a

    def _free(self, person: int) -> int:
        return next(c for c in range(self.rounds) if c not in self.at[person])

    def _fan(self, centre: int, first: int, edge: int) -> list[int]:
        """Edges at the centre; the colour of each is free at the far end of the one before."""
        fan, last, members = [edge], first, {edge}
        while True:
            following = next((e for c, e in self.at[centre].items() if e not in members and c not in self.at[last]), None)
            if following is None:
                return fan
            fan.append(following)
            members.add(following)
            last = self._other(following, centre)

    def _invert(self, centre: int, c: int, d: int) -> None:
        """Swaps c and d along the path of both that starts at the centre; afterwards d is free there."""
        path, person, colour = [], centre, d
        while colour in self.at[person]:
            edge = self.at[person][colour]
            path.append(edge)
            person, colour = self._other(edge, person), c if colour == d else d
        new = [c if self.colour[edge] == d else d for edge in path]
        for edge in path:
            self._clear(edge)
        for edge, colour in zip(path, new, strict=True):
            self._set(edge, colour)

    def _prefix(self, fan: list[int], centre: int, d: int) -> int:
        """The place of the first edge of the fan that can take d, with everything before it still a fan."""
        for place, edge in enumerate(fan):
            end = self._other(edge, centre)
            if d not in self.at[end]:
                return place
            if place + 1 < len(fan) and self.colour[fan[place + 1]] in self.at[end]:
                break
        raise AssertionError("Misra and Gries proved that one can")

    def _rotate(self, fan: list[int], d: int) -> None:
        new = [*(self.colour[edge] for edge in fan[1:]), d]
        for edge in fan:
            self._clear(edge)
        for edge, colour in zip(fan, new, strict=True):
            self._set(edge, colour)

    def _clear(self, edge: int) -> None:
        if self.colour[edge] >= 0:
            for person in self.ends[edge]:
                del self.at[person][self.colour[edge]]
            self.colour[edge] = -1

    def _set(self, edge: int, colour: int) -> None:
        self.colour[edge] = colour
        for person in self.ends[edge]:
            self.at[person][colour] = edge
