"""Webhooks: addresses that are told what happens; signed, retried, replayable.

A signature is `t=<seconds>,v1=<hex>` with v1 = HMAC-SHA256(secret, "<seconds>.<body>"), so that a receiver can refuse what is
forged or old.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import json
import secrets
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from matcher.service.store import Database, Delivery, Webhook
from matcher.service.store.table import now
from matcher.service.usecases.faults import NotFound
from matcher.service.usecases.telling import TOPICS
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from matcher.errors import MatcherError

ATTEMPTS = 8
FIRST_WAIT = timedelta(seconds=10)
"""Doubled twice with each attempt: 10 s, 40 s, 3 min, 11 min, 43 min, 3 h, 11 h."""
LEASE = timedelta(seconds=60)
"""A delivery that a process has taken is not taken by another one for so long."""


def create_webhook(session: Session, event_id: str, url: str, topics: Sequence[str], private: bool = False) -> Webhook:
    """Returns a new webhook with its secret.

    Args:
        session: the store.
        event_id: whose changes are told.
        url: where to.
        topics: what is told, out of `TOPICS`.
        private: True lets addresses of the own network be told.

    Raises:
        MatcherError: the address or a topic is not usable.
    """
    check_address(url, private)
    unknown = sorted(set(topics) - set(TOPICS))
    if unknown or not topics:
        raise MatcherError(f"topics {', '.join(unknown) or 'none'}", f"some of {', '.join(TOPICS)}")
    hook = Webhook(event_id=event_id, url=url, secret=f"whsec_{secrets.token_urlsafe(32)}", topics={"names": sorted(set(topics))})
    session.add(hook)
    session.flush()
    return hook


def check_address(url: str, private: bool) -> None:
    """Raises MatcherError unless the address is http(s) and, without `private`, outside this machine's own networks.

    An organizer of one event must not reach what only the server can reach.
    """
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError as error:
        raise MatcherError("no usable address", "https://host/path") from error
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username:
        raise MatcherError("no usable address", "https://host/path, without a user in it")
    if private:
        return
    try:
        found = {entry[4][0] for entry in socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError) as error:  # a name that is no host's name
        raise MatcherError("the host of the address is unknown", "a host that the server can find") from error
    if any(not ipaddress.ip_address(address).is_global for address in found):
        raise MatcherError("an address inside the server's own network", "a public one", "set MATCHER_WEBHOOKS=private to allow it")


def webhooks(session: Session, event_id: str) -> Sequence[Webhook]:
    """Returns the webhooks of an event, oldest first."""
    return session.scalars(select(Webhook).where(Webhook.event_id == event_id).order_by(Webhook.created_at, Webhook.id)).all()


def webhook_of(session: Session, event_id: str, webhook_id: str) -> Webhook:
    """Returns a webhook of the event.

    Raises:
        NotFound: there is none with this id in this event.
    """
    hook = session.get(Webhook, webhook_id)
    if hook is None or hook.event_id != event_id:
        raise NotFound("no such webhook in this event")
    return hook


def deliveries(session: Session, hook: Webhook, limit: int = 100) -> Sequence[Delivery]:
    """Returns the latest messages to a webhook, newest first."""
    query = select(Delivery).where(Delivery.webhook_id == hook.id).order_by(Delivery.created_at.desc(), Delivery.id)
    return session.scalars(query.limit(limit)).all()


def replay(session: Session, event_id: str, delivery_id: str) -> Delivery:
    """Returns the message, to be delivered (again) at once.

    Raises:
        NotFound: there is none with this id in this event.
    """
    delivery = session.get(Delivery, delivery_id)
    if delivery is None or delivery.event_id != event_id:
        raise NotFound("no such delivery in this event")
    delivery.attempts, delivery.next_at, delivery.delivered_at = 0, now(), None
    return delivery


def signature(secret: str, body: bytes, seconds: int) -> str:
    """Returns what proves that a message is ours, and when it was sent."""
    digest = hmac.new(secret.encode(), f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={seconds},v1={digest}"


@dataclass(frozen=True, slots=True)
class Message:
    """One message on its way."""

    id: str
    url: str
    secret: str
    body: bytes
    topic: str


def take_due(database: Database, limit: int = 20) -> list[Message]:
    """Returns messages that are due, leased to the caller."""
    with database.writing() as session:
        query = (
            select(Delivery)
            .where(Delivery.next_at <= now(), Delivery.attempts < ATTEMPTS)
            .order_by(Delivery.next_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        out = []
        for delivery in session.scalars(query):
            hook = session.get(Webhook, delivery.webhook_id)
            if hook is None or not hook.active:
                delivery.next_at = None
                continue
            delivery.next_at = now() + LEASE
            told: dict[str, Any] = {"id": delivery.id, "topic": delivery.topic, "event_id": delivery.event_id}
            told |= {"at": delivery.created_at.isoformat(), "data": delivery.payload}
            out.append(Message(delivery.id, hook.url, hook.secret, json.dumps(told).encode(), delivery.topic))
        return out


def settle(database: Database, message: Message, status: int | None, error: str) -> None:
    """Keeps how a delivery went; what failed is tried again later, `ATTEMPTS` times in all."""
    with database.writing() as session:
        delivery = session.get(Delivery, message.id)
        if delivery is None:
            return
        delivery.attempts += 1
        delivery.status, delivery.error = status, error
        if status is not None and 200 <= status < 300:
            delivery.next_at, delivery.delivered_at = None, now()
        elif delivery.attempts >= ATTEMPTS:
            delivery.next_at = None
        else:
            delivery.next_at = now() + FIRST_WAIT * 4 ** (delivery.attempts - 1)


def stop_telling(session: Session, hook: Webhook) -> None:
    """Deletes a webhook with what waits for it."""
    session.execute(update(Delivery).where(Delivery.webhook_id == hook.id).values(next_at=None))
    session.delete(hook)
