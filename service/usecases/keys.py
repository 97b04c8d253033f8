"""Organizers' keys: made, listed, revoked; only hashes are kept."""

from __future__ import annotations

from collections.abc import Sequence

from matcher.service.identity import key_hash, new_key
from matcher.service.store import Key
from matcher.service.store.table import now
from matcher.service.usecases.faults import NotFound
from sqlalchemy import func, select
from sqlalchemy.orm import Session


def create_key(session: Session, event_id: str | None, label: str) -> tuple[Key, str]:
    """Returns a new key and its secret, which is kept nowhere; without an event it opens everything."""
    secret = new_key()
    key = Key(event_id=event_id, hash=key_hash(secret), hint=secret[:7] + "…", label=label)
    session.add(key)
    session.flush()
    return key, secret


def keys_of(session: Session, event_id: str | None) -> Sequence[Key]:
    """Returns the keys of an event, or those for everything, oldest first."""
    of_event = Key.event_id.is_(None) if event_id is None else Key.event_id == event_id
    return session.scalars(select(Key).where(of_event).order_by(Key.created_at, Key.id)).all()


def revoke_key(session: Session, event_id: str | None, key_id: str) -> None:
    """Makes a key open nothing from now on.

    Raises:
        NotFound: the event has no such key.
    """
    key = session.get(Key, key_id)
    if key is None or key.event_id != event_id:
        raise NotFound("no such key of this event")
    key.revoked_at = key.revoked_at or now()


def first_key(session: Session) -> str | None:
    """Returns a key for everything where there is none yet: what the first start prints."""
    open_keys = select(func.count()).select_from(Key).where(Key.event_id.is_(None), Key.revoked_at.is_(None))
    if session.scalar(open_keys):
        return None
    return create_key(session, None, "first start")[1]
