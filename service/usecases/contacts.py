"""After the event: whom a person met, with their own notes, and when to write to whom.

Whoever met somebody keeps them as a contact, even where one of them said afterwards that it was enough: leaving them out would
tell of it. Contact details stand there only where both want it, or the event's lists are open.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from matcher.service.options import options_of, settings_of
from matcher.service.store import Contact, Event, PairRule, Person, Response
from matcher.service.store.table import now
from matcher.service.usecases.business_card import vcard
from matcher.service.usecases.faults import Conflict, NotFound
from matcher.service.usecases.lists import Contactable, contact_of, people_of, seen
from matcher.service.usecases.pairs import barred_for, mutual_with
from matcher.service.usecases.people import may_be_named
from sqlalchemy import ColumnElement, delete, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from matcher.profiles import Attendee


@dataclass(frozen=True, slots=True)
class MyContact:
    """A contact as the person who keeps it sees it."""

    ref: str
    other: Attendee | None
    """None where they take no part any more; the notes stay."""
    met: bool
    mutual: bool
    note: str
    looks_for: str
    follow_up_on: date | None
    contact: Contactable | None


def contacts(session: Session, event: Event, person: Person, mutual: bool = False) -> list[MyContact]:
    """Returns whom a person met, and of whom they keep notes; by follow-up date, those without one last, then by name.

    Args:
        session: the store.
        event: the event.
        person: whose contacts.
        mutual: True to have also those with whom they are mutual, met or not.
    """
    options, settings = options_of(event), settings_of(event)
    rows = {row.other: row for row in session.scalars(select(Contact).where(*_of(event, person)))}
    met, both = _met(session, event, person), mutual_with(session, event.id, person.ref)
    refs = met | rows.keys() | (both if mutual else set())
    people, apart = people_of(session, sorted(refs)), kept_apart(session, event, person, refs)
    barred = barred_for(session, event.id, person.ref)
    out = []
    for ref in refs - apart:
        row, other = rows.get(ref), people.get(ref)
        here = other is not None and may_be_named(other, settings)
        if not here and row is None:
            continue
        out.append(
            MyContact(
                ref=ref,
                other=seen(other) if other is not None and here else None,
                met=ref in met,
                mutual=ref in both,
                note=row.note if row else "",
                looks_for=row.looks_for if row else "",
                follow_up_on=row.follow_up_on if row else None,
                contact=contact_of(other, ref in both, options) if other is not None and here and ref not in barred else None,
            )
        )
    return sorted(
        out, key=lambda each: (each.follow_up_on or date.max, each.other.name.casefold() if each.other else "~", each.ref)
    )


def _order(each: MyContact) -> tuple[date, bool, str, str]:
    return each.follow_up_on or date.max, each.other is None, each.other.name.casefold() if each.other else "", each.ref


def contact(session: Session, event: Event, person: Person, ref: str) -> MyContact:
    """Returns one contact; somebody with whom the person is mutual is one too.

    Raises:
        NotFound: they are no contact of this person.
    """
    found = next((each for each in contacts(session, event, person, mutual=True) if each.ref == ref), None)
    if found is None:
        raise NotFound("no such contact of yours", fix="say first that you met them")
    return found


def keep_contact(
    session: Session,
    event: Event,
    person: Person,
    ref: str,
    note: str | None = None,
    looks_for: str | None = None,
    follow_up_on: date | None = None,
    no_follow_up: bool = False,
) -> MyContact:
    """Returns the contact with what was given changed; what is not given stays, `no_follow_up` takes the date away.

    Raises:
        NotFound: they are no contact of this person.
        Conflict: they take no part any more and nothing was kept of them.
    """
    if contact(session, event, person, ref).other is None and session.get(Contact, (event.id, person.ref, ref)) is None:
        raise Conflict("this person takes no part any more")
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    new = {"event_id": event.id, "ref": person.ref, "other": ref, "created_at": now()}
    session.execute(insert(Contact).values(new).on_conflict_do_nothing())
    row = session.get_one(Contact, (event.id, person.ref, ref))
    if note is not None:
        row.note = note
    if looks_for is not None:
        row.looks_for = looks_for
    if follow_up_on is not None or no_follow_up:
        row.follow_up_on = follow_up_on
    session.flush()
    return contact(session, event, person, ref)


def drop_notes(session: Session, event: Event, person: Person, ref: str) -> None:
    """Deletes what a person kept about a contact; whom they met stays met."""
    session.execute(delete(Contact).where(*_of(event, person), Contact.other == ref))


def address_book(event: Event, found: Iterable[MyContact]) -> bytes:
    """Returns contacts as vCards: with an e-mail where it may be seen, and the person's own notes; those who left are not in it."""
    cards = []
    for each in found:
        if each.other is not None:
            told = [event.name, each.note, f"Looks for: {each.looks_for}" if each.looks_for else ""]
            cards.append(vcard(each.other, each.contact.email if each.contact else "", "\n".join(part for part in told if part)))
    return b"".join(cards)


def kept_apart(session: Session, event: Event, person: Person, refs: Iterable[str]) -> set[str]:
    """Returns those of `refs` who may not stand anywhere beside this person: blocked by one of the two, or by the organizer."""
    fixed = select(PairRule.a, PairRule.b).where(
        PairRule.event_id == event.id, PairRule.rule == "forbidden", or_(PairRule.a == person.ref, PairRule.b == person.ref)
    )
    apart = {b if a == person.ref else a for a, b in session.execute(fixed)}
    return apart | {ref for ref, other in people_of(session, list(refs)).items() if block_each_other(person, other)}


def block_each_other(one: Person, two: Person) -> bool:
    """Returns True where one of two people asked never to be introduced to the other."""
    return bool(_blocked(one) & handles(two) or _blocked(two) & handles(one))


def _blocked(person: Person) -> set[str]:
    named = person.edits.get("blocked", person.profile.get("blocked", ()))
    return {str(name).strip().casefold() for name in named or ()}


def handles(person: Person) -> set[str]:
    """Returns what others may write to mean this person: ref, registration id, e-mail, name."""
    return {handle.strip().casefold() for handle in (person.ref, person.external_id, person.email, person.name) if handle}


def _met(session: Session, event: Event, person: Person) -> set[str]:
    found = select(Response.other).where(Response.event_id == event.id, Response.ref == person.ref, Response.met)
    return set(session.scalars(found))


def _of(event: Event, person: Person) -> tuple[ColumnElement[bool], ...]:
    return Contact.event_id == event.id, Contact.ref == person.ref
