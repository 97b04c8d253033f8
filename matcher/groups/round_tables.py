"""Round tables of a few people around a shared goal, with a topic in their own words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.groups.seats import seat_by_goals, table_count
from matcher.groups.topics import topic
from matcher.profiles import Attendee

_NEVER, _COLLEAGUES = 50.0, 0.5
"""What it costs that two such sit together, beside cosines."""


@dataclass(frozen=True, slots=True)
class RoundTable:
    """People who sit together."""

    topic: str
    members: tuple[int, ...]
    """Positions, ascending."""
    goals: tuple[str, ...]
    """For each member the goal that brought them here, as they wrote it."""
    likeness: float
    """Mean cosine between those goals of two members, in [−1, 1]."""
    colleagues: int
    """Pairs of one organisation at the table; 0 wherever that can be."""


def round_tables(
    attendees: tuple[Attendee, ...],
    vectors: NDArray[np.float32],
    owner: NDArray[np.int64],
    never: NDArray[np.int64],
    smallest: int = 4,
    largest: int = 8,
) -> tuple[RoundTable, ...]:
    """Returns the tables; people with a goal are seated, everybody of them where the sizes allow it.

    Colleagues are parted wherever that can be. Two who must never meet are always parted: where no exchange does it, the one with
    the higher position stays without a table.

    Args:
        attendees: the people, in the order of their positions.
        vectors: (g, d) unit vectors of goals, the first of each person's goals first.
        owner: (g,) whose goal it is, ascending.
        never: (k, 2) positions of people who must not sit together, as one has blocked the other.
        smallest: people at a table at least.
        largest: people at a table at most.
    """
    guests = np.unique(owner)
    if not table_count(len(guests), smallest, largest):
        return ()
    place = np.searchsorted(guests, owner)
    apart = _apart(attendees, guests, never)
    table = seat_by_goals(vectors, place, len(guests), apart, smallest, largest)
    for a, b in np.argwhere(np.triu(apart >= _NEVER)).tolist():
        if table[a] == table[b] >= 0:
            table[b] = -1
    texts = [tuple(goal.text for goal in attendees[person].goals) for person in guests.tolist()]
    rank = np.arange(len(owner)) - np.searchsorted(owner, owner)
    found = []
    for number in range(int(table.max()) + 1):
        members = np.flatnonzero(table == number)
        rows = np.flatnonzero(np.isin(place, members))
        centre = vectors[rows].mean(axis=0)
        near = (vectors[rows] @ centre).round(6)
        chosen = [rows[place[rows] == each][int(np.argmax(near[place[rows] == each]))] for each in members]
        goals = tuple(texts[each][rank[row]] for each, row in zip(members.tolist(), chosen, strict=True))
        inner = vectors[chosen] @ vectors[chosen].T
        k = len(members)
        likeness = (float(inner.sum()) - float(np.trace(inner))) / max(k * (k - 1), 1)
        implied = [attendees[guests[each]].goals[rank[row]].inferred for each, row in zip(members.tolist(), chosen, strict=True)]
        nearness = (vectors[chosen] @ centre - 0.5 * np.array(implied)).tolist()  # stated goals name the table
        others = [goal for each in np.flatnonzero(table != number).tolist() for goal in texts[each]]
        words = topic(goals, nearness, others)
        together = int((apart[np.ix_(members, members)] > 0).sum()) // 2
        found.append(RoundTable(words, tuple(guests[members].tolist()), goals, round(likeness, 4), together))
    return tuple(sorted(found, key=lambda each: each.members))


def _apart(attendees: tuple[Attendee, ...], guests: NDArray[np.int64], never: NDArray[np.int64]) -> NDArray[np.float64]:
    keys = {key: number for number, key in enumerate(sorted({each.organization_key for each in attendees} - {""}))}
    team = np.array([keys.get(attendees[person].organization_key, -1 - person) for person in guests.tolist()], dtype=np.int64)
    apart = np.where(team[:, None] == team[None, :], _COLLEAGUES, 0.0)
    both = never[np.isin(never, guests).all(axis=1)]
    rows, columns = np.searchsorted(guests, both[:, 0]), np.searchsorted(guests, both[:, 1])
    apart[rows, columns] = apart[columns, rows] = _NEVER
    np.fill_diagonal(apart, 0.0)
    return apart
