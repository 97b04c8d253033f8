"""Webhooks of an event."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from matcher.service.api.access import AnyId, EventId, OrganizerOf, Reading, Service, Writing, note
from matcher.service.api.paging import Page
from matcher.service.api.problems import documented
from matcher.service.store import Webhook
from matcher.service.usecases import webhooks as usecase
from matcher.service.usecases.events import event_of
from matcher.service.usecases.telling import TOPICS
from pydantic import BaseModel, ConfigDict, Field

routes = APIRouter(prefix="/api/v1/events/{event_id}/webhooks", tags=["webhooks"], responses=documented(401, 403, 404, 422))


class WebhookIn(BaseModel):
    """An address that wants to be told."""

    model_config = ConfigDict(extra="forbid")
    url: Annotated[str, Field(max_length=2000, pattern="^https?://")]
    topics: Annotated[list[str], Field(min_length=1, max_length=20, description=f"Some of {', '.join(TOPICS)}")]


class WebhookOut(BaseModel):
    """A webhook."""

    id: str
    url: str
    topics: list[str]
    active: bool
    created_at: datetime


class NewWebhook(WebhookOut):
    """A webhook with its secret, which is told only this once."""

    secret: str


class DeliveryOut(BaseModel):
    """One message to a webhook."""

    id: str
    topic: str
    attempts: int
    status: int | None
    error: str
    next_at: datetime | None
    delivered_at: datetime | None
    created_at: datetime


def shown(hook: Webhook) -> WebhookOut:
    """Returns a webhook as the API shows it."""
    return WebhookOut(id=hook.id, url=hook.url, topics=hook.topics["names"], active=hook.active, created_at=hook.created_at)


@routes.get("", summary="List webhooks")
def list_webhooks(session: Reading, _who: OrganizerOf, event_id: EventId) -> Page[WebhookOut]:
    """Without their secrets."""
    return Page(items=[shown(hook) for hook in usecase.webhooks(session, event_id)])


@routes.post("", status_code=201, summary="Make a webhook")
def create_webhook(session: Writing, state: Service, who: OrganizerOf, event_id: EventId, new: WebhookIn) -> NewWebhook:
    """Each message carries Matcher-Signature: t=seconds,v1=HMAC-SHA256(secret, "seconds.body")."""
    event_of(session, event_id)
    hook = usecase.create_webhook(session, event_id, new.url, new.topics, state.machine.private_webhooks)
    note(session, who, "webhook.create", event_id, hook.id)
    return NewWebhook(**shown(hook).model_dump(), secret=hook.secret)


@routes.delete("/{webhook_id}", status_code=204, summary="Delete a webhook")
def delete_webhook(session: Writing, who: OrganizerOf, event_id: EventId, webhook_id: AnyId) -> None:
    """It is told nothing from now on."""
    usecase.stop_telling(session, usecase.webhook_of(session, event_id, webhook_id))
    note(session, who, "webhook.delete", event_id, webhook_id)


@routes.get("/{webhook_id}/deliveries", summary="What a webhook was told")
def list_deliveries(session: Reading, _who: OrganizerOf, event_id: EventId, webhook_id: AnyId) -> Page[DeliveryOut]:
    """The latest hundred, newest first."""
    found = usecase.deliveries(session, usecase.webhook_of(session, event_id, webhook_id))
    return Page(items=[DeliveryOut.model_validate(delivery, from_attributes=True) for delivery in found])


@routes.post("/deliveries/{delivery_id}/replay", summary="Deliver a message again")
def replay_delivery(session: Writing, who: OrganizerOf, event_id: EventId, delivery_id: AnyId) -> DeliveryOut:
    """At once, with as many attempts as a new one."""
    delivery = usecase.replay(session, event_id, delivery_id)
    note(session, who, "webhook.replay", event_id, delivery_id)
    return DeliveryOut.model_validate(delivery, from_attributes=True)
