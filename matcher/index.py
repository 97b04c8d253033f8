"""Exact two-way retrieval in one FAISS search, by swap concatenation.

Row of b: `[√w·offer_b ; √w·goal_b ; √v·self_b]`, query of a: `[√w·goal_a ; √w·offer_a ; √v·self_a]`. One inner product is
then `w·value(a←b) + w·value(b←a) + v·likeness(a, b)`: mutual, and symmetric. People with several goals have several rows
and several queries; a pair's score is the maximum over them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matcher.similarity import PeopleVectors

Positions = NDArray[np.int64]


class TwoWayIndex:
    """All people of an event, searchable for those who fit in both directions.

    Args:
        people: the event's vectors.
        goal_weight: w, at least 0.
        likeness_weight: v, at least 0.
    """

    def __init__(self, people: PeopleVectors, goal_weight: float, likeness_weight: float) -> None:
        import faiss

        w, v = np.sqrt(goal_weight, dtype=np.float32), np.sqrt(likeness_weight, dtype=np.float32)
        owner, goals = _one_row_each(people)
        offer, self_ = w * people.offer[owner], v * people.self[owner]
        self._owner = owner
        self._start = np.searchsorted(owner, np.arange(len(people.offer) + 1))
        self._queries = np.ascontiguousarray(np.hstack([w * goals, offer, self_]), dtype=np.float32)
        self._index = faiss.IndexFlatIP(self._queries.shape[1])
        self._index.add(np.ascontiguousarray(np.hstack([offer, w * goals, self_]), dtype=np.float32))

    def search(self, people: Positions, among: Positions, k: int) -> tuple[Positions, Positions]:
        """Returns (asking, found): for each of `people` up to `k` distinct others out of `among`, best first per person.

        The person asking may be among those found. Ties go to the lower position.
        """
        import faiss

        if not len(people) or not len(among) or k < 1:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
        rows = np.concatenate([np.arange(self._start[p], self._start[p + 1]) for p in people])
        allowed = np.flatnonzero(np.isin(self._owner, among)).astype(np.int64)
        per_owner = int(np.bincount(self._owner).max())
        depth = min(k * min(per_owner, 4), len(allowed))
        selector = None
        if len(allowed) < len(self._owner):
            selector = faiss.SearchParameters()
            selector.sel = faiss.IDSelectorBatch(allowed)
        scores, found = self._index.search(self._queries[rows], depth, params=selector)
        return _best_per_pair(np.repeat(self._owner[rows], depth), found.ravel(), scores.ravel(), self._owner, k)


def _one_row_each(people: PeopleVectors) -> tuple[Positions, NDArray[np.float32]]:
    """Gives a zero goal to those who have none, so that everybody can be found and can ask."""
    without = np.setdiff1d(np.arange(len(people.offer)), people.goal_owner)
    owner = np.concatenate([people.goal_owner, without])
    goals = np.vstack([people.goals, np.zeros((len(without), people.offer.shape[1]), dtype=np.float32)])
    order = np.argsort(owner, kind="stable")
    return owner[order], goals[order]


def _best_per_pair(
    asking: Positions, rows: Positions, scores: NDArray[np.float32], owner: Positions, k: int
) -> tuple[Positions, Positions]:
    found = owner[rows]
    # rounded, so that the last bit of a differently blocked product cannot reorder a tie
    order = np.lexsort((found, -np.round(scores, 5), asking))
    asking, found = asking[order], found[order]
    code = asking * (owner.max() + 1) + found
    _, first = np.unique(code, return_index=True)
    first.sort()
    asking, found = asking[first], found[first]
    start = np.searchsorted(asking, asking)
    keep = np.arange(len(asking)) - start < k
    return asking[keep], found[keep]
