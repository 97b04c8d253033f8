"""A run as the organizer looks at it: names beside refs, introductions searched and filtered, what a new run changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from matcher.service.store import Introduced, Person, Response
from matcher.service.usecases.pairs import ordered, rules_of
from matcher.service.usecases.runs import introduction_of
from sqlalchemy import Select, and_, false, func, or_, select
from sqlalchemy.orm import Session, aliased

from matcher.run import Introduction

Pair = tuple[str, str]


def named(session: Session, event_id: str, refs: Collection[str]) -> dict[str, Person]:
    """Returns the people with these refs who are in the event; who was erased is not among them."""
    wanted, found = sorted(refs), {}
    for at in range(0, len(wanted), 500):  # SQLite takes a limited number of values at once
        query = select(Person).where(Person.event_id == event_id, Person.ref.in_(wanted[at : at + 500]))
        found.update({person.ref: person for person in session.scalars(query)})
    return found


def in_words(text: str, people: Mapping[str, Person]) -> str:
    """Returns a text of the engine with names where refs stand."""
    for ref, person in people.items():
        text = text.replace(ref, person.name or person.external_id)
    return text


def served(session: Session, run_id: str) -> set[str]:
    """Returns those who have an introduction of this run that is more than weak."""
    query = select(Introduced.a, Introduced.b).where(Introduced.details["strength"].as_string() != "weak")
    return {ref for pair in session.execute(query.where(Introduced.run_id == run_id)) for ref in pair}


@dataclass(frozen=True, slots=True)
class Filter:
    """Which introductions are looked for."""

    text: str = ""
    """Part of the name, e-mail or registration id of one of the two."""
    strength: str = ""
    """strong, fair, weak, or empty for all."""
    kind: str = ""
    """one_sided, must_meet, kept (attendees were told before), locked (fixed for later runs), or empty for all."""


@dataclass(frozen=True, slots=True)
class Row:
    """One introduction with its two people and what was fixed for them."""

    introduction: Introduction
    a: Person
    b: Person
    rule: str


def found(session: Session, event_id: str, run_id: str, wanted: Filter, offset: int, limit: int) -> tuple[list[Row], int]:
    """Returns introductions of a run that fit, best first, and how many fit in all."""
    a, b = aliased(Person), aliased(Person)
    query: Select[Introduced, Person, Person] = (
        select(Introduced, a, b)
        .join(a, a.ref == Introduced.a)
        .join(b, b.ref == Introduced.b)
        .where(Introduced.run_id == run_id, Introduced.event_id == event_id)
    )
    if wanted.text:
        part = f"%{wanted.text.replace('%', '').replace('_', ' ')}%"
        columns = (getattr(side, name) for side in (a, b) for name in ("name", "email", "external_id"))
        query = query.where(or_(*(column.ilike(part) for column in columns)))
    if wanted.strength:
        query = query.where(Introduced.details["strength"].as_string() == wanted.strength)
    if wanted.kind == "one_sided":
        query = query.where(Introduced.details["one_sided"].as_boolean().is_(True))
    if wanted.kind in {"must_meet", "kept"}:
        status = "must_meet" if wanted.kind == "must_meet" else "locked"
        query = query.where(Introduced.details["status"].as_string() == status)
    rules = rules_of(session, event_id)
    if wanted.kind == "locked":
        fixed = [pair for pair, rule in rules.items() if rule != "forbidden"]
        query = query.where(or_(false(), *(and_(Introduced.a == first, Introduced.b == second) for first, second in fixed[:300])))
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    rows = session.execute(query.order_by(Introduced.mutual_score.desc(), Introduced.a, Introduced.b).offset(offset).limit(limit))
    return [Row(introduction_of(row), one, two, rules.get((row.a, row.b), "")) for row, one, two in rows], total


@dataclass(frozen=True, slots=True)
class Changes:
    """What publishing a run changes for attendees, as pairs of refs."""

    gained: tuple[Pair, ...]
    lost: tuple[Pair, ...]
    kept: int
    answered: Mapping[Pair, int]
    """Lost pairs of whom one (1) or both (2) said interested."""

    def per_person(self) -> dict[str, tuple[int, int]]:
        """Returns ref -> (gained, lost), those who lose most first."""
        gained = Counter(ref for pair in self.gained for ref in pair)
        lost = Counter(ref for pair in self.lost for ref in pair)
        order = sorted({*gained, *lost}, key=lambda ref: (gained[ref] - lost[ref], ref))
        return {ref: (gained[ref], lost[ref]) for ref in order}


def changes(session: Session, event_id: str, before: str | None, after: str) -> Changes:
    """Returns what changes from one run (None: nothing is published yet) to another."""
    old, new = _pairs(session, before), _pairs(session, after)
    lost = tuple(sorted(old - new))
    return Changes(tuple(sorted(new - old)), lost, len(old & new), _interest(session, event_id, lost))


def _pairs(session: Session, run_id: str | None) -> set[Pair]:
    return {(a, b) for a, b in session.execute(select(Introduced.a, Introduced.b).where(Introduced.run_id == run_id))}


def _interest(session: Session, event_id: str, pairs: Iterable[Pair]) -> dict[Pair, int]:
    rows = session.execute(
        select(Response.ref, Response.other).where(Response.event_id == event_id, Response.answer == "interested")
    )
    count = Counter(ordered(a, b) for a, b in rows)
    return {pair: count[pair] for pair in pairs if count[pair]}
