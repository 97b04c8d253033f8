"""Learning from the event itself: answers move the model as far as they bear, and no further.

The log-odds of the model in use stay as they are; a linear layer over the same standardised features is added and pulled
to zero (a Gaussian prior centred on the old model: Chelba and Acero, "Adaptation of maximum entropy capitalizer: little
data can help a lot", EMNLP 2004). Few answers hardly move it, many do. Since the shipped members are linear, the layer
folds into an ordinary `Reranker` folder: nothing is different at serving.

A layer is used only if layers trained on earlier answers told the later ones, which they had not seen, better than the
model itself, by more than chance (prequential: Dawid, "Statistical theory: the prequential approach", 1984).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from matcher.models.evaluation import Interval
from matcher.models.reranker import CLIP, Reranker
from matcher.models.responses import Attention, Shown, attention, effective
from numpy.typing import NDArray

from matcher.errors import ModelError

Values = NDArray[np.float64]
SPREAD = 0.47
"""How far the layer moves log-odds before any answer is known (standard deviation, unrelated features): each of F weights is
pulled to zero by F / SPREAD^2, 2,000 for the shipped 444. With 200 the lists of judged events gained as much in a trial, but
held-back answers were told worse."""
LEVEL_PULL = 10.0
"""The same for the constant: the overall level is soon known."""
SLOPE_PULL = 100.0
"""The same for trusting the old log-odds more or less than as they are."""
ALTERNATIONS = 2
"""Times that attention and layer are found in turn."""
BLOCKS = 4
"""Blocks in the order of time: each but the first is told by a layer trained on those before it."""
FEWEST_HELD_BACK = 20
"""Answers, of at least `FEWEST_VIEWERS` people, below which no layer is judged better."""
FEWEST_VIEWERS = 8
ONE_MOMENT = 0.9
"""Share of entries shown at one moment from which on people, not times, are held back: a list published to all at once."""
Rows = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """What answers add to the log-odds of a model: `level + slope * (log-odds - centre) + features @ weights`."""

    weights: Values
    level: float
    slope: float
    centre: float

    def odds(self, scaled: NDArray[np.floating], prior: Values) -> Values:
        """(m,) log-odds for standardised features (m, F) and the old log-odds (m,)."""
        result: Values = prior + self.level + self.slope * (prior - self.centre) + scaled @ self.weights
        return result


@dataclass(frozen=True, slots=True)
class Judgement:
    """How well a model tells answers that it has not seen."""

    log_score: Interval
    """Log-likelihood of what was answered and what was not, per answer; with a 95 % interval over viewers."""
    accuracy: float
    """Chance that an answered entry that was worth more is ranked above one of the same viewer that was worth less; NaN
    where there are no such two."""


@dataclass(frozen=True, slots=True, eq=False)
class Learned:
    """What came of learning from answers.

    Attributes:
        reranker: the model to use: the new one if `better`, else the one given.
        better: whether the new one told held-back answers better by more than chance.
        reason: in words, why.
        gain: log score per held-back answer, new less old, with its 90 % interval; None where too little was held back.
        old, new: both models on the held-back answers; None where too little was held back.
        facts: numbers for the card: answers, effective entries, attention by rank, what was held back.
    """

    reranker: Reranker
    better: bool
    reason: str
    gain: Interval | None
    old: Judgement | None
    new: Judgement | None
    facts: dict[str, Any]


def learn(prior: Reranker, shown: Shown) -> Learned:
    """The model that answers lead to, or the one given where it does not tell held-back answers better.

    Deterministic; the order of the rows changes nothing.

    Args:
        prior: the model in use; its members must be linear.
        shown: every entry that was shown, answered or not.

    Raises:
        ModelError: features of another width than the model's, or a model with members that are not linear.
    """
    _linear(prior)
    shown = shown[np.lexsort((shown.ranks, shown.viewers, shown.times))]
    old_odds, new_odds = log_odds(prior, shown.features), np.zeros(len(shown))
    old_scores, new_scores, block = np.zeros(len(shown)), np.zeros(len(shown)), np.full(len(shown), -1)
    for number, (train, test) in enumerate(folds(shown)):
        if not shown.answered[train].any():
            continue
        layer, how = fit_layer(prior, shown[train])
        new_odds[test] = layer.odds(scaled(prior, shown.features[test]), old_odds[test])
        before = attention(shown[train], sigmoid(old_odds[train]))
        old_scores[test] = before.log_score(shown[test], sigmoid(old_odds[test]))
        new_scores[test] = how.log_score(shown[test], sigmoid(new_odds[test]))
        block[test] = number
    late = block >= 0
    test_rows = shown[late]
    answers, people = int(test_rows.answered.sum()), len(np.unique(test_rows.viewers[test_rows.answered]))
    facts: dict[str, Any] = {
        "prior": prior.name,
        "entries": len(shown),
        "answers": int(shown.answered.sum()),
        "held back": {"entries": len(test_rows), "answers": answers, "people": people},
    }
    if answers < FEWEST_HELD_BACK or people < FEWEST_VIEWERS:
        found = f"{answers} answers of {people} people could be held back"
        need = f"{FEWEST_HELD_BACK} of {FEWEST_VIEWERS}"
        return Learned(prior, False, f"too few to tell: {found}, {need} are needed; the model stays", None, None, None, facts)
    gain = per_answer((new_scores - old_scores)[late], test_rows, 0.90)
    old = Judgement(per_answer(old_scores[late], test_rows, 0.95), pairwise_accuracy(old_odds[late], test_rows, block[late]))
    new = Judgement(per_answer(new_scores[late], test_rows, 0.95), pairwise_accuracy(new_odds[late], test_rows, block[late]))
    layer, how = fit_layer(prior, shown)
    facts["effective entries"] = round(effective(how.weights(shown, sigmoid(old_odds))), 1)
    facts["looked at, by rank"] = [round(float(share), 3) for share in how.looked]
    facts["says no in words"] = round(how.says_no, 3)
    if gain.low > 0:
        return Learned(folded(prior, layer), True, f"better by {gain} per held-back answer", gain, old, new, facts)
    return Learned(
        prior, False, f"not better by more than chance ({gain} per held-back answer); the model stays", gain, old, new, facts
    )


def judge(reranker: Reranker, shown: Shown) -> tuple[Judgement, Values]:
    """How well a model tells answers, and its (m,) log scores, to be subtracted from another model's.

    The attention is found anew with the model's own chances, so no model is judged by what another one believes.
    """
    chance = reranker.probability(shown.features)
    scores = attention(shown, chance).log_score(shown, chance)
    return Judgement(per_answer(scores, shown, 0.95), pairwise_accuracy(reranker.value(shown.features), shown)), scores


def folds(shown: Shown) -> list[tuple[Rows, Rows]]:
    """(train, test) masks: each quarter of the time after the first, with all that came before it to train on.

    Entries of one moment stay together. Where nearly all was shown at one moment there is no before and after: then each
    quarter of the viewers, with the other three to train on.
    """
    if not len(shown):
        return []
    _, count = np.unique(shown.times, return_counts=True)
    if count.max() >= ONE_MOMENT * len(shown):
        _, number = np.unique(shown.viewers, return_inverse=True)
        return [(number % BLOCKS != k, number % BLOCKS == k) for k in range(BLOCKS)]
    cuts = np.quantile(shown.times, np.arange(1, BLOCKS) / BLOCKS, method="lower")
    block = np.searchsorted(cuts, shown.times, side="left")
    return [(block < k, block == k) for k in range(1, BLOCKS) if (block < k).any() and (block == k).any()]


def fit_layer(prior: Reranker, shown: Shown) -> tuple[Layer, Attention]:
    """The layer that tells the answers best under its pull to zero, and the attention that goes with it."""
    x, old = scaled(prior, shown.features), log_odds(prior, shown.features)
    target = np.nan_to_num(shown.worth)
    layer = Layer(np.zeros(x.shape[1]), 0.0, 0.0, float(old.mean()) if len(old) else 0.0)
    how = attention(shown, sigmoid(old))
    for _ in range(ALTERNATIONS):
        chance = sigmoid(layer.odds(x, old))
        how = attention(shown, chance)
        layer = _fit(x, old, target, how.weights(shown, chance), layer)
    return layer, how


def folded(prior: Reranker, layer: Layer) -> Reranker:
    """The model and the layer as one model: a linear member more, and the calibration moved to match."""
    from sklearn.linear_model import LogisticRegression, Ridge

    a, b = float(prior.calibrator.coef_[0, 0]), float(prior.calibrator.intercept_[0])
    steeper = a * (1 + layer.slope)
    if steeper <= 0:
        raise ModelError("answers that turn the model's order round", "answers that refine it", "check the responses file")
    total = sum(weight for *_, weight in prior.members)
    member = Ridge(fit_intercept=False)
    member.coef_, member.intercept_, member.n_features_in_ = layer.weights * total / steeper, 0.0, len(layer.weights)
    calibrator = LogisticRegression()
    calibrator.classes_, calibrator.n_features_in_ = np.array([False, True]), 1
    calibrator.coef_ = np.array([[steeper * (total + 1) / total]])
    calibrator.intercept_ = np.array([b + layer.level + layer.slope * (b - layer.centre)])
    return replace(prior, members=(*prior.members, (member, 0.0, 1.0, 1.0)), calibrator=calibrator, name="unsaved")


def per_answer(scores: Values, shown: Shown, level: float, times: int = 1000) -> Interval:
    """Sum of scores (m,) over the number of answers, with an interval from resampling whole viewers."""
    _, person = np.unique(shown.viewers, return_inverse=True)
    people = int(person.max()) + 1
    total, count = np.bincount(person, scores, people), np.bincount(person, shown.answered, people)
    drawn = np.random.default_rng(0).integers(people, size=(times, people))
    means = total[drawn].sum(axis=1) / np.maximum(1, count[drawn].sum(axis=1))
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return Interval(float(total.sum() / max(1, count.sum())), float(low), float(high))


def pairwise_accuracy(values: Values, shown: Shown, block: NDArray[np.int64] | None = None) -> float:
    """Share of pairs of answered entries of one viewer, of unlike worth, that `values` order rightly; a tie is half.

    Entries of different `block` (m,) are not compared: their values come from different models.
    """
    right = pairs = 0.0
    block = np.zeros(len(shown), dtype=np.int64) if block is None else block
    for viewer, part in np.unique(np.column_stack([shown.viewers, block])[shown.answered], axis=0):
        rows = shown.answered & (shown.viewers == viewer) & (block == part)
        apart = shown.worth[rows][:, None] > shown.worth[rows][None, :]
        ahead = np.sign(values[rows][:, None] - values[rows][None, :])
        pairs += float(apart.sum())
        right += float(((ahead + 1) / 2)[apart].sum())
    return right / pairs if pairs else float("nan")


def scaled(prior: Reranker, features: NDArray[np.float32]) -> Values:
    """(m, F) features as the members of the model get them."""
    return np.asarray(np.clip(prior.scaler.transform(features), -CLIP, CLIP), dtype=np.float64)


def log_odds(prior: Reranker, features: NDArray[np.float32]) -> Values:
    """(m,) log-odds of P(a welcomes b)."""
    if not len(features):
        return np.zeros(0)
    return np.asarray(prior.calibrator.decision_function(prior.value(features)[:, None]), dtype=np.float64)


def sigmoid(odds: Values) -> Values:
    """(m,) probabilities of log-odds."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(odds, -30, 30))), dtype=np.float64)


