"""How good rankings and probabilities are, by measures that anyone can recompute.

A judged event is a matrix `grades` (n, n), float: grades[a, b] is how much meeting b serves a, 0 to 3, the mean of
the judges; and a matrix `allowed` (n, n), bool: False for oneself and colleagues, who are left out of rankings.
Ties in scores are broken by position, lower first.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def ranking(scores: Array, allowed: NDArray[np.bool_], top: int) -> NDArray[np.int64]:
    """Positions of the `top` best per row, shape (n, top), best first; -1 where fewer are allowed."""
    masked = np.where(allowed, scores, -np.inf)
    order = np.argsort(-masked, axis=1, kind="stable")[:, :top]
    kept = np.take_along_axis(allowed, order, axis=1)
    return np.where(kept, order, -1)


def ndcg(scores: Array, grades: Array, allowed: NDArray[np.bool_], top: int = 10) -> Array:
    """nDCG@top per row with gain 2^grade - 1 (Burges et al., 2005); NaN for rows without any grade.

    >>> grades = np.array([[0., 3., 0.], [0., 0., 0.], [1., 0., 0.]])
    >>> allowed = ~np.eye(3, dtype=bool)
    >>> ndcg(grades, grades, allowed).tolist()
    [1.0, nan, 1.0]
    >>> round(float(ndcg(-grades, grades, allowed)[0]), 4)  # the one good person comes second: 1 / log2(3)
    0.6309
    """
    gains = np.where(allowed, 2.0**grades - 1.0, 0.0)
    order = ranking(scores, allowed, top)
    discounts = 1.0 / np.log2(np.arange(2, order.shape[1] + 2))
    found = np.where(order >= 0, np.take_along_axis(gains, np.maximum(order, 0), axis=1), 0.0) @ discounts
    best = -np.sort(-gains, axis=1)[:, : order.shape[1]] @ discounts
    result: Array = np.divide(found, best, out=np.full(len(grades), np.nan), where=best > 0)
    return result


def mutual_truth(grades: Array, allowed: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """(n, n), symmetric: True where both directions have a mean grade of at least 1."""
    good = (grades >= 1.0) & allowed
    result: NDArray[np.bool_] = good & good.T
    return result


def mutual_hits(
    scores: Array, grades: Array, allowed: NDArray[np.bool_], top: int = 5
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(hit@top, precision@top) per row for symmetric scores; NaN for rows without a mutual pair."""
    truth = mutual_truth(grades, allowed)
    order = ranking(scores, allowed, top)
    found = np.where(order >= 0, np.take_along_axis(truth, np.maximum(order, 0), axis=1), False)
    has = truth.any(axis=1)
    hit = np.where(has, found.any(axis=1).astype(float), np.nan)
    precision = np.where(has, found.sum(axis=1) / top, np.nan)
    return hit, precision


def geometric(scores: Array) -> Array:
    """Mutual score of probabilities or positive scores (n, n): the geometric mean of both directions."""
    result: Array = np.sqrt(np.maximum(scores, 0) * np.maximum(scores.T, 0))
    return result


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean with its 95 % bootstrap interval."""

    mean: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.mean:.3f} [{self.low:.3f}, {self.high:.3f}]"


def bootstrap(groups: list[Array], rng: np.random.Generator, times: int = 1000) -> Interval:
    """Mean over groups (events) of the mean over members (attendees), members resampled within groups; NaN left out."""
    kept = [values[~np.isnan(values)] for values in groups]
    means = np.array(
        [np.mean([values[rng.integers(len(values), size=len(values))].mean() for values in kept]) for _ in range(times)]
    )
    low, high = np.quantile(means, [0.025, 0.975])
    return Interval(float(np.mean([values.mean() for values in kept])), float(low), float(high))


@dataclass(frozen=True, slots=True)
class Calibration:
    """How far probabilities can be believed."""

    brier: float
    log_loss: float
    error: float
    """Expected calibration error: mean distance of predicted and observed rate over bins, weighted by size."""
    bins: tuple[tuple[float, float, int], ...]
    """(mean predicted, observed rate, pairs) per bin, ascending."""


def calibration(
    predicted: Array,
    happened: NDArray[np.bool_],
    edges: tuple[float, ...] = (0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1),
) -> Calibration:
    """Brier score, log loss and reliability bins of probabilities (m,) against what happened (m,).

    >>> calibration(np.array([0.5, 0.5]), np.array([True, False])).brier
    0.25
    """
    truth = happened.astype(float)
    safe = np.clip(predicted, 1e-6, 1 - 1e-6)
    which = np.clip(np.searchsorted(np.array(edges), safe, side="right") - 1, 0, len(edges) - 2)
    bins = tuple(
        (float(safe[which == k].mean()), float(truth[which == k].mean()), int((which == k).sum()))
        for k in range(len(edges) - 1)
        if (which == k).any()
    )
    total = max(1, len(safe))
    return Calibration(
        brier=float(np.mean((safe - truth) ** 2)),
        log_loss=float(-np.mean(truth * np.log(safe) + (1 - truth) * np.log(1 - safe))),
        error=float(sum(abs(mean - rate) * size for mean, rate, size in bins) / total),
        bins=bins,
    )
