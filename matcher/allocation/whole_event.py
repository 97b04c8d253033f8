"""The allocation of a whole event, and how near it is to the best possible."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from matcher.allocation.exact import finish
from matcher.allocation.halves import split
from matcher.allocation.paths import improve
from matcher.allocation.problem import Choice, Counts, Pairs, Problem, Values, degrees
from matcher.allocation.relaxation import Relaxed, relax


@dataclass(frozen=True, slots=True, eq=False)
class Allocation:
    """Chosen introductions, and how near they are to the best possible."""

    chosen: Choice
    """(m,) True where the pair is introduced."""
    objective: float
    """Σ of the weights chosen, the missing minimums not counted."""
    bound: float
    """No choice that misses as few minimums can have a larger objective, up to solver tolerance."""
    degree: Counts
    """(n,) introductions of each person."""
    short: Counts
    """(n,) introductions missing to each person's minimum."""
    prices: Values
    """(n,) what one place more of each person would add to the objective, at most (the dual of the LP); 0 where there is room."""
    unavoidable: int
    """At least this many introductions below the minimums are missing whatever is chosen (from the LP)."""

    @property
    def gap(self) -> float:
        """Share of the bound that the objective may fall short of; 0 where nothing better exists."""
        return max(0.0, (self.bound - self.objective) / max(abs(self.bound), 1e-12))


def allocate(
    pairs: Pairs,
    weights: Values,
    lower: Counts,
    upper: Counts,
    forced: Choice | None = None,
    time_limit: float = 60.0,
) -> Allocation:
    """Returns the introductions of the whole event.

    Args:
        pairs: (m, 2) positions, each pair once, nobody with themselves.
        weights: (m,) value of each pair; a negative one is taken only to reach a minimum.
        lower: (n,) minimum per person, met first where that is possible.
        upper: (n,) cap per person, never exceeded but by forced pairs.
        forced: (m,) pairs that are chosen in any case (must-meet, locked, confirmed).
        time_limit: seconds for what fractions leave open; the best found by then is returned.

    Raises:
        ValueError: shapes do not fit, a pair stands twice, or somebody is paired with themselves.
    """
    pairs, weights, forced = _checked(pairs, weights, lower, upper, forced)
    n = len(upper)
    used = degrees(pairs[forced], n)
    room, need = np.maximum(upper - used, 0), np.maximum(lower - used, 0)
    need = np.minimum(need, room)
    free = np.flatnonzero(~forced & (room[pairs[:, 0]] > 0) & (room[pairs[:, 1]] > 0))
    useful = (weights[free] > 0) | (need[pairs[free, 0]] > 0) | (need[pairs[free, 1]] > 0)
    free = free[useful]
    chosen = forced.copy()
    bound = float(weights[forced].sum())
    unavoidable = int(np.maximum(lower - used, 0).sum())
    prices = np.zeros(n)
    if len(free):
        problem = Problem(pairs[free], weights[free], need, room)
        relaxed = relax(problem)
        prices = np.maximum(relaxed.prices, 0.0)
        chosen[free] = _whole(problem, relaxed, time.monotonic() + time_limit)
        bound += relaxed.bound + problem.price * relaxed.missing
        unavoidable += int(np.ceil(relaxed.missing - 1e-6)) - int(need.sum())
    degree = degrees(pairs[chosen], n)
    short = np.maximum(lower - degree, 0)
    objective = float(weights[chosen].sum())
    bound = max(bound, objective)  # above the LP only where whole numbers miss a minimum that fractions could meet
    return Allocation(chosen, objective, bound, degree, short, prices, max(unavoidable, 0))


def _whole(problem: Problem, relaxed: Relaxed, deadline: float) -> Choice:
    """Whole pairs from halves; then better ones, until the best or the deadline."""
    half = np.flatnonzero(relaxed.twice == 1)
    take: Choice = relaxed.twice == 2
    take[half] = split(problem.pairs[half], problem.need, degrees(problem.pairs[take], len(problem.room)))
    if len(half):
        take = improve(problem, relaxed, take, deadline)
        take = finish(problem, relaxed, take, deadline - time.monotonic())
    return take


def _checked(
    pairs: Pairs,
    weights: Values,
    lower: Counts,
    upper: Counts,
    forced: Choice | None,
) -> tuple[Pairs, Values, Choice]:
    pairs = np.asarray(pairs, dtype=np.int64).reshape(-1, 2)
    weights = np.asarray(weights, dtype=np.float64)
    forced = np.zeros(len(pairs), dtype=bool) if forced is None else np.asarray(forced, dtype=bool)
    if not len(pairs) == len(weights) == len(forced) or len(lower) != len(upper):
        raise ValueError(
            f"{len(pairs)} pairs, {len(weights)} weights, {len(forced)} forced; {len(lower)} lower, {len(upper)} upper"
        )
    if not np.isfinite(weights).all():
        raise ValueError(f"{int((~np.isfinite(weights)).sum())} weights are not finite")
    if (pairs[:, 0] == pairs[:, 1]).any():
        raise ValueError(f"person {pairs[pairs[:, 0] == pairs[:, 1]][0, 0]} is paired with themselves")
    codes = np.sort(pairs.min(axis=1) * len(lower) + pairs.max(axis=1))
    if (codes[1:] == codes[:-1]).any():
        raise ValueError("a pair stands twice")
    return pairs, weights, forced
