"""Which goal of the one, and which words of the other, are quoted to tell why two people should meet.

The nearest pair of texts is, with two handicaps: for what says nothing alone, and for what the same list has told before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from matcher.quotable import stands_alone
from matcher.texts import Source

from .channels import CHUNK, Pairs, similarities
from .representation import Representation

YIELDS = {Source.OFFERING: 0.0, Source.BIO: 0.08, Source.TITLE: 0.25}
"""Cosine by which a sentence of the bio, or the title, must beat one of the offering to be quoted instead: an offer is a reason
to come, and what somebody wrote says more than a role."""
FRAGMENT_YIELDS = 0.2
"""The same for what cannot stand alone."""
GOAL_TOLD, PHRASE_TOLD, MOST_TOLD = 0.03, 0.015, 2
"""The same for each time that a list has told it before, and the times that count, so that a near second is told instead."""

Match = tuple[str, str, Source | None, float]


def best_matches(rep: Representation, pairs: Pairs, lists: NDArray[np.int64] | None = None) -> list[Match]:
    """Returns per ordered pair a's goal, the phrase of b that meets it best, where it comes from, and their cosine.

    ("", "", None, 0.0) where a has no goal or b no text.

    Args:
        rep: the texts of all.
        pairs: (m, 2) positions, those of a list in its order.
        lists: (m,) number of the list that each stands on; one for all where not given.
    """
    texts = rep.texts
    lists = np.zeros(len(pairs), dtype=np.int64) if lists is None else lists
    goals, phrases = [text for _, text in texts.goals], [phrase.text for phrase in texts.phrases]
    goal_costs = _fragments(goals)
    # a title is quoted as the role, which stands alone
    phrase_costs = np.where(rep.titles, 0.0, _fragments(phrases)) + [YIELDS[phrase.source] for phrase in texts.phrases]
    told: Counter[tuple[int, int, str]] = Counter()
    found: list[Match] = []
    for at in range(0, len(pairs), CHUNK):
        a, b = pairs[at : at + CHUNK, 0], pairs[at : at + CHUNK, 1]
        (goal_rows, _), (phrase_rows, _) = rep.goals.index(a), rep.phrases.index(b)
        values = similarities(rep.goals, rep.phrases, a, b)
        handicaps = goal_costs[goal_rows][:, :, None] + phrase_costs[phrase_rows][:, None, :]
        for row, (table, handicap) in enumerate(zip(values, handicaps, strict=True)):
            where = int(lists[at + row])
            mine = [(where, int(a[row]), goals[k]) for k in goal_rows[row]]
            theirs = [(where, int(b[row]), phrases[k]) for k in phrase_rows[row]]
            worth = table - handicap - GOAL_TOLD * _times(told, mine)[:, None] - PHRASE_TOLD * _times(told, theirs)
            i, j = np.unravel_index(int(np.argmax(worth)), worth.shape)
            if not np.isfinite(table[i, j]):
                found.append(("", "", None, 0.0))
                continue
            told.update((mine[i], theirs[j]))
            phrase = texts.phrases[phrase_rows[row, j]]
            found.append((goals[goal_rows[row, i]], phrase.text, phrase.source, float(table[i, j])))
    return found


def _fragments(texts: Sequence[str]) -> NDArray[np.float64]:
    return np.array([0.0 if stands_alone(text) else FRAGMENT_YIELDS for text in texts], dtype=np.float64)


def _times(told: Counter[tuple[int, int, str]], keys: Sequence[tuple[int, int, str]]) -> NDArray[np.float64]:
    return np.array([min(told[key], MOST_TOLD) for key in keys], dtype=np.float64)
