"""What a table talks about, in words that its members wrote."""

from __future__ import annotations

import re
from collections.abc import Sequence

from matcher.reasons import quote

_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_SIZES = (2, 3)
"""Words of a shared phrase; one word alone is mostly an accident."""
_COMMON = 0.1
"""Share of all others above which a phrase says nothing about one table."""
_ENOUGH = 1 / 3
"""Share of a table that must use a phrase for it to be the topic."""
_CONNECTOR = re.compile(
    r"^(?:or|and|but|also|plus|then|first(?:ly)?|second(?:ly)?|third(?:ly)?|und|oder|et|ou|y|o|e)\b[\s,:]*", re.I
)
_LETTERS = (12, 70)
"""A goal of such a length reads well on a sign; others are taken only where none is near."""


def topic(goals: Sequence[str], nearness: Sequence[float], others: Sequence[str]) -> str:
    """Returns what the members of a table have in common, in the words of one of them.

    That is a phrase which enough of them use and few others do; else the goal nearest to all, quoted.

    Args:
        goals: of each member the goal that brought them to the table.
        nearness: of each of these goals to all of them together.
        others: goals of everybody else.

    >>> topic(["Buyers of peak load", "Peak load for a dairy"], [0.9, 0.8], ["A bank", "Seed money"])
    'Peak load'
    >>> topic(["First: a bank for storage", "Seed money soon"], [0.9, 0.8], ["Peak load"])
    '“A bank for storage”'
    """
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    here, elsewhere = [_phrases(goal) for goal in goals], [_phrases(goal).keys() for goal in others]
    best: tuple[float, int, str] | None = None
    for phrase in sorted(set().union(*(one.keys() for one in here))):
        words = phrase.split()
        used, common = sum(phrase in one for one in here), sum(phrase in one for one in elsewhere)
        enough = max(2.0, len(here) * _ENOUGH)
        dull = words[0] in ENGLISH_STOP_WORDS or words[-1] in ENGLISH_STOP_WORDS or min(map(len, words)) < 3
        if used >= enough and not dull and common <= _COMMON * len(others):
            best = max(best or (0.0, 0, ""), (used * (1.0 + 0.25 * (len(words) - 1)), len(phrase), phrase))
    if best is not None:
        return _capital(next(one[best[2]] for one in here if best[2] in one))
    clean = [_capital(_CONNECTOR.sub("", goal.strip(" “”\"'"))) for goal in goals]
    short, long = _LETTERS
    fits = [near + 0.15 * (short <= len(goal) <= long) for near, goal in zip(nearness, clean, strict=True)]
    return quote(clean[max(range(len(clean)), key=lambda each: (round(fits[each], 6), -each))], 90)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _phrases(goal: str) -> dict[str, str]:
    """Runs of words within a part of a sentence, folded, to how they were written first."""
    found: dict[str, str] = {}
    for part in re.split(r"[.,;:!?()\n/]|\s[-–—]\s", goal):
        words = _WORD.findall(part)
        for size in _SIZES:
            for at in range(len(words) - size + 1):
                written = " ".join(words[at : at + size])
                found.setdefault(written.casefold(), written)
    return found
