"""Registration files into the store: add and update, or sync, which also marks who is no longer there."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from matcher.service.identity import Identity
from matcher.service.store import Event, Person, Removal, Vector
from matcher.service.store.table import now
from matcher.service.usecases.events import touch
from matcher.service.usecases.people import index_fields, stored
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from matcher.errors import RegistrationError
from matcher.profiles import Registration
from matcher.registration import read_registration

MOST_PROBLEMS = 2000
"""Problem rows kept of one import; a file with more needs another look as a whole."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did, in people."""

    added: int
    updated: int
    unchanged: int
    missing: int
    """Marked as no longer registered (only by a sync)."""
    erased: int
    """Left out, since they had themselves erased from this event."""


def read_upload(data: bytes, filename: str, columns: Mapping[str, str], max_rows: int) -> Registration:
    """Returns what stands in an uploaded file.

    Raises:
        RegistrationError: the file is no registration, or too long.
    """
    suffix = "".join(Path(Path(filename).name).suffixes[-2:])[-20:]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"upload{suffix}"
        path.write_bytes(data)
        registration = read_registration(path, columns)
    if registration.rows > max_rows:
        raise RegistrationError(f"{registration.rows} rows", f"at most {max_rows}", "split the file, or raise MATCHER_MAX_ROWS")
    return registration


def described(registration: Registration, sample: int = 5) -> dict[str, Any]:
    """Returns a registration as a preview: how headings were read, the first people, the problem rows."""
    return {
        "layout": registration.layout,
        "rows": registration.rows,
        "attendees": len(registration.attendees),
        "mapping": [{"heading": heading, "field": field} for heading, field in registration.mapping],
        "sample": [stored(attendee) | {"id": attendee.id} for attendee in registration.attendees[:sample]],
        "problems": problem_rows(registration),
    }


def problem_rows(registration: Registration) -> list[dict[str, Any]]:
    """Returns the problem rows as JSON, at most `MOST_PROBLEMS`."""
    return [asdict(problem) for problem in registration.problems[:MOST_PROBLEMS]]


def erased_ids(session: Session, identity: Identity, event: Event, registration: Registration) -> set[str]:
    """Returns the registration ids of those in the file who had themselves erased from this event."""
    marks = set(session.scalars(select(Removal.mark).where(Removal.event_id == event.id)))
    return {
        person.id
        for person in registration.attendees
        if identity.ref(event.id, person.id) in marks or (person.email and identity.ref(event.id, person.email.casefold()) in marks)
    }


def apply_registration(session: Session, identity: Identity, event: Event, registration: Registration, sync: bool) -> Imported:
    """Brings the people of a file into the event and returns what changed; the same file twice changes nothing.

    What was edited by hand since stays. People who had themselves erased do not come back.
    """
    known = {person.ref: person for person in session.scalars(select(Person).where(Person.event_id == event.id))}
    erased = erased_ids(session, identity, event, registration)
    added = updated = unchanged = 0
    seen: set[str] = set()
    revision = touch(event)
    for attendee in registration.attendees:
        if attendee.id in erased:
            continue
        ref = identity.ref(event.id, attendee.id)
        seen.add(ref)
        profile = stored(attendee)
        person = known.get(ref)
        if person is None:
            person = Person(ref=ref, event_id=event.id, external_id=attendee.id[:200], profile=profile, edits={}, revision=revision)
            session.add(person)
            added += 1
        elif person.profile == profile and person.missing_since is None:
            unchanged += 1
            continue
        else:
            if person.profile != profile:
                session.execute(delete(Vector).where(Vector.ref == ref))
            person.profile, person.missing_since, person.revision = profile, None, revision
            person.version += 1
            updated += 1
        index_fields(person)
    missing = [person for ref, person in known.items() if sync and ref not in seen and person.missing_since is None]
    for person in missing:
        person.missing_since, person.revision = now(), revision
    session.flush()
    return Imported(added, updated, unchanged, len(missing), len(erased))
