"""What goes out: mails to attendees, webhooks to other programs."""

from __future__ import annotations

from matcher.service.store.table import Id, Json, Later, Long, Moment, OfEvent, Ref, Short, Table
from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column


class Mailing(Table):
    """One mail to many attendees."""

    __tablename__ = "mailings"

    id: Mapped[Id]
    event_id: Mapped[OfEvent]
    subject: Mapped[Short]
    body: Mapped[Long]
    """A template in plain text; {name}, {event} and {link} are filled in."""
    created_at: Mapped[Moment]


class MailRecipient(Table):
    """One mail to one person. It is marked before it is sent, so that nobody is mailed twice."""

    __tablename__ = "mail_recipients"

    mailing_id: Mapped[str] = mapped_column(String(20), primary_key=True)
    ref: Mapped[Ref] = mapped_column(primary_key=True)
    event_id: Mapped[OfEvent]
    state: Mapped[str] = mapped_column(String(20), default="waiting")
    """waiting, sending, sent, failed, unclear (the service stopped while the server had the mail)."""
    error: Mapped[Long]
    sent_at: Mapped[Later]


class Webhook(Table):
    """An address that is told what happens in an event."""

    __tablename__ = "webhooks"

    id: Mapped[Id]
    event_id: Mapped[OfEvent]
    url: Mapped[Long]
    secret: Mapped[Short]
    """Signs each delivery; kept readable, since signing needs it."""
    topics: Mapped[Json] = mapped_column(default=dict)
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[Moment]


class Delivery(Table):
    """One message to one webhook."""

    __tablename__ = "deliveries"

    id: Mapped[Id]
    webhook_id: Mapped[str] = mapped_column(String(20), index=True)
    event_id: Mapped[OfEvent]
    topic: Mapped[Short]
    payload: Mapped[Json] = mapped_column(default=dict)
    attempts: Mapped[int] = mapped_column(default=0)
    status: Mapped[int | None]
    """Last HTTP status."""
    error: Mapped[Long]
    next_at: Mapped[Later]
    """When it is tried (again); None when delivered or given up."""
    delivered_at: Mapped[Later]
    created_at: Mapped[Moment]
