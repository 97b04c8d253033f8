"""Events: make, change, delete; every change raises the revision that caches follow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from matcher.service.options import EventOptions, options_of
from matcher.service.store import Event, Introduced, Person, Reply, RunRecord
from matcher.service.store.table import now
from matcher.service.usecases.faults import NotFound, Stale
from pydantic import ValidationError
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from matcher.errors import SettingsError
from matcher.event import EventSettings


def event_of(session: Session, event_id: str) -> Event:
    """Returns the event.

    Raises:
        NotFound: there is none with this id.
    """
    event = session.get(Event, event_id)
    if event is None:
        raise NotFound("no such event")
    return event


def events(session: Session, after: str, limit: int) -> Sequence[Event]:
    """Returns events by id, those after `after`, at most `limit`."""
    return session.scalars(select(Event).where(Event.id > after).order_by(Event.id).limit(limit)).all()


def create_event(session: Session, name: str, settings: Mapping[str, Any], options: Mapping[str, Any]) -> Event:
    """Returns a new event.

    Raises:
        SettingsError: settings or options do not validate.
    """
    event = Event(name=name, settings=_valid(EventSettings, settings), options=_valid(EventOptions, options))
    session.add(event)
    session.flush()
    return event


def change_event(
    session: Session,
    event_id: str,
    version: int,
    name: str | None,
    settings: Mapping[str, Any] | None,
    options: Mapping[str, Any] | None,
) -> Event:
    """Returns the event with what was given changed; the parts of settings and options that are not named stay.

    Raises:
        Stale: the caller saw another version.
        SettingsError: settings or options do not validate.
    """
    event = event_of(session, event_id)
    if event.version != version:
        raise Stale("somebody else changed this event since", f"version {event.version}", "read it again and repeat the change")
    if name is not None:
        event.name = name
    if settings is not None:
        event.settings = _valid(EventSettings, {**event.settings, **settings})
    if options is not None:
        event.options = _valid(EventOptions, {**event.options, **options})
    event.version += 1
    touch(event)
    return event


def delete_event(session: Session, event_id: str) -> None:
    """Deletes an event with everything of it."""
    session.delete(event_of(session, event_id))
    session.execute(delete(Reply))  # kept for repeated requests only, and they may tell of its people
    session.flush()


def touch(event: Event) -> int:
    """Raises the revision of an event and returns it; whatever lists could show has changed."""
    event.revision += 1
    return event.revision


def counts(session: Session, event_id: str) -> dict[str, int]:
    """Returns how many people, runs and published introductions an event has."""
    return {
        "attendees": session.scalar(select(func.count()).select_from(Person).where(Person.event_id == event_id)) or 0,
        "runs": session.scalar(select(func.count()).select_from(RunRecord).where(RunRecord.event_id == event_id)) or 0,
        "published": session.scalar(
            select(func.count())
            .select_from(Introduced)
            .join(RunRecord, RunRecord.id == Introduced.run_id)
            .where(RunRecord.event_id == event_id, RunRecord.state == "published")
        )
        or 0,
    }


def expired_events(session: Session) -> list[str]:
    """Returns the ids of events whose time of retention is over."""
    today = now().date()
    out = []
    for event in session.scalars(select(Event)):
        options = options_of(event)
        if options.ends_on and options.retention_days and options.ends_on + timedelta(days=options.retention_days) < today:
            out.append(event.id)
    return out


def erase_expired(session: Session) -> int:
    """Deletes the events whose time of retention is over, and returns how many they were."""
    ids = expired_events(session)
    session.execute(delete(Event).where(Event.id.in_(ids)))
    if ids:
        session.execute(delete(Reply))
    return len(ids)


def _valid(kind: type[EventSettings] | type[EventOptions], values: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return kind.model_validate(values).model_dump(mode="json", exclude_unset=True)
    except ValidationError as error:
        wrong = " | ".join(f"{'.'.join(map(str, item['loc'])) or 'all'}: {item['msg']}" for item in error.errors())
        raise SettingsError(wrong, fix="see the schema of the event's settings") from error
