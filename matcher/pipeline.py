"""The order of the stages; the only module that knows it.

registration ► goals ► features (texts, vectors) ► candidates ► reranker, both ways ► mutual score ► allocation ► reasons
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from matcher import mutual, tilt
from matcher.allocation.fairness import Fair, allocate_fairly
from matcher.candidates import candidate_pairs
from matcher.eligibility import Eligibility
from matcher.event import EventSettings
from matcher.features import EventFeatures, anchors
from matcher.features.representation import TextEncoder
from matcher.goals import complete
from matcher.models.reranker import Reranker
from matcher.parallel import chunks, in_processes
from matcher.profiles import Attendee, Registration
from matcher.scoring import Pairs, ScoredPairs, Scorer, Scores
from matcher.similarity import PeopleVectors
from matcher.targets import targets


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
class PreparedEvent(Scorer):
    """An event whose texts are vectors: everything that a run, a suggestion or a why needs. Positions follow the ids."""

    eligibility: Eligibility
    encoder_name: str
    watch: Stopwatch = field(default_factory=Stopwatch)
    _weighed: list[ScoredPairs] = field(default_factory=list)

    def all_scored(self) -> ScoredPairs:
        """Returns all candidate pairs, scored; computed once."""
        if not self._weighed:
            self._weighed.append(self.scored(self.candidates()))
            self.features.candidate_values.let_go()
        return self._weighed[0]

    def with_scored(self, scored: ScoredPairs) -> PreparedEvent:
        """Returns the event with its candidate pairs scored already."""
        return replace(self, _weighed=[scored])

    def candidates(self, brought_by: NDArray[np.int64] | None = None) -> Pairs:
        """Returns (m, 2) eligible pairs worth weighing, the lower position first, sorted.

        Args:
            brought_by: positions of the people who bring their candidates; everybody where left out.
        """
        with self.watch.stage("retrieval"):
            return _candidates(self.people, self.eligibility, self.settings, brought_by)

    def scored(self, pairs: Pairs) -> ScoredPairs:
        """Returns the pairs with both directed probabilities and the mutual score."""
        with self.watch.stage("features and reranking"):
            return Scorer.scored(self, pairs)


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
        people = sorted(chain.from_iterable(in_processes(_completed, chunks(registration.attendees, 500))), key=lambda a: a.id)
        eligibility = Eligibility(people, settings)
    with watch.stage("texts and vectors"):
        features = EventFeatures(people, encoder, progress=progress)
    vectors = PeopleVectors(features.offer, features.goal_vectors, features.goal_owner, features.self_vectors, features.lexical)
    with watch.stage("retrieval"):
        levels = tilt.Levels.of(vectors, _candidates(vectors, eligibility, settings, anchors(features.ids)))
    return PreparedEvent(tuple(people), settings, features, vectors, reranker, levels, eligibility, encoder.name, watch)


def _completed(people: Sequence[Attendee]) -> list[Attendee]:
    return [complete(attendee) for attendee in people]


def _candidates(
    people: PeopleVectors, eligibility: Eligibility, settings: EventSettings, brought_by: NDArray[np.int64] | None = None
) -> Pairs:
    weights = settings.weights
    return candidate_pairs(people, eligibility, settings.candidates.per_person, weights.goals, weights.likeness, brought_by)


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
    scored = event.all_scored()
    with event.watch.stage("allocation"):
        lower, upper = caps(event)
        fairness = event.settings.introductions.fairness
        fair = allocate_fairly(scored.pairs, worth(scored), lower, upper, forced(event, scored.pairs), fairness)
    return scored, fair


def forced(event: PreparedEvent, pairs: Pairs) -> NDArray[np.bool_]:
    """Returns (m,) True for the pairs that are introduced in any case: required by the organizer, or locked."""
    n, wanted = len(event.attendees), event.eligibility.forced
    return np.asarray(np.isin(pairs[:, 0] * n + pairs[:, 1], wanted[:, 0] * n + wanted[:, 1]), dtype=bool)
