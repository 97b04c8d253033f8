from dataclasses import replace

import numpy as np
import pytest
from matcher.models.feedback import Layer, folded, folds, judge, learn, log_odds, pairwise_accuracy, scaled
from matcher.models.reranker import Reranker
from matcher.models.responses import Attention, Shown, attention, effective
from matcher.models.training import Recipe, TrainingEvent, train

from matcher.errors import ModelError

NAMES = ("known", "new")
"""The prior has learned that the first counts; at the event the second does too."""


def sigmoid(odds):
    return 1 / (1 + np.exp(-odds))


@pytest.fixture(scope="module")
def prior() -> Reranker:
    def event(seed: int) -> TrainingEvent:
        rng = np.random.default_rng(seed)
        pairs = np.array([(a, b) for a in range(30) for b in range(30) if a != b])
        features = rng.normal(size=(len(pairs), 2)).astype(np.float32)
        grades = np.where(rng.random(len(pairs)) < sigmoid(features[:, 0] - 1), 2.0, 0.0)
        return TrainingEvent(features, grades, pairs[:, 0], pairs[:, 1])

    return train([event(seed) for seed in range(3)], NAMES, Recipe(strength=1.0, penalty=0.001))


def answers(entries: int, effect: float, seed: int = 0, says_no: float = 0.5) -> Shown:
    """Entries of lists of five, the fifth looked at less often than the first, worth what both features say."""
    rng = np.random.default_rng(seed)
    features = rng.normal(size=(entries, 2)).astype(np.float32)
    ranks = np.tile(np.arange(1, 6), -(-entries // 5))[:entries]
    looked = rng.random(entries) < np.array([0.9, 0.7, 0.5, 0.4, 0.3])[ranks - 1]
    wanted = rng.random(entries) < sigmoid(features[:, 0] + effect * features[:, 1] - 1)
    worth = np.where(looked & wanted, 1.0, np.where(looked & (rng.random(entries) < says_no), 0.0, np.nan))
    return Shown(features, np.arange(entries) // 25, ranks, np.arange(entries, dtype=float), worth)


def test_a_thousand_answers_teach_what_the_prior_did_not_know(prior):
    learned = learn(prior, answers(2500, effect=2.0))
    assert learned.better
    assert learned.gain.low > 0
    assert learned.new.accuracy > learned.old.accuracy + 0.05
    fresh = answers(2000, effect=2.0, seed=9)
    assert judge(learned.reranker, fresh)[0].log_score.mean > judge(prior, fresh)[0].log_score.mean


def test_ten_answers_change_nothing(prior):
    shown = answers(25, effect=2.0)
    assert 5 <= shown.answered.sum() <= 20
    learned = learn(prior, shown)
    assert learned.reranker is prior
    assert learned.reason.startswith("too few to tell")


def test_answers_that_the_prior_already_explains_change_nothing(prior):
    kept = [learn(prior, answers(1000, effect=0.0, seed=seed)) for seed in range(5)]
    assert [one.better for one in kept].count(True) <= 1
    assert kept[0].reranker is prior
    assert "the model stays" in kept[0].reason


def test_the_order_of_rows_changes_nothing(prior):
    shown = answers(1500, effect=2.0)
    mixed = shown[np.random.default_rng(1).permutation(len(shown))]
    x = shown.features
    assert np.array_equal(learn(prior, shown).reranker.probability(x), learn(prior, mixed).reranker.probability(x))


def test_the_layer_folds_into_an_ordinary_model(prior, tmp_path):
    layer = Layer(np.array([0.3, -0.8]), level=0.4, slope=-0.2, centre=-1.5)
    x = answers(50, 0.0).features
    model = folded(prior, layer)
    np.testing.assert_allclose(log_odds(model, x), layer.odds(scaled(prior, x), log_odds(prior, x)), atol=1e-9)
    model.save(tmp_path)
    np.testing.assert_allclose(Reranker.load(tmp_path, NAMES).probability(x), model.probability(x))


def test_attention_is_found_from_what_was_answered(prior):
    shown = answers(20_000, effect=0.0, says_no=0.25)
    found = attention(shown, sigmoid(shown.features[:, 0].astype(float) - 1))
    np.testing.assert_allclose(found.looked, [0.9, 0.7, 0.5, 0.4, 0.3], atol=0.04)
    assert found.says_no == pytest.approx(0.25, abs=0.02)
    assert (np.diff(found.looked) <= 0).all()


def test_silence_counts_by_the_chance_that_it_was_looked_at():
    shown = answers(3, 0.0)
    shown = replace(shown, ranks=np.array([1, 2, 2]), worth=np.array([1.0, 0.0, np.nan]))
    weights = Attention(np.array([0.9, 0.5]), says_no=0.5).weights(shown, np.full(3, 0.2))
    # Looked at, not wanted and silent: .5 * .8 * .5 = .2; not looked at: .5.
    np.testing.assert_allclose(weights, [1.0, 1.0, 0.2 / 0.7])
    assert effective(np.ones(4)) == 4.0


def test_later_answers_are_told_from_earlier_ones_only():
    shown = answers(100, 0.0)
    for before, after in folds(shown):
        assert shown.times[before].max() < shown.times[after].min()
    at_once = replace(shown, times=np.zeros(100))
    for some, others in folds(at_once):
        assert not set(shown.viewers[some]) & set(shown.viewers[others])


def test_order_is_judged_within_each_viewer():
    shown = Shown(np.zeros((4, 1), np.float32), np.array([0, 0, 1, 1]), np.ones(4, int), np.zeros(4), np.array([1, 0, 1, np.nan]))
    assert pairwise_accuracy(np.array([2.0, 1.0, 0.0, 5.0]), shown) == 1.0
    assert pairwise_accuracy(np.array([1.0, 2.0, 0.0, 5.0]), shown) == 0.0


def test_bad_arrays_are_told():
    with pytest.raises(ModelError, match="lengths"):
        Shown(np.zeros((2, 1), np.float32), np.zeros(1, int), np.ones(2, int), np.zeros(2), np.zeros(2))
    with pytest.raises(ModelError, match="rank 0"):
        Shown(np.zeros((1, 1), np.float32), np.zeros(1, int), np.zeros(1, int), np.zeros(1), np.zeros(1))
    with pytest.raises(ModelError, match="worth of 2"):
        Shown(np.zeros((1, 1), np.float32), np.zeros(1, int), np.ones(1, int), np.zeros(1), np.array([2.0]))
