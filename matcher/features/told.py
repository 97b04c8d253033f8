"""Which goal of the one, and which words of the other, are quoted to tell why two people should meet.

The nearest pair of texts is, with a handicap for what says nothing alone and for what is told less gladly.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matcher.quotable import stands_alone
from matcher.texts import Source

from .channels import CHUNK, Pairs, similarities
from .representation import Representation, Rows

YIELDS = {Source.OFFERING: 0.0, Source.BIO: 0.08, Source.TITLE: 0.25}
"""Cosine by which a sentence of the bio, or the title, must beat one of the offering to be quoted instead: an offer is a reason
to come, and what somebody wrote says more than a role."""
FRAGMENT_YIELDS = 0.2
"""The same for what cannot stand alone."""

Match = tuple[str, str, Source | None, float]
NOTHING: Match = ("", "", None, 0.0)
"""Told where one has no goal or the other no text."""


def best_matches(rep: Representation, pairs: Pairs) -> list[Match]:
    """Returns per ordered pair a's goal, the phrase of b that meets it best, where it comes from, and their cosine.

    `NOTHING` where a has no goal or b no text.
    """
    goals, phrases = rep.texts.goals, rep.texts.phrases
    if not goals or not phrases:
        return [NOTHING] * len(pairs)
    # a title is quoted as the role, which stands alone
    goal_costs, phrase_costs = np.zeros(len(goals)), np.array([YIELDS[phrase.source] for phrase in phrases])
    for row in _rows_of(rep.goals, pairs[:, 0]):
        goal_costs[row] += _fragment(goals[row][1])
    for row in _rows_of(rep.phrases, pairs[:, 1]):
        if phrases[row].source is not Source.TITLE:
            phrase_costs[row] += _fragment(phrases[row].text)
    found: list[Match] = []
    for at in range(0, len(pairs), CHUNK):
        a, b = pairs[at : at + CHUNK, 0], pairs[at : at + CHUNK, 1]
        (goal_rows, _), (phrase_rows, _) = rep.goals.index(a), rep.phrases.index(b)
        values = similarities(rep.goals, rep.phrases, a, b)
        worth = values - goal_costs[goal_rows][:, :, None] - phrase_costs[phrase_rows][:, None, :]
        for row, table in enumerate(worth):
            i, j = np.unravel_index(int(np.argmax(table)), table.shape)
            if not np.isfinite(table[i, j]):
                found.append(NOTHING)
                continue
            phrase = phrases[phrase_rows[row, j]]
            found.append((goals[goal_rows[row, i]][1], phrase.text, phrase.source, float(values[row, i, j])))
    return found


def _rows_of(rows: Rows, people: NDArray[np.int64]) -> list[int]:
    """The rows of these people: judging the words of everybody would cost more than what is told of a few."""
    at, real = rows.index(np.unique(people))
    found: list[int] = at[real].tolist()
    return found


def _fragment(text: str) -> float:
    return 0.0 if stands_alone(text) else FRAGMENT_YIELDS
