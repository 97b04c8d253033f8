"""Plain similarities between people: what one seeks against what the other offers, likeness, shared words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Pairs = NDArray[np.int64]
Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class PeopleVectors:
    """The people of an event as vectors; all rows are unit length, or zero where a text is missing."""

    offer: Vectors
    """(n, d) what each person offers."""
    goals: Vectors
    """(g, d) single goals; one person may have several."""
    goal_owner: NDArray[np.int64]
    """(g,) position of the person whose goal it is, ascending."""
    self: Vectors
    """(n, d) who each person is."""
    lexical: sparse.csr_matrix
    """(n, v) TF-IDF of the whole profile."""

    def goal_fit(self, pairs: Pairs) -> NDArray[np.float32]:
        """Returns (m,) the best inner product of a goal of `pairs[:, 0]` with the offer of `pairs[:, 1]`; 0 without goals."""
        return self._goals_against_offers(pairs)[0]

    def best_goal(self, pairs: Pairs) -> NDArray[np.int64]:
        """Returns (m,) the row in `goals` of `pairs[:, 0]` that the offer of `pairs[:, 1]` meets best; -1 without goals."""
        return self._goals_against_offers(pairs)[1]

    def _goals_against_offers(self, pairs: Pairs, chunk: int = 50_000) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        start = np.searchsorted(self.goal_owner, np.arange(len(self.offer)))
        count = np.searchsorted(self.goal_owner, np.arange(len(self.offer)), side="right") - start
        best = np.zeros(len(pairs), dtype=np.float32)
        which = np.full(len(pairs), -1, dtype=np.int64)
        for begin in range(0, len(pairs), chunk):
            a, b = pairs[begin : begin + chunk, 0], pairs[begin : begin + chunk, 1]
            score = np.full(len(a), -np.inf, dtype=np.float32)
            for k in range(int(count[a].max(initial=0))):
                has = np.flatnonzero(count[a] > k)
                rows = start[a[has]] + k
                fit = np.einsum("ij,ij->i", self.goals[rows], self.offer[b[has]])
                better = fit > score[has]
                score[has[better]] = fit[better]
                which[begin + has[better]] = rows[better]
            best[begin : begin + chunk] = np.where(np.isfinite(score), score, 0.0)
        return best, which

    def likeness(self, pairs: Pairs, chunk: int = 50_000) -> NDArray[np.float32]:
        """Returns (m,) inner products of who the two people are."""
        parts = [
            np.einsum("ij,ij->i", self.self[pairs[i : i + chunk, 0]], self.self[pairs[i : i + chunk, 1]])
            for i in range(0, len(pairs), chunk)
        ]
        return np.concatenate(parts) if parts else np.zeros(0, dtype=np.float32)

    def shared_words(self, pairs: Pairs, chunk: int = 50_000) -> NDArray[np.float32]:
        """Returns (m,) TF-IDF cosines of the whole profiles."""
        parts = [
            np.asarray(self.lexical[pairs[i : i + chunk, 0]].multiply(self.lexical[pairs[i : i + chunk, 1]]).sum(axis=1)).ravel()
            for i in range(0, len(pairs), chunk)
        ]
        return np.concatenate(parts).astype(np.float32) if parts else np.zeros(0, dtype=np.float32)
