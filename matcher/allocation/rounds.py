"""Lists for everybody at once: rank after rank the best set of pairs in which nobody stands twice.

A pair then stands at the same place on both lists, nobody is shown more often than their list is long, and on the synthetic
market of Tomita and Yokoyama (RecSys 2024) nobody envies anybody (`benchmarks/peers`; the idea is their iterated program).
"""

from __future__ import annotations

import numpy as np

from matcher.allocation.problem import Counts, Pairs, Values
from matcher.allocation.whole_event import allocate


def rounds(pairs: Pairs, weights: Values, n: int, length: int) -> Counts:
    """Returns (m,) the rank of each pair on the lists of both, from 0; −1 for pairs that stand on none.

    Args:
        pairs: (m, 2) positions, each pair once.
        weights: (m,) at least 0, of the order of 1: everybody having somebody comes before who it is.
        n: people.
        length: of a list.

    >>> rounds(np.array([[0, 1], [2, 3], [0, 2], [1, 3], [0, 3]]), np.array([0.9, 0.1, 0.2, 0.2, 0.9]), 4, 2).tolist()
    [0, 0, 1, 1, -1]
    """
    rank = np.full(len(pairs), -1, dtype=np.int64)
    none, one = np.zeros(n, dtype=np.int64), np.ones(n, dtype=np.int64)
    for number in range(length):
        left = np.flatnonzero(rank < 0)
        if not len(left):
            break
        rank[left[allocate(pairs[left], weights[left] + 1.0, none, one).chosen]] = number
    return rank
