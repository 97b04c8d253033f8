"""Rankings without learning, to stand beside the learned one in the same run."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from matcher.features import EventFeatures
from matcher.similarity import PeopleVectors
from matcher.texts import Part

Matrix = NDArray[np.float64]


def _standard(scores: Matrix) -> Matrix:
    return np.asarray((scores - scores.mean()) / max(float(scores.std()), 1e-9))


def chance(event: EventFeatures) -> Matrix:
    """Random positive scores, the same each time."""
    return np.random.default_rng(0).random((len(event.ids), len(event.ids)))


def words(event: EventFeatures) -> Matrix:
    """TF-IDF cosine of whole profiles."""
    return np.asarray((event.lexical @ event.lexical.T).todense(), dtype=np.float64)


def meaning(event: EventFeatures) -> Matrix:
    """Encoder cosine of whole profiles."""
    return np.asarray(event.self_vectors @ event.self_vectors.T, dtype=np.float64)


def sought(event: EventFeatures) -> Matrix:
    """Encoder cosine of what is sought with what is offered."""
    return np.asarray(event.representation.parts[Part.SEEKING] @ event.offer.T, dtype=np.float64)


def fixed_weights(event: EventFeatures) -> Matrix:
    """Both directions of the best goal against the offer, words and whole profiles, each standardised, weights 1, 1, 1, 1."""
    n = len(event.ids)
    pairs = np.array([(a, b) for a in range(n) for b in range(n)], dtype=np.int64)
    people = PeopleVectors(event.offer, event.goal_vectors, event.goal_owner, event.self_vectors, event.lexical)
    there = people.goal_fit(pairs).reshape(n, n).astype(np.float64)
    return _standard(there) + _standard(there.T) + _standard(words(event)) + _standard(meaning(event))


BASELINES: dict[str, Callable[[EventFeatures], Matrix]] = {
    "random": chance,
    "TF-IDF, whole profile": words,
    "encoder, whole profile": meaning,
    "encoder, seeking → offering": sought,
    "fixed weights, both directions": fixed_weights,
}
