"""The address of the service itself: everybody goes where they belong, strangers are told where that is."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response
from matcher.service.api.access import Service
from matcher.service.pages.html import page
from matcher.service.pages.sessions import doors, see_other

routes = APIRouter()


@routes.get("/")
def home(request: Request, state: Service) -> Response:
    """Leads an organizer to the desk and an attendee to their list; who is neither, or both, chooses."""
    open_to_them = doors(request, state)
    if len(open_to_them) == 1:
        return see_other(open_to_them[0][0])
    return page(request, "home.html", doors=open_to_them)
