"""Training of the reranker from judged events, every calibration made on events that the model had not seen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matcher.models.listwise import Lists, fit_listwise
from matcher.models.reranker import CLIP, Features, Reranker, Values, member_output
from numpy.typing import NDArray

from matcher.errors import ModelError


@dataclass(frozen=True, slots=True, eq=False)
class TrainingEvent:
    """All ordered pairs of one event that may be ranked.

    Attributes:
        features: (m, F).
        grades: (m,) mean grade of the judges, 0 to 3.
        queries: (m,) position of the one who looks.
        targets: (m,) position of the one who is looked at.
    """

    features: Features
    grades: Values
    queries: NDArray[np.int64]
    targets: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Recipe:
    """What is trained; the defaults were chosen inside training events (see the model card)."""

    strength: float = 1e-3
    """Inverse regularisation C of the logistic member, features standardised."""
    penalty: float = 0.1
    """L2 penalty of the listwise member beside a mean cross-entropy of about 3."""
    back: float = 0.5
    """Weight of the lists of those who are looked at beside the lists of those who look."""
    listwise_weight: float = 1.0
    """Weight of the listwise member beside the logistic one's 1; 0 leaves it out."""
    steps: int = 100
    """Iterations of the listwise member at most; it changes nothing beyond."""
    boosted_weight: float = 0.0
    """Weight of the boosted member; 0 leaves it out (it gained .002 beside the other two)."""
    boosted: tuple[tuple[str, Any], ...] = (
        ("max_iter", 150),
        ("learning_rate", 0.05),
        ("max_leaf_nodes", 12),
        ("min_samples_leaf", 60),
        ("l2_regularization", 10.0),
        ("max_features", 0.15),
        ("early_stopping", False),
    )
    """Small trees over few features each: events differ more than pairs do."""
    seeds: int = 1
    """Boosted models that are averaged."""


def fit(events: Sequence[TrainingEvent], recipe: Recipe) -> tuple[Any, tuple[tuple[Any, float, float, float], ...]]:
    """A scaler and members fitted on all pairs of the events; deterministic."""
    from sklearn.ensemble import HistGradientBoostingRegressor
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    x = np.concatenate([event.features for event in events])
    grades = np.concatenate([event.grades for event in events])
    scaler = StandardScaler().fit(x)
    scaled = np.clip(scaler.transform(x), -CLIP, CLIP)
    # A pair that judges grade higher counts as that many pairs that they would welcome.
    weight = np.where(grades > 0, np.maximum(grades, 0.5), 1.0)
    models: list[tuple[Any, float]] = [
        (LogisticRegression(C=recipe.strength, max_iter=500).fit(scaled, grades > 0, sample_weight=weight), 1.0)
    ]
    if recipe.listwise_weight > 0:
        models.append((_listwise(events, scaler, recipe), recipe.listwise_weight))
    if recipe.boosted_weight > 0:
        target = np.sqrt(2.0**grades - 1.0)
        models += [
            (
                HistGradientBoostingRegressor(random_state=seed, **dict(recipe.boosted)).fit(scaled, target),
                recipe.boosted_weight / recipe.seeds,
            )
            for seed in range(recipe.seeds)
        ]
    members = []
    for model, share in models:
        output = member_output(model, scaled)
        members.append((model, float(output.mean()), float(max(output.std(), 1e-9)), share))
    return scaler, tuple(members)


def _listwise(events: Sequence[TrainingEvent], scaler: Any, recipe: Recipe) -> Any:
    lists = []
    for event in events:
        gains = 2.0**event.grades - 1.0
        x = np.clip(scaler.transform(event.features), -CLIP, CLIP).astype(np.float32)
        lists.append((x, [(Lists(event.queries, gains), 1.0), (Lists(event.targets, gains), recipe.back)]))
    return fit_listwise(lists, recipe.penalty, recipe.steps)


def cross_fitted(
    events: Sequence[TrainingEvent],
    recipe: Recipe,
    names: Sequence[str],
    progress: Callable[[str], None] = lambda text: None,
) -> list[Values]:
    """Per event the (m,) values of a model that was trained on the other events only."""
    values = []
    for left_out, event in enumerate(events):
        progress(f"fold {left_out + 1} of {len(events)}")
        rest = [other for at, other in enumerate(events) if at != left_out]
        values.append(Reranker(tuple(names), *fit(rest, recipe), calibrator=None).value(event.features))
    return values


def calibrate(values: Sequence[Values], events: Sequence[TrainingEvent]) -> Any:
    """A one-feature logistic regression from out-of-event value to the chance of a mean grade of 1 or more.

    Events weigh alike, however many pairs they have.
    """
    from sklearn.linear_model import LogisticRegression

    happened = np.concatenate([event.grades >= 1.0 for event in events])
    weight = np.concatenate([np.full(len(event.grades), 1.0 / len(event.grades)) for event in events])
    weight *= len(weight) / weight.sum()
    return LogisticRegression(C=1e4).fit(np.concatenate(values)[:, None], happened, sample_weight=weight)


def train(
    events: Sequence[TrainingEvent],
    names: Sequence[str],
    recipe: Recipe | None = None,
    progress: Callable[[str], None] = lambda text: None,
) -> Reranker:
    """A reranker trained on all events, calibrated on predictions for events left out in turn.

    Raises:
        ModelError: fewer than two events, or none with a grade: nothing could be calibrated.
    """
    recipe = recipe or Recipe()
    if len(events) < 2 or not any((event.grades >= 1.0).any() for event in events):
        raise ModelError(f"{len(events)} judged events", "two or more with grades of 1 and above", "add judged events")
    calibrator = calibrate(cross_fitted(events, recipe, names, progress), events)
    progress("all events")
    return Reranker(tuple(names), *fit(events, recipe), calibrator=calibrator)
