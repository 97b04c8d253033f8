"""The order of the stages; the only module that knows it.

registration ► goals ► features (texts, vectors) ► candidates ► reranker, both ways ► mutual score ► allocation ► reasons
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from matcher import mutual, tilt
from matcher.allocation.fairness import Fair, allocate_fairly
from matcher.candidates import candidate_pairs
from matcher.eligibility import Eligibility
from matcher.event import EventSettings
from matcher.features import EventFeatures
from matcher.features.representation import TextEncoder
from matcher.goals import complete
from matcher.models.reranker import Reranker
from matcher.profiles import Attendee, Registration
from matcher.similarity import PeopleVectors
from matcher.targets import targets

Pairs = NDArray[np.int64]
Scores = NDArray[np.float64]


class NamedEncoder(TextEncoder, Protocol):
    """An encoder that a run can name."""

    @property
    def name(self) -> str:
        """Name and version of the model."""


class Stopwatch:
    """Seconds spent in each named stage."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Adds the time of the block to the stage."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - start


@dataclass(frozen=True, slots=True, eq=False)
class PreparedEvent:
    """An event whose texts are vectors: everything that a run, a suggestion or a why needs. Positions follow the ids."""

    attendees: tuple[Attendee, ...]
    settings: EventSettings
    eligibility: Eligibility
    features: EventFeatures
    people: PeopleVectors
    reranker: Reranker
    encoder_name: str
    watch: Stopwatch = field(default_factory=Stopwatch)

    def candidates(self) -> Pairs:
        """Returns (m, 2) eligible pairs worth weighing, the lower position first, sorted."""
        settings = self.settings
        with self.watch.stage("retrieval"):
            return candidate_pairs(
                self.people, self.eligibility, settings.candidates.per_person, settings.weights.goals, settings.weights.likeness
            )

    def welcomes(self, pairs: Pairs) -> Scores:
        """Returns (m,) P(`pairs[:, 0]` welcomes `pairs[:, 1]`), with the organizer's weights and the forms of goals in it."""
        if not len(pairs):
            return np.zeros(0)
        p = np.clip(self.reranker.probability(self.features.directed(pairs)), 1e-6, 1 - 1e-6)
        odds = np.log(p / (1 - p)) + tilt.shift(self.people, self.attendees, pairs, self.settings.weights)
        return np.asarray(1.0 / (1.0 + np.exp(-odds)))

    def mutual_scores(self, pairs: Pairs, value_a: Scores, value_b: Scores) -> Scores:
        """Returns (m,) mutual scores, each side weighted as the settings say for its group."""
        sides = {name.casefold(): weight for name, weight in self.settings.weights.sides.items()}
        side = np.array([sides.get(a.group.casefold(), 1.0) for a in self.attendees])
        return mutual.mutual_score(value_a, value_b, side[pairs[:, 0]], side[pairs[:, 1]])

    def scored(self, pairs: Pairs) -> ScoredPairs:
        """Returns the pairs with both directed probabilities and the mutual score."""
        with self.watch.stage("features and reranking"):
            both = self.welcomes(np.vstack([pairs, pairs[:, ::-1]]))
        value_a, value_b = both[: len(pairs)], both[len(pairs) :]
        return ScoredPairs(pairs, value_a, value_b, self.mutual_scores(pairs, value_a, value_b))


@dataclass(frozen=True, slots=True, eq=False)
class ScoredPairs:
    """Pairs of positions, the lower first, with P(a welcomes b), P(b welcomes a) and the mutual score, all (m,)."""

    pairs: Pairs
    value_a: Scores
    value_b: Scores
    score: Scores

    def __getitem__(self, chosen: NDArray[np.int64] | NDArray[np.bool_]) -> ScoredPairs:
        return ScoredPairs(self.pairs[chosen], self.value_a[chosen], self.value_b[chosen], self.score[chosen])


def prepare(
    registration: Registration,
    settings: EventSettings,
    encoder: NamedEncoder,
    reranker: Reranker,
    progress: bool = False,
    watch: Stopwatch | None = None,
) -> PreparedEvent:
    """Returns the event with its goals completed and its texts as vectors; rows of the input in any order give the same."""
    watch = watch or Stopwatch()
    with watch.stage("goals"):
        people = sorted((complete(attendee) for attendee in registration.attendees), key=lambda a: a.id)
        eligibility = Eligibility(people, settings)
    with watch.stage("texts and vectors"):
        features = EventFeatures(people, encoder, progress=progress)
    vectors = PeopleVectors(features.offer, features.goal_vectors, features.goal_owner, features.self_vectors, features.lexical)
    return PreparedEvent(tuple(people), settings, eligibility, features, vectors, reranker, encoder.name, watch)


def caps(event: PreparedEvent) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Returns (n,) minimum and (n,) maximum introductions: the event's, the group's, and each person's own."""
    rules = event.eligibility
    return targets(event.attendees, event.settings.introductions, rules.takes_part, rules.silent)


def worth(scored: ScoredPairs) -> Scores:
    """Returns (m,) what each pair adds to the event's total: its mutual score.

    Pairs below `mutual.FLOOR`, and one-sided ones, are worth less than nothing: they are used only where a person would
    otherwise miss the minimum, and are labelled there.
    """
    poor = (scored.score < mutual.FLOOR) | mutual.one_sided(scored.value_a, scored.value_b)
    return np.where(poor, scored.score - 1.0, scored.score)


def allocated(event: PreparedEvent) -> tuple[ScoredPairs, Fair]:
    """Returns all candidate pairs of the event, scored, and which of them are introduced."""
    scored = event.scored(event.candidates())
    with event.watch.stage("allocation"):
        lower, upper = caps(event)
        fairness = event.settings.introductions.fairness
        fair = allocate_fairly(scored.pairs, worth(scored), lower, upper, forced(event, scored.pairs), fairness)
    return scored, fair


def forced(event: PreparedEvent, pairs: Pairs) -> NDArray[np.bool_]:
    """Returns (m,) True for the pairs that are introduced in any case: required by the organizer, or locked."""
    n, wanted = len(event.attendees), event.eligibility.forced
    return np.asarray(np.isin(pairs[:, 0] * n + pairs[:, 1], wanted[:, 0] * n + wanted[:, 1]), dtype=bool)
