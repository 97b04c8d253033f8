"""All pages of the service, with their static files."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from matcher.service.api import create_app
from matcher.service.pages import attendee, attendee_privacy, attendee_profile, contacts, desk, home, meetings, opportunities
from matcher.service.pages.faults import add_fault_pages
from matcher.service.pages.sessions import LoginNeeded
from matcher.service.settings import MachineSettings

_ROUTES = (
    home.routes,
    attendee.routes,
    attendee_profile.routes,
    attendee_privacy.routes,
    meetings.routes,
    contacts.routes,
    opportunities.routes,
    desk.routes,
)


def create_site(machine: MachineSettings | None = None, work: bool = True) -> FastAPI:
    """Returns the whole service: API and pages."""
    return create_app(machine, work, [add_pages])


def add_pages(app: FastAPI) -> None:
    """Adds the pages, and the errors that browsers see, to the application."""
    app.mount("/static", StaticFiles(directory=Path(str(files("matcher.service.pages") / "static"))), name="static")
    for routes in _ROUTES:
        app.include_router(routes, include_in_schema=False)

    @app.exception_handler(LoginNeeded)
    def login_needed(_request: Request, error: LoginNeeded) -> Response:
        return RedirectResponse(error.where, 303)

    add_fault_pages(app)
