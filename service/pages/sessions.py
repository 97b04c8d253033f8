"""Browsers: an attendee's link or an organizer's key becomes a cookie that scripts cannot read and other sites cannot send.

Every form carries a token that belongs to the cookie, so a form of another site is refused even where a browser sends the cookie.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from typing import Annotated

from fastapi import Depends, HTTPException, Request, Response
from fastapi.responses import RedirectResponse
from matcher.service.api.access import Attendance, Organizer, Service, attendance_of, service
from matcher.service.api.state import State
from matcher.service.identity import LinkError
from matcher.service.store import Key

ATTENDEE, ORGANIZER = "attendee", "organizer"
Door = tuple[str, str]
"""An address and the words of the link to it."""
DESK, PEOPLE, START = ("/desk", "To the desk"), ("/people", "To your list"), ("/", "To the start page")
HOUR = 3600


class LoginNeeded(Exception):
    """The browser has no valid session; it is sent to where it can get one."""

    def __init__(self, where: str) -> None:
        super().__init__(where)
        self.where = where


def keep(response: Response, state: State, name: str, value: str, hours: int) -> None:
    """Puts a session into the browser."""
    response.set_cookie(name, value, max_age=hours * HOUR, httponly=True, secure=state.machine.secure, samesite="lax", path="/")


def forget(response: Response, name: str) -> None:
    """Takes a session out of the browser."""
    response.delete_cookie(name, path="/")


def visitor(request: Request, state: Service) -> Attendance:
    """Returns the attendee whose link this browser has opened."""
    token = request.cookies.get(ATTENDEE, "")
    if not token:
        raise LoginNeeded("/link")
    return attendance_of(state, token)


def at_desk(request: Request, state: Service) -> Organizer:
    """Returns the organizer who has logged in with this browser."""
    key_id = state.identity.read_session(request.cookies.get(ORGANIZER, ""))
    if key_id is not None:
        with state.database.reading() as session:
            key = session.get(Key, key_id)
            if key is not None and key.revoked_at is None:
                return Organizer(key.id, key.event_id)
    raise LoginNeeded("/desk/login")


def doors(request: Request, state: State) -> list[Door]:
    """Returns where this browser has been let in: the desk, a personal list, both or nothing; the store is not asked."""
    found = []
    if state.identity.read_session(request.cookies.get(ORGANIZER, "")) is not None:
        found.append(DESK)
    try:
        state.identity.read_link(request.cookies.get(ATTENDEE, ""))
        found.append(PEOPLE)
    except LinkError:
        pass
    return found


def form_token(request: Request, state: State) -> str:
    """Returns what the forms of this browser carry; an organizer who opens a personal link can still use the forms of the desk."""
    name = ORGANIZER if request.url.path.startswith("/desk") else ATTENDEE
    return state.identity.form_token(f"{name}\0{request.cookies.get(name, '')}")


async def checked_form(request: Request, state: Annotated[State, Depends(service)]) -> Mapping[str, str]:
    """Returns the fields of a form of ours; files are read by `request.form()`, which keeps what it has read.

    Raises:
        HTTPException: 403 where the form does not carry this browser's token.
    """
    form = await request.form()
    token = form.get("form_token", "")
    if not isinstance(token, str) or not hmac.compare_digest(token, form_token(request, state)):
        raise HTTPException(403, "this form is too old or not from here; open the page again")
    return {key: value for key, value in form.items() if isinstance(value, str)}


Visitor = Annotated[Attendance, Depends(visitor)]
AtDesk = Annotated[Organizer, Depends(at_desk)]
Form = Annotated[Mapping[str, str], Depends(checked_form)]


def see_other(where: str) -> RedirectResponse:
    """Sends the browser on after a form, so that reloading does not send it again."""
    return RedirectResponse(where, 303)
