"""Keys that open an event or everything, and what organizers did with them."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from matcher.service.api.access import AnyId, EventId, Organizer, Reading, Service, Writing, note
from matcher.service.api.events import audit_entries
from matcher.service.api.state import State
from matcher.service.pages.desk.access import AtDeskOf, OwnerAtDesk, desk_page
from matcher.service.pages.sessions import Form, see_other
from matcher.service.store import Key
from matcher.service.usecases.events import event_of
from matcher.service.usecases.keys import create_key, keys_of, revoke_key
from matcher.service.usecases.review import named
from sqlalchemy import select
from sqlalchemy.orm import Session

routes = APIRouter(prefix="/desk")
After = Annotated[str, Query(max_length=20)]
PAGE = 100
REF = re.compile(r"\b[a-z2-7]{20}\b")


@routes.get("/keys")
def all_keys(request: Request, session: Reading, state: Service, who: OwnerAtDesk) -> Response:
    """The keys that open everything."""
    return _keys_page(request, session, state, who, None)


@routes.get("/events/{event_id}/keys")
def event_keys(request: Request, session: Reading, state: Service, who: AtDeskOf, event_id: EventId) -> Response:
    """The keys that open this event only."""
    return _keys_page(request, session, state, who, event_id)


def _keys_page(
    request: Request, session: Session, state: State, who: Organizer, event_id: str | None, secret: str = ""
) -> Response:
    return desk_page(
        request,
        state,
        who,
        "keys.html",
        event_of(session, event_id) if event_id else None,
        keys=keys_of(session, event_id),
        mine=who.key_id,
        secret=secret,
        where=f"/desk/events/{event_id}/keys" if event_id else "/desk/keys",
    )


@routes.post("/keys")
def make_key(request: Request, session: Writing, state: Service, who: OwnerAtDesk, form: Form) -> Response:
    """Makes a key for everything, and shows it once."""
    return _made(request, session, state, who, None, form.get("label", ""))


@routes.post("/events/{event_id}/keys")
def make_event_key(request: Request, session: Writing, state: Service, who: AtDeskOf, event_id: EventId, form: Form) -> Response:
    """Makes a key for this event, and shows it once."""
    event_of(session, event_id)
    return _made(request, session, state, who, event_id, form.get("label", ""))


def _made(request: Request, session: Session, state: State, who: Organizer, event_id: str | None, label: str) -> Response:
    key, secret = create_key(session, event_id, label.strip()[:100])
    note(session, who, "key.create", event_id, key.id)
    return _keys_page(request, session, state, who, event_id, secret)


@routes.post("/keys/{key_id}/revoke")
def revoke(session: Writing, who: OwnerAtDesk, key_id: AnyId, _form: Form) -> Response:
    """Makes a key for everything open nothing."""
    revoke_key(session, None, key_id)
    note(session, who, "key.revoke", None, key_id)
    return see_other("/desk/keys?notice=key_revoked")


@routes.post("/events/{event_id}/keys/{key_id}/revoke")
def revoke_of_event(session: Writing, who: AtDeskOf, event_id: EventId, key_id: AnyId, _form: Form) -> Response:
    """Makes a key of this event open nothing."""
    revoke_key(session, event_id, key_id)
    note(session, who, "key.revoke", event_id, key_id)
    return see_other(f"/desk/events/{event_id}/keys?notice=key_revoked")


@routes.get("/audit-log")
def whole_audit(request: Request, session: Reading, state: Service, who: OwnerAtDesk, after: After = "") -> Response:
    """What organizers did to the installation as a whole: events deleted, keys for everything."""
    return _audit_page(request, session, state, who, None, after)


@routes.get("/events/{event_id}/audit-log")
def audit(request: Request, session: Reading, state: Service, who: AtDeskOf, event_id: EventId, after: After = "") -> Response:
    """What organizers did in this event."""
    return _audit_page(request, session, state, who, event_id, after)


def _audit_page(request: Request, session: Session, state: State, who: Organizer, event_id: str | None, after: str) -> Response:
    """Newest first, with names for those who are still here."""
    found = audit_entries(session, event_id, after, PAGE)
    refs = {ref for entry in found.items for ref in REF.findall(entry.subject)}
    used = {entry.key_id for entry in found.items if entry.key_id}
    keys = {key.id: key for key in session.scalars(select(Key).where(Key.id.in_(used)))}
    return desk_page(
        request,
        state,
        who,
        "audit.html",
        event_of(session, event_id) if event_id else None,
        entries=[(entry, ACTIONS.get(entry.action, entry.action), REF.findall(entry.subject)) for entry in found.items],
        names=named(session, event_id, refs) if event_id else {},
        keys=keys,
        next=found.next,
        where=f"/desk/events/{event_id}/audit-log" if event_id else "/desk/audit-log",
    )


ACTIONS = {
    "event.create": "made the event",
    "event.delete": "deleted an event",
    "event.change": "changed the settings",
    "import.add": "imported a file (add and update)",
    "import.sync": "imported a file (sync)",
    "attendee.create": "entered a person",
    "attendee.change": "changed a person",
    "attendee.erase": "erased a person",
    "link.issue": "looked at a personal link",
    "link.revoke": "revoked personal links",
    "run.start": "started a run",
    "run.publish": "published a run",
    "run.delete": "deleted a run",
    "run.add_pair": "added a pair to a run",
    "run.remove_pair": "took a pair out of a run",
    "pair.locked": "locked a pair",
    "pair.must_meet": "required a pair",
    "pair.forbidden": "forbade a pair",
    "pair.free": "freed a pair",
    "job.cancel": "cancelled work",
    "schedule.start": "started a schedule",
    "schedule.confirm": "confirmed the schedule",
    "meeting.confirm": "confirmed a meeting",
    "meeting.move": "moved a meeting",
    "meeting.cancel": "called off a meeting",
    "meeting.held": "noted that a meeting took place",
    "meeting.no_show": "noted that a meeting did not take place",
    "mailing.create": "wrote a mail",
    "mailing.send": "sent a mail",
    "mailing.retry": "put failed mails in line again",
    "model.train": "started to learn from answers",
    "model.activate": "activated a learned model",
    "model.rollback": "went back to the model before",
    "webhook.create": "made a webhook",
    "webhook.delete": "deleted a webhook",
    "webhook.replay": "sent webhook messages again",
    "key.create": "made a key",
    "key.revoke": "revoked a key",
}
"""Actions of the audit log in words; one that is not here is shown as it is."""
