"""Arrays that grow with some room to spare, so that one more person seldom costs a copy."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

SLACK = 1.2
"""How much larger than needed a grown array is made."""


def grown(array: NDArray[Any], size: int, empty: float = 0) -> NDArray[Any]:
    """The array with at least `size` places along its first axis; new ones hold `empty`."""
    if len(array) >= size:
        return array
    larger = np.full((max(size, int(size * SLACK)), *array.shape[1:]), empty, dtype=array.dtype)
    larger[: len(array)] = array
    return larger
