"""What people and organizers are known by: refs, keys, personal links, sessions.

A ref is a keyed hash of event and registration id, so it tells nothing about the person, may stand in addresses and logs,
and is the same when the same registration comes again. Keys are random, so a plain sha256 keeps them (nothing to guess).
Links and sessions are signed, with an expiry inside.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass

from itsdangerous import BadSignature, SignatureExpired, URLSafeTimedSerializer
from matcher.service.store import Instance
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from matcher.errors import MatcherError

KEY_PREFIX = "mk_"
DAY = 86_400


class LinkError(MatcherError):
    """A personal link that is expired, revoked or not ours."""


def instance_secret(session: Session) -> str:
    """Returns the secret of this installation; made at the first start."""
    query = select(Instance.secret).where(Instance.id == 1)
    found = session.scalar(query)
    if found is None:  # several workers may start at once; the first one's secret stands
        insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
        session.execute(insert(Instance).on_conflict_do_nothing(), [{"id": 1, "secret": secrets.token_urlsafe(48)}])
        found = session.scalars(query).one()
    return found


@dataclass(frozen=True, slots=True)
class Link:
    """What a personal link says: who, of which event, of which generation of links."""

    event_id: str
    ref: str
    generation: int


class Identity:
    """Signs and reads what people and organizers are known by.

    Args:
        secret: the installation's secret.
    """

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()
        self._links = URLSafeTimedSerializer(secret, salt="personal link")
        self._sessions = URLSafeTimedSerializer(secret, salt="organizer session")

    def ref(self, event_id: str, external_id: str) -> str:
        """Returns the id inside the service of the person with this registration id: 20 letters and digits."""
        digest = hmac.new(self._secret, f"{event_id}\0{external_id}".encode(), hashlib.sha256).digest()
        return base64.b32encode(digest).decode().lower()[:20]

    def link_token(self, link: Link) -> str:
        """Returns the token of a personal link."""
        return str(self._links.dumps([link.event_id, link.ref, link.generation]))

    def read_link(self, token: str, days: int = 400) -> Link:
        """Returns what a personal link says.

        Raises:
            LinkError: the link is not ours, or older than `days`.
        """
        try:
            event_id, ref, generation = self._links.loads(token, max_age=days * DAY)
        except SignatureExpired as error:
            raise LinkError("this personal link has expired", fix="ask the organizers for a new one") from error
        except (BadSignature, ValueError, TypeError) as error:
            raise LinkError("this personal link is not valid", fix="open the link exactly as it was sent to you") from error
        return Link(str(event_id), str(ref), int(generation))

    def session_token(self, key_id: str) -> str:
        """Returns what an organizer's browser keeps after logging in."""
        return str(self._sessions.dumps(key_id))

    def read_session(self, token: str, hours: int = 12) -> str | None:
        """Returns the key's id of a browser session, or None where it is expired or not ours."""
        try:
            return str(self._sessions.loads(token, max_age=hours * 3600))
        except (BadSignature, ValueError):
            return None

    def form_token(self, session: str) -> str:
        """Returns what every form of a browser session must carry, so that no other site can send it."""
        return hmac.new(self._secret, b"form\0" + session.encode(), hashlib.sha256).hexdigest()[:40]


def new_key() -> str:
    """Returns a new organizer's key: 256 random bits."""
    return KEY_PREFIX + secrets.token_urlsafe(32)


def key_hash(key: str) -> str:
    """Returns what is kept of a key."""
    return hashlib.sha256(key.encode()).hexdigest()
