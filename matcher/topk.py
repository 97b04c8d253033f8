"""The best few of each row of a table."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

DECIMALS = 5
"""Decimals of a score that count, so that the last bit of a differently blocked product cannot reorder a tie."""
STRIPS = 8
"""Strips that a row is folded into: of a row of the best of each, an eighth as long, the k-th is at most the k-th of all."""

Places = NDArray[np.int64]


def best(scores: NDArray[np.float32], k: int, names: Places) -> tuple[Places, Places]:
    """Returns (rows, names) of the k best of each row of (m, n) scores, best first per row; ties go to the lower name.

    Rows ascend. All columns are returned where there are no more than k.

    Args:
        scores: the table.
        k: how many of each row, at least 1.
        names: (n,) the columns' distinct names.
    """
    m, n = scores.shape
    if k < n:
        some = scores >= _at_most_kth(scores, k)[:, None] - np.float32(10.0**-DECIMALS)
        rows, columns = np.divmod(np.flatnonzero(some), n)  # three times as fast as nonzero of a table
    else:
        rows, columns = np.divmod(np.arange(m * n), max(n, 1))
    value, name = np.round(scores[rows, columns], DECIMALS), names[columns]
    order = np.lexsort((name, -value, rows))
    rows, name = rows[order], name[order]
    keep = np.arange(len(rows)) - np.searchsorted(rows, rows) < k
    return rows[keep].astype(np.int64), name[keep].astype(np.int64)


def _at_most_kth(scores: NDArray[np.float32], k: int) -> NDArray[np.float32]:
    """(m,) a value of each row that at least k of its scores reach, and not many more."""
    n = scores.shape[1]
    width = -(-n // STRIPS)
    if width <= 4 * k:  # folding would leave too little to choose from
        return np.asarray(np.partition(scores, n - k, axis=1)[:, n - k])
    folded = scores[:, :width].copy()
    for at in range(width, n, width):
        strip = scores[:, at : at + width]
        np.maximum(folded[:, : strip.shape[1]], strip, out=folded[:, : strip.shape[1]])
    folded.partition(width - k, axis=1)
    return folded[:, width - k]
