"""Telling other programs: a delivery for each webhook of the event that asked for the topic. Payloads hold ids only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from matcher.service.store import Delivery, Webhook
from matcher.service.store.table import now
from sqlalchemy import select
from sqlalchemy.orm import Session

TOPICS = (
    "import.finished",
    "run.finished",
    "run.published",
    "interest.mutual",
    "meeting.changed",
    "opportunity.nominated",
    "attendee.erased",
    "mailing.finished",
)


def tell(session: Session, event_id: str, topic: str, payload: Mapping[str, Any]) -> int:
    """Puts a message for every active webhook that wants the topic, in the same transaction as what it tells of.

    Returns:
        how many there are.
    """
    hooks = session.scalars(select(Webhook).where(Webhook.event_id == event_id, Webhook.active)).all()
    wanted = [hook for hook in hooks if topic in hook.topics.get("names", ())]
    for hook in wanted:
        session.add(Delivery(webhook_id=hook.id, event_id=event_id, topic=topic, payload=dict(payload), next_at=now()))
    return len(wanted)
