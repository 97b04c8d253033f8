"""Figures with intervals that say how sure they are, all at 95 %.

Answers of one person are alike, so people are the units, never answers: Wilson intervals (Wilson, JASA 1927) for shares of
people and of pairs, a bootstrap over people (Efron, Annals of Statistics 1979) for means of answers, order statistics for medians.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

LEVEL = 0.95
RESAMPLES = 1000


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of the report."""

    name: str
    value: float | None
    """None where there is nothing to measure yet."""
    unit: str
    """people, pairs, answers, meetings, share (in [0, 1]), hours, or stars (1 to 5)."""
    of: int | None = None
    """People, pairs or answers that the figure rests on."""
    low: float | None = None
    """Lower end of the 95 % interval, where the figure is a measurement and not a count."""
    high: float | None = None


def share(name: str, count: int, of: int) -> Figure:
    """Returns a share of independent units with its Wilson interval.

    >>> figure = share("met", 5, 10)
    >>> figure.value, round(figure.low, 3), round(figure.high, 3)
    (0.5, 0.237, 0.763)
    """
    if not of:
        return Figure(name, None, "share", 0)
    from scipy.stats import binomtest

    interval = binomtest(count, of).proportion_ci(LEVEL, method="wilson")
    return Figure(name, count / of, "share", of, float(interval.low), float(interval.high))


def mean(name: str, values: Sequence[tuple[str, float]], unit: str) -> Figure:
    """Returns the mean of (person, value) with a bootstrap interval over people; without interval where one person has all."""
    if not values:
        return Figure(name, None, unit, 0)
    sums, counts = _per_person(values, sum), _per_person(values, len)
    value = float(sums.sum() / counts.sum())
    if len(sums) < 2:
        return Figure(name, value, unit, len(values))
    rng = np.random.default_rng(7)
    draws = np.empty(RESAMPLES)
    for at in range(RESAMPLES):
        chosen = rng.integers(0, len(sums), len(sums))
        draws[at] = sums[chosen].sum() / counts[chosen].sum()
    low, high = np.quantile(draws, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Figure(name, value, unit, len(values), float(low), float(high))


def median(name: str, values: Sequence[tuple[str, float]], unit: str) -> Figure:
    """Returns the median over people of each one's own median of (person, value), with its interval from order statistics.

    >>> figure = median("time", [("a", 1.0), ("a", 3.0), ("b", 4.0), ("c", 9.0)], "hours")
    >>> figure.value, figure.of, figure.low
    (4.0, 3, None)
    """
    if not values:
        return Figure(name, None, unit, 0)
    from scipy.stats import binom

    each = np.sort(_per_person(values, np.median))
    n, value = len(each), float(np.median(each))
    below = int(binom.ppf((1 - LEVEL) / 2, n, 0.5))
    if n < 6:  # not even the whole range holds the median with 95 %
        return Figure(name, value, unit, n)
    return Figure(name, value, unit, n, float(each[max(below - 1, 0)]), float(each[min(n - below, n - 1)]))


def _per_person(values: Sequence[tuple[str, float]], reduce: Callable[[list[float]], Any]) -> np.ndarray[Any, np.dtype[np.float64]]:
    grouped: dict[str, list[float]] = defaultdict(list)
    for ref, value in values:
        grouped[ref].append(value)
    return np.array([reduce(each) for each in grouped.values()], dtype=np.float64)
