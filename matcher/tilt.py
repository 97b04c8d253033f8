"""How the organizer's weights and the form of a goal shift what the reranker found.

The shift is made on the log-odds, so a probability stays one, and at weights of 1 and without stated or inferred forms
nothing moves. What each form rewards follows Ibarra and Hunter (Harvard Business Review, 2007): strategic goals reach
(other field, a step ahead), operational ones fit in the same field, personal ones common ground.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.event import Weights
from matcher.profiles import SENIORITIES, Attendee, GoalForm
from matcher.similarity import PeopleVectors

Pairs = NDArray[np.int64]
STEP = 0.5
"""Log-odds by which one standard deviation of a similarity moves a pair per unit of weight above or below 1."""
FORM_STEP = 0.15
"""Log-odds that fit, reach or common ground add: enough to order equals, too little to lift a poor match."""


@dataclass(frozen=True, slots=True)
class Levels:
    """Mean and spread of each similarity among an event's candidate pairs: what high and low mean there.

    Fixed for an event, so that a pair has one score whichever other pairs it is asked for with.
    """

    goal_fit: tuple[float, float]
    likeness: tuple[float, float]
    shared_words: tuple[float, float]

    @classmethod
    def of(cls, people: PeopleVectors, pairs: Pairs) -> Levels:
        """Returns the levels among (m, 2) pairs, looked at from both sides."""
        both = np.vstack([pairs, pairs[:, ::-1]])
        return cls(*(_level(similarity(both)) for similarity in (people.goal_fit, people.likeness, people.shared_words)))


def shift(
    people: PeopleVectors, attendees: Sequence[Attendee], pairs: Pairs, weights: Weights, levels: Levels
) -> NDArray[np.float64]:
    """Returns (m,) log-odds to add to P(`pairs[:, 0]` welcomes `pairs[:, 1]`).

    Args:
        people: vectors of the event's people; goal rows in the order of the attendees' goals.
        attendees: the people, in the order of their positions.
        pairs: (m, 2) directed pairs of positions.
        weights: the organizer's weights.
        levels: what is usual in the event.
    """
    moved = np.zeros(len(pairs))
    for weight, similarity, level in (
        (weights.goals, people.goal_fit, levels.goal_fit),
        (weights.likeness, people.likeness, levels.likeness),
        (weights.lexical, people.shared_words, levels.shared_words),
    ):
        if weight != 1.0 and len(pairs):
            moved += STEP * (weight - 1.0) * _standardised(similarity(pairs), level)
    if weights.forms and len(pairs):
        moved += FORM_STEP * weights.forms * _form_reward(people, attendees, pairs, levels)
    return moved


def _form_reward(people: PeopleVectors, attendees: Sequence[Attendee], pairs: Pairs, levels: Levels) -> NDArray[np.float64]:
    number = {form: at for at, form in enumerate(GoalForm)}
    forms = np.array([number[goal.form] for a in attendees for goal in a.goals] or [0])
    goal = people.best_goal(pairs)
    form = np.where(goal >= 0, forms[goal], -1)
    field = _codes([a.industry for a in attendees])
    level = np.array([SENIORITIES.index(a.seniority) if a.seniority in SENIORITIES else -1 for a in attendees])
    level = np.minimum(level, SENIORITIES.index("executive"))
    a, b = pairs[:, 0], pairs[:, 1]
    known = (field[a] >= 0) & (field[b] >= 0)
    same = known & (field[a] == field[b])
    ahead = (level[a] >= 0) & (level[b] > level[a])
    strategic = 0.5 * (known & ~same) + 0.5 * ahead
    personal = np.clip(_standardised(people.likeness(pairs), levels.likeness), 0.0, 1.0)
    order = {GoalForm.OPERATIONAL: same.astype(float), GoalForm.PERSONAL: personal, GoalForm.STRATEGIC: strategic}
    return np.select([form == number[each] for each in order], list(order.values()), 0.0)


def _codes(texts: Sequence[str]) -> NDArray[np.int64]:
    folded = [" ".join(text.split()).casefold() for text in texts]
    number = {text: place for place, text in enumerate(sorted(set(folded) - {""}))}
    return np.array([number.get(text, -1) for text in folded], dtype=np.int64)


def _level(values: NDArray[np.float32]) -> tuple[float, float]:
    return (float(values.mean()), float(values.std())) if len(values) else (0.0, 0.0)


def _standardised(values: NDArray[np.float32], level: tuple[float, float]) -> NDArray[np.float64]:
    mean, spread = level
    return (values.astype(np.float64) - mean) / spread if spread > 1e-9 else np.zeros(len(values))
