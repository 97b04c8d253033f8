"""From two directed probabilities to one mutual score, and what a score means."""

from __future__ import annotations

from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float64]

STRONG = 0.35
"""Mutual score from which an introduction is called strong; the model card gives the rates observed on unseen events."""
FAIR = 0.15
"""Mutual score from which it is called fair; below it is weak."""
FLOOR = 0.05
"""Mutual score below which a pair is filler: used only where somebody would otherwise miss the minimum."""
MEANING = (
    "on events that the model had not seen, two independent readers found a strong pair good for both sides in 36 of 100 cases "
    "and for at least one in 53; a fair pair in 15 and 30; a weak one in 1 and 4."
)
"""What strong, fair and weak mean, as observed rates; a test holds it to the figures of the shipped model."""
ONE_SIDED = 0.10
"""A side that welcomes the other with less than this probability gets nothing from it that one could name."""


class Strength(StrEnum):
    """How sure we are that both sides find the introduction worth their time."""

    STRONG = "strong"
    FAIR = "fair"
    WEAK = "weak"


def mutual_score(value_a: Scores, value_b: Scores, side_a: float | Scores = 1.0, side_b: float | Scores = 1.0) -> Scores:
    """Returns (m,) in [0, 1]: the weighted geometric mean of both directed probabilities.

    Near zero as soon as one side gets nothing, so that a one-sided pair cannot buy its way in with a happy other side
    (the argument of Pizzato et al., RECON, RecSys 2010, for the harmonic mean; the geometric one keeps the order of the
    product, the chance that both say yes).

    Args:
        value_a: P(a welcomes b), in [0, 1].
        value_b: P(b welcomes a), in [0, 1].
        side_a: weight of a's side, positive.
        side_b: weight of b's side, positive.

    >>> mutual_score(np.array([0.9, 0.5]), np.array([0.1, 0.5])).round(3).tolist()
    [0.3, 0.5]
    """
    tiny = np.finfo(np.float64).tiny
    logs = side_a * np.log(np.maximum(value_a, tiny)) + side_b * np.log(np.maximum(value_b, tiny))
    return np.asarray(np.exp(logs / (np.asarray(side_a) + np.asarray(side_b))), dtype=np.float64)


def one_sided(value_a: Scores, value_b: Scores) -> NDArray[np.bool_]:
    """Returns (m,) bool: True where one side gains and the other hardly does."""
    low, high = np.minimum(value_a, value_b), np.maximum(value_a, value_b)
    return np.asarray((low < ONE_SIDED) & (high >= FAIR), dtype=bool)


def strength(score: float) -> Strength:
    """Returns what a mutual score in [0, 1] means.

    >>> strength(0.5).value, strength(0.2).value, strength(0.01).value
    ('strong', 'fair', 'weak')
    """
    if score >= STRONG:
        return Strength.STRONG
    return Strength.FAIR if score >= FAIR else Strength.WEAK
