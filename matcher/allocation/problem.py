"""What is to be chosen: pairs with weights, and room and need of each person."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Pairs = NDArray[np.int64]
Counts = NDArray[np.int64]
Values = NDArray[np.float64]
Choice = NDArray[np.bool_]

_SHORTFALL = 50.0
"""Cost of one missing introduction below a minimum, in units of the largest weight: targets come first."""


def degrees(pairs: Pairs, n: int) -> Counts:
    """Returns (n,) how many of the pairs each person stands in.

    >>> degrees(np.array([[0, 2], [1, 2]]), 4).tolist()
    [1, 1, 2, 0]
    """
    return np.bincount(pairs.ravel(), minlength=n).astype(np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """Pairs that may be chosen or not, each once, and what each person may and should have."""

    pairs: Pairs
    """(m, 2) positions."""
    weights: Values
    """(m,) finite."""
    need: Counts
    """(n,) introductions wanted first; at most the room."""
    room: Counts
    """(n,) introductions at most."""

    @property
    def price(self) -> float:
        """What one introduction missing to a need costs."""
        return _SHORTFALL * max(float(np.abs(self.weights).max(initial=0.0)), 1e-9)

    def worth(self, take: Choice) -> float:
        """Returns Σ of the weights taken, less the price of every introduction missing to a need."""
        missing = np.maximum(self.need - degrees(self.pairs[take], len(self.room)), 0).sum()
        return float(self.weights[take].sum() - self.price * missing)
