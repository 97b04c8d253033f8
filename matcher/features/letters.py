"""TF-IDF of runs of letters inside words, as scikit-learn's `char_wb` gives it; each distinct word is cut once.

People use the same few thousand words, so counting words and multiplying by the runs of each word is several times as fast as
counting the runs of every text, and counts the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from scipy import sparse

SHORTEST, LONGEST = 3, 5


class LetterTerms:
    """The runs of letters of an event as columns, and their weights; the part of a scikit-learn vectorizer that is used here.

    Args:
        min_df: texts that a run must be in.
        max_features: columns kept, those of the most frequent runs.
    """

    def __init__(self, min_df: int, max_features: int) -> None:
        self._min_df, self._most = min_df, max_features
        self.vocabulary_: dict[str, int] = {}
        """Run to column. Runs may be taken out; they are not counted then."""

    def fit_transform(self, texts: Sequence[str]) -> sparse.csr_matrix:
        """Learns the columns and weights, and returns the (n, v) rows of the texts.

        Raises:
            ValueError: no run is in enough texts.
        """
        from sklearn.feature_extraction.text import TfidfTransformer

        number: dict[str, int] = {}
        counts = _counts(texts, lambda run: number.setdefault(run, len(number)))
        names = sorted(number)
        counts = counts[:, [number[name] for name in names]]
        often = np.bincount(counts.indices, minlength=len(names)) >= self._min_df
        total = np.where(often, np.asarray(counts.sum(axis=0)).ravel(), 0)
        kept = np.sort(np.argsort(-total, kind="stable")[: min(self._most, int(often.sum()))])
        if not len(kept):
            raise ValueError("no run of letters is in enough texts")
        self.vocabulary_ = {names[at]: column for column, at in enumerate(kept.tolist())}
        counts = sparse.csr_matrix(counts[:, kept])
        counts.sort_indices()
        self._weights = TfidfTransformer(sublinear_tf=True).fit(counts)
        return sparse.csr_matrix(self._weights.transform(counts, copy=False))

    def transform(self, texts: Sequence[str]) -> sparse.csr_matrix:
        """Returns the (n, v) rows of texts by what was learned."""
        counts = _counts(texts, self.vocabulary_.get, len(self._weights.idf_))
        return sparse.csr_matrix(self._weights.transform(counts, copy=False))


def _counts(texts: Sequence[str], column_of: Callable[[str], int | None], columns: int | None = None) -> sparse.csr_matrix:
    """(n, v) how often each run is in each text: words in texts times runs in words; runs without a column are left out."""
    words: dict[str, int] = {}
    told = [[words.setdefault(word, len(words)) for word in _words(text)] for text in texts]
    runs = [[column for run in _runs(f" {word} ") if (column := column_of(run)) is not None] for word in words]
    width = columns if columns is not None else 1 + max((max(each, default=-1) for each in runs), default=-1)
    counts = _ones(told, len(words)) @ _ones(runs, width)
    counts.sort_indices()
    return sparse.csr_matrix(counts)


def _ones(rows: Sequence[Sequence[int]], columns: int) -> sparse.csr_matrix:
    """A matrix of how often each column stands in each row."""
    bounds = np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int64)
    at = np.fromiter((column for row in rows for column in row), dtype=np.int32, count=int(bounds[-1]))
    counted = sparse.csr_matrix((np.ones(len(at), dtype=np.float32), at, bounds), shape=(len(rows), columns))
    counted.sum_duplicates()
    return counted


def _words(text: str) -> list[str]:
    """Lower case and without accents, cut at white space."""
    from sklearn.feature_extraction.text import strip_accents_unicode

    return str(strip_accents_unicode(text.lower())).split()


def _runs(word: str) -> tuple[str, ...]:
    """All runs of the shortest length, then the longer ones; a word shorter than a length is one run, told once.

    A space stands for each end of a word.
    """
    found: list[str] = []
    for length in range(SHORTEST, LONGEST + 1):
        found += [word[at : at + length] for at in range(max(1, len(word) - length + 1))]
        if len(word) <= length:
            break
    return tuple(found)
