"""Candidate pairs: who is worth weighing at all, by meaning in both directions and by shared words."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matcher.eligibility import Eligibility
from matcher.index import TwoWayIndex
from matcher.reduced import search_of
from matcher.shared_words import search_by_words
from matcher.similarity import PeopleVectors

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
            by_meaning = search_of(index, everyone, others, depth)
            by_words = search_by_words(people.lexical, everyone, others, depth)
            found.append(_kept(np.column_stack(by_meaning(members, others, depth)), eligibility, per_person))
            found.append(_kept(np.column_stack(by_words(members, others, depth)), eligibility, max(per_person // 2, 1)))
        pairs = np.sort(np.vstack(found), axis=1)
    pairs = np.vstack([pairs[eligibility.allowed(pairs)], eligibility.forced])
    codes = np.sort(pairs[:, 0] * n + pairs[:, 1])  # ten times as fast as unique rows
    return np.column_stack(np.divmod(codes[np.diff(codes, prepend=-1) > 0], n))


def _kept(pairs: Pairs, eligibility: Eligibility, k: int) -> Pairs:
    """Drops forbidden pairs, then keeps the first k of each person; pairs come grouped by person, best first."""
    pairs = pairs[eligibility.allowed(pairs)]
    rank = np.arange(len(pairs)) - np.searchsorted(pairs[:, 0], pairs[:, 0])
    return pairs[rank < k]
