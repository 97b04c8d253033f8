"""Pairs of people to directed probabilities and one mutual score: features, reranker, tilt."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher import mutual, tilt
from matcher.event import EventSettings
from matcher.features import EventFeatures
from matcher.models.reranker import Reranker
from matcher.parallel import chunks, in_processes
from matcher.profiles import Attendee
from matcher.similarity import PeopleVectors

Pairs = NDArray[np.int64]
Scores = NDArray[np.float64]
CHUNK = 8_192
"""Pairs weighed at once: some 25 MB of features."""


@dataclass(frozen=True, slots=True, eq=False)
class ScoredPairs:
    """Pairs of positions with P(a welcomes b), P(b welcomes a) and the mutual score, all (m,)."""

    pairs: Pairs
    value_a: Scores
    value_b: Scores
    score: Scores

    def __getitem__(self, chosen: NDArray[np.int64] | NDArray[np.bool_]) -> ScoredPairs:
        return ScoredPairs(self.pairs[chosen], self.value_a[chosen], self.value_b[chosen], self.score[chosen])


@dataclass(frozen=True, slots=True, eq=False)
class Scorer:
    """People whose texts are vectors, and the models that weigh any pair of them."""

    attendees: tuple[Attendee, ...]
    settings: EventSettings
    features: EventFeatures
    people: PeopleVectors
    reranker: Reranker
    levels: tilt.Levels

    def welcomes(self, pairs: Pairs) -> Scores:
        """Returns (m,) P(`pairs[:, 0]` welcomes `pairs[:, 1]`), with the organizer's weights and the forms of goals in it."""
        return self._tilted(pairs, self.reranker.probability(self.features.directed(pairs)))

    def _tilted(self, pairs: Pairs, chance: Scores) -> Scores:
        p = np.clip(chance, 1e-6, 1 - 1e-6)
        moved = tilt.shift(self.people, self.attendees, pairs, self.settings.weights, self.levels)
        return np.asarray(1.0 / (1.0 + np.exp(-(np.log(p / (1 - p)) + moved))))

    def mutual_scores(self, pairs: Pairs, value_a: Scores, value_b: Scores) -> Scores:
        """Returns (m,) mutual scores, each side weighted as the settings say for its group."""
        sides = {name.casefold(): weight for name, weight in self.settings.weights.sides.items()}
        side = np.array([sides.get(a.group.casefold(), 1.0) for a in self.attendees])
        return mutual.mutual_score(value_a, value_b, side[pairs[:, 0]], side[pairs[:, 1]])

    def scored(self, pairs: Pairs) -> ScoredPairs:
        """Returns the (m, 2) pairs with both directed probabilities and the mutual score; memory for features is one chunk's."""
        self.features.background()
        if len(pairs) > CHUNK:  # all that is computed once, before several processes compute it
            self.features.candidate_values.arrange()
        chances = np.concatenate([np.zeros((0, 2)), *in_processes(self._both_chances, chunks(pairs, CHUNK))])
        value_a, value_b = self._tilted(pairs, chances[:, 0]), self._tilted(pairs[:, ::-1], chances[:, 1])
        return ScoredPairs(pairs, value_a, value_b, self.mutual_scores(pairs, value_a, value_b))

    def _both_chances(self, pairs: Pairs) -> Scores:
        return np.column_stack([self.reranker.probability(x) for x in self.features.both_directions(pairs)])
