"""The people of an event as vectors and TF-IDF rows, one matrix per part of the profile."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matcher.profiles import Attendee
from matcher.sentences import passages
from matcher.texts import LIMIT, EventTexts, Part, Source, event_texts, one_passage

Vectors = NDArray[np.float32]
MANY = 2_000
"""People from which on words that only one person uses are left out of TF-IDF."""
MOST_TERMS = 200_000
"""Columns kept of a TF-IDF matrix, the most frequent ones."""


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
class Terms:
    """Vocabulary and weights of an event: fitted TF-IDF vectorizers; None where nobody wrote a word."""

    words: Any
    letters: Any

    @classmethod
    def of(cls, texts: EventTexts) -> Terms:
        """Learned on whole profiles (sublinear counts, smooth idf, as scikit-learn defines them)."""
        return cls(_learned(texts, "word", (1, 2)), _learned(texts, "char_wb", (3, 5)))


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
    words: dict[Part, sparse.csr_matrix]
    """(n, v) TF-IDF of words and word pairs, one vocabulary for all parts."""
    letters: dict[Part, sparse.csr_matrix]
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
    if terms is None:
        terms = Terms.of(texts)
    known = dict(zip(texts.distinct, encoder.encode(texts.distinct, progress), strict=True))
    dimension = encoder.dimension

    def vector(text: str) -> Vectors:
        return mean(passages(text, LIMIT))

    def mean(pieces: Sequence[str]) -> Vectors:
        if not pieces:
            return np.zeros(dimension, dtype=np.float32)
        # By length, so that a short last passage does not weigh like a long first one.
        lengths = np.array([[len(piece)] for piece in pieces], dtype=np.float64)
        total = (np.array([known[piece] for piece in pieces]) * lengths).sum(axis=0, keepdims=True)
        return np.asarray(unit(total)[0])

    def stack(rows: Sequence[str]) -> Vectors:
        return np.array([vector(text) for text in rows], dtype=np.float32).reshape(len(rows), dimension)

    def whole(person: int) -> Vectors:
        profile = texts.parts[Part.PROFILE][person]
        if one_passage(profile):
            return vector(profile)
        order = (Part.TITLE, Part.BIO, Part.OFFERING, Part.SEEKING)
        return mean([piece for part in order for piece in passages(texts.parts[part][person], LIMIT)])

    parts: dict[Part, Vectors] = {part: stack(texts.parts[part]) for part in Part if part is not Part.PROFILE}
    parts[Part.PROFILE] = np.array([whole(person) for person in range(texts.people)], dtype=np.float32).reshape(-1, dimension)
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
        words=_tfidf(texts, terms.words),
        letters=_tfidf(texts, terms.letters),
        terms=terms,
    )


def _best_sources(texts: EventTexts) -> dict[int, Source]:
    """Per person the first of offering, bio, title that has a phrase."""
    best: dict[int, Source] = {}
    order = list(Source)
    for phrase in texts.phrases:
        known = best.get(phrase.owner)
        if known is None or order.index(phrase.source) < order.index(known):
            best[phrase.owner] = phrase.source
    return best


def _learned(texts: EventTexts, analyzer: str, grams: tuple[int, int]) -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer

    whole = texts.parts[Part.PROFILE]
    maker = TfidfVectorizer(
        analyzer=analyzer,
        ngram_range=grams,
        sublinear_tf=True,
        strip_accents="unicode",
        stop_words="english" if analyzer == "word" else None,
        min_df=2 if texts.people >= MANY else 1,
        max_features=MOST_TERMS,
        dtype=np.float32,
    )
    try:
        maker.fit(whole)
    except ValueError:  # no word at all in the event
        return None
    return maker


def _tfidf(texts: EventTexts, maker: Any) -> dict[Part, sparse.csr_matrix]:
    if maker is None:
        empty = sparse.csr_matrix((texts.people, 1), dtype=np.float32)
        return dict.fromkeys(Part, empty)
    if texts.people == 1:  # a call costs more than its work
        rows = sparse.csr_matrix(maker.transform([texts.parts[part][0] for part in Part]))
        return {part: rows[at : at + 1] for at, part in enumerate(Part)}
    return {part: sparse.csr_matrix(maker.transform(texts.parts[part])) for part in Part}
