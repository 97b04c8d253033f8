"""Figures with intervals that say how sure they are, all at 95 %.

Answers of one person are alike, so people are the units, never answers. Shares have Wilson intervals (Wilson, JASA 1927), those of
answers at their effective number (Korn and Graubard, Survey Methodology 1998); means have the variance of a ratio over people
(Cochran, Sampling Techniques, 1977); medians have order statistics.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist
from typing import Any

import numpy as np

LEVEL = 0.95


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
    """Returns a share of independent units with its interval.

    >>> figure = share("met", 5, 10)
    >>> figure.value, round(figure.low, 3), round(figure.high, 3)
    (0.5, 0.237, 0.763)
    """
    return Figure(name, count / of, "share", of, *wilson(count / of, of)) if of else Figure(name, None, "share", 0)


def wilson(value: float, of: float) -> tuple[float, float]:
    """Returns the Wilson interval of a share that rests on so many independent units, which need not be a whole number.

    >>> [round(end, 3) for end in wilson(1.0, 3)]
    [0.439, 1.0]
    """
    z = NormalDist().inv_cdf((1 + LEVEL) / 2)
    middle = value + z * z / (2 * of)
    reach = z * sqrt(value * (1 - value) / of + (z / (2 * of)) ** 2)
    return max(0.0, (middle - reach) / (1 + z * z / of)), min(1.0, (middle + reach) / (1 + z * z / of))


def mean(name: str, values: Sequence[tuple[str, float]], unit: str) -> Figure:
    """Returns the mean of (person, value), with its interval where there are at least two people.

    Args:
        name: what is measured.
        values: one entry per answer.
        unit: `share` for values of 0 and 1; anything else for a mean.

    >>> mean("x", [("a", 1.0), ("b", 1.0), ("c", 1.0)], "share").low == share("x", 3, 3).low
    True
    """
    if not values:
        return Figure(name, None, unit, 0)
    sums, counts = _per_person(values, sum), _per_person(values, len)
    people, answers = len(sums), float(counts.sum())
    value = float(sums.sum() / answers)
    if people < 2:
        return Figure(name, value, unit, len(values))
    variance = people / (people - 1) * float(((sums - value * counts) ** 2).sum()) / answers**2
    if unit == "share":
        effective = min(value * (1 - value) / variance, answers) if variance else float(people)
        return Figure(name, value, unit, len(values), *wilson(value, effective))
    from scipy.stats import t

    reach = float(t.ppf((1 + LEVEL) / 2, people - 1)) * sqrt(variance)
    return Figure(name, value, unit, len(values), value - reach, value + reach)


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
