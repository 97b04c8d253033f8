"""Telling other programs what happens: one delivery for each webhook that wants to know."""

from __future__ import annotations

from collections.abc import Mapping

from matcher.service.store import Delivery, Webhook
from matcher.service.store.table import now
from sqlalchemy import select
from sqlalchemy.orm import Session


def tell(session: Session, event_id: str, topic: str, payload: Mapping[str, str]) -> int:
    """Queues a message to each active webhook of the event that wants the topic, and returns how many there are.

    It is sent only where the change that it tells is kept, since both are in one transaction.

    Args:
        session: the store.
        event_id: the event.
        topic: what happened, such as `meeting.accepted`. Webhooks name the topics that they want, or `*` for all.
        payload: ids only, never names or texts.
    """
    webhooks = session.scalars(select(Webhook).where(Webhook.event_id == event_id, Webhook.active)).all()
    wanting = [webhook for webhook in webhooks if topic in webhook.topics or "*" in webhook.topics]
    session.add_all(
        Delivery(webhook_id=webhook.id, event_id=event_id, topic=topic, payload=dict(payload), next_at=now()) for webhook in wanting
    )
    return len(wanting)
