"""The organizer's desk."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response
from matcher.service.api.access import Reading, Service, key_of
from matcher.service.pages.html import page
from matcher.service.pages.sessions import ORGANIZER, AtDesk, Form, form_token, keep, see_other
from matcher.service.usecases.events import event_of, events

routes = APIRouter(prefix="/desk")


@routes.get("/login")
def login_page(request: Request, state: Service) -> Response:
    """Asks for the key."""
    return page(request, "desk/login.html", token=form_token(request, state), wrong=False)


@routes.post("/login")
def login(request: Request, session: Reading, state: Service, form: Form) -> Response:
    """Opens the desk with a key."""
    key = key_of(session, form.get("key", "").strip())
    if key is None:
        return page(request, "desk/login.html", status=401, token=form_token(request, state), wrong=True)
    answer = see_other("/desk")
    keep(answer, state, ORGANIZER, state.identity.session_token(key.id), 12)
    return answer


@routes.get("")
def desk(request: Request, session: Reading, state: Service, who: AtDesk) -> Response:
    """The events that the key opens."""
    found = [event_of(session, who.event_id)] if who.event_id else events(session, "", 200)
    return page(request, "desk/events.html", events=found, all_events=who.event_id is None, token=form_token(request, state))
