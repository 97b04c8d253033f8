"""People to round tables by what they share: balanced k-means on goals, then exchanges that keep apart who must be."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_TURNS = 12
"""Turns of assignment and new centres; it settles in fewer."""
_AT_ONCE = 600
"""People seated in one go; more are parted first, along the direction in which their goals differ most."""

Vectors = NDArray[np.float32]
Places = NDArray[np.int64]
Costs = NDArray[np.float64]


def table_count(people: int, smallest: int, largest: int) -> int:
    """Returns how many tables hold everybody with `smallest` to `largest` each, nearest to the middle of both; 0 where none do.

    >>> [table_count(n, 4, 8) for n in (3, 4, 8, 9, 100)]
    [0, 1, 1, 2, 17]
    """
    least, most = -(-people // largest), people // smallest
    return 0 if least > most or not people else min(max(round(people * 2 / (smallest + largest)), least), most)


def seat_by_goals(goals: Vectors, owner: Places, people: int, apart: Costs, smallest: int, largest: int) -> Places:
    """Returns (n,) the table of each person.

    Each person counts with the goal that is nearest to the table's centre. A table has `smallest` to `largest` people. Who should
    be apart is exchanged away as long as an exchange helps.

    Args:
        goals: (g, d) unit vectors.
        owner: (g,) whose goal it is, 0..n−1; everybody has one at least.
        people: n, such that `table_count` is not 0.
        apart: (n, n) symmetric, what it costs that two sit together, beside cosines to a table's centre; 0 for nearly all.
        smallest: seats that are filled at each table.
        largest: seats at each table.
    """
    table = np.full(people, -1, dtype=np.int64)
    count = 0
    for part in _parts(goals, owner, np.arange(people), smallest, largest):
        local = np.full(people, -1, dtype=np.int64)
        local[part] = np.arange(len(part))
        rows = local[owner] >= 0
        seats = _seat(goals[rows], local[owner[rows]], len(part), apart[np.ix_(part, part)], smallest, largest)
        table[part] = seats + count
        count = int(table.max()) + 1
    return table


def _parts(goals: Vectors, owner: Places, people: Places, smallest: int, largest: int) -> list[Places]:
    if len(people) <= _AT_ONCE:
        return [people]
    mean = np.array([goals[owner == person].mean(axis=0) for person in people.tolist()])
    _, _, directions = np.linalg.svd(mean - mean.mean(axis=0), full_matrices=False)
    along = mean @ directions[0] * np.sign(directions[0][np.abs(directions[0]).argmax()])
    order = people[np.lexsort((people, along.round(6)))]
    half = len(people) // 2
    return _parts(goals, owner, np.sort(order[:half]), smallest, largest) + _parts(
        goals, owner, np.sort(order[half:]), smallest, largest
    )


def _seat(goals: Vectors, owner: Places, people: int, apart: Costs, smallest: int, largest: int) -> Places:
    from scipy.optimize import linear_sum_assignment

    tables = table_count(people, smallest, largest)
    centres = _spread(goals, owner, tables)
    seat_of = np.repeat(np.arange(tables), largest)
    must = np.tile(np.arange(largest) < smallest, tables)  # a seat that is filled first, at every table
    best, best_value = np.zeros(people, dtype=np.int64), -np.inf
    for _ in range(_TURNS):
        likeness = _likeness(goals, owner, people, centres)
        rows, seats = linear_sum_assignment(likeness[:, seat_of] + 10.0 * must, maximize=True)
        table = np.empty(people, dtype=np.int64)
        table[rows] = seat_of[seats]
        value = float(likeness[np.arange(people), table].sum())
        if value <= best_value + 1e-6:
            break
        best, best_value = table, value
        centres = _centres(goals, owner, table, centres)
    return _exchange(best, _likeness(goals, owner, people, centres), apart, smallest, largest)


def _spread(goals: Vectors, owner: Places, tables: int) -> Vectors:
    """Centres to begin with: the most central goal, then always the one farthest from those chosen (Gonzalez, 1985)."""
    first = int(np.argmax((goals @ goals.mean(axis=0)).round(6)))
    chosen, nearest = [first], goals @ goals[first]
    while len(chosen) < tables:
        chosen.append(int(np.argmin(nearest.round(6))))
        nearest = np.maximum(nearest, goals @ goals[chosen[-1]])
    return goals[chosen]


def _likeness(goals: Vectors, owner: Places, people: int, centres: Vectors) -> NDArray[np.float64]:
    """(n, tables) cosine of each person's nearest goal to each centre."""
    best = np.full((people, len(centres)), -1.0)
    np.maximum.at(best, owner, (goals @ centres.T).astype(np.float64))
    return best.round(6)


def _centres(goals: Vectors, owner: Places, table: Places, centres: Vectors) -> Vectors:
    """The mean of the goals with which the people at each table count."""
    near = np.einsum("gd,gd->g", goals, centres[table[owner]])
    order = np.lexsort((np.arange(len(goals)), -near.round(6), owner))
    first = order[np.unique(owner[order], return_index=True)[1]]
    new = centres.copy()
    for number in range(len(centres)):
        here = first[table[owner[first]] == number]
        mean = goals[here].mean(axis=0)
        new[number] = mean / max(float(np.linalg.norm(mean)), 1e-9)
    return new


def _exchange(table: Places, likeness: NDArray[np.float64], apart: Costs, smallest: int, largest: int) -> Places:
    """Moves or exchanges people who sit with somebody from whom they should be apart, while that helps."""
    table = table.copy()
    n, tables = likeness.shape
    clash = np.zeros((n, tables))
    for number in range(tables):
        clash[:, number] = apart[:, table == number].sum(axis=1)
    worth = likeness - clash
    everybody = np.arange(n)
    for person in [p for _ in range(3) for p in np.flatnonzero(apart.any(axis=1)).tolist()]:
        here = table[person]
        if not apart[person, table == here].any():
            continue
        # the gain of an exchange with each other person, counting that both leave their place
        leave = worth[person, table] + apart[person] - worth[person, here]
        come = worth[everybody, here] + apart[person] - worth[everybody, table]
        gain = np.where(table == here, -np.inf, leave + come)
        sizes = np.bincount(table, minlength=tables)
        move = np.where((sizes < largest) & (sizes[here] > smallest), worth[person] - worth[person, here], -np.inf)
        move[here] = -np.inf
        changed = [person]
        if move.max() >= gain.max():
            if move.max() <= 0:
                continue
            table[person] = int(move.argmax())
        else:
            other = int(gain.argmax())
            if gain[other] <= 0:
                continue
            table[person], table[other] = table[other], here
            changed.append(other)
        for number in {int(here), *(int(table[each]) for each in changed)}:
            clash[:, number] = apart[:, table == number].sum(axis=1)
        worth = likeness - clash
    return table
