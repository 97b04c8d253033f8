"""What stands around every request: headers that keep browsers safe, limits on size and rate."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from matcher.service.api.problems import problem
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",  # addresses of pages hold personal links
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class SecurityHeaders:
    """Adds the headers; whatever is not a static file is not kept by caches, since it is personal."""

    def __init__(self, app: ASGIApp, secure: bool) -> None:
        self._app = app
        self._headers = HEADERS | ({"Strict-Transport-Security": "max-age=31536000"} if secure else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a request."""

        async def add(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                if not scope["path"].startswith("/static/"):
                    headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self._app(scope, receive, add if scope["type"] == "http" else send)


class BodyLimit:
    """Refuses bodies that are larger than this service reads, told or untold."""

    def __init__(self, app: ASGIApp, most: int) -> None:
        self._app = app
        self._most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        told = Headers(scope=scope).get("content-length", "0")
        if not told.isdigit() or int(told) > self._most:
            await self._refusal(scope, receive, send)
            return
        seen = 0
        started = False

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > self._most:
                raise _TooLarge
            return message

        async def watched(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, counted, watched)
        except _TooLarge:
            if not started:
                await self._refusal(scope, receive, send)

    async def _refusal(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = problem(413, "Too large", f"at most {self._most} bytes; split the file, or raise MATCHER_MAX_BODY")
        await answer(scope, receive, send)


class _TooLarge(Exception):
    """The body grew beyond the limit while it was read."""


class RateLimit:
    """Refuses callers who ask too often: counted by key or link where there is one, by address otherwise."""

    def __init__(self, app: ASGIApp, per_minute: int) -> None:
        self._app = app
        self._limit = RateLimitItemPerMinute(per_minute) if per_minute else None
        self._limiter = FixedWindowRateLimiter(MemoryStorage())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a request."""
        limited = scope["type"] == "http" and self._limit and not scope["path"].startswith(("/static/", "/health", "/ready"))
        if limited and self._limit and not self._limiter.hit(self._limit, caller(scope)):
            answer = problem(429, "Too many requests", f"at most {self._limit.amount} a minute", headers={"Retry-After": "30"})
            await answer(scope, receive, send)
            return
        await self._app(scope, receive, send)


def caller(scope: Scope) -> str:
    """Returns who asks, as a hash: the key, link or session of the request, or else its address."""
    headers = Headers(scope=scope)
    known: Iterable[str | None] = (headers.get("authorization"), headers.get("cookie"))
    name = next((value for value in known if value), None) or str((scope.get("client") or ("",))[0])
    return hashlib.sha256(name.encode()).hexdigest()[:40]
