"""The attendee's pages."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from matcher.service.api.access import Reading, Service, attendance_of
from matcher.service.api.me import my_list
from matcher.service.pages.attendee_shell import attendee_page
from matcher.service.pages.sessions import ATTENDEE, Visitor, keep

routes = APIRouter()


@routes.get("/me/{token}")
def open_link(state: Service, token: str) -> Response:
    """Opens a personal link: the browser keeps it, and the address no longer shows it."""
    attendance_of(state, token)
    answer = RedirectResponse("/people", 303)
    keep(answer, state, ATTENDEE, token, 24 * 120)
    return answer


@routes.get("/people")
def people(request: Request, session: Reading, state: Service, me: Visitor) -> Response:
    """Whom to meet."""
    return attendee_page(request, session, state, me, "people.html", "/people", lines=my_list(session, state, me))
