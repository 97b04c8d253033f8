"""All pages of the service, with their static files."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from matcher.service.api import create_app
from matcher.service.pages import attendee, attendee_privacy, attendee_profile, desk
from matcher.service.pages.html import page
from matcher.service.pages.sessions import LoginNeeded
from matcher.service.settings import MachineSettings

Handler = Callable[[Request, Any], Response]


def create_site(machine: MachineSettings | None = None, work: bool = True) -> FastAPI:
    """Returns the whole service: API and pages."""
    return create_app(machine, work, [add_pages])


def add_pages(app: FastAPI) -> None:
    """Adds the pages, and the errors that browsers see, to the application."""
    app.mount("/static", StaticFiles(directory=Path(str(files("matcher.service.pages") / "static"))), name="static")
    for routes in (attendee.routes, attendee_profile.routes, attendee_privacy.routes, desk.routes):
        app.include_router(routes, include_in_schema=False)

    @app.exception_handler(LoginNeeded)
    def login_needed(_request: Request, error: LoginNeeded) -> Response:
        return RedirectResponse(error.where, 303)

    for kind, handler in list(app.exception_handlers.items()):
        if kind is not LoginNeeded and not inspect.iscoroutinefunction(handler):
            app.exception_handlers[kind] = _told_to_browsers(handler)


def _told_to_browsers(handler: Handler) -> Handler:
    """Returns the handler with its problem shown as a page to browsers; programs, and the API, get it as it is."""

    def told(request: Request, error: Exception) -> Response:
        problem = handler(request, error)
        path = request.url.path
        if path.startswith(("/api/", "/static/")) or "text/html" not in request.headers.get("accept", ""):
            return problem
        said = json.loads(bytes(problem.body))
        desk = path.startswith("/desk")
        link = problem.status_code == 401 and not desk
        return page(
            request,
            "problem.html",
            problem.status_code,
            title="This link does not open your list" if link else said["title"],
            detail=_sentence(said.get("detail", "")),
            again=problem.status_code == 503 and request.method == "GET",
            back="/link" if link else "/desk" if desk else "/people",
            back_words="What to do" if link else "To the desk" if desk else "To your list",
        )

    return told


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:].replace("; ", ": ", 1) + "." if text else "Try again, or go back."
