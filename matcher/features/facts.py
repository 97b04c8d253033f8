"""What the fields of two profiles say without any similarity: levels, kinds of people, places, how much was told."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from matcher.profiles import SENIORITIES, Attendee, GoalForm

Values = NDArray[np.float32]

_KINDS = {
    "investor": r"invest|venture|angel|\bvc\b|fund manager|general partner|capital",
    "exhibitor": r"exhibit|sponsor|vendor|ausstell",
    "student": r"student|\bphd\b|doctoral|trainee|apprentice|intern\b|master|\bmsc\b|\bbsc\b",
    "press": r"press|journalist|editor|reporter|media\b|author|podcast",
    "public": r"regulat|authorit|ministry|municip|city of|public|government|agency|council|inspector",
    "founder": r"founder|owner|inhaber|gründer|managing director|fondat|fundador",
    "research": r"professor|research|scientist|postdoc|universit|lecturer|institute|laborator|academ",
    "people": r"recruit|talent|human resources|\bhr\b|people (?:lead|partner|officer)|personal",
    "sales": r"sales|business development|account (?:exec|manager)|marketing|commercial|vertrieb",
    "buyer": r"procure|purchas|sourcing|buyer|operations|plant|facility|maintenance|production|supply",
}
_SOLO = (
    "seniority_known",
    "level",
    "is_stated_goal",
    "many_goals",
    "has_offering",
    "has_bio",
    "length_seeking",
    "length_offering",
    "length_bio",
    "refuses",
    "personal_goals",
    "strategic_goals",
    *(f"is_{kind}" for kind in _KINDS),
)
_CROSS = (
    ("investor", "founder"),
    ("investor", "investor"),
    ("exhibitor", "exhibitor"),
    ("exhibitor", "buyer"),
    ("sales", "sales"),
    ("student", "research"),
    ("student", "student"),
    ("press", "press"),
    ("research", "research"),
    ("founder", "founder"),
    ("public", "exhibitor"),
    ("people", "student"),
    ("sales", "buyer"),
)
_BOTH = (
    "same_level",
    "level_gap",
    "same_country",
    "shared_languages",
    "country_sought",
    "same_organization_kind",
    *(f"{one}_meets_{other}" for one, other in _CROSS),
)
FACT_NAMES: tuple[str, ...] = (
    *(f"{name}_a" for name in _SOLO),
    *(f"{name}_b" for name in _SOLO),
    *_BOTH,
)


class Facts:
    """Facts of all people, ready to be compared pair by pair.

    Args:
        attendees: The people.
        solo: (n, s) rows of `solo`, where they are known from another `Facts` of the same people.
    """

    def __init__(self, attendees: Sequence[Attendee], solo: Values | None = None) -> None:
        self._solo = solo_facts(attendees) if solo is None else solo
        self._kinds = {kind: self._solo[:, len(_SOLO) - len(_KINDS) + at] > 0 for at, kind in enumerate(_KINDS)}
        self._level = self._solo[:, 1]
        self._known = self._solo[:, 0] > 0
        countries = sorted({a.country.casefold() for a in attendees if a.country})
        number = {country: at for at, country in enumerate(countries)}
        self._country = np.array([number.get(a.country.casefold(), -1) for a in attendees], dtype=np.int64)
        self._sought = np.zeros((len(attendees), len(countries) + 1), dtype=np.bool_)
        for row, attendee in enumerate(attendees):
            text = attendee.seeking.casefold()
            for country, at in number.items():
                self._sought[row, at] = country in text
        spoken = sorted({language.casefold() for a in attendees for language in a.languages})
        place = {language: at for at, language in enumerate(spoken)}
        self._languages = np.zeros((len(attendees), max(1, len(spoken))), dtype=np.float32)
        for row, attendee in enumerate(attendees):
            for language in attendee.languages:
                self._languages[row, place[language.casefold()]] = 1.0

    @property
    def solo(self) -> Values:
        """(n, s) what each profile says by itself."""
        return self._solo

    def values(self, pairs: NDArray[np.int64]) -> Values:
        """(m, len(FACT_NAMES)) facts of ordered pairs."""
        a, b = pairs[:, 0], pairs[:, 1]
        known = self._known[a] & self._known[b]
        gap = np.where(known, self._level[b] - self._level[a], 0.0)
        same = (self._country[a] == self._country[b]) & (self._country[a] >= 0)
        both = [
            known & (gap == 0),
            gap,
            same,
            np.einsum("ij,ij->i", self._languages[a], self._languages[b]),
            self._sought[a, self._country[b]],
            (self._solo[a][:, -len(_KINDS) :] * self._solo[b][:, -len(_KINDS) :]).sum(axis=1),
            *(self._kinds[one][a] & self._kinds[other][b] for one, other in _CROSS),
        ]
        return np.column_stack([self._solo[a], self._solo[b], *both]).astype(np.float32)


def solo_facts(attendees: Sequence[Attendee]) -> Values:
    """(n, s) what each profile says by itself."""
    patterns = [re.compile(pattern, re.IGNORECASE) for pattern in _KINDS.values()]
    return np.array([_solo(a, patterns) for a in attendees], dtype=np.float32).reshape(-1, len(_SOLO))


def _solo(attendee: Attendee, patterns: Sequence[re.Pattern[str]]) -> list[float]:
    role = f"{attendee.title} {attendee.organization} {attendee.industry} {attendee.group} {attendee.seniority}"
    level = SENIORITIES.index(attendee.seniority) if attendee.seniority in SENIORITIES else -1
    # Founders stand beside executives.
    level = min(level, SENIORITIES.index("executive"))
    forms = [goal.form for goal in attendee.goals]
    lengths = [float(np.log1p(len(text.split()))) for text in (attendee.seeking, attendee.offering, attendee.bio)]
    return [
        float(level >= 0),
        float(max(level, 0)),
        float(bool(attendee.seeking)),
        float(len(attendee.goals)),
        float(bool(attendee.offering)),
        float(bool(attendee.bio)),
        *lengths,
        float(bool(re.search(r"\b(?:no|not|kein\w*|nicht|never)\b", attendee.seeking, re.IGNORECASE))),
        forms.count(GoalForm.PERSONAL) / max(1, len(forms)),
        forms.count(GoalForm.STRATEGIC) / max(1, len(forms)),
        *(float(bool(pattern.search(role))) for pattern in patterns),
    ]
