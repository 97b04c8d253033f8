"""Exact two-way retrieval: for each person those who fit best in both directions.

The score of a pair is the best over both people's goals of `w·(goal_a·offer_b + goal_b·offer_a) + v·self_a·self_b`. Each term
depends on one goal only, so the best of the sum is the sum of the bests, and a block of people against everybody is three
matrix products.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matcher.parallel import chunks, side_by_side
from matcher.similarity import PeopleVectors
from matcher.topk import best

Positions = NDArray[np.int64]
Vectors = NDArray[np.float32]
BLOCK_CELLS = 8_000_000
"""Cells of the largest table held at once by each core: 32 MB."""


class TwoWayIndex:
    """All people of an event, searchable for those who fit in both directions.

    Args:
        people: the event's vectors.
        goal_weight: w, at least 0.
        likeness_weight: v, at least 0.
    """

    def __init__(self, people: PeopleVectors, goal_weight: float, likeness_weight: float) -> None:
        self._people = people
        self._w, self._v = np.float32(goal_weight), np.float32(likeness_weight)
        self._bounds = np.searchsorted(people.goal_owner, np.arange(len(people.offer) + 1))

    def search(self, people: Positions, among: Positions, k: int) -> tuple[Positions, Positions]:
        """Returns (asking, found): for each of `people` up to `k` distinct others out of `among`, best first per person.

        The person asking may be among those found. Ties go to the lower position; `people` and `among` ascend.
        """
        if not len(people) or not len(among) or k < 1:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
        offers, selves, their_goals = self._people.offer[among], self._people.self[among].T, self._layers(among)

        def look(block: Positions) -> tuple[Positions, Positions]:
            score = _best_goal(self._layers(block), len(block), offers)
            score += _best_goal(their_goals, len(among), self._people.offer[block]).T
            score *= self._w
            score += self._v * (self._people.self[block] @ selves)
            rows, columns = best(score, k)
            return block[rows], among[columns]

        step = max(1, BLOCK_CELLS // len(among))
        asking, found = zip(*side_by_side(look, chunks(people, step)), strict=True)
        return np.concatenate(asking), np.concatenate(found)

    def _layers(self, people: Positions) -> list[tuple[Positions, Vectors]]:
        """The first goals of these people, then the second ones, and so on: who has one, by place in `people`, and the goals."""
        start, count = self._bounds[people], self._bounds[people + 1] - self._bounds[people]
        layers = []
        for number in range(int(count.max(initial=0))):
            told = np.flatnonzero(count > number)
            layers.append((told, self._people.goals[start[told] + number]))
        return layers


def _best_goal(layers: list[tuple[Positions, Vectors]], people: int, offers: Vectors) -> Vectors:
    """(people, n) the best inner product of a goal of each person with each of n offers; 0 for those without a goal.

    Layer by layer, since reducing neighbouring rows costs as much as the products themselves.
    """
    out = np.zeros((people, len(offers)), dtype=np.float32)
    for number, (told, goals) in enumerate(layers):
        fit = goals @ offers.T
        out[told] = np.maximum(out[told], fit) if number else fit
    return out
