"""What an attendee's first page shows: who said yes too, whom to look at, who was asked, who was put aside.

Nobody learns of a decline. Whom the reader has asked stays among those asked, whether the other has not answered or has
declined; so that list is made from the reader's own answers, not from the list of suggestions, which the declined are gone from.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from matcher.service.options import options_of, settings_of
from matcher.service.store import Event, PairRule, Person
from matcher.service.usecases.lists import Line, answers_of, line_about, people_of, ruled_out, seen
from matcher.service.usecases.pairs import BARRING, barred_for, ordered
from matcher.service.usecases.people import takes_part
from sqlalchemy.orm import Session

from matcher.profiles import Attendee

if TYPE_CHECKING:
    from matcher.live import LiveEvent


@dataclass(frozen=True, slots=True)
class Aside:
    """Somebody whom the reader does not want to meet, or knows."""

    other: Attendee
    answer: str
    """no_thanks or already_know."""


@dataclass(frozen=True, slots=True)
class Overview:
    """The people of one reader, each once."""

    mutual: list[Line]
    """Both said interested."""
    fresh: list[Line]
    """Neither answered nor met yet, best first."""
    asked: list[Attendee]
    """The reader said interested; the other said nothing, or not yes. Latest first."""
    aside: list[Aside]
    """Latest first."""


def overview(session: Session, live: LiveEvent, event: Event, person: Person, lines: list[Line]) -> Overview:
    """Returns the people of a reader.

    Args:
        session: the store.
        live: the event in memory.
        event: the event.
        person: the reader.
        lines: the reader's list, from `whom_to_meet`.
    """
    mine, theirs = answers_of(session, event.id, person.ref)
    latest = sorted((row for row in mine.values() if row.answer), key=lambda row: row.answered_at, reverse=True)
    people = people_of(session, [row.other for row in latest])
    by_ref = {line.other.id: line for line in lines}
    mutual, asked, aside = [], [], []
    for row in latest:
        other = people.get(row.other)
        if other is None or not may_open(session, live, event, person, other):
            continue
        if row.answer in BARRING:
            aside.append(Aside(seen(other), row.answer))
        elif theirs.get(other.ref) == "interested":
            line = by_ref.get(other.ref) or line_about(session, live, event, person, other)
            mutual += [line] if line else []
        else:
            asked.append(seen(other))
    seen_to = {ref for ref, row in mine.items() if row.answer or row.met}  # who was met stands among the contacts
    return Overview(mutual, [line for line in lines if line.other.id not in seen_to], asked, aside)


def may_open(session: Session, live: LiveEvent, event: Event, person: Person, other: Person) -> bool:
    """Returns True where a person may read the other's profile.

    Both take part and no hard rule stands between them; a decline closes it, unless the reader had answered, or met them, before:
    a page that closed then would tell of the decline.
    """
    settings = settings_of(event)
    if person.ref == other.ref or not options_of(event).open:
        return False
    if not (takes_part(person, settings) and takes_part(other, settings)) or ruled_out(live, person.ref, other.ref):
        return False
    fixed = session.get(PairRule, (event.id, *ordered(person.ref, other.ref)))
    if fixed is not None and fixed.rule == "forbidden":
        return False
    mine, _ = answers_of(session, event.id, person.ref)
    known = other.ref in mine and (mine[other.ref].answer != "" or mine[other.ref].met)
    return known or other.ref not in barred_for(session, event.id, person.ref)
