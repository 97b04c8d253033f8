"""Runs, what they introduce, what the organizer fixed by hand, and the long work that makes them."""

from __future__ import annotations

from matcher.service.store.table import Bytes, Id, Json, Later, Long, Moment, OfEvent, Ref, Short, Table
from sqlalchemy import Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column


class Job(Table):
    """Long work of one event. Whoever runs it renews the lease; a lease that ran out is picked up again."""

    __tablename__ = "jobs"
    __table_args__ = (
        Index(
            "one_at_work_per_event",
            "event_id",
            unique=True,
            sqlite_where=text("state IN ('queued', 'running')"),
            postgresql_where=text("state IN ('queued', 'running')"),
        ),
    )

    id: Mapped[Id]
    event_id: Mapped[OfEvent]
    kind: Mapped[Short]
    """import, run, schedule, mail, train."""
    state: Mapped[str] = mapped_column(String(20), default="queued", index=True)
    """queued, running, done, failed, cancelled; held: an upload that the organizer still looks at."""
    stage: Mapped[Short]
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    payload: Mapped[Json] = mapped_column(default=dict)
    upload: Mapped[Bytes]
    """A file to work on; dropped when the work is over."""
    result: Mapped[Json] = mapped_column(default=dict)
    error: Mapped[Long]
    attempts: Mapped[int] = mapped_column(default=0)
    cancel: Mapped[bool] = mapped_column(default=False)
    lease_until: Mapped[Later]
    created_at: Mapped[Moment]
    started_at: Mapped[Later]
    finished_at: Mapped[Later]


class RunRecord(Table):
    """A finished run. The introductions stand in their own table, since the organizer edits them."""

    __tablename__ = "runs"
    __table_args__ = (UniqueConstraint("event_id", "number"),)

    id: Mapped[Id]
    event_id: Mapped[OfEvent]
    number: Mapped[int]
    state: Mapped[str] = mapped_column(String(20), default="draft")
    """draft, published, superseded."""
    version: Mapped[int] = mapped_column(default=1)
    facts: Mapped[Json] = mapped_column(default=dict)
    figures: Mapped[Json] = mapped_column(default=dict)
    """The audit: coverage, exposure, who is left with little."""
    left: Mapped[Json] = mapped_column(default=dict)
    """ref -> [introductions, why]."""
    positions: Mapped[Json] = mapped_column(default=dict)
    """ref -> point on the map."""
    revision: Mapped[int] = mapped_column(default=0)
    """The event's revision when its people were read; the pairs of whoever has changed since are scored anew."""
    scored: Mapped[Bytes]
    """All scored pairs (npz), from which live lists start."""
    created_at: Mapped[Moment]
    published_at: Mapped[Later]


class Introduced(Table):
    """One introduction of one run; `a` is the lower ref."""

    __tablename__ = "introductions"
    __table_args__ = (Index("introductions_of_other", "run_id", "b"),)

    run_id: Mapped[str] = mapped_column(String(20), primary_key=True)
    a: Mapped[str] = mapped_column(String(20), primary_key=True, index=True)
    b: Mapped[str] = mapped_column(String(20), primary_key=True, index=True)
    event_id: Mapped[OfEvent]
    mutual_score: Mapped[float]
    details: Mapped[Json] = mapped_column(default=dict)
    """The other fields of `Introduction`."""


class PairRule(Table):
    """What the organizer fixed for two people: kept, required or forbidden in every later run."""

    __tablename__ = "pair_rules"

    event_id: Mapped[OfEvent] = mapped_column(primary_key=True)
    a: Mapped[Ref] = mapped_column(primary_key=True)
    b: Mapped[Ref] = mapped_column(primary_key=True)
    rule: Mapped[str] = mapped_column(String(20))
    """locked, must_meet, forbidden."""
    created_at: Mapped[Moment]
