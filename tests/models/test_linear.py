import subprocess
import sys

import numpy as np
import skops.io
from matcher.models.linear import LinearClassifier, read_linear
from matcher.models.reranker import DEFAULT, TRUSTED, Reranker, member_output


def test_the_shipped_model_gives_what_scikit_learn_gives():
    light, stored = Reranker.load(), skops.io.load(DEFAULT / "model.skops", trusted=TRUSTED)
    assert isinstance(light.calibrator, LinearClassifier)
    x = np.random.default_rng(1).normal(0.2, 2.0, (500, len(light.feature_names))).astype(np.float32)
    scaled = stored["scaler"].transform(x)
    assert np.array_equal(light.scaler.transform(x), scaled)
    for (model, *_), theirs in zip(light.members, stored["models"], strict=True):
        np.testing.assert_allclose(member_output(model, scaled), member_output(theirs, scaled), rtol=1e-12, atol=1e-12)
    value = light.value(x)[:, None]
    np.testing.assert_allclose(light.calibrator.predict_proba(value), stored["calibrator"].predict_proba(value), rtol=1e-12)


def test_it_can_be_saved_again_as_scikit_learn_models(tmp_path):
    light = Reranker.load()
    light.save(tmp_path)
    assert type(skops.io.load(tmp_path / "model.skops", trusted=TRUSTED)["scaler"]).__name__ == "StandardScaler"
    x = np.random.default_rng(2).normal(size=(50, len(light.feature_names))).astype(np.float32)
    assert np.array_equal(Reranker.load(tmp_path).probability(x), light.probability(x))


def test_other_models_are_left_to_skops(tmp_path):
    from sklearn.tree import DecisionTreeRegressor

    tree = DecisionTreeRegressor(max_depth=1).fit([[0.0], [1.0]], [0.0, 1.0])
    skops.io.dump({"scaler": tree, "models": [tree], "calibrator": tree}, tmp_path / "model.skops")
    assert read_linear(tmp_path / "model.skops") is None


def test_loading_it_imports_neither_torch_nor_scikit_learn():
    code = (
        "import sys; from matcher.models.reranker import Reranker; Reranker.load(); "
        "print([name for name in ('torch', 'sklearn', 'skops') if name in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
