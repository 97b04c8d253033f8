"""What is to be placed: meetings, slots, who can come when and who stands in for whom, tables by location, what may not move."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product

import numpy as np
from numpy.typing import NDArray

Pairs = NDArray[np.int64]
Slots = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Meetings:
    """The meetings of an event and the rules for placing them; slots are positions 0..s-1 in order of time."""

    pairs: Pairs
    """(m, 2) positions of people, each pair once."""
    availability: NDArray[np.bool_]
    """(n, s) True where the person can come."""
    tables: Slots
    """(l, s) meetings at once at each location."""
    location: Slots
    """(m,) where each meeting takes place, 0..l−1."""
    team: Slots
    """(n,) number of the team, −1 for those in none; any member of a team may take its meetings."""
    fixed: Slots
    """(m,) slot of a meeting that does not move, −1 for all others."""
    max_in_a_row: int
    """Slots that one person may meet without a break; 0 for any number."""
    follows: NDArray[np.bool_]
    """(s−1,) True where slot i+1 begins as slot i ends, so that both count as in a row."""
    windows: tuple[int, ...] = field(init=False)
    """Bit masks of slots in a row that are one too many."""
    choices: tuple[tuple[tuple[int, int], ...], ...] = field(init=False)
    """For each meeting the pairs who could hold it: the two introduced first, then with members of their teams."""

    def __post_init__(self) -> None:
        size, s = self.max_in_a_row + 1, self.slots
        starts = range(s - size + 1) if self.max_in_a_row else ()
        found = (((1 << size) - 1) << t for t in starts if self.follows[t : t + size - 1].all())
        object.__setattr__(self, "windows", tuple(found))
        members: dict[int, list[int]] = {}
        for person in np.flatnonzero(self.team >= 0).tolist():
            members.setdefault(int(self.team[person]), []).append(person)
        object.__setattr__(self, "choices", tuple(self._choices(members)))

    def _choices(self, members: dict[int, list[int]]) -> Iterator[tuple[tuple[int, int], ...]]:
        for (a, b), fixed in zip(self.pairs.tolist(), self.fixed.tolist(), strict=True):
            if fixed >= 0 or (self.team[a] < 0 and self.team[b] < 0):
                yield ((a, b),)
                continue
            firsts, seconds = ([p, *(q for q in members.get(int(self.team[p]), ()) if q != p)] for p in (a, b))
            yield tuple(product(firsts, seconds))

    @property
    def people(self) -> int:
        """How many people there are."""
        return len(self.availability)

    @property
    def slots(self) -> int:
        """How many slots there are."""
        return int(self.tables.shape[1])

    @property
    def room(self) -> Slots:
        """(m, s) meetings at once where each meeting takes place."""
        return self.tables[self.location]

    def fixed_masks(self) -> list[int]:
        """Returns for each person the bit mask of the slots of their fixed meetings."""
        masks = [0] * self.people
        for (a, b), slot in zip(self.pairs.tolist(), self.fixed.tolist(), strict=True):
            if slot >= 0:
                masks[a] |= 1 << slot
                masks[b] |= 1 << slot
        return masks

    def available_masks(self) -> list[int]:
        """Returns for each person the bit mask of the slots in which they can come."""
        return [sum(1 << t for t in np.flatnonzero(row).tolist()) for row in self.availability]

    def too_long(self, mask: int, fixed: int) -> bool:
        """Returns True where the slots in `mask` hold too many in a row, beyond what `fixed` meetings cause by themselves."""
        return any(mask & window == window and fixed & window != window for window in self.windows)


def checked(
    pairs: Pairs,
    availability: NDArray[np.bool_],
    tables: Slots,
    fixed: Slots | None,
    max_in_a_row: int,
    follows: NDArray[np.bool_] | None,
    location: Slots | None = None,
    team: Slots | None = None,
) -> Meetings:
    """Returns the meetings, with all that can be wrong about them refused.

    Raises:
        ValueError: shapes or ranges do not fit, a pair (or one person and a team) stands twice, or fixed meetings put somebody in
            two places at once.
    """
    pairs = np.asarray(pairs, dtype=np.int64).reshape(-1, 2)
    availability, tables = np.asarray(availability, dtype=bool), np.asarray(tables, dtype=np.int64)
    tables = tables[None] if tables.ndim == 1 else tables
    if availability.ndim != 2 or tables.ndim != 2 or tables.shape[1] != availability.shape[1]:
        raise ValueError(f"availability {availability.shape}, tables {tables.shape}; expected (people, slots) and (slots,)")
    n, s = availability.shape
    location = np.zeros(len(pairs), dtype=np.int64) if location is None else np.asarray(location, dtype=np.int64)
    team = np.full(n, -1, dtype=np.int64) if team is None else np.asarray(team, dtype=np.int64)
    if location.shape != (len(pairs),) or team.shape != (n,) or not np.isin(location, np.arange(len(tables))).all():
        raise ValueError(f"location {location.shape} below {len(tables)} for each pair and team {team.shape} for each person")
    fixed = np.full(len(pairs), -1, dtype=np.int64) if fixed is None else np.asarray(fixed, dtype=np.int64)
    follows = np.ones(max(s - 1, 0), dtype=bool) if follows is None else np.asarray(follows, dtype=bool)
    if fixed.shape != (len(pairs),) or follows.shape != (max(s - 1, 0),):
        raise ValueError(f"{len(pairs)} pairs, {s} slots; fixed {fixed.shape}, follows {follows.shape}")
    if len(pairs) and not (pairs.min() >= 0 and pairs.max() < n):
        raise ValueError(f"pairs name people {pairs.min()} to {pairs.max()}; there are 0 to {n - 1}")
    if len(pairs) and not (fixed.min() >= -1 and fixed.max() < s):
        raise ValueError(f"fixed slots {fixed.min()} to {fixed.max()}; there are 0 to {s - 1}, and -1 for not fixed")
    if max_in_a_row < 0 or (tables < 0).any():
        raise ValueError(f"max_in_a_row {max_in_a_row} and tables {tables.tolist()} cannot be negative")
    if (pairs[:, 0] == pairs[:, 1]).any():
        raise ValueError(f"person {pairs[pairs[:, 0] == pairs[:, 1]][0, 0]} meets themselves")
    sides = np.where(team >= 0, team + n, np.arange(n))[pairs]
    if (sides[:, 0] == sides[:, 1]).any():
        raise ValueError("two of one team meet each other")
    if len(np.unique(np.sort(sides, axis=1), axis=0)) != len(pairs):
        raise ValueError("a pair stands twice, or two of one team meet the same person")
    seen: set[tuple[int, int]] = set()
    for meeting in np.flatnonzero(fixed >= 0).tolist():
        for person in pairs[meeting].tolist():
            if (person, int(fixed[meeting])) in seen:
                raise ValueError(f"person {person} has two fixed meetings in slot {fixed[meeting]}")
            seen.add((person, int(fixed[meeting])))
    return Meetings(pairs, availability, tables, location, team, fixed, max_in_a_row, follows)
