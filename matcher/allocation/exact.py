"""The integer program on what is still open, where that is little."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from matcher.allocation.problem import Choice, Problem, degrees
from matcher.allocation.relaxation import Relaxed

_OPEN = 1500
"""Pairs: up to here the program ends in a fraction of a second."""
_GAP = 1e-5
"""Share of the total value that is not fought for."""


def finish(problem: Problem, relaxed: Relaxed, take: Choice, seconds: float) -> Choice:
    """Returns the best choice where few pairs are open, else the given one.

    A pair whose reduced value is larger than what is left between the choice and the bound stands as the relaxation says in
    every better choice (reduced-cost fixing: Dantzig, Fulkerson and Johnson, 1954); only the others are open.

    Args:
        problem: pairs, weights, need and room.
        relaxed: its relaxation, for the bound and the reduced values.
        take: (m,) a choice within the room.
        seconds: time limit.
    """
    worth = problem.worth(take)
    left = relaxed.bound - worth
    value = float(problem.weights[take].sum())
    if left <= _GAP * abs(value) or seconds <= 0:
        return take
    open_ = np.abs(relaxed.reduced) <= left + 1e-9
    if not open_.any() or open_.sum() > _OPEN:
        return take
    better = _program(problem, np.flatnonzero(open_), np.where(open_, False, relaxed.twice == 2), seconds, _GAP * abs(value))
    return take if better is None or problem.worth(better) <= worth else better


def _program(problem: Problem, part: np.ndarray, fixed: Choice, seconds: float, gap: float) -> Choice | None:
    from scipy.optimize import Bounds, LinearConstraint, milp

    pairs, n = problem.pairs[part], len(problem.room)
    have = degrees(problem.pairs[fixed], n)
    people = np.unique(pairs)
    needing = people[problem.need[people] > have[people]]
    ones = (np.ones(2 * len(part)), (pairs.ravel(), np.repeat(np.arange(len(part)), 2)))
    incidence = sparse.csr_matrix(ones, shape=(n, len(part)))
    matrix = sparse.bmat([[incidence[people], None], [-incidence[needing], -sparse.identity(len(needing))]], format="csr")
    right = np.concatenate([(problem.room - have)[people], (have - problem.need)[needing]])
    cost = np.concatenate([-problem.weights[part], np.full(len(needing), problem.price)])
    solved = milp(
        cost,
        constraints=LinearConstraint(matrix, ub=right),
        bounds=Bounds(0, np.concatenate([np.ones(len(part)), np.full(len(needing), np.inf)])),
        integrality=np.ones(len(cost)),
        options={"time_limit": seconds, "mip_rel_gap": gap / max(abs(float(problem.weights[part].sum())), 1e-9)},
    )
    if solved.x is None:
        return None
    take = fixed.copy()
    take[part] = solved.x[: len(part)] > 0.5
    return take
