"""What attendees answer, plan and keep: responses, meetings, contacts, opportunities."""

from __future__ import annotations

from datetime import date

from matcher.service.store.table import Id, Later, Long, Moment, OfEvent, Ref, Short, Table
from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column


class Response(Table):
    """What one person answered about another."""

    __tablename__ = "responses"

    event_id: Mapped[OfEvent] = mapped_column(primary_key=True)
    ref: Mapped[Ref] = mapped_column(primary_key=True)
    """Who answered."""
    other: Mapped[Ref] = mapped_column(primary_key=True)
    answer: Mapped[str] = mapped_column(String(20), default="")
    """interested, no_thanks, already_know, or empty."""
    met: Mapped[bool] = mapped_column(default=False)
    rating: Mapped[int | None]
    """1 to 5, after the meeting."""
    comment: Mapped[Long]
    rank: Mapped[int | None]
    """Place on the list when it was answered, from 1."""
    answered_at: Mapped[Moment]


class Shown(Table):
    """That one person was shown another, first at which rank: what learning needs beside the answers."""

    __tablename__ = "shown"

    event_id: Mapped[OfEvent] = mapped_column(primary_key=True)
    ref: Mapped[Ref] = mapped_column(primary_key=True)
    other: Mapped[Ref] = mapped_column(primary_key=True)
    rank: Mapped[int]
    shown_at: Mapped[Moment]


class Meeting(Table):
    """A meeting of two people."""

    __tablename__ = "meetings"

    id: Mapped[Id]
    event_id: Mapped[OfEvent]
    a: Mapped[Ref]
    """Who proposed it."""
    b: Mapped[Ref]
    status: Mapped[str] = mapped_column(String(20), default="proposed")
    """proposed, accepted, declined, confirmed, held, no_show, cancelled, expired."""
    draft: Mapped[bool] = mapped_column(default=False)
    """True: placed by the organizer's schedule and not confirmed yet. Attendees do not see it, and a new schedule may move it."""
    slot: Mapped[Short]
    """Name of the slot in the event's schedule; empty where the event has none."""
    starts_at: Mapped[Later]
    minutes: Mapped[int] = mapped_column(default=20)
    table: Mapped[Short]
    message: Mapped[Long]
    sequence: Mapped[int] = mapped_column(default=0)
    """Rises with each change, so that calendars update rather than duplicate."""
    expires_at: Mapped[Later]
    created_at: Mapped[Moment]
    changed_at: Mapped[Moment]


class Contact(Table):
    """Somebody whom a person met, with that person's own notes; nobody else reads them."""

    __tablename__ = "contacts"

    event_id: Mapped[OfEvent] = mapped_column(primary_key=True)
    ref: Mapped[Ref] = mapped_column(primary_key=True)
    other: Mapped[Ref] = mapped_column(primary_key=True)
    note: Mapped[Long]
    looks_for: Mapped[Long]
    follow_up_on: Mapped[date | None]
    created_at: Mapped[Moment]


class Opportunity(Table):
    """Something that one person heard of and somebody among their contacts might want."""

    __tablename__ = "opportunities"

    id: Mapped[Id]
    event_id: Mapped[OfEvent]
    ref: Mapped[Ref]
    text: Mapped[Long]
    created_at: Mapped[Moment]


class Nomination(Table):
    """A contact who was told of an opportunity."""

    __tablename__ = "nominations"

    opportunity_id: Mapped[str] = mapped_column(String(20), primary_key=True)
    other: Mapped[Ref] = mapped_column(primary_key=True)
    event_id: Mapped[OfEvent]
    note: Mapped[Long]
    created_at: Mapped[Moment]
