"""Which reranker an event uses: the shipped one, or one that was trained from its responses and activated."""

from __future__ import annotations

from matcher.models.reranker import Reranker
from matcher.service.vectors import shared_reranker
from sqlalchemy.orm import Session

from matcher.event import EventSettings


def active_reranker(session: Session, event_id: str, settings: EventSettings) -> Reranker:
    """Returns the event's reranker."""
    return shared_reranker(settings.models.reranker)