def _fit(x: Values, old: Values, target: Values, weight: Values, start: Layer) -> Layer:
    """Weighted logistic regression with the old log-odds as offset, weights pulled to zero."""
    from scipy.optimize import minimize

    width, apart = x.shape[1], old - start.centre
    pull = width / SPREAD**2

    def objective(p: Values) -> tuple[float, Values]:
        w, level, slope = p[:width], p[width], p[width + 1]
        odds = old + level + slope * apart + x @ w
        loss = float((weight * (np.logaddexp(0, odds) - target * odds)).sum())
        loss += 0.5 * (pull * float(w @ w) + LEVEL_PULL * level**2 + SLOPE_PULL * slope**2)
        by_odds = weight * (sigmoid(odds) - target)
        ends = [by_odds.sum() + LEVEL_PULL * level, (by_odds * apart).sum() + SLOPE_PULL * slope]
        return loss, np.concatenate([x.T @ by_odds + pull * w, ends])

    first = np.concatenate([start.weights, [start.level, start.slope]])
    found = minimize(objective, first, jac=True, method="L-BFGS-B", options={"maxiter": 60}).x
    return Layer(found[:width], float(found[width]), float(found[width + 1]), start.centre)


def _linear(prior: Reranker) -> None:
    crooked = [type(model).__name__ for model, *_ in prior.members if not hasattr(model, "coef_")]
    if crooked:
        raise ModelError(f"a model with a {crooked[0]} in it", "linear members only", "train from the shipped model")
