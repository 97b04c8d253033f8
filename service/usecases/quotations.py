"""Whether what was told about two people still quotes what they write.

Published introductions keep their words, and those quote both profiles. Who changes their profile has taken the old words back.
"""

from __future__ import annotations

import re

from matcher.profiles import Attendee

_QUOTED = re.compile(r"“([^”]*)”")
_EDGES = " .;,:–-?!“”\"'"


def still_said(told: str, people: tuple[Attendee, Attendee]) -> bool:
    """Returns True where everything that stands in quotation marks is in one of the two profiles as they are now.

    >>> kilns = Attendee("1", "Ada", title="CEO", offering="Kilns on loan, for a week.")
    >>> still_said("You look for “a kiln”. Ada offers “Kilns on loan…”.", (kilns, Attendee("2", "Ben", seeking="a kiln")))
    True
    >>> still_said("You look for “a kiln”. Ada offers “Kilns on loan…”.", (kilns, Attendee("2", "Ben", seeking="clay")))
    False
    """
    words = _plain(" | ".join(part for person in people for part in _written(person)))
    pieces = [piece.strip(_EDGES) for quoted in _QUOTED.findall(told) for piece in quoted.split("…")]
    return all(_plain(piece) in words for piece in pieces)


def _written(person: Attendee) -> list[str]:
    role = ", ".join(part for part in (person.title, person.organization) if part)
    lists = ["; ".join(person.interests), ", ".join(person.interests)]
    return [role, person.industry, person.bio, person.offering, person.seeking, *lists, *(goal.text for goal in person.goals)]


def _plain(text: str) -> str:
    return " ".join(text.replace("“", "‘").replace("”", "’").split())
