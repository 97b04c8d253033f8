"""Whom to meet: an attendee's list, from published introductions and live suggestions, with what both have answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from matcher.service.options import EventOptions, options_of, settings_of
from matcher.service.store import Event, Person, Response
from matcher.service.usecases.pairs import barred_for
from matcher.service.usecases.people import attendee_of, takes_part
from matcher.service.usecases.runs import introductions, published_run
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from matcher.mutual import Strength
from matcher.profiles import Attendee

if TYPE_CHECKING:
    from matcher.live import LiveEvent


@dataclass(frozen=True, slots=True)
class Contactable:
    """How to reach somebody; only ever given when both want it, or the event is an open one."""

    email: str


@dataclass(frozen=True, slots=True)
class Line:
    """One person on a list."""

    other: Attendee
    """Who it is; without e-mail, which stands in `contact` where it may be seen."""
    rank: int
    """From 1."""
    source: str
    """`introduction`: published by the organizer for both. `suggestion`: found live."""
    strength: Strength
    one_sided: bool
    mutual_score: float
    reason: str
    opening: str
    answer: str
    """What the reader answered: interested, no_thanks, already_know, or empty."""
    mutual: bool
    """True only when both said interested."""
    contact: Contactable | None


def answers_of(session: Session, event_id: str, ref: str) -> tuple[dict[str, Response], dict[str, str]]:
    """Returns what a person answered about others, and what others answered about them."""
    rows = session.scalars(
        select(Response).where(Response.event_id == event_id, or_(Response.ref == ref, Response.other == ref))
    ).all()
    return {row.other: row for row in rows if row.ref == ref}, {row.ref: row.answer for row in rows if row.other == ref}


def contact_of(person: Person, mutual: bool, options: EventOptions) -> Contactable | None:
    """Returns how to reach a person, where both want it or the event's lists are open."""
    return Contactable(person.email) if person.email and (mutual or options.contacts == "open") else None


def seen(person: Person) -> Attendee:
    """Returns a person as others see them: no e-mail, no lists of whom they know or block, no custom answers."""
    from dataclasses import replace

    hidden = {"email": "", "met_before": (), "blocked": (), "answers": (), "advice": ()}
    return replace(attendee_of(person), **hidden)  # type: ignore[arg-type]


def whom_to_meet(session: Session, live: LiveEvent, event: Event, person: Person) -> list[Line]:
    """Returns the list of one person: published introductions first, then live suggestions; best first in each.

    Nobody is on it whom a rule, an answer of either side or a choice to be left out forbids. Before introductions are published
    or the event is opened it is empty.
    """
    options, settings = options_of(event), settings_of(event)
    if not options.open or not takes_part(person, settings):
        return []
    barred = barred_for(session, event.id, person.ref)
    mine, theirs = answers_of(session, event.id, person.ref)
    run = published_run(session, event.id)
    found: list[tuple[str, str, Strength, bool, float, str, str]] = []
    for introduction in introductions(session, run.id, person.ref) if run else ():
        side = introduction.side(person.ref)
        if side.other_id not in barred:
            found.append(
                (
                    side.other_id,
                    "introduction",
                    introduction.strength,
                    introduction.one_sided,
                    introduction.mutual_score,
                    side.reason,
                    side.opening,
                )
            )
    known = {line[0] for line in found}
    if len(found) < options.list_length and live.has(person.ref):
        lines = live.suggestions(person.ref, options.list_length - len(found), barred=barred | known)
        found += [
            (s.from_id, "suggestion", s.strength, s.one_sided, s.mutual_score, s.reason_for, s.opening)
            for s in lines
            if s.from_id not in known
        ]
    people = _people(session, [line[0] for line in found])
    out: list[Line] = []
    for other, source, strength, one_sided, score, reason, opening in found:
        stored = people.get(other)
        if stored is None or not takes_part(stored, settings):
            continue
        answer = mine[other].answer if other in mine else ""
        mutual = answer == "interested" and theirs.get(other) == "interested"
        out.append(
            Line(
                other=seen(stored),
                rank=len(out) + 1,
                source=source,
                strength=strength,
                one_sided=one_sided,
                mutual_score=score,
                reason=reason,
                opening=opening,
                answer=answer,
                mutual=mutual,
                contact=contact_of(stored, mutual, options),
            )
        )
    return out


def may_see(session: Session, live: LiveEvent, event: Event, person: Person, other: Person) -> bool:
    """Returns True where one person may see the other's profile: both take part and no rule, block or decline is between them."""
    settings = settings_of(event)
    if not (takes_part(person, settings) and takes_part(other, settings)) or other.ref in barred_for(session, event.id, person.ref):
        return False
    return live.has(person.ref) and live.has(other.ref) and not live.rule(person.ref, other.ref)


def _people(session: Session, refs: list[str]) -> Mapping[str, Person]:
    return {person.ref: person for person in session.scalars(select(Person).where(Person.ref.in_(refs)))}


def search(
    session: Session, live: LiveEvent, event: Event, person: Person, text: str, limit: int
) -> list[tuple[Attendee, float, str]]:
    """Returns people whom a person may see and whose words meet the text: (person, score, the words), best first."""
    settings = settings_of(event)
    if not options_of(event).open or not takes_part(person, settings) or not live.has(person.ref):
        return []
    found = live.search(text, person.ref, limit, barred=barred_for(session, event.id, person.ref))
    people = _people(session, [ref for ref, _, _ in found])
    return [
        (seen(people[ref]), score, phrase) for ref, score, phrase in found if ref in people and takes_part(people[ref], settings)
    ]
