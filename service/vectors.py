"""Vectors kept beside the people: an encoder that knows them, and keeping the new ones."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from functools import cache

import numpy as np
from matcher.models.encoder import Encoder
from matcher.models.reranker import Reranker
from matcher.service.store import Person, Vector
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from matcher.event import EventSettings
from matcher.profiles import Attendee
from matcher.texts import event_texts

BLOCK = 256
"""Texts encoded between two reports of progress: about two seconds of work."""


@cache
def shared_encoder(model: str) -> Encoder:
    """Returns the process's encoder of this name; loading one costs seconds and 300 MB."""
    return Encoder(model or None)


@cache
def shared_reranker(folder: str) -> Reranker:
    """Returns the process's reranker in this folder; empty for the shipped one."""
    from pathlib import Path

    from matcher.features import FEATURE_NAMES

    return Reranker.load(Path(folder) if folder else None, FEATURE_NAMES)


class KeptEncoder:
    """An encoder that first looks among the vectors that an event has kept.

    Args:
        session: the store, to read what is kept.
        event_id: the event whose vectors are known.
        settings: names the encoder.
        told: called with texts done and texts in all while encoding.
    """

    def __init__(
        self, session: Session, event_id: str, settings: EventSettings, told: Callable[[int, int], None] | None = None
    ) -> None:
        self.encoder = shared_encoder(settings.models.encoder)
        rows = session.execute(
            select(Vector.text_hash, Vector.vector).where(Vector.event_id == event_id, Vector.model == self.name)
        )
        self._known = {bytes(key): np.frombuffer(vector, dtype="<f4") for key, vector in rows}
        self._told = told or (lambda done, total: None)

    @property
    def name(self) -> str:
        """Name and version of the model."""
        return self.encoder.name

    @property
    def dimension(self) -> int:
        """Components of a vector."""
        return self.encoder.dimension

    def encode(self, texts: Sequence[str], progress: bool = False) -> NDArray[np.float32]:
        """Unit vectors of the texts, (n, dimension), in the order given; zero for empty ones."""
        keys = [text_key(text) for text in texts]
        fresh = sorted({text for text, key in zip(texts, keys, strict=True) if text.strip() and key not in self._known}, key=len)
        for at in range(0, len(fresh), BLOCK):
            block = fresh[at : at + BLOCK]
            for text, vector in zip(block, self.encoder.encode(block), strict=True):
                self._known[text_key(text)] = vector
            self._told(min(at + BLOCK, len(fresh)), len(fresh))
        nothing = np.zeros(self.dimension, dtype=np.float32)
        return np.array([self._known.get(key, nothing) for key in keys], dtype=np.float32).reshape(len(texts), self.dimension)

    def keep(self, session: Session, event_id: str, attendees: Iterable[Attendee]) -> None:
        """Stores the vectors of these people's texts that are not stored yet; not of those who were erased meanwhile."""
        here = set(session.scalars(select(Person.ref).where(Person.event_id == event_id)))
        of_model = select(Vector.ref, Vector.text_hash).where(Vector.event_id == event_id, Vector.model == self.name)
        stored = {(ref, bytes(key)) for ref, key in session.execute(of_model)}
        rows = []
        for attendee in (attendee for attendee in attendees if attendee.id in here):
            for key in {text_key(text) for text in event_texts([attendee]).distinct}:
                if key in self._known and (attendee.id, key) not in stored:
                    vector = self._known[key].astype("<f4").tobytes()
                    rows.append({"ref": attendee.id, "model": self.name, "text_hash": key, "event_id": event_id, "vector": vector})
        if rows:
            # two workers may have encoded the same text
            insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
            session.execute(insert(Vector).on_conflict_do_nothing(), rows)


def text_key(text: str) -> bytes:
    """Returns what a text is known by: its sha256."""
    return hashlib.sha256(text.encode()).digest()
