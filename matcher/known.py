"""Weighed pairs kept from one command to the next, so that a list of an event that was run before is there at once.

What is kept are positions and numbers under a checksum of everything they follow from; no texts, names or ids.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np

from matcher.event import EventSettings
from matcher.features import EventFeatures
from matcher.features.representation import TextEncoder
from matcher.features.tfidf import Terms
from matcher.features.told import Match
from matcher.goals import complete
from matcher.profiles import Attendee, Registration
from matcher.scoring import Pairs, ScoredPairs


@dataclass(frozen=True, slots=True, eq=False)
class KnownEvent:
    """The people of an event whose pairs are weighed; only the texts of those who are quoted are looked at."""

    attendees: tuple[Attendee, ...]
    settings: EventSettings
    encoder: TextEncoder

    @classmethod
    def of(cls, registration: Registration, settings: EventSettings, encoder: TextEncoder) -> KnownEvent:
        """Returns the event with its goals completed, in the order of ids."""
        people = sorted((complete(attendee) for attendee in registration.attendees), key=lambda a: a.id)
        return cls(tuple(people), settings, encoder)

    @property
    def features(self) -> _Quoted:
        """Finds the phrases that meet a goal."""
        return _Quoted(self)


class _Quoted:
    def __init__(self, event: KnownEvent) -> None:
        self._event = event

    def best_matches(self, pairs: Pairs) -> list[Match]:
        """As `EventFeatures.best_matches`."""
        who, place = np.unique(pairs, return_inverse=True)
        people = [self._event.attendees[at] for at in who.tolist()]
        return EventFeatures(people, self._event.encoder, terms=Terms(None, None)).best_matches(place.reshape(-1, 2))


_FIELDS = ("pairs", "value_a", "value_b", "score")
MOST_KEPT = 50
"""Events kept; the ones not used for longest go first."""


class KnownScores:
    """Scored candidate pairs of events, one file each.

    Args:
        folder: where they lie; made when missing.
        registration: the event's people.
        settings: the event's settings.
        models: names of the encoder and the reranker.
    """

    def __init__(self, folder: Path, registration: Registration, settings: EventSettings, models: tuple[str, ...]) -> None:
        ids = sorted(attendee.id for attendee in registration.attendees)
        follows = [version("event-matcher"), registration.checksum, ids, settings.model_dump(mode="json"), models]
        digest = hashlib.sha256(json.dumps(follows, sort_keys=True).encode()).hexdigest()
        self._people = len(ids)
        self._file = folder / f"{digest[:32]}.npz" if registration.checksum else None

    def get(self) -> ScoredPairs | None:
        """Returns the pairs of the event's people in the order of their ids; None where they are not known."""
        if self._file is None or not self._file.is_file():
            return None
        try:
            with self._file.open("rb") as stream, np.load(stream, allow_pickle=False) as stored:
                scored = ScoredPairs(*(stored[field] for field in _FIELDS))
            self._file.touch()
        except Exception:  # a damaged or half-written file is as good as none
            return None
        return scored if scored.pairs.max(initial=0) < self._people else None

    def put(self, scored: ScoredPairs) -> None:
        """Keeps the pairs; nothing fails for want of room."""
        if self._file is None:
            return
        part = self._file.with_suffix(".part")
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with part.open("wb") as stream:
                np.savez(stream, **{field: getattr(scored, field) for field in _FIELDS})
            part.replace(self._file)
            kept = sorted(self._file.parent.glob("*.npz"), key=lambda file: file.stat().st_mtime)
            for file in kept[:-MOST_KEPT]:
                file.unlink(missing_ok=True)
        except OSError:
            part.unlink(missing_ok=True)
