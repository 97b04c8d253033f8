"""What scores mean: rates observed on events that the model had not seen."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matcher.models.evaluation import ranking
from numpy.typing import NDArray

from matcher.judged import JudgedEvent
from matcher.mutual import FAIR, STRONG

Matrix = NDArray[np.float64]


def strength_rates(judged: Sequence[JudgedEvent], mutual: Sequence[Matrix]) -> dict[str, tuple[int, float, float]]:
    """Per strength (pairs, share where both welcome each other, share where at least one does), unordered pairs."""
    scores, both, one = [], [], []
    for event, matrix in zip(judged, mutual, strict=True):
        upper = np.triu(event.allowed, 1)
        good = event.grades >= 1
        scores.append(matrix[upper])
        both.append((good & good.T)[upper])
        one.append((good | good.T)[upper])
    score, all_both, all_one = np.concatenate(scores), np.concatenate(both), np.concatenate(one)
    rows = {"strong": score >= STRONG, "fair": (score >= FAIR) & (score < STRONG), "weak": score < FAIR}
    return {
        name: (int(which.sum()), float(all_both[which].mean()), float(all_one[which].mean()))
        for name, which in rows.items()
        if which.any()
    }


def abstention(judged: Sequence[JudgedEvent], mutual: Sequence[Matrix]) -> list[tuple[float, float, float]]:
    """(floor, share of people with anybody at or above it in their top five, share of those shown who are mutual)."""
    rows = []
    for floor in (0.0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5):
        people = shown = right = having = 0
        for event, matrix in zip(judged, mutual, strict=True):
            good = (event.grades >= 1) & event.allowed
            truth = good & good.T
            order = ranking(matrix, event.allowed, 5)
            kept = (order >= 0) & (np.take_along_axis(matrix, np.maximum(order, 0), axis=1) >= floor)
            people += len(order)
            having += int(kept.any(axis=1).sum())
            shown += int(kept.sum())
            right += int((np.take_along_axis(truth, np.maximum(order, 0), axis=1) & kept).sum())
        rows.append((floor, having / people, right / max(1, shown)))
    return rows
