"""Who is near one person or one text, among everybody in the event: the search behind lists and the search box.

The score of retrieval (`matcher.index`) is the best over both people's goals of a sum whose terms depend on one goal each,
so it falls apart into products of a few vectors with the columns of everybody: no index has to be built or changed.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from matcher.candidates import GOALS_TO_LIKENESS
from matcher.event import Weights
from matcher.texts import Part

from .people import LivePeople
from .vector_rows import VectorRows
from .word_rows import Row

WORDS_TO_MEANING = 0.5
"""What shared words count beside meaning in a search by text."""
Found = NDArray[np.int64]


def two_way(people: LivePeople, slot: int, weights: Weights) -> NDArray[np.float32]:
    """(s,) the score by which candidates are retrieved, of everybody for the person in this slot."""
    offers, selves = people.parts[Part.OFFERING], people.parts[Part.PROFILE]
    goals = people.goals.vectors[people.goals.places(slot)]
    wanted = (offers @ goals.T).max(axis=1) if len(goals) else np.zeros(len(offers), dtype=np.float32)
    score = weights.goals * (wanted + best_of(people.goals, offers[slot], len(offers), 0.0)[0])
    score += GOALS_TO_LIKENESS * weights.likeness * (selves @ selves[slot])
    return np.asarray(score[: len(people.attendees)], dtype=np.float32)


def near(people: LivePeople, slot: int, among: NDArray[np.bool_], per_person: int, weights: Weights) -> Found:
    """Slots of the `per_person` best by two-way meaning and half as many by shared words, ascending.

    All of `among` where the event is so small that this would be nearly everybody.
    """
    eligible = np.flatnonzero(among)
    if len(people.slots) <= 2 * per_person or len(eligible) <= per_person:
        return eligible
    meaning = _first(two_way(people, slot, weights)[eligible], per_person)
    words = people.words.shared(people.words.profile(slot))[eligible]
    alike = _first(words, max(per_person // 2, 1))
    return np.unique(eligible[np.concatenate([meaning, alike[words[alike] > 0]])])


def by_text(
    people: LivePeople, vector: NDArray[np.float32], words: Row, among: NDArray[np.bool_], limit: int
) -> list[tuple[int, float, str]]:
    """The best `limit` of `among` for a text: slot, score, and the phrase that meets it best; best first.

    The score is the cosine of the best phrase and half the cosine of shared words; whoever has neither is left out.
    """
    size = len(people.attendees)
    best, every = best_of(people.phrases, vector, size, 0.0)
    score = best + WORDS_TO_MEANING * people.words.shared(words)[:size]
    eligible = np.flatnonzero(among[:size] & (score > 0))
    chosen = eligible[_first(score[eligible], limit)]
    found = []
    for slot in chosen.tolist():
        told = people.told[slot]
        phrase = told[int(np.argmax(every[people.phrases.places(slot)]))][0] if told else ""
        found.append((slot, float(score[slot]), phrase))
    return sorted(found, key=lambda line: (-round(line[1], 6), people.attendee(line[0]).id))


def by_goals(people: LivePeople, vector: NDArray[np.float32], among: NDArray[np.bool_], limit: int) -> list[tuple[int, float, str]]:
    """The best `limit` of `among` whose goals a text meets: slot, cosine of the best goal, and that goal; best first."""
    size = len(people.attendees)
    best, every = best_of(people.goals, vector, size, 0.0)
    eligible = np.flatnonzero(among[:size] & (best[:size] > 0))
    chosen = eligible[_first(best[eligible], limit)]
    found = []
    for slot in chosen.tolist():
        goal = people.goal_texts[slot][int(np.argmax(every[people.goals.places(slot)]))]
        found.append((slot, float(best[slot]), goal))
    return sorted(found, key=lambda line: (-round(line[1], 6), people.attendee(line[0]).id))


def best_of(
    rows: VectorRows, vector: NDArray[np.float32], slots: int, without: float
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """(s,) the best inner product of each slot's rows with a vector, `without` where it has none; and (r,) of every row."""
    scores = rows.vectors @ vector
    best = np.full(slots, -np.inf, dtype=np.float32)
    real = rows.owner >= 0
    np.maximum.at(best, rows.owner[real], scores[real])
    return np.where(np.isfinite(best), best, np.float32(without)), scores


def _first(scores: NDArray[np.float32], k: int) -> Found:
    if len(scores) <= k or k < 1:
        return np.arange(min(len(scores), k))
    return np.argpartition(-np.round(scores, 5), k - 1)[:k]
