"""Pair features to P(a welcomes b), the calibrated chance that meeting b is worth a's time."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from matcher.models.encoder import sha256_of
from matcher.models.linear import read_linear, to_sklearn
from numpy.typing import NDArray

from matcher.errors import ModelError

FORMAT = 1
"""Version of the artefact folder; another one is not read."""
DEFAULT = Path(__file__).resolve().parent / "default"
"""The model that is shipped, trained on all judged events."""
CLIP = 6.0
"""Standard deviations beyond which a standardised feature says no more: guards against odd events."""
CHUNK = 8_192
"""Pairs scored at once: they stay in the processor's cache, and memory does not grow with the event."""
TRUSTED = [
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
    "sklearn.ensemble._hist_gradient_boosting.binning._BinMapper",
    "sklearn._loss.link.IdentityLink",
    "sklearn._loss.link.Interval",
    "sklearn._loss.loss.HalfSquaredError",
    "sklearn._loss._loss.CyHalfSquaredError",
]
"""Types beyond the ones that skops trusts by itself which an artefact may hold; all are scikit-learn's own."""

Features = NDArray[np.float32]
Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Reranker:
    """An ensemble of scikit-learn models over pair features, and the calibration of its value.

    Attributes:
        feature_names: Names of the columns, in the order of training.
        scaler: `StandardScaler` fitted on the training pairs.
        members: Linear or boosted models, each with the mean and spread of its output on the training pairs.
        calibrator: One-feature `LogisticRegression` from value to probability, fitted on events that the value had not
            seen (Platt, 1999).
    """

    feature_names: tuple[str, ...]
    scaler: Any
    members: tuple[tuple[Any, float, float, float], ...]
    """(model, mean, spread, weight)."""
    calibrator: Any
    name: str = "unsaved"
    """Folder and content hash of the artefact it was loaded from."""

    def value(self, x: Features) -> Values:
        """(m,) expected worth on an open scale, for ordering: the weighted mean of the members' standardised outputs."""
        if x.ndim != 2 or x.shape[1] != len(self.feature_names):
            raise ModelError(f"features of shape {x.shape}", f"(m, {len(self.feature_names)})", "retrain the reranker")
        total = np.zeros(len(x))
        for at in range(0, len(x), CHUNK):
            rows = slice(at, at + CHUNK)
            scaled = np.clip(self.scaler.transform(x[rows]), -CLIP, CLIP)
            for model, mean, spread, weight in self.members:
                total[rows] += weight * (member_output(model, scaled) - mean) / spread
        return total / sum(weight for *_, weight in self.members)

    def probability(self, x: Features) -> Values:
        """(m,) P(a welcomes b): the chance, strictly between 0 and 1, that judges would give a mean grade of 1 or more."""
        if not len(x):
            return np.zeros(0)
        chance = self.calibrator.predict_proba(self.value(x)[:, None])[:, 1]
        result: Values = np.clip(chance.astype(np.float64), 1e-6, 1 - 1e-6)
        return result

    def save(self, folder: Path, metrics: dict[str, Any] | None = None) -> None:
        """Writes `model.skops` and `metrics.json`, the folder made when missing."""
        import skops.io

        folder.mkdir(parents=True, exist_ok=True)
        models = [to_sklearn(model) for model, *_ in self.members]
        scaler, calibrator = to_sklearn(self.scaler), to_sklearn(self.calibrator)
        skops.io.dump({"scaler": scaler, "models": models, "calibrator": calibrator}, folder / "model.skops")
        about = {
            "format": FORMAT,
            "members": [{"mean": mean, "spread": spread, "weight": weight} for _, mean, spread, weight in self.members],
            "features": list(self.feature_names),
            **(metrics or {}),
        }
        (folder / "metrics.json").write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, folder: Path | None = None, expected: Sequence[str] | None = None) -> Reranker:
        """The reranker of an artefact folder, the shipped one by default.

        Args:
            folder: Where `save` wrote it.
            expected: Names of the features that will be given; None to leave them unchecked.

        Raises:
            ModelError: files are missing, of another format, hold other types than scikit-learn's, or were trained on
                other features.
        """
        folder = DEFAULT if folder is None else folder
        file = folder / "model.skops"
        try:
            about = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
            if about["format"] != FORMAT:
                raise ModelError(f"{folder} has format {about['format']}", f"format {FORMAT}", "retrain it")
            stored = read_linear(file)
            if stored is None:
                import skops.io

                stored = skops.io.load(file, trusted=TRUSTED)
            members = zip(stored["models"], about["members"], strict=True)
            reranker = cls(
                tuple(about["features"]),
                stored["scaler"],
                tuple((model, m["mean"], m["spread"], m["weight"]) for model, m in members),
                stored["calibrator"],
                artefact_name(folder),
            )
        except ModelError:
            raise
        except Exception as error:  # whatever a damaged file makes zip, json or skops raise
            raise ModelError(f"{folder} cannot be read ({error})", "a folder written by Reranker.save", "retrain it") from error
        if expected is not None and tuple(expected) != reranker.feature_names:
            missing = sorted(set(expected) ^ set(reranker.feature_names))
            raise ModelError(
                f"{folder} was trained on {len(reranker.feature_names)} features, other than {missing[:3]}",
                f"the {len(expected)} features of this version",
                "retrain it with python -m benchmarks.quality train",
            )
        return reranker


def artefact_name(folder: Path | None = None) -> str:
    """Folder and content hash of an artefact, without loading it.

    Raises:
        ModelError: it has no `model.skops`.
    """
    folder = DEFAULT if folder is None else folder
    try:
        return f"{folder.name}@{sha256_of(folder / 'model.skops')[:12]}"
    except OSError as error:
        raise ModelError(f"{folder} cannot be read ({error})", "a folder written by Reranker.save", "retrain it") from error


def member_output(model: Any, scaled: NDArray[np.floating]) -> Values:
    """(m,) a member's output on an open scale: log-odds of a classifier, the prediction of a regressor."""
    output = model.decision_function(scaled) if hasattr(model, "decision_function") else model.predict(scaled)
    result: Values = np.asarray(output, dtype=np.float64)
    return result
