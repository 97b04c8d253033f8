"""Answers to requests that carry an Idempotency-Key: whoever puts the row in first does the work, the others wait for its answer.

The store decides, so it holds across workers. The first one renews a lease while it works: where its process dies, the key is free
again when the lease runs out, and the next attempt does the work.
"""

from __future__ import annotations

from datetime import timedelta

from matcher.service.store import Database, Reply
from matcher.service.store.table import now
from sqlalchemy import ColumnElement, and_, delete, or_, update
from sqlalchemy.dialects import postgresql, sqlite

KEPT = timedelta(hours=24)
LEASE = timedelta(seconds=60)
"""How long a dead attempt holds its key; longer than a writer of SQLite may have to wait."""


def claim(database: Database, caller: str, key: str, request_hash: str, attempt: str) -> Reply:
    """Returns the row of a key: with the caller's `attempt` where they came first, and else what came first.

    `held_until` is None once the answer stands in it.
    """
    while True:
        with database.reading() as session:
            row = session.get(Reply, (caller, key))
        if row is not None and row.created_at > now() - KEPT and (row.held_until is None or row.held_until > now()):
            return row
        row = Reply(caller=caller, key=key, request_hash=request_hash, attempt=attempt, status=0, held_until=now() + LEASE)
        with database.writing() as session:
            session.execute(delete(Reply).where(or_(Reply.created_at < now() - KEPT, Reply.held_until < now())))
            insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
            new = {name: getattr(row, name) for name in ("caller", "key", "request_hash", "attempt", "status", "held_until")}
            if session.execute(insert(Reply).values(new).on_conflict_do_nothing().returning(Reply.key)).first():
                return row


def renew(database: Database, row: Reply) -> None:
    """Holds the key for another `LEASE`."""
    with database.writing() as session:
        session.execute(update(Reply).where(_ours(row)).values(held_until=now() + LEASE))


def answer(database: Database, row: Reply, status: int, body: str) -> None:
    """Keeps the answer; nothing where the key was lost meanwhile, or its row erased with somebody whom the answer may name."""
    with database.writing() as session:
        session.execute(update(Reply).where(_ours(row)).values(status=status, body=body, held_until=None))


def give_up(database: Database, row: Reply) -> None:
    """Frees the key: nothing was done, and the next attempt may do it."""
    with database.writing() as session:
        session.execute(delete(Reply).where(_ours(row)))


def _ours(row: Reply) -> ColumnElement[bool]:
    of_key = and_(Reply.caller == row.caller, Reply.key == row.key)
    return and_(of_key, Reply.attempt == row.attempt, Reply.held_until.is_not(None))
