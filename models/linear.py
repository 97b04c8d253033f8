"""Linear models of an artefact, read and evaluated without importing scikit-learn or skops, which takes seconds.

A skops file is a zip of `schema.json` and `.npy` arrays. Where every model in it is one of the three kinds below, their
arrays are all that is needed; any other file is left to skops. Nothing of the file is executed, and the results are those
of scikit-learn to the last bits (a test holds them together).
"""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.floating]


@dataclass(frozen=True, slots=True, eq=False)
class LinearScaler:
    """`StandardScaler`: (x - mean) / scale, in the precision of x."""

    mean_: Values
    scale_: Values

    def transform(self, x: Values) -> Values:
        """(m, f) standardised."""
        scaled = np.array(x)
        scaled -= self.mean_.astype(scaled.dtype)
        scaled /= self.scale_.astype(scaled.dtype)
        return scaled

    def to_sklearn(self) -> Any:
        """The scikit-learn model with the same arrays, for saving."""
        from sklearn.preprocessing import StandardScaler

        return _with(StandardScaler(), mean_=self.mean_, scale_=self.scale_, var_=self.scale_**2, n_features_in_=len(self.mean_))


@dataclass(frozen=True, slots=True, eq=False)
class LinearRegressor:
    """`Ridge`."""

    coef_: Values
    intercept_: Values

    def predict(self, x: Values) -> Values:
        """(m,) predictions."""
        return np.asarray(x @ self.coef_.ravel() + self.intercept_)

    def to_sklearn(self) -> Any:
        """The scikit-learn model with the same arrays, for saving."""
        from sklearn.linear_model import Ridge

        return _with(Ridge(), coef_=self.coef_, intercept_=self.intercept_, n_features_in_=self.coef_.size)


@dataclass(frozen=True, slots=True, eq=False)
class LinearClassifier:
    """`LogisticRegression` of two classes."""

    coef_: Values
    intercept_: Values
    classes_: NDArray[Any]

    def decision_function(self, x: Values) -> Values:
        """(m,) log-odds of the second class."""
        return np.asarray(x @ self.coef_.ravel() + self.intercept_)

    def predict_proba(self, x: Values) -> Values:
        """(m, 2) probabilities of both classes."""
        second = 1.0 / (1.0 + np.exp(-self.decision_function(x)))
        return np.column_stack([1.0 - second, second])

    def to_sklearn(self) -> Any:
        """The scikit-learn model with the same arrays, for saving."""
        from sklearn.linear_model import LogisticRegression

        return _with(
            LogisticRegression(),
            coef_=self.coef_,
            intercept_=self.intercept_,
            classes_=self.classes_,
            n_features_in_=self.coef_.size,
            n_iter_=np.array([0], dtype=np.int32),
        )


_KINDS: dict[str, tuple[type, tuple[str, ...]]] = {
    "sklearn.preprocessing._data.StandardScaler": (LinearScaler, ("mean_", "scale_")),
    "sklearn.linear_model._ridge.Ridge": (LinearRegressor, ("coef_", "intercept_")),
    "sklearn.linear_model._logistic.LogisticRegression": (LinearClassifier, ("coef_", "intercept_", "classes_")),
}


def read_linear(file: Path) -> dict[str, Any] | None:
    """The models of a skops file by name (a model or a list of models); None where one is not linear.

    Raises:
        Exception: whatever a damaged file makes zipfile, json or numpy raise.
    """
    with zipfile.ZipFile(file) as archive:
        schema = json.loads(archive.read("schema.json"))

        def array(node: dict[str, Any]) -> NDArray[Any]:
            if "file" in node:
                return np.asarray(np.load(io.BytesIO(archive.read(node["file"])), allow_pickle=False))
            return np.asarray(json.loads(node["content"]))

        def model(node: dict[str, Any]) -> Any:
            if node["__class__"] == "list":
                return [model(each) for each in node["content"]]
            kind, fields = _KINDS[f"{node['__module__']}.{node['__class__']}"]
            attributes = node["content"]["content"]
            return kind(*(array(attributes[field]) for field in fields))

        try:
            models = {name: model(node) for name, node in schema["content"].items()}
        except KeyError:  # another kind of model
            return None
    classifiers = [each for each in (models.get("calibrator"), *models.get("models", ())) if isinstance(each, LinearClassifier)]
    return models if all(each.coef_.shape[0] == 1 for each in classifiers) else None


def to_sklearn(model: Any) -> Any:
    """The scikit-learn model behind a linear one; any other as it is."""
    return model.to_sklearn() if hasattr(model, "to_sklearn") else model


def _with(model: Any, **fitted: Any) -> Any:
    for name, value in fitted.items():
        setattr(model, name, value)
    return model
