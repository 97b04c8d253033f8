"""The judged events as training arrays."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matcher.models.encoder import Encoder
from matcher.models.training import TrainingEvent

from matcher.features import EventFeatures
from matcher.judged import JudgedEvent


def training_event(event: JudgedEvent, encoder: Encoder) -> TrainingEvent:
    """All allowed ordered pairs of an event with their features, row by row of the grade matrix."""
    features = EventFeatures(event.attendees, encoder)
    pairs = np.argwhere(event.allowed)
    return TrainingEvent(features.directed(pairs), event.grades[event.allowed], pairs[:, 0], pairs[:, 1])


def training_events(events: Sequence[JudgedEvent], encoder: Encoder) -> list[TrainingEvent]:
    """One per judged event, in order."""
    return [training_event(event, encoder) for event in events]
