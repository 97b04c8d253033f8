"""Two-way retrieval along the main axes only, for events so large that exact search costs most of the job.

Texts of one event differ along few directions. So everybody is compared along the principal axes of the event's vectors
(Jolliffe, "Principal Component Analysis", 2002), which needs a fraction of the products, and the best of that, a few times as
many as are asked for, are compared in full. How many axes that takes is tried on the event itself; where none of these numbers
finds enough, the search is exact.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from matcher.index import Positions, TwoWayIndex
from matcher.parallel import chunks, in_processes
from matcher.similarity import PeopleVectors
from matcher.topk import DECIMALS

Search = Callable[[Positions, Positions, int], tuple[Positions, Positions]]
MANY = 40_000
"""People from which on the axes are tried; at 30,000 exact search costs as much as trying and searching (benchmarks, Speed)."""
AXES = (96, 128, 160, 192, 256)
"""Numbers of axes that are tried, the cheapest first."""
TIMES = 2
"""Times as many people as asked for are compared in full. Three times cost more than the axes they save (benchmarks, Speed)."""
ENOUGH = 0.985
"""Share of what exact search finds that the trial must find: .98 is promised, and a trial of few people may be lucky."""
TRIED = 200
"""People that each number of axes is tried on."""
SAMPLE = 20_000
"""Vectors that the axes are taken from; 384 numbers need no more."""


def search_of(index: TwoWayIndex, people: Positions, among: Positions, k: int) -> Search:
    """Returns how to search for the `k` best of `people` out of `among`: `index.search` or a cheaper one.

    The cheaper one finds at least .98 of the same. The choice depends on the event only, not on the machine or on who asks first.
    """
    if len(among) < MANY or len(people) < TRIED:
        return index.search
    some = people[np.linspace(0, len(people) - 1, TRIED).astype(np.int64)]
    wanted = np.column_stack(index.search(some, among, k))
    axes = main_axes(index.people)
    for number in AXES:
        search = along(index, axes[:, :number])
        if found_share(np.column_stack(search(some, among, k)), wanted) >= ENOUGH:
            return search
    return index.search


def along(index: TwoWayIndex, axes: NDArray[np.float32]) -> Search:
    """Returns a search along some axes, (d, c) in columns, that compares `TIMES` as many in full as are asked for."""
    full = index.people
    rough = index.over(replace(full, offer=full.offer @ axes, goals=full.goals @ axes, self=full.self @ axes))

    def search(people: Positions, among: Positions, k: int) -> tuple[Positions, Positions]:
        return compared_in_full(people, *rough.search(people, among, TIMES * k), k, index.scores)

    return search


def compared_in_full(
    people: Positions,
    asking: Positions,
    found: Positions,
    k: int,
    scores: Callable[[int, Positions], NDArray[np.float32]],
    above: float = -np.inf,
) -> tuple[Positions, Positions]:
    """Returns (asking, found): of what a rough search has found, the `k` best of each person by another score, best first.

    Args:
        people: (m,) who asked, ascending.
        asking, found: what was found, `asking` ascending.
        k: how many of each person at most; ties go to the lower position.
        scores: gives the scores of a person with others.
        above: what a score must exceed.
    """
    start, stop = (np.searchsorted(asking, people, side=side) for side in ("left", "right"))

    def best(some: NDArray[np.int64]) -> NDArray[np.int64]:
        pairs = []
        for person, first, last in zip(people[some].tolist(), start[some].tolist(), stop[some].tolist(), strict=True):
            others = found[first:last]
            value = np.round(scores(person, others), DECIMALS)
            order = np.lexsort((others, -value))[:k]
            order = order[value[order] > above]
            pairs.append(np.column_stack([np.full(len(order), person), others[order]]))
        return np.vstack(pairs)

    pairs = np.vstack([np.zeros((0, 2), dtype=np.int64), *in_processes(best, chunks(np.arange(len(people)), 500))])
    return pairs[:, 0], pairs[:, 1]


def main_axes(people: PeopleVectors) -> NDArray[np.float32]:
    """Returns (d, d) the principal axes of all vectors, the strongest first, in columns."""
    vectors = np.vstack([rows[:: max(1, len(rows) // SAMPLE)] for rows in (people.offer, people.goals, people.self)])
    _, axes = np.linalg.eigh(vectors.T.astype(np.float64) @ vectors)
    return np.ascontiguousarray(axes[:, ::-1], dtype=np.float32)


def found_share(found: NDArray[np.int64], wanted: NDArray[np.int64]) -> float:
    """Returns the share of the (m, 2) wanted pairs that are among the (k, 2) found ones: the recall; 1 where none is wanted."""
    size = int(max(found.max(initial=0), wanted.max(initial=0))) + 1
    return float(np.isin(wanted @ (size, 1), found @ (size, 1)).mean()) if len(wanted) else 1.0
