import json

import numpy as np
import pytest
from matcher.models.reranker import Reranker
from matcher.models.training import Recipe, TrainingEvent, train

from matcher.errors import ModelError

NAMES = ("good", "noise")


def invented_event(seed: int, people: int = 20) -> TrainingEvent:
    rng = np.random.default_rng(seed)
    pairs = np.array([(a, b) for a in range(people) for b in range(people) if a != b])
    features = rng.normal(size=(len(pairs), 2)).astype(np.float32)
    grades = np.where(features[:, 0] + 0.3 * rng.normal(size=len(pairs)) > 1.5, 2.0, 0.0)
    return TrainingEvent(features, grades, pairs[:, 0], pairs[:, 1])


@pytest.fixture(scope="module")
def reranker() -> Reranker:
    recipe = Recipe(strength=1.0, penalty=0.01, boosted_weight=0.5, boosted=(("max_iter", 5),))
    return train([invented_event(k) for k in range(3)], NAMES, recipe)


def test_it_learns_what_counts_and_is_calibrated(reranker):
    unseen = invented_event(9)
    chance = reranker.probability(unseen.features)
    good = unseen.grades >= 1
    assert chance[good].mean() > 4 * chance[~good].mean()
    assert chance.mean() == pytest.approx(good.mean(), abs=0.04)
    assert ((chance > 0) & (chance < 1)).all()


def test_probability_keeps_the_order_of_value(reranker):
    x = invented_event(5).features
    order = np.argsort(reranker.value(x), kind="stable")
    assert (np.diff(reranker.probability(x)[order]) >= 0).all()


def test_saved_and_loaded_are_equal(reranker, tmp_path):
    reranker.save(tmp_path)
    x = invented_event(7).features
    again = Reranker.load(tmp_path, NAMES)
    assert np.array_equal(again.probability(x), reranker.probability(x))


def test_batch_equals_single(reranker):
    x = invented_event(8).features[:30]
    single = np.concatenate([reranker.probability(x[k : k + 1]) for k in range(30)])
    np.testing.assert_allclose(reranker.probability(x), single, rtol=1e-9)


def test_nothing_in_nothing_out(reranker):
    assert reranker.probability(np.zeros((0, 2), dtype=np.float32)).shape == (0,)


def test_wrong_shapes_names_and_files_are_told(reranker, tmp_path):
    with pytest.raises(ModelError, match=r"expected \(m, 2\)"):
        reranker.value(np.zeros((1, 3), dtype=np.float32))
    with pytest.raises(ModelError, match="cannot be read"):
        Reranker.load(tmp_path)
    reranker.save(tmp_path)
    with pytest.raises(ModelError, match="was trained on 2 features"):
        Reranker.load(tmp_path, ("good", "other"))
    about = json.loads((tmp_path / "metrics.json").read_text())
    (tmp_path / "metrics.json").write_text(json.dumps(about | {"format": 99}))
    with pytest.raises(ModelError, match="format 99"):
        Reranker.load(tmp_path)


def test_one_event_is_not_enough():
    with pytest.raises(ModelError, match="two or more"):
        train([invented_event(0)], NAMES)
