"""The best few of each row of a symmetric table that is too large to hold, each pair's score computed once.

A first look at a sample of the columns tells from which score on a pair may be among the best of either side. Then strips of
the upper half are computed, and what reaches that score for its row or for its column is kept.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matcher.parallel import chunks, side_by_side
from matcher.topk import DECIMALS, Places

Scores = NDArray[np.float32]
SAMPLE = 16
"""One in so many columns is looked at first."""
SPARE = 3.0
"""Standard deviations by which more of the best are looked for in the sample than are to be expected there."""
MOST_TIES = 2
"""Times as many of the sample as are looked for may reach the score that the last of them has; with more, where hundreds of people
say the same, too much would be kept."""
STEP = 4_096
"""Columns of a strip that are compared at once."""
ROWS = 4_000
"""Rows whose best are sorted at once."""


def best_of_each(
    table: Callable[[slice, slice], Scores], n: int, k: int, names: Places, cells: int, most_rows: int
) -> tuple[Places, Places]:
    """Returns (rows, names) as `topk.best` of the whole table, but for some rows of which fewer than k are returned.

    Those are a few by chance, and all whose best scores many columns share.

    Args:
        table: gives the (r, c) scores of some rows with some columns; row i, column j is row j, column i.
        n: rows of the whole, and columns.
        k: how many of each row, at least 1.
        names: (n,) the columns' distinct names.
        cells: of a strip, for each core.
        most_rows: of a strip.
    """
    lowest = _lowest(table, n, k, most_rows)

    def look(rows: slice) -> tuple[NDArray[np.int32], NDArray[np.int32], Scores]:
        strip, found = table(rows, slice(rows.start, n)), []
        for at in range(0, strip.shape[1], STEP):
            part, first = strip[:, at : at + STEP], rows.start + at
            of_columns = lowest[first : first + part.shape[1]]
            i, j = np.divmod(np.flatnonzero(part >= np.minimum(lowest[rows][:, None], of_columns)), part.shape[1])
            value = part[i, j]
            i, j = (i + rows.start).astype(np.int32), (j + first).astype(np.int32)
            there, back = (j >= i) & (value >= lowest[i]), (j > i) & (value >= lowest[j])
            found += [(i[there], j[there], value[there]), (j[back], i[back], value[back])]
        asking, others, value = (np.concatenate(each) for each in zip(*found, strict=True))
        return asking, others, value

    strips, start = [], 0
    while start < n:
        height = max(1, min(most_rows, cells // (n - start)))
        strips.append(slice(start, min(n, start + height)))
        start += height
    asking, others, value = (np.concatenate(each) for each in zip(*side_by_side(look, strips), strict=True))
    kept = sparse.csr_matrix((value, (asking, others)), shape=(n, n))

    def sort(rows: NDArray[np.int64]) -> tuple[Places, Places]:
        some = kept[rows[0] : rows[-1] + 1]
        row, name = np.repeat(rows, np.diff(some.indptr)), names[some.indices]
        order = np.lexsort((name, -np.round(some.data, DECIMALS), row))
        row, name = row[order], name[order]
        keep = np.arange(len(row)) - np.searchsorted(row, row) < k
        return row[keep], name[keep]

    rows, found = zip(*side_by_side(sort, chunks(np.arange(n), ROWS)), strict=True)
    return np.concatenate(rows), np.concatenate(found)


def _lowest(table: Callable[[slice, slice], Scores], n: int, k: int, most_rows: int) -> Scores:
    """(n,) a score of each row that some more than k of its columns reach, but for a few rows; infinite where far too many do.

    As many of the k best are in the sample as come of k draws: by `SPARE` standard deviations more hardly ever are.
    """
    sample = slice(0, n, SAMPLE)
    expected = k / SAMPLE
    place = min(max(1, math.ceil(expected + SPARE * math.sqrt(expected))), len(range(n)[sample]))

    def look(rows: slice) -> Scores:
        scores = table(rows, sample)
        reached = np.partition(scores, scores.shape[1] - place, axis=1)[:, scores.shape[1] - place] - np.float32(10.0**-DECIMALS)
        many = (scores >= reached[:, None]).sum(axis=1) > MOST_TIES * place
        return np.where(many, np.float32(np.inf), reached)

    strips = [slice(at, min(n, at + most_rows)) for at in range(0, n, most_rows)]
    return np.concatenate(list(side_by_side(look, strips)))
