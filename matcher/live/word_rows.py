"""TF-IDF rows per slot and part of the profile, with the words that stand behind them."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matcher.texts import Part

Slots = NDArray[np.int64]
Row = tuple[NDArray[np.int32], NDArray[np.float32]]
"""Columns and values of what is not zero."""
MOST_APART = 300
"""Changed people whose words are looked at one by one; with more, one matrix is made anew (some 10 ms at 10,000 people)."""


class WordRows:
    """Sparse rows by part and slot.

    Args:
        matrices: (n, v) per part; they are taken over and written into.
        vectorizer: the fitted vectorizer whose columns they have; None where there is no word.
    """

    def __init__(self, matrices: Mapping[Part, sparse.csr_matrix], vectorizer: Any) -> None:
        self._vectorizer = vectorizer
        self._columns = matrices[Part.PROFILE].shape[1]
        self._rows: dict[Part, list[Row]] = {part: _split(matrix) for part, matrix in matrices.items()}
        self._profiles = matrices[Part.PROFILE]
        self._apart: set[int] = set()
        self._used = np.bincount(self._profiles.indices, minlength=self._columns)

    def put(self, slot: int, one: Mapping[Part, sparse.csr_matrix]) -> None:
        """Replaces the rows of a slot by those of a single person."""
        self.drop(slot)
        for part, rows in self._rows.items():
            new = _split(one[part])[0]
            if slot == len(rows):
                rows.append(new)
            else:
                rows[slot] = new
        np.add.at(self._used, self._rows[Part.PROFILE][slot][0], 1)
        self._apart.add(slot)
        if len(self._apart) > MOST_APART:
            self._profiles, self._apart = _joined(self._rows[Part.PROFILE], self._columns), set()
            self._rows[Part.PROFILE] = _split(self._profiles)

    def drop(self, slot: int) -> None:
        """Blots out the rows of a slot."""
        if slot >= len(self._rows[Part.PROFILE]):
            return
        np.subtract.at(self._used, self._rows[Part.PROFILE][slot][0], 1)
        for rows in self._rows.values():
            columns, values = rows[slot]
            columns[:], values[:] = 0, 0
            rows[slot] = (columns[:0].copy(), values[:0].copy())
        self._apart.discard(slot)

    def forget_unused(self) -> None:
        """Takes the words that nobody uses any more out of the vocabulary; their columns stay, and stay empty."""
        if self._vectorizer is None:
            return
        vocabulary = self._vectorizer.vocabulary_
        unused = self._used == 0
        gone = [word for word, column in vocabulary.items() if unused[column] and not word.startswith("\0")]
        for word in gone:
            column = vocabulary.pop(word)
            vocabulary[f"\0{column}"] = column

    def of(self, slots: Slots) -> dict[Part, sparse.csr_matrix]:
        """(m, v) per part, the rows of these slots in this order."""
        return {part: _joined([rows[slot] for slot in slots.tolist()], self._columns) for part, rows in self._rows.items()}

    def shared(self, row: Row) -> NDArray[np.float32]:
        """(s,) cosine of one row with the whole profile of every slot."""
        columns, values = row
        dense = np.zeros(self._columns, dtype=np.float32)
        dense[columns] = values
        profiles = self._rows[Part.PROFILE]
        out = np.zeros(len(profiles), dtype=np.float32)
        out[: self._profiles.shape[0]] = self._profiles @ dense
        for slot in self._apart:
            out[slot] = dense[profiles[slot][0]] @ profiles[slot][1]
        return out

    def profile(self, slot: int) -> Row:
        """Columns and values of somebody's whole profile."""
        return self._rows[Part.PROFILE][slot]

    def row_of(self, text: str) -> Row:
        """Columns and values of any text."""
        if self._vectorizer is None:
            return np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.float32)
        return _split(sparse.csr_matrix(self._vectorizer.transform([text])))[0]


def _split(matrix: sparse.csr_matrix) -> list[Row]:
    """The rows as views into the matrix."""
    bounds = matrix.indptr.tolist()
    return [(matrix.indices[i:j], matrix.data[i:j]) for i, j in itertools.pairwise(bounds)]


def _joined(rows: list[Row], columns: int) -> sparse.csr_matrix:
    bounds = np.concatenate([[0], np.cumsum([len(row[0]) for row in rows])])
    indices = np.concatenate([np.zeros(0, dtype=np.int32), *(row[0] for row in rows)])
    data = np.concatenate([np.zeros(0, dtype=np.float32), *(row[1] for row in rows)])
    return sparse.csr_matrix((data, indices, bounds), shape=(len(rows), columns))
