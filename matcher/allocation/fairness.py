"""Fairness by choice: the largest total, more for those who get least at a price that is told, or max-min exactly."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from matcher.allocation.leximin import best_worst, leximin
from matcher.allocation.problem import Choice, Counts, Pairs, Values
from matcher.allocation.whole_event import Allocation, allocate

Fairness = float | Literal["max-min"]
_ROUNDS = 3
"""Re-weightings tried; the first brings nearly all, the best is kept."""
_MOST = 100.0
"""A person's weight is at most so many times that of the person in the middle."""
_POWER = 16.0
"""Of the blend that stands for max-min where that is too large."""
_EXACT = 1_500
"""Pairs up to which max-min is fought for with integer programs; above, it is approximated and bounded."""
_BOUNDED = 300_000
"""Pairs up to which the linear program that bounds it is solved."""


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
    largest: Allocation
    """The allocation with the largest total, to compare with."""
    exact: int = 0
    """Max-min only: for so many of the worst-off it is proven that no choice gives more, in the leximin order."""
    worst: float = 0.0
    """Max-min only: what the worst-off of those who can get anything gets."""
    worst_bound: float = float("inf")
    """Max-min only: no choice gives that person more; infinite where the event is too large to tell."""

    @property
    def words(self) -> str:
        """The price in words."""
        more = f"{100 * self.gain:.0f} % more" if self.gain >= 0 else f"{-100 * self.gain:.0f} % less"
        return f"{100 * self.price:.1f} % less value, the worst-off tenth gets {more}"


def got(pairs: Pairs, weights: Values, chosen: Choice, n: int) -> Values:
    """Returns (n,) Σ of the positive weights of each person's chosen pairs: filler gives nobody anything.

    >>> got(np.array([[0, 1], [1, 2]]), np.array([0.5, 0.2]), np.array([True, True]), 3).tolist()
    [0.5, 0.7, 0.2]
    """
    values = np.repeat(np.maximum(weights[chosen], 0.0), 2)
    return np.array(np.bincount(pairs[chosen].ravel(), weights=values, minlength=n), dtype=np.float64)


def allocate_fairly(
    pairs: Pairs,
    weights: Values,
    lower: Counts,
    upper: Counts,
    forced: Choice | None = None,
    fairness: Fairness = 4.0,
    time_limit: float = 60.0,
) -> Fair:
    """Returns the allocation of the whole event that is as fair as asked for, and its price.

    With a number, a person counts (median / what they get) to that power, as in α-fair sharing (Mo and Walrand, IEEE/ACM
    Transactions on Networking, 2000), linearised at the last allocation; 0 is the largest total. Of a few allocations the one
    whose worst-off tenth gets most is kept. With `max-min` the worst-off get the most they can, then the next (`leximin`):
    exactly up to 1,500 pairs and as far as the time reaches (`Fair.exact`), above by the power of 16 with a bound on what the
    worst-off could get. Minimums and caps hold as in `allocate`.

    Args:
        pairs: (m, 2) positions, as in `allocate`; so are `weights`, `lower`, `upper` and `forced`.
        weights: (m,) value of each pair.
        lower: (n,) minimum per person.
        upper: (n,) cap per person.
        forced: (m,) pairs that are chosen in any case.
        fairness: 0 to 16, or `max-min`.
        time_limit: seconds for each of the allocations, and for max-min.

    Raises:
        ValueError: as in `allocate`, or `fairness` is out of range.
    """
    if fairness != "max-min" and not 0.0 <= fairness <= 16.0:
        raise ValueError(f"fairness {fairness} is neither in 0 to 16 nor max-min")
    largest = allocate(pairs, weights, lower, upper, forced, time_limit)
    if fairness != "max-min":
        return _fair(pairs, weights, upper, largest, _blended(pairs, weights, lower, upper, forced, fairness, time_limit, largest))
    start = time.monotonic()
    blend = _blended(pairs, weights, lower, upper, forced, _POWER, time_limit, largest)
    must = np.zeros(len(pairs), dtype=bool) if forced is None else np.asarray(forced, dtype=bool)
    problem = (np.asarray(pairs, dtype=np.int64).reshape(-1, 2), np.asarray(weights, dtype=np.float64), lower, upper, must)
    missing, left = int(blend.short.sum()), time_limit - (time.monotonic() - start)
    bound = best_worst(*problem, missing, left) if 0 < len(pairs) <= _BOUNDED else float("inf")
    chosen, exact = blend.chosen, 0
    if 0 < len(pairs) <= _EXACT:
        counts = _counts(got(problem[0], problem[1], blend.chosen, len(upper)), np.flatnonzero(upper > 0), _POWER)
        found = leximin(*problem, blend.chosen, counts, missing, left)
        chosen, exact = found.chosen, found.exact
    degree = np.bincount(problem[0][chosen].ravel(), minlength=len(upper)).astype(np.int64)
    best = replace(blend, chosen=chosen, degree=degree, short=np.maximum(lower - degree, 0))
    can = np.bincount(problem[0][problem[1] > 0].ravel(), minlength=len(upper)) > 0
    worst = float(got(problem[0], problem[1], chosen, len(upper))[can].min(initial=np.inf)) if can.any() else 0.0
    fair = _fair(pairs, weights, upper, largest, best)
    return replace(fair, exact=exact, worst=worst, worst_bound=max(bound, worst))


def _blended(
    pairs: Pairs,
    weights: Values,
    lower: Counts,
    upper: Counts,
    forced: Choice | None,
    fairness: float,
    time_limit: float,
    largest: Allocation,
) -> Allocation:
    n, best = len(upper), largest
    takes_part = np.flatnonzero(upper > 0)
    mean = got(pairs, weights, largest.chosen, n)
    for number in range(_ROUNDS if fairness and len(takes_part) and largest.chosen.any() else 0):
        counts = _counts(mean, takes_part, fairness)
        found = allocate(pairs, weights * (counts[pairs[:, 0]] + counts[pairs[:, 1]]) / 2.0, lower, upper, forced, time_limit)
        mine = got(pairs, weights, found.chosen, n)
        key = (int(found.short.sum()), -_tenth(mine[takes_part]))
        if key < (int(best.short.sum()), -_tenth(got(pairs, weights, best.chosen, n)[takes_part])):
            best = found
        mean = mean + (mine - mean) / (number + 2)
    return best


def _counts(gets: Values, takes_part: Counts, power: float) -> Values:
    """(n,) how much each person counts: the more, the less they get."""
    middle = max(float(np.median(gets[takes_part])) if len(takes_part) else 0.0, 1e-9)
    return np.asarray(np.minimum((middle / np.maximum(gets, 1e-3 * middle)) ** power, _MOST))


def _fair(pairs: Pairs, weights: Values, upper: Counts, largest: Allocation, best: Allocation) -> Fair:
    """The allocation in the true weights, beside the one with the largest total."""
    n, takes_part = len(upper), np.flatnonzero(upper > 0)
    objective = float(weights[best.chosen].sum())
    result = replace(
        best, objective=objective, bound=max(largest.bound, objective), prices=largest.prices, unavoidable=largest.unavoidable
    )
    before, after = (_tenth(got(pairs, weights, each.chosen, n)[takes_part]) for each in (largest, best))
    price = max(0.0, 1.0 - objective / largest.objective) if largest.objective > 0 else 0.0
    return Fair(result, price, after / before - 1.0 if before > 0 else 0.0, after, largest)


def _tenth(values: Values) -> float:
    worst = np.sort(values)[: max(len(values) // 10, 1)]
    return float(worst.mean()) if len(worst) else 0.0
