"""Opportunities: somebody hears of something, sees who among their contacts wants it, and thinks of them.

Only contacts are looked through, so what one writes reaches nobody by itself. Who is nominated reads the text and who thought of
them; what one has declined, or blocked, does not come back this way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from matcher.service.options import settings_of
from matcher.service.store import Event, Nomination, Opportunity, Person, Response
from matcher.service.store.table import now
from matcher.service.usecases.contacts import contact, contacts, kept_apart
from matcher.service.usecases.faults import Conflict, NotFound
from matcher.service.usecases.lists import people_of, seen
from matcher.service.usecases.people import may_be_named
from matcher.service.usecases.telling import tell
from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from matcher.errors import MatcherError
from matcher.profiles import Attendee

if TYPE_CHECKING:
    from matcher.live import LiveEvent

MOST = 100
"""Opportunities that one person keeps at once, so that nobody makes a board of advertisements of it."""
LONGEST = 2000
GOALS_FIRST = 0.1
"""What a goal counts more than other words: who looks for it comes before who once wrote of it."""
LEAST_GOAL, LEAST_WORDS = 0.40, 0.45
"""From which a goal, and other words, are told as a fit; read off five texts on the climate event, where below it little fitted."""


@dataclass(frozen=True, slots=True)
class Nominee:
    """Somebody whom the writer has thought of."""

    ref: str
    other: Attendee | None
    """None where they take no part any more."""
    note: str


@dataclass(frozen=True, slots=True)
class MyOpportunity:
    """An opportunity as its writer sees it."""

    id: str
    text: str
    created_at: datetime
    nominees: tuple[Nominee, ...]


@dataclass(frozen=True, slots=True)
class Fit:
    """A contact who might want it, and why."""

    other: Attendee
    score: float
    """Of the search, about 0 to 1.5; for sorting."""
    words: str
    """Their own words that meet the text."""
    goal: bool
    """True where these words are a goal of theirs, False where they stand elsewhere in their profile."""
    nominated: bool


@dataclass(frozen=True, slots=True)
class ForMe:
    """An opportunity for which somebody thought of the reader."""

    id: str
    text: str
    note: str
    by_ref: str
    by: Attendee | None
    """None where they take no part any more."""
    nominated_at: datetime


def write(session: Session, event: Event, person: Person, text: str) -> MyOpportunity:
    """Returns a new opportunity.

    Raises:
        MatcherError: the text is empty or too long.
        Conflict: the person keeps as many as one can.
    """
    text = text.strip()
    if not 3 <= len(text) <= LONGEST:
        raise MatcherError(f"a text of {len(text)} letters", f"3 to {LONGEST}", "say what has opened up, and for whom")
    count = session.scalar(select(func.count()).where(Opportunity.event_id == event.id, Opportunity.ref == person.ref))
    if (count or 0) >= MOST:
        raise Conflict(f"you keep {MOST} opportunities already", fix="delete one that is over")
    row = Opportunity(event_id=event.id, ref=person.ref, text=text)
    session.add(row)
    session.flush()
    return MyOpportunity(row.id, row.text, row.created_at, ())


def written(session: Session, event: Event, person: Person) -> list[MyOpportunity]:
    """Returns what a person has written, latest first, with whom they nominated."""
    rows = session.scalars(
        select(Opportunity)
        .where(Opportunity.event_id == event.id, Opportunity.ref == person.ref)
        .order_by(Opportunity.created_at.desc(), Opportunity.id)
    ).all()
    found = session.scalars(
        select(Nomination)
        .where(Nomination.opportunity_id.in_([row.id for row in rows]))
        .order_by(Nomination.created_at, Nomination.other)
    ).all()
    return [
        MyOpportunity(row.id, row.text, row.created_at, _nominees(session, event, [n for n in found if n.opportunity_id == row.id]))
        for row in rows
    ]


def one(session: Session, event: Event, person: Person, opportunity_id: str) -> MyOpportunity:
    """Returns one opportunity that the person wrote.

    Raises:
        NotFound: they wrote no such one.
    """
    row = _own(session, event, person, opportunity_id)
    found = session.scalars(select(Nomination).where(Nomination.opportunity_id == row.id).order_by(Nomination.created_at)).all()
    return MyOpportunity(row.id, row.text, row.created_at, _nominees(session, event, found))


def remove(session: Session, event: Event, person: Person, opportunity_id: str) -> None:
    """Deletes an opportunity; who was nominated reads it no more.

    Raises:
        NotFound: the person wrote no such one.
    """
    row = _own(session, event, person, opportunity_id)
    session.execute(delete(Nomination).where(Nomination.opportunity_id == row.id))
    session.delete(row)
    session.flush()


def fits(session: Session, live: LiveEvent, event: Event, person: Person, opportunity_id: str, limit: int = 10) -> list[Fit]:
    """Returns which contacts wrote something that meets an opportunity, best first; those who left are not among them.

    Raises:
        NotFound: the person wrote no such opportunity.
    """
    row = _own(session, event, person, opportunity_id)
    known = {each.ref: each.other for each in contacts(session, event, person, mutual=True) if each.other is not None}
    nominated = set(session.scalars(select(Nomination.other).where(Nomination.opportunity_id == row.id)))
    stated = {(ref, goal.text) for ref, other in known.items() for goal in other.goals if not goal.inferred}
    found = [(ref, score, words) for ref, score, words in live.wishes(row.text, known, limit) if (ref, words) in stated]
    wanted = {ref: (score, words) for ref, score, words in found if score >= LEAST_GOAL}
    others = {attendee.id for attendee in live.attendees} - known.keys()
    out = [Fit(known[ref], score, words, True, ref in nominated) for ref, (score, words) in wanted.items()]
    for ref, score, words in live.search(row.text, None, limit, barred=others):
        if score >= LEAST_WORDS and words and (ref not in wanted or score > wanted[ref][0] + GOALS_FIRST):
            out = [fit for fit in out if fit.other.id != ref]
            out.append(Fit(known[ref], score, words, False, ref in nominated))
    return sorted(out, key=lambda fit: (-(fit.score + GOALS_FIRST * fit.goal), fit.other.id))[:limit]


def nominate(session: Session, event: Event, person: Person, opportunity_id: str, ref: str, note: str = "") -> MyOpportunity:
    """Returns the opportunity, for which a contact is nominated now; nominating twice changes the note.

    Raises:
        NotFound: the person wrote no such opportunity, or has no such contact.
        Conflict: the contact takes no part any more.
    """
    row = _own(session, event, person, opportunity_id)
    if contact(session, event, person, ref).other is None:
        raise Conflict("this person takes no part any more")
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    new = {"opportunity_id": row.id, "other": ref, "event_id": event.id, "created_at": now()}
    added = session.execute(insert(Nomination).values(new).on_conflict_do_nothing().returning(Nomination.other)).first()
    session.get_one(Nomination, (row.id, ref)).note = note.strip()[:LONGEST]
    session.flush()
    if added is not None:
        tell(session, event.id, "opportunity.nominated", {"opportunity": row.id, "by": person.ref, "nominated": ref})
    return one(session, event, person, opportunity_id)


def take_back(session: Session, event: Event, person: Person, opportunity_id: str, ref: str) -> None:
    """Takes a nomination back.

    Raises:
        NotFound: the person wrote no such opportunity.
    """
    row = _own(session, event, person, opportunity_id)
    session.execute(delete(Nomination).where(Nomination.opportunity_id == row.id, Nomination.other == ref))


def for_me(session: Session, event: Event, person: Person) -> list[ForMe]:
    """Returns the opportunities for which others thought of a person, latest first; not from people whom they declined."""
    settings = settings_of(event)
    rows = session.execute(
        select(Nomination, Opportunity)
        .join(Opportunity, Opportunity.id == Nomination.opportunity_id)
        .where(Nomination.event_id == event.id, Nomination.other == person.ref)
        .order_by(Nomination.created_at.desc(), Nomination.opportunity_id)
    ).all()
    writers = {opportunity.ref for _, opportunity in rows}
    people = people_of(session, sorted(writers))
    declined = select(Response.other).where(
        Response.event_id == event.id, Response.ref == person.ref, Response.answer == "no_thanks", Response.other.in_(writers)
    )
    unwanted = set(session.scalars(declined)) | kept_apart(session, event, person, writers)
    out = []
    for nomination, opportunity in rows:
        by = people.get(opportunity.ref)
        if opportunity.ref not in unwanted:
            named = seen(by) if by is not None and may_be_named(by, settings) else None
            out.append(ForMe(opportunity.id, opportunity.text, nomination.note, opportunity.ref, named, nomination.created_at))
    return out


def _own(session: Session, event: Event, person: Person, opportunity_id: str) -> Opportunity:
    row = session.get(Opportunity, opportunity_id)
    if row is None or row.event_id != event.id or row.ref != person.ref:
        raise NotFound("no such opportunity of yours")
    return row


def _nominees(session: Session, event: Event, rows: Sequence[Nomination]) -> tuple[Nominee, ...]:
    settings = settings_of(event)
    people = people_of(session, [row.other for row in rows])
    out = []
    for row in rows:
        other = people.get(row.other)
        out.append(Nominee(row.other, seen(other) if other is not None and may_be_named(other, settings) else None, row.note))
    return tuple(out)
