"""Leave one event out: train on all judged events but one, choose the recipe inside them, test on that one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np
from matcher.models.evaluation import mutual_hits, ndcg
from matcher.models.reranker import Reranker
from matcher.models.training import Recipe, TrainingEvent, fit
from numpy.typing import NDArray

from matcher.judged import JudgedEvent

Matrix = NDArray[np.float64]
RECIPES: dict[str, Recipe] = {
    "logistic": Recipe(listwise_weight=0.0),
    "logistic + listwise, penalty 0.03": Recipe(penalty=0.03),
    "logistic + listwise, penalty 0.1": Recipe(penalty=0.1),
}
"""What is chosen from, inside the training events."""
Say = Callable[[str], None]


def as_matrix(event: JudgedEvent, values: NDArray[np.float64]) -> Matrix:
    """Values of the allowed pairs as an (n, n) matrix, the lowest value less one elsewhere."""
    matrix = np.full(event.grades.shape, float(values.min()) - 1.0)
    matrix[event.allowed] = values
    return matrix


def quality(event: JudgedEvent, scores: Matrix, mutual: Matrix) -> tuple[Matrix, Matrix, Matrix]:
    """Per attendee nDCG@10, mutual hit@5 and mutual precision@5 (of at most as many as there are), NaN where undefined."""
    hit, precision = mutual_hits(mutual, event.grades, event.allowed)
    good = (event.grades >= 1) & event.allowed
    possible = np.clip((good & good.T).sum(axis=1), 1, 5)
    return ndcg(scores, event.grades, event.allowed), hit, precision * 5 / possible


def trained(train: Sequence[TrainingEvent], recipe: Recipe, names: Sequence[str]) -> Reranker:
    """A model trained on these events, not calibrated."""
    return Reranker(tuple(names), *fit(train, recipe), calibrator=None)


def values_of(train: Sequence[TrainingEvent], recipe: Recipe, test: TrainingEvent, names: Sequence[str]) -> Matrix:
    """(m,) values of the test event's pairs by a model trained on the others."""
    return trained(train, recipe, names).value(test.features)


def chosen_recipes(judged: Sequence[JudgedEvent], arrays: Sequence[TrainingEvent], names: Sequence[str], say: Say) -> list[str]:
    """Per event the recipe with the best nDCG@10 inside the other events, each of them left out in turn."""
    n = len(judged)
    scores = {recipe: np.full((n, n), np.nan) for recipe in RECIPES}
    for one, other in combinations(range(n), 2):
        train = [arrays[k] for k in range(n) if k not in (one, other)]
        for name, recipe in RECIPES.items():
            model = trained(train, recipe, names)
            for outer, inner in ((one, other), (other, one)):
                found = as_matrix(judged[inner], model.value(arrays[inner].features))
                scores[name][outer, inner] = np.nanmean(ndcg(found, judged[inner].grades, judged[inner].allowed))
        say(f"choosing: without {judged[one].name} and {judged[other].name}")
    return [max(RECIPES, key=lambda name: float(np.nanmean(scores[name][outer]))) for outer in range(n)]


def without(arrays: Sequence[TrainingEvent], kept: NDArray[np.bool_]) -> list[TrainingEvent]:
    """The events with some features only."""
    return [replace(event, features=event.features[:, kept]) for event in arrays]
