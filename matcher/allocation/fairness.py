"""Fairness by choice: more for those who get least, at a price that is told."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matcher.allocation.problem import Choice, Counts, Pairs, Values
from matcher.allocation.whole_event import Allocation, allocate

_ROUNDS = 3
"""Re-weightings tried; the first brings nearly all, the best is kept."""
_MOST = 100.0
"""A person's weight is at most so many times that of the person in the middle."""


@dataclass(frozen=True, slots=True, eq=False)
class Fair:
    """A fairer allocation beside the one with the largest total."""

    allocation: Allocation
    """Its objective is in the true weights; its bound is that of the largest total."""
    price: float
    """Share of the largest total found that is given up, in [0, 1]."""
    gain: float
    """By what share the worst-off tenth gets more; 0.4 is 40 % more."""
    worst_tenth: float
    """Mean of what each of the worst-off tenth gets."""


def got(pairs: Pairs, weights: Values, chosen: Choice, n: int) -> Values:
    """Returns (n,) Σ of the weights of each person's chosen pairs.

    >>> got(np.array([[0, 1], [1, 2]]), np.array([0.5, 0.2]), np.array([True, True]), 3).tolist()
    [0.5, 0.7, 0.2]
    """
    return np.asarray(np.bincount(pairs[chosen].ravel(), weights=np.repeat(weights[chosen], 2), minlength=n), dtype=np.float64)


def allocate_fairly(
    pairs: Pairs,
    weights: Values,
    lower: Counts,
    upper: Counts,
    forced: Choice | None = None,
    fairness: float = 4.0,
    time_limit: float = 60.0,
) -> Fair:
    """Returns the best of a few allocations in which a pair counts more, the less its two people get.

    A person counts (median / what they get) to the power of `fairness`, as in α-fair sharing (Mo and Walrand, IEEE/ACM
    Transactions on Networking, 2000), linearised at the last allocation; 0 is the largest total, and with more the worst-off come
    first. Minimums and caps hold as in `allocate`. Of the allocations the one whose worst-off tenth gets most is kept.

    Args:
        pairs: (m, 2) positions, as in `allocate`; so are `weights`, `lower`, `upper` and `forced`.
        weights: (m,) value of each pair.
        lower: (n,) minimum per person.
        upper: (n,) cap per person.
        forced: (m,) pairs that are chosen in any case.
        fairness: 0 to 16.
        time_limit: seconds for each of the allocations.

    Raises:
        ValueError: as in `allocate`, or `fairness` is out of range.
    """
    if not 0.0 <= fairness <= 16.0:
        raise ValueError(f"fairness {fairness} is not in 0 to 16")
    largest = allocate(pairs, weights, lower, upper, forced, time_limit)
    n, best = len(upper), largest
    takes_part = np.flatnonzero(upper > 0)
    first = mean = got(pairs, weights, largest.chosen, n)
    for number in range(_ROUNDS if fairness and len(takes_part) and largest.chosen.any() else 0):
        middle = max(float(np.median(mean[takes_part])), 1e-9)
        counts = np.minimum((middle / np.maximum(mean, 1e-3 * middle)) ** fairness, _MOST)
        found = allocate(pairs, weights * (counts[pairs[:, 0]] + counts[pairs[:, 1]]) / 2.0, lower, upper, forced, time_limit)
        mine = got(pairs, weights, found.chosen, n)
        key = (int(found.short.sum()), -_tenth(mine[takes_part]))
        if key < (int(best.short.sum()), -_tenth(got(pairs, weights, best.chosen, n)[takes_part])):
            best = found
        mean = mean + (mine - mean) / (number + 2)
    objective = float(weights[best.chosen].sum())
    bound = max(largest.bound, objective)
    result = Allocation(best.chosen, objective, bound, best.degree, best.short, largest.unavoidable)
    before, after = _tenth(first[takes_part]), _tenth(got(pairs, weights, best.chosen, n)[takes_part])
    price = max(0.0, 1.0 - objective / largest.objective) if largest.objective > 0 else 0.0
    return Fair(result, price, after / before - 1.0 if before > 0 else 0.0, after)


def _tenth(values: Values) -> float:
    worst = np.sort(values)[: max(len(values) // 10, 1)]
    return float(worst.mean()) if len(worst) else 0.0
