"""The people of an event as vectors and TF-IDF rows, one matrix per part of the profile."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from matcher.parallel import chunks
from matcher.profiles import Attendee
from matcher.texts import EventTexts, Part, Source, event_texts, one_passage

from .tfidf import PartRows, Terms, term_rows

Vectors = NDArray[np.float32]
CHUNK = 8_192
"""Texts whose vectors are made at once: some 25 MB."""


class TextEncoder(Protocol):
    """What is asked of an encoder."""

    @property
    def dimension(self) -> int:
        """Components of a vector."""

    def encode(self, texts: Sequence[str], progress: bool = False) -> Vectors:
        """Unit vectors of the texts, zero for empty ones."""


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Several vectors per person: rows `start[i] : start[i] + count[i]` of `vectors` are those of person i."""

    vectors: Vectors
    owner: NDArray[np.int64]
    start: NDArray[np.int64]
    count: NDArray[np.int64]

    @classmethod
    def of(cls, vectors: Vectors, owner: Sequence[int], people: int) -> Rows:
        """Rows from vectors ordered by owner."""
        owners = np.asarray(owner, dtype=np.int64)
        count = np.bincount(owners, minlength=people).astype(np.int64)
        return cls(vectors, owners, np.concatenate([[0], np.cumsum(count)[:-1]]).astype(np.int64), count)

    def index(self, people: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """(k, w) row numbers of the k people, padded to the longest, and (k, w) True where a row is real."""
        width = max(1, int(self.count[people].max(initial=0)))
        steps = np.arange(width)
        real = steps[None, :] < self.count[people][:, None]
        return np.where(real, self.start[people][:, None] + steps[None, :], 0), real

    def gather(self, people: NDArray[np.int64]) -> tuple[Vectors, NDArray[np.bool_]]:
        """(k, w, d) vectors, zero where padded, and (k, w) True where a row is real."""
        at, real = self.index(people)
        if not len(self.vectors):
            return np.zeros((*at.shape, self.vectors.shape[1]), dtype=np.float32), real
        return self.vectors[at] * real[:, :, None], real


@dataclass(frozen=True, slots=True, eq=False)
class Representation:
    """All that pair features are computed from; n people, d dimensions; matrices have unit or zero rows."""

    texts: EventTexts
    parts: dict[Part, Vectors]
    """(n, d) per part; `Part.OFFERING` falls back to bio, then title, where nothing is offered."""
    offers: NDArray[np.bool_]
    """(n,) True where an offering was stated."""
    goals: Rows
    refusals: Rows
    phrases: Rows
    titles: NDArray[np.bool_]
    """(p,) True for the phrases that are only a title line."""
    offering_phrases: Rows
    """Phrases of the offering; of the bio, then the title, where nothing is offered."""
    own_phrases: Rows
    """Phrases of the bio: what a person's own situation may need."""
    words: PartRows
    """(n, v) TF-IDF of words and word pairs, one vocabulary for all parts."""
    letters: PartRows
    """(n, v) TF-IDF of 3 to 5 letters inside words."""
    terms: Terms


def unit(vectors: NDArray[np.floating]) -> Vectors:
    """Rows scaled to length 1; zero rows stay zero."""
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled = np.divide(vectors, length, out=np.zeros_like(vectors, dtype=np.float64), where=length > 1e-9)
    return np.asarray(scaled, dtype=np.float32)


def represent(
    attendees: Sequence[Attendee], encoder: TextEncoder, progress: bool = False, terms: Terms | None = None
) -> Representation:
    """The representation of an event, in the order of the attendees; vocabulary and weights are those of `terms`, if given."""
    texts = event_texts(attendees)
    passages = _Passages(texts.distinct, np.asarray(encoder.encode(texts.distinct, progress)).reshape(-1, encoder.dimension))

    def stack(rows: Sequence[str]) -> Vectors:
        return passages.means([texts.passages[text] for text in rows])

    def whole(person: int) -> Sequence[str]:
        profile = texts.parts[Part.PROFILE][person]
        if one_passage(profile):
            return texts.passages[profile]
        order = (Part.TITLE, Part.BIO, Part.OFFERING, Part.SEEKING)
        return [piece for part in order for piece in texts.passages[texts.parts[part][person]]]

    parts: dict[Part, Vectors] = {part: stack(texts.parts[part]) for part in Part if part is not Part.PROFILE}
    parts[Part.PROFILE] = passages.means([whole(person) for person in range(texts.people)])
    offers = np.array([bool(text) for text in texts.parts[Part.OFFERING]], dtype=np.bool_)
    offering = parts[Part.OFFERING]
    for part in (Part.BIO, Part.TITLE):
        offering = np.where(np.any(offering, axis=1, keepdims=True), offering, parts[part])
    parts[Part.OFFERING] = offering
    phrases = stack([phrase.text for phrase in texts.phrases])

    def chosen(keep: Callable[[int], bool]) -> Rows:
        at = [row for row in range(len(texts.phrases)) if keep(row)]
        return Rows.of(phrases[at], [texts.phrases[row].owner for row in at], texts.people)

    best = _best_sources(texts)
    terms, words, letters = term_rows(texts, terms)
    return Representation(
        texts=texts,
        parts=parts,
        offers=offers,
        goals=Rows.of(stack([text for _, text in texts.goals]), [owner for owner, _ in texts.goals], texts.people),
        refusals=Rows.of(stack([text for _, text in texts.refusals]), [who for who, _ in texts.refusals], texts.people),
        phrases=chosen(lambda row: True),
        titles=np.array([phrase.source is Source.TITLE for phrase in texts.phrases], dtype=np.bool_),
        offering_phrases=chosen(lambda row: texts.phrases[row].source is best[texts.phrases[row].owner]),
        own_phrases=chosen(lambda row: texts.phrases[row].source is Source.BIO),
        words=words,
        letters=letters,
        terms=terms,
    )


class _Passages:
    """The vectors of distinct passages, from which those of longer texts are made."""

    def __init__(self, distinct: Sequence[str], vectors: Vectors) -> None:
        self._number = {piece: at for at, piece in enumerate(distinct)}
        self._vectors = vectors

    def means(self, texts: Sequence[Sequence[str]]) -> Vectors:
        """(m, d) unit means of the passages of each text; zero for a text of none."""
        nothing = np.zeros((0, self._vectors.shape[1]), dtype=np.float32)
        return np.concatenate([nothing, *map(self._some, chunks(texts, CHUNK))])

    def _some(self, texts: Sequence[Sequence[str]]) -> Vectors:
        count = np.array([len(pieces) for pieces in texts])
        pieces = [piece for each in texts for piece in each]
        total = np.zeros((len(texts), self._vectors.shape[1]))
        if pieces:
            # By length, so that a short last passage does not weigh like a long first one.
            lengths = np.array([len(piece) for piece in pieces], dtype=np.float64)
            weighed = self._vectors[[self._number[piece] for piece in pieces]] * lengths[:, None]
            told = np.flatnonzero(count)
            total[told] = np.add.reduceat(weighed, (np.cumsum(count) - count)[told], axis=0)
        return unit(total)


def _best_sources(texts: EventTexts) -> dict[int, Source]:
    """Per person the first of offering, bio, title that has a phrase."""
    best: dict[int, Source] = {}
    order = list(Source)
    for phrase in texts.phrases:
        known = best.get(phrase.owner)
        if known is None or order.index(phrase.source) < order.index(known):
            best[phrase.owner] = phrase.source
    return best
