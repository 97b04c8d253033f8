"""Candidate pairs: who is worth weighing at all, by meaning in both directions and by shared words."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matcher.eligibility import Eligibility
from matcher.index import TwoWayIndex
from matcher.parallel import cores
from matcher.reduced import search_of
from matcher.similarity import PeopleVectors
from matcher.topk import DECIMALS

Pairs = NDArray[np.int64]
GOALS_TO_LIKENESS = 0.25
"""Likeness counts a quarter of a goal in retrieval: goals lead, likeness follows."""


def candidate_pairs(
    people: PeopleVectors,
    eligibility: Eligibility,
    per_person: int,
    goals: float = 1.0,
    likeness: float = 1.0,
    brought_by: NDArray[np.int64] | None = None,
) -> Pairs:
    """Returns (m, 2) eligible pairs of positions, each once with the lower first, sorted; required and locked pairs included.

    Each person brings the `per_person` best by two-way meaning and half as many by shared words. In an event so small
    that this would be nearly everybody, all eligible pairs are candidates.

    Args:
        people: vectors of the event's people.
        eligibility: the rules; no forbidden pair is returned.
        per_person: people looked at for each person, at least 1.
        goals, likeness: weights, at least 0.
        brought_by: positions of the people who bring their candidates; everybody where left out.
    """
    n = len(people.offer)
    if n <= 2 * per_person:
        first, second = np.triu_indices(n, 1)
        pairs = np.column_stack([first, second]).astype(np.int64)
    else:
        index = TwoWayIndex(people, goals, GOALS_TO_LIKENESS * likeness)
        extra = eligibility.forbidden_count()
        found = []
        for everyone, others in eligibility.groups():
            members = everyone if brought_by is None else np.intersect1d(everyone, brought_by)
            depth = per_person + 1 + int(extra[everyone].max(initial=0))
            search = search_of(index, everyone, others, depth)
            found.append(_kept(np.column_stack(search(members, others, depth)), eligibility, per_person))
            found.append(_kept(_by_words(people, members, others, depth), eligibility, max(per_person // 2, 1)))
        pairs = np.sort(np.vstack(found), axis=1)
    pairs = pairs[eligibility.allowed(pairs)]
    return np.unique(np.vstack([pairs, eligibility.forced]), axis=0)


def _kept(pairs: Pairs, eligibility: Eligibility, k: int) -> Pairs:
    """Drops forbidden pairs, then keeps the first k of each person; pairs come grouped by person, best first."""
    pairs = pairs[eligibility.allowed(pairs)]
    rank = np.arange(len(pairs)) - np.searchsorted(pairs[:, 0], pairs[:, 0])
    return pairs[rank < k]


def _by_words(people: PeopleVectors, members: NDArray[np.int64], others: NDArray[np.int64], k: int) -> Pairs:
    if not len(members) or not len(others):
        return np.zeros((0, 2), dtype=np.int64)
    from sparse_dot_topn import sp_matmul_topn

    columns = people.lexical[others].T.tocsr()
    shared = sp_matmul_topn(people.lexical[members], columns, top_n=min(k, len(others)), n_threads=cores())
    asking, value = np.repeat(np.arange(len(members)), np.diff(shared.indptr)), np.round(shared.data, DECIMALS)
    order = np.lexsort((shared.indices, -value, asking))
    order = order[value[order] > 0]
    return np.asarray(np.column_stack([members[asking[order]], others[shared.indices[order]]]), dtype=np.int64)
