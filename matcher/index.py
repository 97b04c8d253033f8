"""Exact two-way retrieval: for each person those who fit best in both directions.

The score of a pair is the best over both people's goals of `w·(goal_a·offer_b + goal_b·offer_a) + v·self_a·self_b`. Each term
depends on one goal only, so the best of the sum is the sum of the bests, and a block of people against everybody is a few
matrix products.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.parallel import chunks, side_by_side
from matcher.similarity import PeopleVectors
from matcher.symmetric import best_of_each
from matcher.topk import best

Positions = NDArray[np.int64]
Vectors = NDArray[np.float32]
BLOCK_CELLS = 25_000_000
"""Scores held at once by each core: 100 MB. At 100,000 people that is 250 rows; products of fewer are slower."""
MOST_ROWS = 500
"""People searched for at once; halved until the table is small enough, so that blocks of a thousand people are whole blocks."""
MANY = 10_000
"""People from which on a search of all among themselves computes half of the table."""
TILE_COLUMNS = 4_096
"""People that a block is compared with at once: what is added up then stays in the processor's cache."""


@dataclass(frozen=True, slots=True, eq=False)
class _Arranged:
    """Some people, those with most goals first, so that the people with an l-th goal are the first ones."""

    who: Positions
    offers: Vectors
    selves: Vectors
    """Weighted by the root of v, since both sides are."""
    layers: list[Vectors]
    """Of each l the l-th goals of the first people, weighted by w, one row each."""

    def cut(self, rows: slice) -> _Arranged:
        """Returns some of them, in the same order."""
        layers = [layer[rows] for layer in self.layers]
        return _Arranged(self.who[rows], self.offers[rows], self.selves[rows], [layer for layer in layers if len(layer)])


class TwoWayIndex:
    """All people of an event, searchable for those who fit in both directions.

    Args:
        people: the event's vectors.
        goal_weight: w, at least 0.
        likeness_weight: v, at least 0.
    """

    def __init__(self, people: PeopleVectors, goal_weight: float, likeness_weight: float) -> None:
        self.people = people
        self._w, self._v = np.float32(goal_weight), np.float32(likeness_weight)
        self._bounds = np.searchsorted(people.goal_owner, np.arange(len(people.offer) + 1))

    def over(self, people: PeopleVectors) -> TwoWayIndex:
        """Returns an index of the same weights over other vectors of the same people."""
        return TwoWayIndex(people, float(self._w), float(self._v))

    def search(self, people: Positions, among: Positions, k: int) -> tuple[Positions, Positions]:
        """Returns (asking, found): for each of `people` up to `k` distinct others out of `among`, best first per person.

        The person asking may be among those found. Ties go to the lower position; `people` and `among` ascend.
        """
        if not len(people) or not len(among) or k < 1:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
        if len(people) >= MANY and np.array_equal(people, among):
            return self._among_themselves(people, k)
        return self._one_by_one(people, among, k)

    def _one_by_one(self, people: Positions, among: Positions, k: int) -> tuple[Positions, Positions]:
        columns = self._arranged(among)

        def look(block: Positions) -> tuple[Positions, Positions]:
            rows = self._arranged(block)
            asking, found = best(self._table(rows, columns), k, columns.who)
            order = np.argsort(rows.who[asking], kind="stable")
            return rows.who[asking[order]], found[order]

        step = MOST_ROWS
        while step > 1 and step * len(among) > BLOCK_CELLS:
            step //= 2
        asking, found = zip(*side_by_side(look, chunks(people, step)), strict=True)
        return np.concatenate(asking), np.concatenate(found)

    def _among_themselves(self, people: Positions, k: int) -> tuple[Positions, Positions]:
        """As `search`: a score is the same for both of a pair, so half of the table is enough."""
        everybody = self._arranged(people)

        def table(rows: slice, columns: slice) -> Vectors:
            return self._table(everybody.cut(rows), everybody.cut(columns))

        rows, found = best_of_each(table, len(people), k, everybody.who, BLOCK_CELLS, MOST_ROWS)
        asking = everybody.who[rows]
        few = people[np.bincount(asking, minlength=people[-1] + 1)[people] < min(k, len(people))]
        again = self._one_by_one(few, people, k) if len(few) else (few, few)
        kept = ~np.isin(asking, few)
        asking, found = np.concatenate([asking[kept], again[0]]), np.concatenate([found[kept], again[1]])
        order = np.argsort(asking, kind="stable")
        return asking[order], found[order]

    def scores(self, person: int, others: Positions) -> NDArray[np.float32]:
        """Returns (m,) the scores of one person with m others."""
        vectors = self.people
        mine = vectors.goals[self._bounds[person] : self._bounds[person + 1]]
        score = (vectors.offer[others] @ mine.T).max(axis=1) if len(mine) else np.zeros(len(others), dtype=np.float32)
        start, count = self._bounds[others], self._bounds[others + 1] - self._bounds[others]
        told = count > 0
        if told.any():
            start, count = start[told], count[told]
            first = np.cumsum(count) - count
            theirs = vectors.goals[np.arange(count.sum()) + np.repeat(start - first, count)] @ vectors.offer[person]
            score[told] += np.maximum.reduceat(theirs, first)
        return np.asarray(self._w * score + self._v * (vectors.self[others] @ vectors.self[person]), dtype=np.float32)

    def _arranged(self, people: Positions) -> _Arranged:
        start, count = self._bounds[people], self._bounds[people + 1] - self._bounds[people]
        order = np.argsort(-count, kind="stable")
        who, start, count = people[order], start[order], count[order]
        sizes = [int((count > number).sum()) for number in range(int(count.max(initial=0)))]
        layers = [self._w * self.people.goals[start[:size] + number] for number, size in enumerate(sizes)]
        return _Arranged(who, self.people.offer[who], np.sqrt(self._v) * self.people.self[who], layers)

    def _table(self, rows: _Arranged, columns: _Arranged) -> NDArray[np.float32]:
        """(m, n) scores of the rows with the columns, tile by tile; the same to the last bit with both changed places."""
        m, n = len(rows.who), len(columns.who)
        score = np.zeros((m, n), dtype=np.float32)
        held = np.empty((2, m, min(n, TILE_COLUMNS)), dtype=np.float32)
        for at in range(0, n, TILE_COLUMNS):
            tile = slice(at, at + TILE_COLUMNS)
            _add_best(score[:, tile], [(layer, columns.offers[tile]) for layer in rows.layers], held)
            _add_best(score[:, tile], [(rows.offers, layer[tile]) for layer in columns.layers if len(layer) > at], held)
            _add_best(score[:, tile], [(rows.selves, columns.selves[tile])], held)
        return score


def _add_best(table: Vectors, products: list[tuple[Vectors, Vectors]], held: NDArray[np.float32]) -> None:
    """Adds to each cell of a table the best of the products of its row and its column; nothing where there is none.

    Layer by layer, since reducing neighbouring rows costs as much as the products themselves. Each layer is a part of the one
    before.

    Args:
        table: (m, n) what is added to.
        products: (at most m, d) vectors of the first rows with (at most n, d) vectors of the first columns.
        held: two tables to work in, at least as large.
    """
    for number, (left, right) in enumerate(products):
        here = held[min(number, 1), : len(left), : len(right)]
        np.matmul(left, right.T, out=here)
        if number:
            best_so_far = held[0, : len(left), : len(right)]
            np.maximum(best_so_far, here, out=best_so_far)
    if products:
        m, n = len(products[0][0]), len(products[0][1])
        table[:m, :n] += held[0, :m, :n]
