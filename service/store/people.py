"""Events, their people, and the vectors of the people's texts."""

from __future__ import annotations

from typing import Any

from matcher.service.store.table import Id, Json, Later, Moment, OfEvent, Short, Table
from sqlalchemy import LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column


class Event(Table):
    """One event: its settings, and a revision that rises with every change that a list of people could show."""

    __tablename__ = "events"

    id: Mapped[Id]
    name: Mapped[Short]
    settings: Mapped[Json] = mapped_column(default=dict)
    """`EventSettings` as JSON."""
    options: Mapped[Json] = mapped_column(default=dict)
    """`EventOptions` as JSON: what only the service knows."""
    revision: Mapped[int] = mapped_column(default=1)
    """Caches of people and rules are fresh while they hold this number."""
    version: Mapped[int] = mapped_column(default=1)
    """Rises when settings or options change; the ETag."""
    created_at: Mapped[Moment]


class Person(Table):
    """An attendee of one event."""

    __tablename__ = "people"
    __table_args__ = (UniqueConstraint("event_id", "external_id"),)

    ref: Mapped[str] = mapped_column(String(20), primary_key=True)
    event_id: Mapped[OfEvent]
    external_id: Mapped[Short]
    """The id in the registration file."""
    name: Mapped[Short]
    """For sorting and searching; the truth is in `profile` and `edits`."""
    email: Mapped[str] = mapped_column(String(320), default="", index=True)
    group: Mapped[Short]
    profile: Mapped[Json] = mapped_column(default=dict)
    """`Attendee` as the last import told it."""
    edits: Mapped[Json] = mapped_column(default=dict)
    """Fields changed since by hand; a new import does not undo them."""
    visible: Mapped[bool] = mapped_column(default=True)
    """False: shown to nobody, and shown nobody."""
    paused: Mapped[bool] = mapped_column(default=False)
    """True: no new suggestions, here or on others' lists, until it is lifted."""
    away: Mapped[list[Any]] = mapped_column(default=list)
    """Names of the slots in which the person cannot come."""
    missing_since: Mapped[Later]
    """Set when a sync of the registration no longer held the person."""
    link_generation: Mapped[int] = mapped_column(default=1)
    """Personal links of earlier generations are revoked."""
    calendar_token: Mapped[str] = mapped_column(String(43), default="", index=True)
    revision: Mapped[int] = mapped_column(index=True)
    """The event's revision at which this person last changed."""
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[Moment]


class Vector(Table):
    """The vector of one text of one person, so that a restart encodes nothing again and erasure takes it along."""

    __tablename__ = "vectors"

    ref: Mapped[str] = mapped_column(String(20), primary_key=True)
    model: Mapped[str] = mapped_column(String(120), primary_key=True)
    """Name and version of the encoder."""
    text_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    event_id: Mapped[OfEvent]
    vector: Mapped[bytes] = mapped_column(LargeBinary)
    """float32, little-endian."""


class Removal(Table):
    """The keyed hash of somebody who had themselves erased: a later import does not bring them back."""

    __tablename__ = "removals"

    event_id: Mapped[OfEvent] = mapped_column(primary_key=True)
    mark: Mapped[str] = mapped_column(String(20), primary_key=True)
    revision: Mapped[int]
    details: Mapped[list[Any]] = mapped_column(default=list)
