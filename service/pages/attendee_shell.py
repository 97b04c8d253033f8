"""What stands around every page of an attendee: the event, who they are, the way around, the token of the forms."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from matcher.service.api.access import Attendance
from matcher.service.api.state import State
from matcher.service.pages.html import page
from matcher.service.pages.sessions import form_token
from matcher.service.usecases.events import event_of
from matcher.service.usecases.people import attendee_of, person_of
from sqlalchemy.orm import Session


def attendee_page(
    request: Request, session: Session, state: State, me: Attendance, template: str, here: str, status: int = 200, **values: Any
) -> HTMLResponse:
    """Returns a page for the attendee, made from a template that extends `attendee.html`.

    Args:
        request: the request.
        session: the store.
        state: what the application holds.
        me: whose page it is.
        template: name of the template; it also gets `event`, `person` (the stored one), `me` (the engine's) and `token`.
        here: address of the section in `attendee_nav.html`, such as /people.
        status: HTTP status.
        values: what else the template gets.
    """
    person = person_of(session, me.event_id, me.ref)
    around = {"event": event_of(session, me.event_id), "person": person, "me": attendee_of(person), "here": here}
    return page(request, template, status, token=form_token(request, state), **around, **values)
