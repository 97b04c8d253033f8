"""Whom the lists serve less, and who is shown less: by seniority, language and length of profile, on unseen events."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import numpy as np
from matcher.models.evaluation import ranking
from numpy.typing import NDArray
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

from matcher.judged import JudgedEvent
from matcher.profiles import Attendee

Matrix = NDArray[np.float64]
LENGTH = 10
"""People on a list."""
_FOREIGN = frozenset(
    {
        *("der", "die", "das", "und", "ich", "wir", "mit", "für", "ist", "von", "den", "im", "zu"),
        *("la", "le", "les", "des", "et", "je", "nous", "pour", "est", "du", "un", "une"),
        *("el", "los", "las", "y", "que", "en", "para", "es", "por", "con", "de"),
        *("um", "uma", "os", "com", "não", "na", "do", "da", "w", "z", "się", "jest", "ve", "bir", "için", "bu"),
    }
)
_ENGLISH = ENGLISH_STOP_WORDS - _FOREIGN
"""Function words: the more frequent kind tells the language."""


def words(attendee: Attendee) -> list[str]:
    """The words that somebody wrote about themselves."""
    return re.findall(r"\w+", " ".join((attendee.bio, attendee.offering, attendee.seeking)).casefold())


def seniority(attendee: Attendee) -> str:
    return attendee.seniority or "not stated"


def language(attendee: Attendee) -> str:
    told = words(attendee)
    if len(told) < 8:
        return "too short to tell"
    foreign, english = (sum(word in known for word in told) for known in (_FOREIGN, _ENGLISH))
    return "another language" if foreign > english else "English"


def length(attendee: Attendee) -> str:
    count = len(words(attendee))
    steps = ((8, "under 8 words"), (25, "8 to 24 words"), (50, "25 to 49 words"), (10**9, "50 words and more"))
    return next(name for limit, name in steps if count < limit)


GROUPINGS: dict[str, Callable[[Attendee], str]] = {"seniority": seniority, "language": language, "length": length}


def exposure(event: JudgedEvent, mutual: Matrix) -> Matrix:
    """(n,) on how many lists of ten each person stands, as a share of the ten that an even spread would give."""
    order = ranking(mutual, event.allowed, LENGTH)
    return np.bincount(order[order >= 0], minlength=len(event.attendees)) / LENGTH


def fairness(
    judged: Sequence[JudgedEvent], quality: Sequence[tuple[Matrix, Matrix, Matrix]], mutual: Sequence[Matrix]
) -> list[tuple[str, str, int, list[tuple[float, float, float]]]]:
    """(grouping, group, people, [mean, low, high] of nDCG@10, hit@5, exposure and wanted), all events pooled.

    Intervals are Student's t over people, who are few in some groups, cut at what is possible. "Wanted" is for how many people
    somebody is of real use by the judges, as a multiple of the event's mean: what exposure would be if it followed them.
    """
    rows = []
    columns = [
        np.concatenate([row[0] for row in quality]),
        np.concatenate([row[1] for row in quality]),
        np.concatenate([exposure(event, matrix) for event, matrix in zip(judged, mutual, strict=True)]),
        np.concatenate([(wanted := (event.grades >= 1).sum(axis=0)) / wanted.mean() for event in judged]),
    ]
    for grouping, group_of in GROUPINGS.items():
        groups = np.array([group_of(attendee) for event in judged for attendee in event.attendees])
        for group in sorted(set(groups.tolist()), key=lambda name: -int((groups == name).sum())):
            inside = groups == group
            most = (1.0, 1.0, np.inf, np.inf)
            figures = [_interval(column[inside], top) for column, top in zip(columns, most, strict=True)]
            rows.append((grouping, group, int(inside.sum()), figures))
    return rows


def _interval(values: Matrix, most: float) -> tuple[float, float, float]:
    from scipy import stats

    known = values[~np.isnan(values)]
    if len(known) < 2:
        return (float(known.mean()) if len(known) else float("nan"), float("nan"), float("nan"))
    mean, half = float(known.mean()), float(stats.t.ppf(0.975, len(known) - 1) * known.std(ddof=1) / np.sqrt(len(known)))
    return mean, max(0.0, mean - half), min(most, mean + half)


def markdown(rows: Sequence[tuple[str, str, int, Sequence[Sequence[float]]]]) -> str:
    heads = ("by", "group", "people", "nDCG@10 [95 %]", "hit@5 [95 %]", "exposure [95 %]", "wanted [95 %]")
    lines = ["| " + " | ".join(heads) + " |", "|---" * len(heads) + "|"]
    for grouping, group, people, figures in rows:
        told = " | ".join(f"{mean:.2f} [{low:.2f}, {high:.2f}]" for mean, low, high in figures)
        lines.append(f"| {grouping} | {group} | {people} | {told} |")
    return "\n".join(lines) + "\n"
