"""The service's own records: its secret, keys, the audit log, replies to repeated requests, learned models."""

from __future__ import annotations

from matcher.service.store.table import Bytes, Id, Json, Later, Long, Moment, OfEvent, Short, Table
from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column


class Instance(Table):
    """One row: what this installation is known by."""

    __tablename__ = "instance"

    id: Mapped[int] = mapped_column(primary_key=True)
    secret: Mapped[Short]
    """Signs personal links and sessions."""


class Key(Table):
    """An organizer's key; only its hash is kept."""

    __tablename__ = "keys"

    id: Mapped[Id]
    event_id: Mapped[str | None] = mapped_column(String(20), ForeignKey("events.id", ondelete="CASCADE"), index=True)
    """The one event that it opens; None: all, and making new ones."""
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    hint: Mapped[Short]
    """Its first letters, so that a person can tell keys apart."""
    label: Mapped[Short]
    created_at: Mapped[Moment]
    last_used_at: Mapped[Later]
    revoked_at: Mapped[Later]


class AuditEntry(Table):
    """What an organizer did. Holds ids, never names or texts."""

    __tablename__ = "audit_log"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    event_id: Mapped[str | None] = mapped_column(String(20), index=True)
    key_id: Mapped[str | None] = mapped_column(String(20))
    action: Mapped[Short]
    subject: Mapped[Short]
    at: Mapped[Moment]


class Reply(Table):
    """The answer to a request that carried an Idempotency-Key; a repeated request gets it again."""

    __tablename__ = "replies"

    caller: Mapped[str] = mapped_column(String(40), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    request_hash: Mapped[str] = mapped_column(String(64))
    attempt: Mapped[str] = mapped_column(String(20), default="")
    """Which of several equal requests came first."""
    held_until: Mapped[Later]
    """While the first one works: when the key is free again if nobody renews it. None: the answer stands here."""
    status: Mapped[int]
    body: Mapped[Long]
    created_at: Mapped[Moment]


class LearnedModel(Table):
    """A reranker trained from an event's responses."""

    __tablename__ = "learned_models"
    __table_args__ = (UniqueConstraint("event_id", "number"),)

    id: Mapped[Id]
    event_id: Mapped[OfEvent]
    number: Mapped[int]
    active: Mapped[bool] = mapped_column(default=False)
    report: Mapped[Json] = mapped_column(default=dict)
    archive: Mapped[Bytes]
    """The model's folder, zipped."""
    created_at: Mapped[Moment]
