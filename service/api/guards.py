"""What stands around every request: headers that keep browsers safe, limits on size and rate."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from matcher.service.api.problems import Refused, refuse
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
            await refuse(self._refusal(), scope, receive, send)
            return
        seen, started = 0, False

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > self._most:
                raise self._refusal()
            return message

        async def watched(message: Message) -> None:
            nonlocal started
            if started or seen <= self._most:  # else what the application makes of half a body is not said
                started = True
                await send(message)

        try:
            await self._app(scope, counted, watched)
        except Exception:
            if started or seen <= self._most:
                raise
        if seen > self._most and not started:
            await refuse(self._refusal(), scope, receive, send)

    def _refusal(self) -> Refused:
        most = f"{self._most // 1_000_000} MB" if self._most >= 1_000_000 else f"{self._most} bytes"
        return Refused(413, "Too large", f"at most {most} at once; split the file, or raise MATCHER_MAX_BODY")


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
            told = f"at most {self._limit.amount} a minute; wait half a minute"
            await refuse(Refused(429, "Too many requests", told, {"Retry-After": "30"}), scope, receive, send)
            return
        await self._app(scope, receive, send)


def caller(scope: Scope) -> str:
    """Returns who asks, as a hash: the key, link or session of the request, or else its address."""
    headers = Headers(scope=scope)
    known: Iterable[str | None] = (headers.get("authorization"), headers.get("cookie"))
    name = next((value for value in known if value), None) or str((scope.get("client") or ("",))[0])
    return hashlib.sha256(name.encode()).hexdigest()[:40]
