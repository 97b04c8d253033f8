"""Whom to meet: an attendee's list, from published introductions and live suggestions, with what both have answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from matcher.service.options import EventOptions, options_of, settings_of
from matcher.service.store import Event, Introduced, Person, Response
from matcher.service.usecases.pairs import BARRING, barred_for, forbidden_for, ordered
from matcher.service.usecases.people import attendee_of, takes_part
from matcher.service.usecases.quotations import still_said
from matcher.service.usecases.runs import introduction_of, introductions, published_id
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from matcher.mutual import Strength
from matcher.profiles import Attendee
from matcher.run import Introduction

if TYPE_CHECKING:
    from matcher.live import LiveEvent
    from matcher.suggestions import Suggestion


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
    """From 1; 0 where the line stands alone."""
    source: str
    """`introduction`: published by the organizer for both. `suggestion`: found live."""
    strength: Strength
    one_sided: bool
    mutual_score: float
    value: float
    """What the reader gets from it: P(the reader welcomes the other)."""
    reason: str
    """What the reader is told about the other."""
    reason_other: str
    """What the other is told about the reader."""
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
    return _without_private(attendee_of(person))


def _without_private(attendee: Attendee) -> Attendee:
    return replace(attendee, email="", met_before=(), blocked=(), answers=(), advice=())


def _in_memory(live: LiveEvent, person: Person) -> Attendee:
    """The person as the engine sees them, out of memory: reading a profile anew for each line would cost more than the list."""
    return live.attendee(person.ref) if live.has(person.ref) else attendee_of(person)


def whom_to_meet(session: Session, live: LiveEvent, event: Event, person: Person) -> list[Line]:
    """Returns the list of one person: published introductions first, then live suggestions; best first in each.

    Nobody is on it whom a rule, an answer of either side or a choice to be left out forbids. Before introductions are published
    or the event is opened it is empty.
    """
    options, settings = options_of(event), settings_of(event)
    if not options.open or not takes_part(person, settings):
        return []
    mine, theirs = answers_of(session, event.id, person.ref)
    barred = {other for other, row in mine.items() if row.answer in BARRING} | forbidden_for(session, event.id, person.ref)
    declined = {other for other, answer in theirs.items() if answer in BARRING}
    asked = {other for other, row in mine.items() if row.answer or row.met}
    barred |= declined - asked  # who was asked keeps the place and is taken out last: somebody new in it would tell of the decline
    run_id = published_id(session, event.id)
    found = [_introduced(i, person.ref) for i in (introductions(session, run_id, person.ref) if run_id else ())]
    found = [told for told in found if told.other_id not in barred and not ruled_out(live, person.ref, told.other_id)]
    known = {told.other_id for told in found}
    if len(found) < options.list_length and live.has(person.ref):
        lines = live.suggestions(person.ref, options.list_length - len(found), barred=barred | known)
        found += [_suggested(line) for line in lines if line.from_id not in known]
    people = people_of(session, [told.other_id for told in found])
    me = _in_memory(live, person)
    out: list[Line] = []
    for told in found:
        other = people.get(told.other_id)
        if other is not None and takes_part(other, settings) and told.other_id not in declined:
            answer = mine[other.ref].answer if other.ref in mine else ""
            profile = _in_memory(live, other)
            told = _current(live, told, me, profile)
            out.append(_line(told, other, profile, options, len(out) + 1, answer, theirs.get(other.ref, "")))
    return out


@dataclass(frozen=True, slots=True)
class _Told:
    """What is told about one person, wherever it comes from."""

    other_id: str
    source: str
    strength: Strength
    one_sided: bool
    mutual_score: float
    value: float
    reason: str
    reason_other: str
    opening: str


def _introduced(i: Introduction, reader: str, source: str = "introduction") -> _Told:
    side = i.side(reader)
    reason_other = i.side(side.other_id).reason
    return _Told(
        side.other_id, source, i.strength, i.one_sided, i.mutual_score, side.value, side.reason, reason_other, side.opening
    )


def _suggested(s: Suggestion) -> _Told:
    return _Told(s.from_id, "suggestion", s.strength, s.one_sided, s.mutual_score, s.value, s.reason_for, s.reason_from, s.opening)


def _current(live: LiveEvent, told: _Told, me: Attendee, other: Attendee) -> _Told:
    """What was published, or the same told anew where one of the two has taken back the words that it quotes."""
    if told.source != "introduction" or still_said(" ".join((told.reason, told.reason_other, told.opening)), (me, other)):
        return told
    anew = live.why(me.id, other.id).introduction
    return _introduced(anew, me.id, told.source) if anew else told


def _line(told: _Told, other: Person, profile: Attendee, options: EventOptions, rank: int, answer: str, theirs: str) -> Line:
    mutual = answer == theirs == "interested"
    return Line(
        other=_without_private(profile),
        rank=rank,
        source=told.source,
        strength=told.strength,
        one_sided=told.one_sided,
        mutual_score=told.mutual_score,
        value=told.value,
        reason=told.reason,
        reason_other=told.reason_other,
        opening=told.opening,
        answer=answer,
        mutual=mutual,
        contact=contact_of(other, mutual, options),
    )


def line_about(session: Session, live: LiveEvent, event: Event, person: Person, other: Person) -> Line | None:
    """Returns what a person is told about another whom they may see: as published, or else as found now.

    None where the engine knows nothing of one of them.
    """
    run_id = published_id(session, event.id)
    row = session.get(Introduced, (run_id, *ordered(person.ref, other.ref))) if run_id else None
    if not (live.has(person.ref) and live.has(other.ref)):
        return None
    if row is not None:
        told = _current(live, _introduced(introduction_of(row), person.ref), attendee_of(person), attendee_of(other))
    else:
        found = live.why(person.ref, other.ref).introduction
        if found is None:
            return None
        told = _introduced(found, person.ref, "suggestion")
    mine, theirs = answers_of(session, event.id, person.ref)
    answer = mine[other.ref].answer if other.ref in mine else ""
    return _line(told, other, _in_memory(live, other), options_of(event), 0, answer, theirs.get(other.ref, ""))


def may_see(session: Session, live: LiveEvent, event: Event, person: Person, other: Person) -> bool:
    """Returns True where one person may see the other's profile: both take part and no rule, block or decline is between them."""
    settings = settings_of(event)
    if not (takes_part(person, settings) and takes_part(other, settings)) or other.ref in barred_for(session, event.id, person.ref):
        return False
    return not ruled_out(live, person.ref, other.ref)


def ruled_out(live: LiveEvent, a: str, b: str) -> bool:
    """Returns True where a hard rule keeps two people apart, such as a block that came after the introduction was published.

    Who is not in memory takes no part, and meets nobody.
    """
    return not (live.has(a) and live.has(b)) or bool(live.rule(a, b))


def people_of(session: Session, refs: list[str]) -> Mapping[str, Person]:
    """Returns the people with these refs, those who are still there."""
    return {person.ref: person for person in session.scalars(select(Person).where(Person.ref.in_(refs)))}


def search(
    session: Session, live: LiveEvent, event: Event, person: Person, text: str, limit: int
) -> list[tuple[Attendee, float, str]]:
    """Returns people whom a person may see and whose words meet the text: (person, score, the words), best first."""
    settings = settings_of(event)
    if not options_of(event).open or not takes_part(person, settings) or not live.has(person.ref):
        return []
    found = live.search(text, person.ref, limit, barred=barred_for(session, event.id, person.ref))
    people = people_of(session, [ref for ref, _, _ in found])
    return [
        (seen(people[ref]), score, phrase) for ref, score, phrase in found if ref in people and takes_part(people[ref], settings)
    ]
