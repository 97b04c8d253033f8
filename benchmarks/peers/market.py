"""The synthetic two-sided market of Tomita and Yokoyama, "Fair reciprocal recommendation in matching markets", RecSys 2024.

Everybody on one side gets a list of all on the other. Person i looks at rank r with probability 1/r and likes j there with
probability p_ij; a match is two likes. p = (1 − λ)·uniform + λ·popularity, popularity falling evenly from 1 to 0.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

Matrix = np.ndarray
Lists = tuple[Matrix, Matrix]
"""(left, right): for each person the rank, from 0, of each of the other side."""


@dataclass(frozen=True)
class Market:
    left: Matrix
    """(l, r) P(left i likes right j), looked at."""
    right: Matrix
    """(r, l) P(right j likes left i)."""

    @property
    def both(self) -> Matrix:
        """(l, r) P(both like each other), looked at by both."""
        return self.left * self.right.T

    def matches(self, lists: Lists) -> Matrix:
        """(l, r) P(match): each side's look at its rank, times both likes."""
        return self.both / (1.0 + lists[0]) / (1.0 + lists[1].T)

    def envy(self, lists: Lists) -> int:
        """Pairs (i, k) of one side where i would match more at k's places on the other side's lists, their own list kept."""
        return _envy(self.both, lists[0], lists[1]) + _envy(self.both.T, lists[1], lists[0])


def _envy(both: Matrix, mine: Matrix, theirs: Matrix) -> int:
    looked = both / (1.0 + mine)
    would = looked @ (1.0 / (1.0 + theirs))  # (i, k): i at the places of k
    return int((would > np.diag(would)[:, None] + 1e-9).sum())


def market(size: int, lam: float, seed: int) -> Market:
    rng = np.random.default_rng(seed)
    popular = np.linspace(1, 0, size)
    return Market(*((1 - lam) * rng.random((size, size)) + lam * popular for _ in range(2)))


def ranks(scores: Matrix) -> Matrix:
    """The rank of each column in each row, the highest score first."""
    order = np.argsort(-scores, axis=1, kind="stable")
    place = np.empty_like(order)
    np.put_along_axis(place, order, np.broadcast_to(np.arange(scores.shape[1]), scores.shape), axis=1)
    return place


def own_wish(m: Market) -> Lists:
    return ranks(m.left), ranks(m.right)


def mutual_score(m: Market) -> Lists:
    """By the geometric mean of both likes, as our lists are ordered; the order of their product."""
    return ranks(m.both), ranks(m.both.T)


def transferable_utility(m: Market, beta: float = 1.0, rounds: int = 10_000) -> Lists:
    """By the matching with transferable utility (Tomita et al., RecSys 2023), found by iterative proportional fitting."""
    kernel = np.exp((m.left + m.right.T) / (2 * beta))
    a, b = np.ones(len(m.left)), np.ones(len(m.right))
    for _ in range(rounds):
        half = kernel @ b / 2
        new_a = np.sqrt(1 + half**2) - half
        half = kernel.T @ new_a / 2
        new_b = np.sqrt(1 + half**2) - half
        moved = max(np.abs(new_a - a).max(), np.abs(new_b - b).max())
        a, b = new_a, new_b
        if moved < 1e-9:
            break
    mu = kernel * np.outer(a, b)
    return ranks(mu), ranks(mu.T)


def iterated_assignment(m: Market) -> Lists:
    """IterLP of the paper: rank after rank the best assignment of both sides, each pair once.

    Their linear program has whole optima, so an assignment solver gives the same as their cone solver, some 500 times as fast.
    """
    rank = np.zeros(m.both.shape, dtype=np.int64)
    weights = m.both + 1.0
    for r in range(weights.shape[1]):
        i, j = linear_sum_assignment(weights, maximize=True)
        rank[i, j] = r
        weights[i, j] = -1e5
    return rank, rank.T


def our_rounds(m: Market) -> Lists:
    """Ours, as `matcher suggest --order balanced` makes them; on this market the two sides are one graph."""
    from matcher.allocation.rounds import rounds

    left, right = m.both.shape
    i, j = np.indices(m.both.shape).reshape(2, -1)
    found = rounds(np.column_stack([i, left + j]), m.both.ravel(), left + right, right)
    rank = np.where(found < 0, right - 1, found).reshape(m.both.shape)
    return rank, rank.T


def in_turns(m: Market, power: float = 0.5, turns: int = 50) -> Lists:
    """Then everybody's list by mutual score times how prominently they stand on the other's list, side after side until it rests.

    Given one side's lists, no order of the other's has more expected matches (rearrangement inequality). A pair counts (mean
    matches / the other's matches) to the power: more for those who match little. Only on two sides; not shipped.
    """
    best, most = our_rounds(m), -np.inf
    left = best[0]
    right = best[1]
    for _ in range(turns):
        right = ranks((m.both / (1.0 + left) * _counts(m.matches((left, right)).sum(axis=1), power)[:, None]).T)
        left = ranks(m.both / (1.0 + right.T) * _counts(m.matches((left, right)).sum(axis=0), power)[None, :])
        found = m.matches((left, right))
        value = float(np.log(found.sum(axis=0)).sum() + np.log(found.sum(axis=1)).sum()) if power else float(found.sum())
        if value <= most + 1e-9:
            break
        best, most = (left, right), value
    return best


def _counts(matches: Matrix, power: float) -> Matrix:
    return np.asarray((matches.mean() / np.maximum(matches, 1e-9)) ** power)


METHODS = {
    "by own wish": own_wish,
    "by mutual score (our default)": mutual_score,
    "by transferable utility": transferable_utility,
    "iterated assignment (IterLP)": iterated_assignment,
    "ours, balanced": our_rounds,
    "ours, then in turns": in_turns,
}
