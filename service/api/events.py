"""Events and the keys that open them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, BackgroundTasks, Response
from matcher.service.api.access import AnyId, AnyOrganizer, EventId, OrganizerOf, Owner, Reading, Service, Writing, note
from matcher.service.api.paging import After, Limit, Page
from matcher.service.api.problems import documented
from matcher.service.api.versions import Version, etag
from matcher.service.options import EventOptions
from matcher.service.store import AuditEntry, Event
from matcher.service.usecases import events as usecase
from matcher.service.usecases import keys
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher.event import EventSettings

routes = APIRouter(prefix="/api/v1", tags=["events"], responses=documented(401, 403, 404, 422))
Name = Annotated[str, Field(min_length=1, max_length=200)]


class EventIn(BaseModel):
    """A new event."""

    model_config = ConfigDict(extra="forbid")
    name: Name
    settings: EventSettings = Field(default_factory=EventSettings)
    options: EventOptions = Field(default_factory=EventOptions)


class EventChange(BaseModel):
    """What changes; the parts of settings and options that are not named stay."""

    model_config = ConfigDict(extra="forbid")
    name: Name | None = None
    settings: dict[str, Any] | None = Field(None, description="Parts of the event's settings, as in EventSettings")
    options: dict[str, Any] | None = Field(None, description="Parts of the options, as in EventOptions")


class EventOut(BaseModel):
    """An event."""

    id: str
    name: str
    settings: dict[str, Any]
    options: EventOptions
    version: int
    created_at: datetime
    counts: dict[str, int] = Field(default_factory=dict)


class KeyIn(BaseModel):
    """A new key."""

    model_config = ConfigDict(extra="forbid")
    label: Annotated[str, Field(max_length=100)] = ""


class KeyOut(BaseModel):
    """A key, without its secret."""

    id: str
    event_id: str | None
    label: str
    hint: str
    created_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


class NewKey(KeyOut):
    """A key with its secret, which is told only this once."""

    key: str


class AuditOut(BaseModel):
    """What an organizer did."""

    at: datetime
    action: str
    subject: str
    key_id: str | None


def shown(event: Event, counts: dict[str, int] | None = None) -> EventOut:
    """Returns an event as the API shows it."""
    return EventOut(
        id=event.id,
        name=event.name,
        settings=event.settings,
        options=EventOptions.model_validate(event.options),
        version=event.version,
        created_at=event.created_at,
        counts=counts or {},
    )


@routes.get("/events", summary="List events")
def list_events(session: Reading, who: AnyOrganizer, after: After = "", limit: Limit = 50) -> Page[EventOut]:
    """The events that the key opens, by id."""
    if who.event_id:
        return Page(items=[shown(usecase.event_of(session, who.event_id))] if after < who.event_id else [])
    found = usecase.events(session, after, limit)
    return Page(items=[shown(event) for event in found], next=found[-1].id if len(found) == limit else "")


@routes.post("/events", status_code=201, summary="Make an event")
def create_event(session: Writing, who: Owner, new: EventIn, response: Response) -> EventOut:
    """Needs a key for the whole installation."""
    settings, options = (part.model_dump(mode="json", exclude_unset=True) for part in (new.settings, new.options))
    event = usecase.create_event(session, new.name, settings, options)
    note(session, who, "event.create", event.id)
    response.headers.update(etag(event.version))
    return shown(event)


@routes.get("/events/{event_id}", summary="Read an event")
def read_event(session: Reading, _who: OrganizerOf, event_id: EventId, response: Response) -> EventOut:
    """With its settings, options and how much is in it."""
    event = usecase.event_of(session, event_id)
    response.headers.update(etag(event.version))
    return shown(event, usecase.counts(session, event_id))


@routes.patch("/events/{event_id}", summary="Change an event", responses=documented(412, 428))
def change_event(
    session: Writing, who: OrganizerOf, event_id: EventId, change: EventChange, version: Version, response: Response
) -> EventOut:
    """Changes name, parts of the settings, or parts of the options."""
    event = usecase.change_event(session, event_id, version, change.name, change.settings, change.options)
    note(session, who, "event.change", event_id)
    response.headers.update(etag(event.version))
    return shown(event)


@routes.delete("/events/{event_id}", status_code=204, summary="Delete an event with everything of it")
def delete_event(session: Writing, state: Service, who: Owner, event_id: EventId, after: BackgroundTasks) -> None:
    """Cannot be undone. Needs a key for the whole installation."""
    usecase.delete_event(session, event_id)
    note(session, who, "event.delete", subject=event_id)
    after.add_task(state.database.forget_pages)


@routes.get("/events/{event_id}/audit-log", summary="What organizers did")
def audit_log(session: Reading, _who: OrganizerOf, event_id: EventId, after: After = "", limit: Limit = 100) -> Page[AuditOut]:
    """Newest first; ids only."""
    return audit_entries(session, event_id, after, limit)


def audit_entries(session: Session, event_id: str | None, after: str, limit: int) -> Page[AuditOut]:
    """Returns what was done in an event, or to the installation as a whole, newest first."""
    of_event = AuditEntry.event_id.is_(None) if event_id is None else AuditEntry.event_id == event_id
    query = select(AuditEntry).where(of_event).order_by(AuditEntry.id.desc()).limit(limit)
    if after.isdigit() and len(after) < 16:
        query = query.where(AuditEntry.id < int(after))
    found = session.scalars(query).all()
    items = [AuditOut.model_validate(entry, from_attributes=True) for entry in found]
    return Page(items=items, next=str(found[-1].id) if len(found) == limit else "")


@routes.get("/events/{event_id}/keys", summary="List the keys of an event")
def list_keys(session: Reading, _who: OrganizerOf, event_id: EventId) -> Page[KeyOut]:
    """With when each was last used."""
    return Page(items=[KeyOut.model_validate(key, from_attributes=True) for key in keys.keys_of(session, event_id)])


@routes.post("/events/{event_id}/keys", status_code=201, summary="Make a key for one event")
def create_key(session: Writing, who: OrganizerOf, event_id: EventId, new: KeyIn) -> NewKey:
    """The secret is told only in this answer."""
    usecase.event_of(session, event_id)
    key, secret = keys.create_key(session, event_id, new.label)
    note(session, who, "key.create", event_id, key.id)
    return NewKey(**KeyOut.model_validate(key, from_attributes=True).model_dump(), key=secret)


@routes.delete("/events/{event_id}/keys/{key_id}", status_code=204, summary="Revoke a key")
def revoke_key(session: Writing, who: OrganizerOf, event_id: EventId, key_id: AnyId) -> None:
    """It opens nothing from now on."""
    keys.revoke_key(session, event_id, key_id)
    note(session, who, "key.revoke", event_id, key_id)
