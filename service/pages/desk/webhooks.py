"""Webhooks at the desk: other programs that are told what happens, what each was told, and telling it again."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response
from matcher.service.api.access import AnyId, EventId, Organizer, Reading, Service, Writing, note
from matcher.service.api.state import State
from matcher.service.pages.desk.access import AtDeskOf, desk_page
from matcher.service.pages.sessions import Form, see_other
from matcher.service.store import Delivery, Webhook
from matcher.service.usecases import webhooks
from matcher.service.usecases.events import event_of
from matcher.service.usecases.telling import TOPICS
from sqlalchemy.orm import Session

from matcher.errors import MatcherError

routes = APIRouter(prefix="/desk/events/{event_id}/webhooks")
WORDS = {
    "import.finished": "a file has been imported",
    "run.finished": "a run is finished",
    "run.published": "introductions are published",
    "interest.mutual": "two people have both said interested",
    "meeting.changed": "a meeting is proposed, agreed, moved or called off",
    "opportunity.nominated": "somebody is nominated for an opportunity",
    "attendee.erased": "somebody has been erased",
    "mailing.finished": "a mail has gone to all its people",
}
_FAULTS = {
    "ConnectError": "no connection",
    "ConnectTimeout": "no connection in time",
    "ReadTimeout": "no answer in time",
}
"""What the network said, in words; anything else is shown as it is."""


@routes.get("")
def show_all(request: Request, session: Reading, state: Service, who: AtDeskOf, event_id: EventId) -> Response:
    """All of them, each with its latest message, and a form for a new one."""
    return _page(request, session, state, who, event_id)


def _page(
    request: Request,
    session: Session,
    state: State,
    who: Organizer,
    event_id: str,
    new: Webhook | None = None,
    url: str = "",
    ticked: tuple[str, ...] = (),
    faults: tuple[str, ...] = (),
) -> Response:
    found = [(hook, webhooks.deliveries(session, hook, 1)) for hook in webhooks.webhooks(session, event_id)]
    rows = [(hook, told[0] if told else None, state_of(told[0]) if told else "") for hook, told in found]
    values = {"rows": rows, "new": new, "url": url, "ticked": ticked, "faults": faults, "words": WORDS}
    return desk_page(request, state, who, "webhooks.html", event_of(session, event_id), 422 if faults else 200, **values)


@routes.post("")
def make(request: Request, state: Service, who: AtDeskOf, event_id: EventId, form: Form) -> Response:
    """Makes a webhook, and shows its secret this once."""
    url, topics = form.get("url", "").strip()[:2000], tuple(topic for topic in TOPICS if f"topic.{topic}" in form)
    try:
        if not topics:
            raise MatcherError("nothing is ticked", "at least one thing to be told")
        with state.database.writing() as session:
            event_of(session, event_id)
            hook = webhooks.create_webhook(session, event_id, url, topics, state.machine.private_webhooks)
            note(session, who, "webhook.create", event_id, hook.id)
    except MatcherError as error:
        with state.database.reading() as session:
            return _page(request, session, state, who, event_id, url=url, ticked=topics, faults=(str(error),))
    with state.database.reading() as session:
        return _page(request, session, state, who, event_id, hook)


@routes.get("/{webhook_id}")
def show(request: Request, session: Reading, state: Service, who: AtDeskOf, event_id: EventId, webhook_id: AnyId) -> Response:
    """What it was told lately, and how that went."""
    hook = webhooks.webhook_of(session, event_id, webhook_id)
    told = [(each, state_of(each), fault_of(each.error)) for each in webhooks.deliveries(session, hook)]
    return desk_page(request, state, who, "webhook.html", event_of(session, event_id), hook=hook, told=told, words=WORDS)


@routes.post("/{webhook_id}/delete")
def delete(session: Writing, who: AtDeskOf, event_id: EventId, webhook_id: AnyId, _form: Form) -> Response:
    """Tells it nothing from now on."""
    webhooks.stop_telling(session, webhooks.webhook_of(session, event_id, webhook_id))
    note(session, who, "webhook.delete", event_id, webhook_id)
    return see_other(f"/desk/events/{event_id}/webhooks?notice=webhook_deleted")


@routes.post("/{webhook_id}/deliveries/{delivery_id}/replay")
def replay(session: Writing, who: AtDeskOf, event_id: EventId, webhook_id: AnyId, delivery_id: AnyId, _form: Form) -> Response:
    """Delivers a message again."""
    webhooks.webhook_of(session, event_id, webhook_id)
    webhooks.replay(session, event_id, delivery_id)
    note(session, who, "webhook.replay", event_id, delivery_id)
    return see_other(f"/desk/events/{event_id}/webhooks/{webhook_id}?notice=replayed")


def state_of(delivery: Delivery) -> str:
    """Returns how a message fares: delivered, waiting, failed (it is tried again), given up."""
    if delivery.delivered_at:
        return "delivered"
    if delivery.next_at is None:
        return "given up"
    return "failed" if delivery.attempts else "waiting"


def fault_of(error: str) -> str:
    """Returns why a message did not arrive, in words."""
    return _FAULTS.get(error, error)
