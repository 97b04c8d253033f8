"""A POST with an Idempotency-Key is done once: repeated, it gets the first answer again."""

from __future__ import annotations

import base64
import hashlib
from datetime import timedelta

from anyio import to_thread
from matcher.service.api.guards import caller
from matcher.service.api.problems import problem
from matcher.service.api.state import state_of
from matcher.service.store import Database, Reply
from matcher.service.store.table import now
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

KEPT = timedelta(hours=24)
MOST = 1_000_000
"""Bytes of the largest answer that is kept."""


UNKEPT = ("/keys", "/link", "/webhooks")
"""Ends of the paths whose answers hold a secret that is told only once: they are not kept, a repeated request makes a new one."""


class Idempotency:
    """Keeps answers by caller and key, and gives them again."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a request."""
        key = Headers(scope=scope).get("idempotency-key") if scope["type"] == "http" and scope["method"] == "POST" else None
        if not key or scope["path"].endswith(UNKEPT):
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
        who, database = caller(scope), state_of(scope["app"]).database
        asked = hashlib.sha256(f"{scope['path']}?{scope['query_string']!r}\0".encode() + body).hexdigest()
        known = await to_thread.run_sync(_known, database, who, key)
        if known is not None:
            if known.request_hash != asked:
                answer = problem(422, "Not usable", "this Idempotency-Key was used for another request; use a new one")
                await answer(scope, receive, send)
                return
            media_type, _, text = known.body.partition("\n")
            headers = [(b"content-type", media_type.encode()), (b"idempotency-replayed", b"true")]
            await send({"type": "http.response.start", "status": known.status, "headers": headers})
            await send({"type": "http.response.body", "body": base64.b64decode(text)})
            return
        await self._first(scope, body, send, database, who, key, asked)

    async def _first(self, scope: Scope, body: bytes, send: Send, database: Database, who: str, key: str, asked: str) -> None:
        start: Message = {}
        parts: list[bytes] = []

        async def again() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def watched(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
            else:
                parts.append(message.get("body", b""))
            await send(message)

        await self._app(scope, again, watched)
        answer = b"".join(parts)
        if start and start["status"] < 400 and len(answer) <= MOST:
            media_type = Headers(raw=start["headers"]).get("content-type", "application/json")
            kept = f"{media_type}\n{base64.b64encode(answer).decode()}"
            reply = Reply(caller=who, key=key, request_hash=asked, status=start["status"], body=kept)
            await to_thread.run_sync(_keep, database, reply)


def _known(database: Database, who: str, key: str) -> Reply | None:
    with database.reading() as session:
        reply = session.get(Reply, (who, key))
        return reply if reply is not None and reply.created_at > now() - KEPT else None


def _keep(database: Database, reply: Reply) -> None:
    try:
        with database.writing() as session:
            session.execute(delete(Reply).where(Reply.created_at < now() - KEPT))
            session.add(reply)
    except IntegrityError:  # the same request came twice at once; the first answer stays
        return
