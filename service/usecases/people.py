"""The people of an event in the store, and the same people as the engine sees them.

Inside the service an attendee's engine id is the ref. `profile` is what the last import said, `edits` what was changed by hand
since; the second wins.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from matcher.service.identity import Identity
from matcher.service.store import Event, Person, Vector
from matcher.service.usecases.events import touch
from matcher.service.usecases.faults import Conflict, NotFound, Stale
from pydantic import TypeAdapter, ValidationError
from sqlalchemy import delete, or_, select, tuple_
from sqlalchemy.orm import Session

from matcher.errors import MatcherError
from matcher.event import EventSettings
from matcher.goals import complete
from matcher.profiles import Attendee

EDITABLE = (
    *("name", "email", "organization", "title", "bio", "offering", "seeking", "goals", "goal_form", "industry", "seniority"),
    *("country", "languages", "interests", "group", "consent", "min_introductions", "max_introductions", "met_before", "blocked"),
)
"""Fields that can be changed by hand; the rest is worked out."""
OWN = tuple(field for field in EDITABLE if field not in {"group", "min_introductions", "max_introductions", "email", "name"})
"""Fields that attendees change themselves; the rest is the organizer's."""


@cache
def _adapter() -> TypeAdapter[Attendee]:
    return TypeAdapter(Attendee)


def attendee_of(person: Person, handles: Mapping[str, str] | None = None) -> Attendee:
    """Returns the person as the engine sees them, with goals completed.

    Args:
        person: the stored person.
        handles: registration id -> ref, for the people named in met_before and blocked.
    """
    attendee = _adapter().validate_python({**person.profile, **person.edits, "id": person.ref})
    known = handles or {}
    met, blocked = (tuple(known.get(handle, handle) for handle in named) for named in (attendee.met_before, attendee.blocked))
    return complete(replace(attendee, met_before=met, blocked=blocked))


def stored(attendee: Attendee) -> dict[str, Any]:
    """Returns an attendee as the store keeps it: JSON, without what is empty or worked out."""
    data: dict[str, Any] = _adapter().dump_python(attendee, mode="json")
    return {
        key: value
        for key, value in data.items()
        if value not in ("", [], None) and key not in {"id", "goals", "advice", "inferred"}
    }


def takes_part(person: Person, settings: EventSettings) -> bool:
    """Returns True where the person may be introduced and shown: here, visible, not paused, and with consent."""
    return may_be_named(person, settings) and not person.paused


def may_be_named(person: Person, settings: EventSettings) -> bool:
    """Returns True where those who know the person already, from a meeting, may still read of them; a pause takes nothing back."""
    consent = person.edits.get("consent", person.profile.get("consent"))
    agreed = consent is True or (consent is None and settings.consent == "assumed")
    return agreed and person.visible and person.missing_since is None


def handles_of(session: Session, event_id: str, wanted: Iterable[str] | None = None) -> dict[str, str]:
    """Returns registration id -> ref of an event; only of the `wanted` ones, if given."""
    query = select(Person.external_id, Person.ref).where(Person.event_id == event_id)
    if wanted is not None:
        query = query.where(Person.external_id.in_(list(wanted)))
    return dict(session.execute(query).all())


def engine_people(session: Session, event: Event, settings: EventSettings) -> list[Attendee]:
    """Returns everybody who takes part, as the engine sees them, by ref."""
    handles = handles_of(session, event.id)
    people = session.scalars(select(Person).where(Person.event_id == event.id).order_by(Person.ref))
    return [attendee_of(person, handles) for person in people if takes_part(person, settings)]


def gone(session: Session, event_id: str, refs: Iterable[str]) -> set[str]:
    """Returns those of the refs that are in the event no more: erased since they were read."""
    return set(refs) - set(session.scalars(select(Person.ref).where(Person.event_id == event_id)))


def person_of(session: Session, event_id: str, ref: str) -> Person:
    """Returns a person of the event.

    Raises:
        NotFound: there is no such person in this event.
    """
    person = session.get(Person, ref)
    if person is None or person.event_id != event_id:
        raise NotFound("no such attendee in this event")
    return person


