"""A POST with an Idempotency-Key is done once: repeated, also at the same moment, it gets the first answer again."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from contextlib import suppress

import anyio
from anyio import to_thread
from matcher.service.api.guards import caller
from matcher.service.api.problems import problem
from matcher.service.api.state import state_of
from matcher.service.store import Database, Reply
from matcher.service.store.table import new_id
from matcher.service.usecases import replies
from sqlalchemy.exc import SQLAlchemyError
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST = 1_000_000
"""Bytes of the largest answer that is kept."""
WAIT_SECONDS = 10.0
"""How long a repeated request waits for the first one's answer before it is told to ask again."""
BEAT_SECONDS = 10.0
SECRETS = ("/keys", "/webhooks")
"""Ends of the paths whose answers hold a secret: it is told once and kept nowhere; repeated, one is told that it was done."""
SAME = "/link"
"""The end of a path that makes nothing: it gives the same link as often as it is asked."""


class Idempotency:
    """Keeps answers by caller and key, and gives them again."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a request."""
        asked_once = scope["type"] == "http" and scope["method"] == "POST" and scope["path"].startswith("/api/")
        key = Headers(scope=scope).get("idempotency-key") if asked_once else None
        if not key or scope["path"].endswith(SAME):
            await self._app(scope, receive, send)
            return
        if len(key) > 200:
            await problem(422, "Not usable", "an Idempotency-Key of at most 200 letters is needed")(scope, receive, send)
            return
        body = b""
        more = True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        database, attempt = state_of(scope["app"]).database, new_id()
        asked = hashlib.sha256(f"{scope['path']}?{scope['query_string']!r}\0".encode() + body).hexdigest()
        row = await _claimed(database, caller(scope), key, asked, attempt)
        if row.request_hash != asked:
            answer = problem(422, "Not usable", "this Idempotency-Key was used for another request; use a new one")
            await answer(scope, receive, send)
        elif row.attempt == attempt:
            await self._first(scope, _with(body, receive), send, database, row)
        elif row.held_until is not None:
            detail = "the same request is still being worked on; ask again with the same Idempotency-Key"
            await problem(409, "Under way", detail, headers={"Retry-After": "5"})(scope, receive, send)
        else:
            await _again(row, send)

    async def _first(self, scope: Scope, receive: Receive, send: Send, database: Database, row: Reply) -> None:
        """Does the work, holding the key meanwhile; where nothing comes of it, the key is free again."""
        start: Message = {}
        parts: list[bytes] = []

        async def watched(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
            else:
                parts.append(message.get("body", b""))
            await send(message)

        beat = asyncio.create_task(_hold(database, row))
        kept = False
        try:
            await self._app(scope, receive, watched)
            done = b"".join(parts)
            if start and start["status"] < 400 and len(done) <= MOST:
                status, media_type = start["status"], Headers(raw=start["headers"]).get("content-type", "application/json")
                if scope["path"].endswith(SECRETS):
                    detail = (
                        "this was done, and its secret was told; if it is lost, delete what was made and use a new Idempotency-Key"
                    )
                    told = problem(409, "Done already", detail)
                    status, media_type, done = told.status_code, told.media_type or "", bytes(told.body)
                text = f"{media_type}\n{base64.b64encode(done).decode()}"
                await to_thread.run_sync(replies.answer, database, row, status, text)
                kept = True
        finally:
            beat.cancel()
            if not kept:
                with anyio.CancelScope(shield=True):
                    await to_thread.run_sync(replies.give_up, database, row)


async def _claimed(database: Database, who: str, key: str, asked: str, attempt: str) -> Reply:
    """Returns the row of the key, after waiting for its answer where another request is at it."""
    pause, until = 0.05, anyio.current_time() + WAIT_SECONDS
    while True:
        row = await to_thread.run_sync(replies.claim, database, who, key, asked, attempt)
        settled = row.attempt == attempt or row.held_until is None or row.request_hash != asked
        if settled or anyio.current_time() > until:
            return row
        await anyio.sleep(pause)
        pause = min(2 * pause, 0.5)


async def _hold(database: Database, row: Reply) -> None:
    while True:
        await anyio.sleep(BEAT_SECONDS)
        with suppress(SQLAlchemyError):  # the store is busy for a moment; the lease is longer than that
            await to_thread.run_sync(replies.renew, database, row)


async def _again(row: Reply, send: Send) -> None:
    media_type, _, text = row.body.partition("\n")
    headers = [(b"content-type", media_type.encode()), (b"idempotency-replayed", b"true")]
    await send({"type": "http.response.start", "status": row.status, "headers": headers})
    await send({"type": "http.response.body", "body": base64.b64decode(text)})


def _with(body: bytes, receive: Receive) -> Receive:
    """Returns what gives the body that was read already, and then what comes after it."""
    waiting = [body]

    async def again() -> Message:
        return {"type": "http.request", "body": waiting.pop(), "more_body": False} if waiting else await receive()

    return again
