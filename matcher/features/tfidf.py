"""TF-IDF rows of every part of the profiles: words and word pairs, and runs of letters, each with one vocabulary."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from matcher.parallel import beside
from matcher.texts import EventTexts, Part

from .letters import LetterTerms

PartRows = dict[Part, sparse.csr_matrix]
"""(n, v) per part, rows of unit length, or zero."""
MANY = 2_000
"""People from which on words that only one person uses are left out."""
MOST_TERMS = 200_000
"""Columns kept, the most frequent ones."""


@dataclass(frozen=True, slots=True, eq=False)
class Terms:
    """Vocabulary and weights of an event: fitted TF-IDF vectorizers; None where nobody wrote a word."""

    words: Any
    letters: Any


def term_rows(texts: EventTexts, terms: Terms | None = None) -> tuple[Terms, PartRows, PartRows]:
    """The terms, and the rows by words and by letters.

    Args:
        texts: the texts of an event.
        terms: vocabulary and weights, where they are not to be learned from the whole profiles (sublinear counts, smooth
            idf, as scikit-learn defines them).
    """

    def look(maker: Callable[[int], Any]) -> tuple[Any, PartRows]:
        return _learned(texts, maker(texts.people))

    if terms is not None:
        return terms, _rows(texts, terms.words), _rows(texts, terms.letters)
    with beside(lambda: look(_words), worth=texts.people >= MANY) as by_words:
        (letters, of_letters), (words, of_words) = look(_letters), by_words()
    return Terms(words, letters), of_words, of_letters


def _words(people: int) -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer

    return TfidfVectorizer(
        ngram_range=(1, 2), strip_accents="unicode", stop_words="english", sublinear_tf=True, dtype=np.float32, **_kept(people)
    )


def _letters(people: int) -> Any:
    return LetterTerms(**_kept(people))


def _kept(people: int) -> dict[str, int]:
    return {"min_df": 2 if people >= MANY else 1, "max_features": MOST_TERMS}


def _learned(texts: EventTexts, maker: Any) -> tuple[Any, PartRows]:
    try:
        whole = sparse.csr_matrix(maker.fit_transform(texts.parts[Part.PROFILE]))
    except ValueError:  # no word at all in the event
        return None, _rows(texts, None)
    return maker, _rows(texts, maker, {Part.PROFILE: whole})


def _rows(texts: EventTexts, maker: Any, known: PartRows | None = None) -> PartRows:
    if maker is None:
        empty = sparse.csr_matrix((texts.people, 1), dtype=np.float32)
        return dict.fromkeys(Part, empty)
    known = known or {}
    if texts.people == 1 and not known:  # a call costs more than its work
        rows = sparse.csr_matrix(maker.transform([texts.parts[part][0] for part in Part]))
        found = {part: rows[at : at + 1] for at, part in enumerate(Part)}
    else:
        found = {part: known[part] if part in known else sparse.csr_matrix(maker.transform(texts.parts[part])) for part in Part}
    return found
