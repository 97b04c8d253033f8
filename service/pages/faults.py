"""What went wrong, as a page for people; programs that ask the API get problem details as ever."""

from __future__ import annotations

from collections.abc import Callable
from inspect import isawaitable
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from matcher.service.api.problems import Refused, status_of
from matcher.service.api.state import state_of
from matcher.service.pages.html import page
from matcher.service.pages.sessions import DESK, START, doors
from starlette.exceptions import HTTPException

from matcher.errors import MatcherError

PROGRAMS = ("/api/", "/health", "/ready", "/metrics", "/static/", "/calendar/")
"""Where the addresses begin that people do not open."""


def add_fault_pages(app: FastAPI) -> None:
    """Puts a page for browsers before the problem details of each kind of error."""
    for kind in (MatcherError, RequestValidationError, HTTPException, Exception):
        before = app.exception_handlers[kind]
        app.exception_handlers[kind] = _for_people(before)


def _for_people(before: Callable[..., Any]) -> Callable[..., Any]:
    async def answer(request: Request, error: Exception) -> Response:
        response = before(request, error)
        if isawaitable(response):
            response = await response
        path, wanted = request.url.path, request.headers.get("accept", "*/*")
        if path.startswith(PROGRAMS) or not ("text/html" in wanted or "*/*" in wanted):
            return response  # type: ignore[no-any-return]
        status, title, detail = told(error)
        desk = path.startswith("/desk")
        link = status == 401 and not desk
        answered = page(
            request,
            "problem.html",
            status,
            title="This link does not open your list" if link else title,
            detail=detail,
            again=status == 503 and request.method == "GET",
            ways=_ways(request, status),
        )
        if "retry-after" in response.headers:
            answered.headers["Retry-After"] = response.headers["retry-after"]
        return answered

    return answer


def _ways(request: Request, status: int) -> list[tuple[str, str]]:
    """Where to go from here: (address, words)."""
    path = request.url.path
    if status == 429 and request.method == "GET":
        return [(path, "Try again")]
    if path.startswith("/desk"):
        return [DESK]
    return [("/link", "What to do")] if status == 401 else doors(request, state_of(request.app)) or [START]


def told(error: Exception) -> tuple[int, str, str]:
    """Returns status, heading and words of an error for a person."""
    if isinstance(error, MatcherError):
        status, title = status_of(error)
        return status, title, _sentence(str(error))
    if isinstance(error, RequestValidationError):  # only addresses are validated this way, so there is no such page
        wrong_place = any(item["loc"][:1] == ("path",) for item in error.errors())
        return (404, "Not found", "There is no such page.") if wrong_place else (422, "Not usable", "A value does not fit.")
    if isinstance(error, Refused):
        return error.status_code, error.title, _sentence(error.detail)
    if isinstance(error, HTTPException):
        detail = "There is no such page." if error.status_code == 404 else _sentence(str(error.detail))
        return error.status_code, "Not found" if error.status_code == 404 else "Not possible", detail
    return 500, "Unexpected error", "The fault is ours; the log has the place."


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")