def people(
    session: Session, event_id: str, search: str = "", after: tuple[str, str] = ("", ""), limit: int = 50
) -> Sequence[Person]:
    """Returns people by name then ref, those after (name, ref), whose name, e-mail, registration id or group holds the text."""
    query = select(Person).where(Person.event_id == event_id, tuple_(Person.name, Person.ref) > tuple_(*after))
    if search:
        text = f"%{search.replace('%', '').replace('_', ' ')}%"
        query = query.where(
            or_(Person.name.ilike(text), Person.email.ilike(text), Person.external_id.ilike(text), Person.group.ilike(text))
        )
    return session.scalars(query.order_by(Person.name, Person.ref).limit(limit)).all()


def create_person(session: Session, identity: Identity, event: Event, external_id: str, changes: Mapping[str, Any]) -> Person:
    """Returns a new person, entered by hand.

    Raises:
        Conflict: somebody has this id already, or was erased.
        MatcherError: a field does not validate.
    """
    from matcher.service.store import Removal

    external_id = external_id or f"by-hand-{secrets.token_hex(4)}"
    ref = identity.ref(event.id, external_id)
    if session.get(Person, ref) is not None:
        raise Conflict("somebody with this id is registered already", fix="change that person, or choose another id")
    if session.get(Removal, (event.id, ref)) is not None:
        raise Conflict("this person had themselves erased from the event", fix="enter them under a new id only if they ask for it")
    person = Person(ref=ref, event_id=event.id, external_id=external_id, profile={"name": ""}, edits={}, revision=touch(event))
    session.add(person)
    _edit(person, changes)
    session.flush()
    return person


def change_person(session: Session, event: Event, person: Person, changes: Mapping[str, Any], version: int | None = None) -> Person:
    """Returns the person with the fields changed; an empty value takes away what a registration said.

    Raises:
        Stale: the caller saw another version.
        MatcherError: a field is unknown or does not validate.
    """
    if version is not None and person.version != version:
        raise Stale("somebody else changed this person since", f"version {person.version}", "read it again and repeat the change")
    switches = {key: changes[key] for key in ("visible", "paused") if key in changes}
    for key, value in switches.items():
        setattr(person, key, bool(value))
    _edit(person, {key: value for key, value in changes.items() if key not in switches})
    person.version += 1
    person.revision = touch(event)
    session.execute(delete(Vector).where(Vector.ref == person.ref))  # texts may have gone; the new ones are kept when encoded
    return person


def _edit(person: Person, changes: Mapping[str, Any]) -> None:
    unknown = sorted(set(changes) - set(EDITABLE))
    if unknown:
        raise MatcherError(f"fields {', '.join(unknown)}", f"fields out of {', '.join(EDITABLE)}")
    edits = {**person.edits, **changes}
    try:
        known = _adapter().validate_python({**person.profile, **edits, "id": person.ref})
    except ValidationError as error:
        wrong = " | ".join(f"{'.'.join(map(str, item['loc']))}: {item['msg']}" for item in error.errors())
        raise MatcherError(wrong, "values of the attendee's schema") from error
    if "organization" in changes:
        from matcher.registration.organisations import organization_key

        edits["organization_key"] = organization_key(known.organization)
    person.edits = edits
    index_fields(person)


def index_fields(person: Person) -> None:
    """Copies what is searched and sorted by out of the profile."""
    told = {**person.profile, **person.edits}
    person.name, person.group = (str(told.get(key) or "")[:200] for key in ("name", "group"))
    person.email = str(told.get("email") or "")[:320]


def drafted(person: Person, changes: Mapping[str, Any]) -> Attendee:
    """Returns the person as they would be with the changes; nothing is kept.

    Raises:
        MatcherError: a field does not validate.
    """
    draft = Person(ref=person.ref, profile=person.profile, edits=person.edits)
    _edit(draft, {key: value for key, value in changes.items() if key in EDITABLE})
    return attendee_of(draft)
