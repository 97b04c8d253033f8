"""Errors as problem details (RFC 9457), from one place."""

from __future__ import annotations

from collections.abc import Mapping
from inspect import isawaitable
from typing import Any

from fastapi import FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from matcher.service.identity import LinkError
from matcher.service.log import logger
from matcher.service.usecases.faults import Conflict, Forbidden, NotFound, NotReady, Stale
from pydantic import BaseModel, Field
from sqlalchemy.exc import DataError, OperationalError, SQLAlchemyError
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.types import Receive, Scope, Send

from matcher.errors import MatcherError

MEDIA_TYPE = "application/problem+json"
_STATUS: tuple[tuple[type[MatcherError], int, str], ...] = (
    (NotFound, 404, "Not found"),
    (Stale, 412, "Changed by somebody else"),
    (Conflict, 409, "Not possible in this state"),
    (Forbidden, 403, "Not allowed"),
    (NotReady, 503, "Being loaded"),
    (LinkError, 401, "Link not valid"),
    (MatcherError, 422, "Not usable"),
)


class Refused(StarletteHTTPException):
    """A request that is turned away before anybody looks at it."""

    def __init__(self, status: int, title: str, detail: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(status, detail, headers)
        self.title = title


class Problem(BaseModel):
    """What went wrong, and what to do."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str = ""
    errors: list[dict[str, Any]] = Field(default_factory=list)
    """For wrong values: where, and what is wrong."""


def problem(
    status: int,
    title: str,
    detail: str = "",
    errors: list[dict[str, Any]] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Returns a problem as a response."""
    body = Problem(title=title, status=status, detail=detail, errors=errors or [])
    return JSONResponse(body.model_dump(exclude_defaults=True) | {"status": status}, status, headers, MEDIA_TYPE)


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Returns the problems that a route can answer with, for its OpenAPI."""
    words = {
        400: "The request cannot be read",
        401: "Key, link or session missing or not valid",
        403: "Not allowed",
        404: "Not found",
        409: "Not possible in this state",
        412: "Changed by somebody else since it was read",
        413: "Larger than this service reads",
        422: "A value is not usable",
        428: "If-Match is missing",
        429: "Too many requests",
        503: "Not ready yet; ask again soon",
    }
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": words[status], "content": content} for status in statuses}


def status_of(error: MatcherError) -> tuple[int, str]:
    """Returns the HTTP status and title of a user's mistake."""
    return next((status, title) for kind, status, title in _STATUS if isinstance(error, kind))


def add_handlers(app: FastAPI) -> None:
    """Makes every error of the application a problem."""

    @app.exception_handler(MatcherError)
    def matcher_error(_request: Request, error: MatcherError) -> Response:
        status, title = status_of(error)
        return problem(status, title, str(error), headers={"Retry-After": "2"} if status == 503 else None)

    @app.exception_handler(RequestValidationError)
    def wrong_values(_request: Request, error: RequestValidationError) -> Response:
        # what was sent is not sent back: it may be personal, and it is known to who sent it
        errors = [{"at": ".".join(str(part) for part in item["loc"]), "message": item["msg"]} for item in error.errors()]
        return problem(422, "Not usable", "a value does not fit the schema", errors)

    @app.exception_handler(StarletteHTTPException)
    def http_error(_request: Request, error: HTTPException) -> Response:
        if isinstance(error, Refused):
            return problem(error.status_code, error.title, error.detail, headers=error.headers)
        return problem(error.status_code, str(error.detail), headers=error.headers)

    @app.exception_handler(OperationalError)
    def store_away(_request: Request, error: OperationalError) -> Response:
        logger().error("the store does not answer", fault=type(error.orig).__name__)
        return problem(503, "The store does not answer", "ask again in a moment", headers={"Retry-After": "2"})

    @app.exception_handler(DataError)
    def not_storable(_request: Request, _error: DataError) -> Response:
        return problem(422, "Not usable", "a value cannot be stored: a text with a NUL character, or a number out of range")

    @app.exception_handler(SQLAlchemyError)
    @app.exception_handler(Exception)
    def unexpected(request: Request, error: Exception) -> Response:
        place = error.__traceback__
        while place is not None and place.tb_next is not None:
            place = place.tb_next
        where = f"{place.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{place.tb_lineno}" if place else ""
        logger().error("unexpected error", route=_route(request), fault=type(error).__name__, place=where)
        return problem(500, "Unexpected error", "the fault is ours; the log has the place")


async def refuse(error: Refused, scope: Scope, receive: Receive, send: Send) -> None:
    """Answers a request as the application answers this error: a page to a browser, a problem to a program."""
    told = scope["app"].exception_handlers[StarletteHTTPException](Request(scope), error)
    response: Response = await told if isawaitable(told) else told
    await response(scope, receive, send)


def _route(request: Request) -> str:
    """The path as it is written in the code: what stands in its place may be a personal link."""
    return getattr(request.scope.get("route"), "path", "")
