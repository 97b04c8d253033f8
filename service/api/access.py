"""Who is asking: an organizer with a key, or an attendee with a personal link."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from fastapi import Depends, HTTPException, Path, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from matcher.service.api.state import State, state_of
from matcher.service.identity import LinkError, key_hash
from matcher.service.options import EventOptions
from matcher.service.store import AuditEntry, Event, Key, Person
from matcher.service.store.table import now
from matcher.service.usecases.events import event_of
from matcher.service.usecases.faults import Forbidden, NotFound
from sqlalchemy import select, update
from sqlalchemy.orm import Session

_USED_EVERY = timedelta(minutes=1)
"""How exactly "last used" is kept; a write at each request would cost more than it tells."""
organizer_key = HTTPBearer(scheme_name="organizer key", description="A key that begins with mk_", auto_error=False)
attendee_link = HTTPBearer(scheme_name="personal link", description="The token of a personal link", auto_error=False)
EventId = Annotated[str, Path(pattern="^[0-9a-f]{20}$", description="Id of the event")]
PersonRef = Annotated[str, Path(pattern="^[a-z2-7]{20}$", description="Ref of the attendee")]
AnyId = Annotated[str, Path(pattern="^[0-9a-f]{20}$")]


@dataclass(frozen=True, slots=True)
class Organizer:
    """An organizer's key at work."""

    key_id: str
    event_id: str | None
    """The one event it opens; None: all."""


async def service(request: Request) -> State:
    """Returns what the application holds; async, since a plain function would be sent to another thread and back."""
    return state_of(request.app)


Service = Annotated[State, Depends(service)]


def reading(state: Service) -> Iterator[Session]:
    """Gives a session for reading, for the length of a request."""
    with state.database.reading() as session:
        yield session


def writing(state: Service) -> Iterator[Session]:
    """Gives a session that is kept when the request succeeds."""
    with state.database.writing() as session:
        yield session


Reading = Annotated[Session, Depends(reading)]
Writing = Annotated[Session, Depends(writing, scope="function")]


def unauthorized(detail: str) -> HTTPException:
    """Returns the answer to a missing or wrong key."""
    return HTTPException(401, detail, {"WWW-Authenticate": "Bearer"})


def key_of(session: Session, key: str) -> Key | None:
    """Returns the stored key, unless it is unknown or revoked."""
    return session.scalar(select(Key).where(Key.hash == key_hash(key), Key.revoked_at.is_(None)))


def organizer(state: Service, given: Annotated[HTTPAuthorizationCredentials | None, Depends(organizer_key)]) -> Organizer:
    """Returns the organizer whose key the request carries."""
    if given is None:
        raise unauthorized("an organizer's key is needed")
    with state.database.reading() as session:
        key = key_of(session, given.credentials)
    if key is None:
        raise unauthorized("this key is unknown or revoked")
    if key.last_used_at is None or key.last_used_at < now() - _USED_EVERY:
        with state.database.writing() as session:
            session.execute(update(Key).where(Key.id == key.id).values(last_used_at=now()))
    return Organizer(key.id, key.event_id)


def organizer_of_event(who: Annotated[Organizer, Depends(organizer)], event_id: EventId) -> Organizer:
    """Returns the organizer, if their key opens the event of the request; an event of others does not exist for them."""
    if who.event_id not in (None, event_id):
        raise NotFound("no such event")
    return who


def owner(who: Annotated[Organizer, Depends(organizer)]) -> Organizer:
    """Returns the organizer, if their key opens everything."""
    if who.event_id is not None:
        raise Forbidden("this key opens one event only", "a key for the whole installation")
    return who


AnyOrganizer = Annotated[Organizer, Depends(organizer)]
OrganizerOf = Annotated[Organizer, Depends(organizer_of_event)]
Owner = Annotated[Organizer, Depends(owner)]


@dataclass(frozen=True, slots=True)
class Attendance:
    """An attendee who opened their personal link."""

    event_id: str
    ref: str


def attendance_of(state: State, token: str) -> Attendance:
    """Returns whose personal link this is.

    Raises:
        LinkError: the link is expired, revoked, or not ours.
    """
    link = state.identity.read_link(token)
    query = select(Person.link_generation, Event.options).join(Event, Event.id == Person.event_id)
    with state.database.reading() as session:
        found = session.execute(query.where(Person.ref == link.ref, Event.id == link.event_id)).first()
    if found is None or found.link_generation != link.generation:
        raise LinkError("this personal link was revoked", fix="ask the organizers for a new one")
    state.identity.read_link(token, EventOptions.model_validate(found.options).link_days)
    return Attendance(link.event_id, link.ref)


def attendee(state: Service, given: Annotated[HTTPAuthorizationCredentials | None, Depends(attendee_link)]) -> Attendance:
    """Returns the attendee whose link the request carries."""
    if given is None:
        raise unauthorized("the token of a personal link is needed")
    return attendance_of(state, given.credentials)


Me = Annotated[Attendance, Depends(attendee)]


def note(session: Session, who: Organizer, action: str, event_id: str | None = None, subject: str = "") -> None:
    """Keeps in the audit log what an organizer did; ids only."""
    session.add(AuditEntry(event_id=event_id, key_id=who.key_id, action=action, subject=subject))


def the_event(session: Session, event_id: str) -> Event:
    """Returns the event of a request."""
    return event_of(session, event_id)
