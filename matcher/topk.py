"""The best few of each row of a table."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

DECIMALS = 5
"""Decimals of a score that count, so that the last bit of a differently blocked product cannot reorder a tie."""

Places = NDArray[np.int64]


def best(scores: NDArray[np.float32], k: int) -> tuple[Places, Places]:
    """Returns (rows, columns) of the k best of each row of (m, n) scores, best first per row; ties go to the lower column.

    Rows ascend. All columns are returned where there are no more than k.
    """
    scores = np.round(scores, DECIMALS)
    m, n = scores.shape
    if k < n:
        least = np.partition(scores, n - k, axis=1)[:, n - k]  # a whole sort would cost ten times as much
        rows, columns = np.nonzero(scores >= least[:, None])  # more than k where some tie with the last
    else:
        rows, columns = np.divmod(np.arange(m * n), max(n, 1))
    order = np.lexsort((columns, -scores[rows, columns], rows))
    rows, columns = rows[order], columns[order]
    keep = np.arange(len(rows)) - np.searchsorted(rows, rows) < k
    return rows[keep].astype(np.int64), columns[keep].astype(np.int64)
