"""Plain similarities between people: what one seeks against what the other offers, likeness, shared words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matcher.parallel import chunks, side_by_side

Pairs = NDArray[np.int64]
Vectors = NDArray[np.float32]
CHUNK = 8_192
"""Pairs compared at once: some 25 MB of vectors."""


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

    def _goals_against_offers(self, pairs: Pairs) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        start = np.searchsorted(self.goal_owner, np.arange(len(self.offer)))
        count = np.searchsorted(self.goal_owner, np.arange(len(self.offer)), side="right") - start

        def look(some: Pairs) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
            a, b = some[:, 0], some[:, 1]
            score = np.full(len(a), -np.inf, dtype=np.float32)
            which = np.full(len(a), -1, dtype=np.int64)
            for k in range(int(count[a].max(initial=0))):
                has = np.flatnonzero(count[a] > k)
                rows = start[a[has]] + k
                fit = np.einsum("ij,ij->i", self.goals[rows], self.offer[b[has]])
                better = fit > score[has]
                score[has[better]] = fit[better]
                which[has[better]] = rows[better]
            return np.where(np.isfinite(score), score, np.float32(0.0)), which

        best, which = zip(
            *([(np.zeros(0, np.float32), np.zeros(0, np.int64)), *side_by_side(look, chunks(pairs, CHUNK))]), strict=True
        )
        return np.concatenate(best), np.concatenate(which)

    def likeness(self, pairs: Pairs) -> NDArray[np.float32]:
        """Returns (m,) inner products of who the two people are."""

        def look(some: Pairs) -> NDArray[np.float32]:
            return np.asarray(np.einsum("ij,ij->i", self.self[some[:, 0]], self.self[some[:, 1]]))

        return np.concatenate([np.zeros(0, dtype=np.float32), *side_by_side(look, chunks(pairs, CHUNK))])

    def shared_words(self, pairs: Pairs) -> NDArray[np.float32]:
        """Returns (m,) TF-IDF cosines of the whole profiles."""

        def look(some: Pairs) -> NDArray[np.float32]:
            return np.asarray(self.lexical[some[:, 0]].multiply(self.lexical[some[:, 1]]).sum(axis=1), dtype=np.float32).ravel()

        return np.concatenate([np.zeros(0, dtype=np.float32), *side_by_side(look, chunks(pairs, CHUNK))])
