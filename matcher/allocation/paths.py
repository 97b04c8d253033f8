"""Better choices along alternating paths: a pair more, a pair less, a pair more, from one free place to another.

A path from u to t changes the total by the prices at its ends less the reduced values lost on its way, so the cheapest path is
a shortest one (Berge, 1957; Dijkstra, 1959) in the graph of (person, must this person give a pair back?).
"""

from __future__ import annotations

import heapq
import time

import numpy as np

from matcher.allocation.problem import Choice, Counts, Problem, degrees
from matcher.allocation.relaxation import Relaxed

_NEAR = 0.03
"""Pairs whose reduced value is nearer to 0 than this share of the largest weight may be on a path."""
_ENOUGH = 0.02
"""A path that can be bettered by no more than this share of the largest weight is taken."""
_REACH = 5_000
"""Places looked at from one person before the search gives up."""


def improve(problem: Problem, relaxed: Relaxed, take: Choice, deadline: float) -> Choice:
    """Returns a choice that is worth at least as much: every free place has looked for the best path away from it.

    Args:
        problem: pairs, weights, need and room.
        relaxed: its relaxation, for the prices.
        take: (m,) a choice within the room.
        deadline: `time.monotonic()` at which the best found so far comes back.
    """
    search = _Search(problem, relaxed, take)
    for _ in range(3):
        free = np.flatnonzero(search.wants(relaxed.prices))
        changed = 0
        for person in free[np.lexsort((free, -relaxed.prices[free]))].tolist():
            if time.monotonic() > deadline:
                return search.take
            while search.extend(person):
                changed += 1
        if not changed:
            break
    return search.take


class _Search:
    """The choice while it gets better."""

    def __init__(self, problem: Problem, relaxed: Relaxed, take: Choice) -> None:
        self.problem = problem
        self.take = take.copy()
        self.taken = bytearray(take.tobytes())  # the same, quicker to read one by one
        self.degree: Counts = degrees(problem.pairs[take], len(problem.room))
        self.prices = relaxed.prices.tolist()
        self.price_array = relaxed.prices
        self.price = problem.price  # a maximum over all weights: asked for once
        self.largest = float(np.abs(problem.weights).max())
        near = np.flatnonzero(np.abs(relaxed.reduced) <= _NEAR * self.largest)
        ends = np.concatenate([problem.pairs[near, 0], problem.pairs[near, 1]])
        others = np.concatenate([problem.pairs[near, 1], problem.pairs[near, 0]])
        order = np.lexsort((others, ends))
        self.first = np.searchsorted(ends[order], np.arange(len(problem.room) + 1)).tolist()
        self.other = others[order].tolist()
        self.pair = np.concatenate([near, near])[order].tolist()
        self.loss = np.abs(relaxed.reduced[np.array(self.pair, dtype=np.int64)]).tolist()
        self.highest_given = -min(min(self.prices, default=0.0), 0.0)

    def wants(self, prices: np.ndarray) -> np.ndarray:
        """(n,) who has a free place worth filling, or misses a minimum."""
        free = (self.degree < self.problem.room) & (prices > 1e-9)
        return np.asarray(free | (self.degree < self.problem.need))

    def extend(self, start: int) -> bool:
        """Fills one place of `start` by the best path, if that gains anything."""
        if self.degree[start] >= self.problem.room[start]:
            return False
        best, way = self._best(start)
        if best <= 1e-9 * self.largest or not way:
            return False
        before = self._worth(way)
        self._flip(way)
        if self._worth(way) <= before + 1e-9 * self.largest or (self.degree > self.problem.room)[self._people(way)].any():
            self._flip(way)
            return False
        return True

    def _people(self, way: list[int]) -> np.ndarray:
        return np.unique(self.problem.pairs[way])

    def _worth(self, way: list[int]) -> float:
        people = self._people(way)
        missing = np.maximum(self.problem.need[people] - self.degree[people], 0).sum()
        return float(self.problem.weights[way] @ self.take[way] - self.price * missing)

    def _flip(self, way: list[int]) -> None:
        self.take[way] ^= True
        for pair in way:
            self.taken[pair] ^= 1
        np.add.at(self.degree, self.problem.pairs[way].ravel(), np.repeat(np.where(self.take[way], 1, -1), 2))

    def _gain(self, person: int, gives: bool, again: bool) -> float:
        """What ending at the person adds: one pair more (`gives` is True: the last pair came in and stays), or one less."""
        degree, need = int(self.degree[person]), int(self.problem.need[person])
        if gives:
            if degree + again >= self.problem.room[person]:
                return float("-inf")
            return float(self.prices[person]) + (self.price if degree + again < need else 0.0)
        if again:
            return float("-inf")
        return -float(self.prices[person]) - (self.price if degree <= need else 0.0)

    def _most(self, start: int) -> float:
        """No end of a path adds more than this, to what the start adds."""
        free = self.wants(self.price_array)
        free[start] &= self.problem.room[start] - self.degree[start] > 1
        most = max(float(self.price_array[free].max(initial=0.0)), self.highest_given)
        return most + (self.price if (self.degree < self.problem.need).any() else 0.0)

    def _best(self, start: int) -> tuple[float, list[int]]:
        """Returns the gain of the best path found from `start`, and its pairs."""
        base = float(self.prices[start]) + (self.price if self.degree[start] < self.problem.need[start] else 0.0)
        most = self._most(start)
        came: dict[int, tuple[int, int]] = {}
        distance = {2 * start: 0.0}
        done: set[int] = set()
        heap, best, end = [(0.0, 2 * start)], 0.0, -1
        while heap and len(done) < _REACH:
            far, state = heapq.heappop(heap)
            if base + most - far <= best + _ENOUGH * self.largest:
                break
            if state in done:
                continue
            done.add(state)
            person, gives = divmod(state, 2)
            if state != 2 * start:
                gain = base + self._gain(person, bool(gives), person == start) - far
                if gain > best + 1e-12 and len(set(way := _way(came, state))) == len(way):
                    best, end = gain, state
            for k in range(self.first[person], self.first[person + 1]):
                pair = self.pair[k]
                if self.taken[pair] != gives:
                    continue
                nearer, state_there = far + self.loss[k], 2 * self.other[k] + (1 - gives)
                if state_there not in done and nearer < distance.get(state_there, float("inf")):
                    distance[state_there] = nearer
                    came[state_there] = (state, pair)
                    heapq.heappush(heap, (nearer, state_there))
        return best, _way(came, end) if end >= 0 else []


def _way(came: dict[int, tuple[int, int]], state: int) -> list[int]:
    way = []
    while state in came:
        state, pair = came[state]
        way.append(pair)
    return way
