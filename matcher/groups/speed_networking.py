"""Rounds of speed networking: everyone meets somebody new in each, the best pairs first."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.allocation import allocate

_TURN = 4.0
"""What it is worth that somebody meets who sat out before; more than any difference between two pairs."""


@dataclass(frozen=True, slots=True, eq=False)
class Rounds:
    """Who meets whom in each round."""

    pairs: tuple[NDArray[np.int64], ...]
    """For each round (k, 2) positions, the lower first, best first."""
    sits_out: tuple[tuple[int, ...], ...]
    """For each round those who meet nobody in it."""


def speed_networking(scores: NDArray[np.float64], allowed: NDArray[np.bool_], rounds: int, takes_part: NDArray[np.bool_]) -> Rounds:
    """Returns the rounds, nobody meeting the same person twice.

    Each round is a matching that leaves as few as possible alone and is worth the most among these (`allocation`); with an odd
    number one sits out, first those who have not yet. Where so many rounds are asked for that best pairs first leaves people
    without anybody new, or the same one twice, a round robin (the circle method) is tried as well, and the plan with fewer left
    alone, then with the fewest turns out of any one person, is taken.

    Args:
        scores: (n, n) symmetric, worth of each pair in [0, 1].
        allowed: (n, n) symmetric, True where two may meet.
        rounds: how many.
        takes_part: (n,) who is there.
    """
    people = np.flatnonzero(takes_part)
    value, may = scores[np.ix_(people, people)], allowed[np.ix_(people, people)].copy()
    np.fill_diagonal(may, False)
    greedy = _best_first(value, may, rounds)
    alone, most = _waiting(greedy, len(people))
    if alone > rounds * (len(people) % 2) or most > -(-alone // max(len(people), 1)):
        greedy = min(greedy, _round_robin(value, may, rounds), key=lambda plan: _waiting(plan, len(people)))
    pairs, out = [], []
    for found in greedy:
        order = np.lexsort((found[:, 1], found[:, 0], -value[found[:, 0], found[:, 1]].round(6)))
        pairs.append(people[found[order]].reshape(-1, 2))
        out.append(tuple(np.setdiff1d(people, pairs[-1]).tolist()))
    return Rounds(tuple(pairs), tuple(out))


def _waiting(plan: list[NDArray[np.int64]], n: int) -> tuple[int, int]:
    """How often anybody sits out, and the most that one person does."""
    met = np.bincount(np.concatenate([pairs.ravel() for pairs in plan]), minlength=n) if plan else np.zeros(n)
    return int((len(plan) - met).sum()), int((len(plan) - met).max(initial=0))


def _best_first(value: NDArray[np.float64], may: NDArray[np.bool_], rounds: int) -> list[NDArray[np.int64]]:
    n = len(value)
    free, waited = may.copy(), np.zeros(n)
    found = []
    for _ in range(rounds):
        pairs = _round(value, free, waited)
        free[pairs[:, 0], pairs[:, 1]] = free[pairs[:, 1], pairs[:, 0]] = False
        waited[np.setdiff1d(np.arange(n), pairs)] += 1
        found.append(pairs)
    return found


def _round(value: NDArray[np.float64], free: NDArray[np.bool_], waited: NDArray[np.float64]) -> NDArray[np.int64]:
    """One round: among each person's best partners, and among all where that leaves more alone than it must."""
    n = len(value)
    worth = value + _TURN * (waited[:, None] + waited[None, :])
    best = np.zeros((0, 2), dtype=np.int64)
    for most in (30, n):
        wanted = free
        if most < n:
            order = np.argsort(np.where(free, -worth, np.inf), axis=1, kind="stable")[:, :most]
            near = np.zeros_like(free)
            np.put_along_axis(near, order, True, axis=1)
            wanted = free & (near | near.T)
        pairs = np.column_stack(np.nonzero(np.triu(wanted)))
        if len(pairs):
            ones = np.ones(n, dtype=np.int64)
            done = allocate(pairs, worth[pairs[:, 0], pairs[:, 1]], ones, ones, time_limit=10.0)
            best = max(best, pairs[done.chosen], key=len)
        if len(best) >= n // 2:
            break
    return best


def _round_robin(value: NDArray[np.float64], may: NDArray[np.bool_], rounds: int) -> list[NDArray[np.int64]]:
    """The rounds of a tournament in which everybody meets everybody, those with the most allowed pairs and value first."""
    n = len(value)
    seats = n + n % 2
    every = []
    for turn in range(max(seats - 1, 0)):
        ring = [0, *((turn + k) % (seats - 1) + 1 for k in range(seats - 1))]
        pairs = [sorted((ring[k], ring[seats - 1 - k])) for k in range(seats // 2)]
        every.append(np.array([(a, b) for a, b in pairs if b < n and may[a, b]], dtype=np.int64).reshape(-1, 2))
    every.sort(key=lambda pairs: (-len(pairs), -float(value[pairs[:, 0], pairs[:, 1]].sum())))
    empty = np.zeros((0, 2), dtype=np.int64)
    return (every + [empty] * rounds)[:rounds]
