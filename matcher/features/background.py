"""What is usual for a person: similarities only mean something beside the same person's other similarities.

Some people are near everybody (hubs), and each event has its own level. Every channel is therefore also given as
distances from what is usual for the one who looks and for the one who is looked at (the idea of CSLS: Conneau et al.,
"Word Translation Without Parallel Data", 2018). What is usual is taken from a fixed sample of the event, the anchors,
chosen by a hash of the ids, so it costs n times the anchors and does not depend on the order of rows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.parallel import side_by_side

MOST_ANCHORS = 400
"""People that stand for the event in a small one."""
FEWEST_ANCHORS = 32
"""People that stand for the largest events; fewer would not tell what is rare."""
PAIR_BUDGET = 1_000_000
"""Pairs of person and anchor computed at most per direction, under a minute: 200 anchors at 5,000 people."""
LEVELS = np.array([0.5, 0.75, 0.875, 0.9375, 0.96875, 0.984375])
"""Quantiles kept: each leaves half as many people above as the one before."""

Values = NDArray[np.float32]
Places = NDArray[np.int64]


def anchors(ids: Sequence[str]) -> NDArray[np.int64]:
    """Positions of the people who stand for the event, ascending: the first ones by sha256 of their id."""
    order = sorted(range(len(ids)), key=lambda at: anchor_rank(ids[at]))
    return np.array(sorted(order[: anchor_count(len(ids))]), dtype=np.int64)


def anchor_rank(attendee_id: str) -> bytes:
    """What anchors are chosen by: the lowest come first."""
    return hashlib.sha256(attendee_id.encode()).digest()


def anchor_count(people: int) -> int:
    """How many stand for an event of so many people."""
    return min(MOST_ANCHORS, max(FEWEST_ANCHORS, PAIR_BUDGET // max(1, people)))


@dataclass(frozen=True, slots=True, eq=False)
class Usual:
    """What is usual in each channel: per person (n, k) mean and spread, (n, k, q) quantiles at `LEVELS`."""

    mean: Values
    spread: Values
    quantiles: Values

    def distance(self, values: Values, who: NDArray[np.int64]) -> Values:
        """(m, k) standard deviations above what is usual for `who` (m,), within -4 and 8."""
        result: Values = np.clip((values - self.mean[who]) / self.spread[who], -4.0, 8.0)
        return result

    def rarity(self, values: Values, who: NDArray[np.int64]) -> Values:
        """(m, k) halvings: 0 below the median, 1 in the best quarter, 2 in the best eighth, up to 6; interpolated."""
        total: Values = np.zeros(values.shape, dtype=np.float32)
        lower = self.quantiles[who]
        for at in range(len(LEVELS)):
            # beyond the last level a halving is one spread wide
            width = lower[:, :, at + 1] - lower[:, :, at] if at + 1 < len(LEVELS) else self.spread[who]
            part = values - lower[:, :, at]
            part /= np.maximum(width, 1e-6)
            total += np.clip(part, 0.0, 1.0, out=part)
        return total


def usual(block_of: Callable[[Places, Places], Values], people: int, sample: Places, outward: bool) -> Usual:
    """What is usual for each person among the anchors, as the one who looks (`outward`) or who is looked at.

    Args:
        block_of: Gives the (p, q, k) values of p people looking at q people.
        people: Number of people.
        sample: Positions of the anchors.
        outward: Which side the person is on.
    """
    blocks: list[tuple[Values, Values, Values]] = []
    step = max(1, 50_000 // max(1, len(sample)))
    parts = [np.arange(at, min(people, at + step)) for at in range(0, people, step)]

    def look(block: Places) -> Values:
        return block_of(block, sample) if outward else block_of(sample, block).transpose(1, 0, 2)

    for block, values in zip(parts, side_by_side(look, parts), strict=True):
        itself = block[:, None] == sample[None, :]
        itself &= ~itself.all(axis=1, keepdims=True)  # an event of one person has nobody else to compare with
        blocks.append(_summary(np.ascontiguousarray(values.transpose(0, 2, 1)), itself))
    mean, spread, quantiles = (np.concatenate([block[k] for block in blocks]) for k in range(3))
    return Usual(mean, spread, quantiles)


def _summary(values: Values, without: NDArray[np.bool_]) -> tuple[Values, Values, Values]:
    """Mean, spread and quantiles (linear, as `numpy.quantile`) of (p, k, q) values over q, `without` (p, q) left out."""
    kept = ~without[:, None, :]
    count = kept.sum(axis=2)
    mean = np.sum(values, axis=2, where=kept, dtype=np.float64) / count
    variance = np.sum((values - mean[:, :, None]) ** 2, axis=2, where=kept) / count
    ordered = np.sort(np.where(kept, values, np.inf), axis=2)
    place = LEVELS[None, :] * (count - 1)
    low = np.floor(place).astype(np.int64)[:, None, :] + np.zeros((1, values.shape[1], 1), dtype=np.int64)
    high = np.minimum(low + 1, (count - 1)[:, :, None])
    below, above = np.take_along_axis(ordered, low, axis=2), np.take_along_axis(ordered, high, axis=2)
    quantiles = below + (above - below) * (place - np.floor(place))[:, None, :]
    spread = np.maximum(np.sqrt(variance), 1e-3)
    return mean.astype(np.float32), spread.astype(np.float32), quantiles.astype(np.float32)
