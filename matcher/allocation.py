"""The whole event at once: introductions as a maximum-weight b-matching with minimum targets and caps.

Maximise Σ w_e·x_e − M·Σ s_i over x_e in {0, 1} and shortfalls s_i ≥ 0, subject to Σ_{e∋i} x_e ≤ upper_i and
Σ_{e∋i} x_e + s_i ≥ lower_i, on any graph. The LP relaxation is half-integral (Edmonds; Schrijver, Combinatorial
Optimization, 2003, ch. 30-31), so HiGHS solves it and only the few fractional pairs, with the pairs around them, are
left to a small integer program. The LP's value is an upper bound, so the gap is proven, not hoped for.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Pairs = NDArray[np.int64]
Counts = NDArray[np.int64]

_SHORTFALL = 50.0
"""Cost of one missing introduction below a minimum, in units of the largest weight: targets come first."""
_CORE = 2
"""The linear program starts with each person's best pairs, this many times the cap; few others are ever needed."""
_EXCESS = 2e-5
"""Share of the total value that is not fought for: by pairs outside the core, or by the integer remainder."""
_NEARLY = 0.01
"""Pairs this near to being worth adding, in units of the largest weight, join together, so that few rounds are needed."""
_WHOLE = 1e-6
"""A value this near to 0 or 1 is whole."""


@dataclass(frozen=True, slots=True, eq=False)
class Allocation:
    """Chosen introductions, and how near they are to the best possible."""

    chosen: NDArray[np.bool_]
    """(m,) True where the pair is introduced."""
    objective: float
    """Σ of the weights chosen, the missing minimums not counted."""
    bound: float
    """No choice that misses as few minimums can have a larger objective, up to solver tolerance."""
    degree: Counts
    """(n,) introductions of each person."""
    short: Counts
    """(n,) introductions missing to each person's minimum."""
    unavoidable: int
    """At least this many introductions below the minimums are missing whatever is chosen (from the LP)."""

    @property
    def gap(self) -> float:
        """Share of the bound that the objective may fall short of; 0 where nothing better exists."""
        return max(0.0, (self.bound - self.objective) / max(abs(self.bound), 1e-12))


def allocate(
    pairs: Pairs,
    weights: NDArray[np.float64],
    lower: Counts,
    upper: Counts,
    forced: NDArray[np.bool_] | None = None,
    time_limit: float = 60.0,
) -> Allocation:
    """Returns the introductions of the whole event.

    Args:
        pairs: (m, 2) positions, each pair once, nobody with themselves.
        weights: (m,) value of each pair; a negative one is taken only to reach a minimum.
        lower: (n,) minimum per person, met first where that is possible.
        upper: (n,) cap per person, never exceeded but by forced pairs.
        forced: (m,) pairs that are chosen in any case (must-meet, locked, confirmed).
        time_limit: seconds for the integer remainder; the best found by then is returned.

    Raises:
        ValueError: shapes do not fit, a pair stands twice, or somebody is paired with themselves.
    """
    pairs, weights, forced = _checked(pairs, weights, lower, upper, forced)
    n = len(upper)
    used = _degree(pairs[forced], n)
    room, need = np.maximum(upper - used, 0), np.maximum(lower - used, 0)
    need = np.minimum(need, room)
    free = np.flatnonzero(~forced & (room[pairs[:, 0]] > 0) & (room[pairs[:, 1]] > 0))
    useful = (weights[free] > 0) | (need[pairs[free, 0]] > 0) | (need[pairs[free, 1]] > 0)
    free = free[useful]
    chosen = forced.copy()
    bound = float(weights[forced].sum())
    unavoidable = int(np.maximum(lower - used, 0).sum())
    if len(free):
        price = _SHORTFALL * max(float(np.abs(weights[free]).max()), 1e-9)
        x, value, missing = _relaxed(pairs[free], weights[free], need, room, price)
        take = _whole(pairs[free], weights[free], need, room, price, x, time_limit)
        chosen[free] = take
        bound += value
        unavoidable += int(np.ceil(missing - 1e-6)) - int(need.sum())
    degree = _degree(pairs[chosen], n)
    short = np.maximum(lower - degree, 0)
    objective = float(weights[chosen].sum())
    bound = max(bound, objective)  # above the LP only where whole numbers miss a minimum that fractions could meet
    return Allocation(chosen, objective, bound, degree, short, max(unavoidable, 0))


def _checked(
    pairs: Pairs,
    weights: NDArray[np.float64],
    lower: Counts,
    upper: Counts,
    forced: NDArray[np.bool_] | None,
) -> tuple[Pairs, NDArray[np.float64], NDArray[np.bool_]]:
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
    if len(np.unique(np.sort(pairs, axis=1), axis=0)) != len(pairs):
        raise ValueError("a pair stands twice")
    return pairs, weights, forced


def _degree(pairs: Pairs, n: int) -> Counts:
    return np.bincount(pairs.ravel(), minlength=n).astype(np.int64)


def _incidence(pairs: Pairs, n: int) -> sparse.csr_matrix:
    m = len(pairs)
    return sparse.csr_matrix((np.ones(2 * m), (pairs.ravel(), np.repeat(np.arange(m), 2))), shape=(n, m))


def _constraints(pairs: Pairs, need: Counts, room: Counts) -> tuple[sparse.csr_matrix, NDArray[np.float64], Counts, Counts]:
    """Rows of A·[x; s] ≤ b: the caps of those in a pair, then the minimums of those who have one."""
    touched = np.unique(pairs)
    needing = touched[need[touched] > 0]
    incidence = _incidence(pairs, len(room))
    caps = sparse.hstack([incidence[touched], sparse.csr_matrix((len(touched), len(needing)))])
    targets = sparse.hstack([-incidence[needing], -sparse.identity(len(needing))])
    right = np.concatenate([room[touched], -need[needing]]).astype(np.float64)
    return sparse.vstack([caps, targets], format="csr"), right, touched, needing


def _relaxed(
    pairs: Pairs, weights: NDArray[np.float64], need: Counts, room: Counts, price: float
) -> tuple[NDArray[np.float64], float, float]:
    """Returns the LP's x, an upper bound on its value without the price of shortfalls, and what is missing to all minimums.

    Solved on a core, each person's best pairs; pairs outside whose reduced value is positive, or nearly so, join until those
    left could not add anything worth naming (column generation: Dantzig and Wolfe, Operations Research, 1960).
    """
    core = _best_of_each(pairs, weights, room)
    while True:
        x, caps, targets, missing = _linear_program(pairs[core], weights[core], need, room, price)
        a, b = pairs[:, 0], pairs[:, 1]
        reduced = weights - caps[a] - caps[b] + targets[a] + targets[b]
        value = float(weights[core] @ x)
        excess = float(reduced[~core & (reduced > 0)].sum())  # weak duality: no choice adds more than this
        if excess <= _EXCESS * abs(value) + 1e-9:
            every = np.zeros(len(pairs))
            every[core] = x
            return every, value + excess, missing
        core |= reduced > -_NEARLY * float(np.abs(weights).max())


def _best_of_each(pairs: Pairs, weights: NDArray[np.float64], room: Counts) -> NDArray[np.bool_]:
    """(m,) True for the pairs that are among the best `_CORE` times the cap, at least ten, of one of their two people."""
    core = np.zeros(len(pairs), dtype=bool)
    for side in (0, 1):
        ends = np.concatenate([pairs[:, side], pairs[:, 1 - side]])
        which = np.concatenate([np.arange(len(pairs))] * 2)
        order = np.lexsort((-weights[which], ends))
        ends, which = ends[order], which[order]
        rank = np.arange(len(ends)) - np.searchsorted(ends, ends)
        core[which[rank < np.maximum(_CORE * room[ends], 10)]] = True
    return core


def _linear_program(
    pairs: Pairs, weights: NDArray[np.float64], need: Counts, room: Counts, price: float
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], float]:
    """Returns x, the prices of all caps (n,), what a place towards a minimum is worth (n,), and the total shortfall."""
    from scipy.optimize import linprog

    matrix, right, touched, needing = _constraints(pairs, need, room)
    cost = np.concatenate([-weights, np.full(len(needing), price)])
    upper = np.concatenate([np.ones(len(pairs)), need[needing].astype(float)])
    solved = linprog(cost, A_ub=matrix, b_ub=right, bounds=np.column_stack([np.zeros_like(upper), upper]), method="highs")
    if solved.x is None:  # cannot be infeasible (x = 0 with full shortfall is feasible): a solver failure
        raise RuntimeError(f"HiGHS: {solved.message}")
    caps, targets = np.zeros(len(room)), np.zeros(len(room))
    caps[touched] = -solved.ineqlin.marginals[: len(touched)]
    targets[needing] = -solved.ineqlin.marginals[len(touched) :]
    unreachable = float(need.sum() - need[needing].sum())
    return solved.x[: len(pairs)], caps, targets, float(solved.x[len(pairs) :].sum()) + unreachable


def _whole(
    pairs: Pairs,
    weights: NDArray[np.float64],
    need: Counts,
    room: Counts,
    price: float,
    x: NDArray[np.float64],
    time_limit: float,
) -> NDArray[np.bool_]:
    """Keeps what the LP decided and solves the undecided pairs, with all pairs among their people, as integers."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    undecided = (x > _WHOLE) & (x < 1 - _WHOLE)
    take = x >= 1 - _WHOLE
    if not undecided.any():
        return take
    inside = np.zeros(len(room), dtype=bool)
    inside[pairs[undecided].ravel()] = True
    part = np.flatnonzero(inside[pairs[:, 0]] & inside[pairs[:, 1]])
    fixed = take.copy()
    fixed[part] = False
    have = _degree(pairs[fixed], len(room))
    matrix, right, _, needing = _constraints(pairs[part], np.where(inside, np.maximum(need - have, 0), 0), room - have)
    solved = milp(
        np.concatenate([-weights[part], np.full(len(needing), price)]),
        constraints=LinearConstraint(matrix, ub=right),
        bounds=Bounds(0, np.concatenate([np.ones(len(part)), np.full(len(needing), np.inf)])),
        integrality=np.ones(len(part) + len(needing)),
        options={
            "time_limit": time_limit,
            "mip_rel_gap": _EXCESS * float(weights @ x) / max(float(weights[part] @ x[part]), 1e-9),
        },
    )
    fixed[part] = _rounded(pairs[part], weights[part], x[part], room - have) if solved.x is None else solved.x[: len(part)] > 0.5
    return fixed


def _rounded(pairs: Pairs, weights: NDArray[np.float64], x: NDArray[np.float64], room: Counts) -> NDArray[np.bool_]:
    """Greedy within the caps, what the LP liked first: the answer if the integer program found none in time."""
    left, take = room.copy(), np.zeros(len(pairs), dtype=bool)
    for e in np.lexsort((-weights, -np.round(x, 6))):
        a, b = pairs[e]
        if left[a] > 0 and left[b] > 0 and (x[e] > _WHOLE or weights[e] > 0):
            take[e] = True
            left[[a, b]] -= 1
    return take
