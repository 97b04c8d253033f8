"""Max-min fairness, exactly: the worst-off get the most they can, then the two worst-off, and so on (leximin).

Round k maximises what the k worst-off get together, k·t − Σ_i max(t − got_i, 0), which is linear (Ogryczak and Śliwiński,
European Journal of Operational Research, 2003), under what the rounds before have reached. Sums of the k smallest that are each
as large as they can be, one after the other, are the leximin order itself.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from matcher.allocation.problem import Choice, Counts, Pairs, Values

_TOLERANCE = 1e-6
_ROUNDS_SHARE = 2 / 3
"""Share of the time for the rounds."""


@dataclass(frozen=True, slots=True, eq=False)
class Leximin:
    """A choice, and how far it is proven."""

    chosen: Choice
    """(m,) pairs."""
    exact: int
    """For so many of the worst-off no choice gives more, in the leximin order; all who can get anything: exact throughout."""


class _Program:
    """The integer program: pairs, then one shortfall a person, then a level and its deficits for each round."""

    def __init__(self, pairs: Pairs, weights: Values, lower: Counts, upper: Counts, forced: Choice, missing: int) -> None:
        n, m = len(upper), len(pairs)
        ends = (np.ones(2 * m), (pairs.ravel(), np.repeat(np.arange(m), 2)))
        incidence = sparse.csr_matrix(ends, shape=(n, m))
        used = incidence @ forced
        self.pairs, self.people = m, np.flatnonzero(incidence @ np.ones(m))
        self.gets = (incidence @ sparse.diags(np.maximum(weights, 0.0)))[self.people].tocsr()
        self.rows = sparse.bmat([[incidence, None], [-incidence, -sparse.identity(n)], [None, np.ones((1, n))]], format="csr")
        self.right = np.concatenate([np.maximum(upper, used), -lower, [missing]]).astype(np.float64)
        self.low = np.concatenate([forced.astype(np.float64), np.zeros(n)])
        self.high = np.concatenate([np.ones(m), np.full(n, np.inf)])
        self.whole = np.concatenate([np.ones(m), np.zeros(n)])

    def add_level(self, count: int) -> Values:
        """Adds the sum of the `count` smallest as a level and its deficits; returns the objective whose maximum it is."""
        size, have = len(self.people), self.rows.shape[1]
        # t − got_i − d_i ≤ 0
        block = sparse.hstack(
            [-self.gets, sparse.csr_matrix((size, have - self.pairs)), np.ones((size, 1)), -sparse.identity(size)], format="csr"
        )
        wider = sparse.hstack([self.rows, sparse.csr_matrix((self.rows.shape[0], 1 + size))], format="csr")
        self.rows = sparse.vstack([wider, block], format="csr")
        self.right = np.concatenate([self.right, np.zeros(size)])
        self.low = np.concatenate([self.low, np.zeros(1 + size)])
        self.high = np.concatenate([self.high, np.full(1 + size, np.inf)])
        self.whole = np.concatenate([self.whole, np.zeros(1 + size)])
        return np.concatenate([np.zeros(have), [float(count)], -np.ones(size)])

    def hold(self, objective: Values, reached: float) -> None:
        """Keeps what a round has reached."""
        self.rows = sparse.vstack([self.rows, sparse.csr_matrix(-objective)], format="csr")
        self.right = np.append(self.right, -reached + _TOLERANCE)

    def best(self, objective: Values, seconds: float, proven: bool = True) -> tuple[Choice, float] | None:
        """The choice with the largest objective, proven or the best found; None where the time is over first."""
        from scipy.optimize import Bounds, LinearConstraint, milp

        wide = np.concatenate([objective, np.zeros(self.rows.shape[1] - len(objective))])
        solved = milp(
            -wide,
            constraints=LinearConstraint(self.rows, ub=self.right),
            bounds=Bounds(self.low, self.high),
            integrality=self.whole,
            options={"time_limit": max(seconds, 0.01), "mip_rel_gap": 0.0},
        )
        if solved.x is None or (proven and solved.status != 0):
            return None
        return solved.x[: self.pairs] > 0.5, -float(solved.fun)


def leximin(
    pairs: Pairs,
    weights: Values,
    lower: Counts,
    upper: Counts,
    forced: Choice,
    start: Choice,
    counts: Values,
    missing: int,
    time_limit: float,
) -> Leximin:
    """Returns the choice in which the worst-off get the most they can, then the next, as far as the time reaches.

    What a person gets is Σ of the positive weights of their pairs. Of choices that are alike in that, the one with the largest
    total is taken; where the time ends first, the best for the others in the weights of `counts`, found in the last third of it.

    Args:
        pairs: (m, 2) positions; `weights`, `lower`, `upper` and `forced` as in `allocate`.
        weights: (m,) values.
        lower: (n,) minimums.
        upper: (n,) caps.
        forced: (m,) pairs chosen in any case.
        start: (m,) a choice to return where not even the first round ends in time.
        counts: (n,) how much each person counts once the rounds have ended early.
        missing: introductions that may be missing to minimums: the fewest that can be.
        time_limit: seconds.
    """
    start_time = time.monotonic()
    program, chosen, exact = _Program(pairs, weights, lower, upper, forced, missing), start, 0
    for count in range(1, len(program.people) + 1):
        objective = program.add_level(count)
        found = program.best(objective, start_time + time_limit * _ROUNDS_SHARE - time.monotonic())
        if found is None:
            break
        chosen, reached = found
        exact = count
        program.hold(objective, reached)
    if exact:
        finished = exact == len(program.people)
        value = weights if finished else weights * (counts[pairs[:, 0]] + counts[pairs[:, 1]])
        last = program.best(value, start_time + time_limit - time.monotonic(), proven=False)
        chosen = last[0] if last else chosen
    return Leximin(chosen, exact)


def best_worst(pairs: Pairs, weights: Values, lower: Counts, upper: Counts, forced: Choice, missing: int, seconds: float) -> float:
    """Returns what the worst-off of those who can get anything gets at most, by the linear relaxation; inf where time is over."""
    from scipy.optimize import linprog

    program = _Program(pairs, weights, lower, upper, forced, missing)
    positive = np.asarray((program.gets > 0).sum(axis=1)).ravel() > 0
    program.people, program.gets = program.people[positive], program.gets[positive]
    if not len(program.people):
        return 0.0
    objective = program.add_level(1)
    bounds = np.column_stack([program.low, program.high])
    bounds[-len(program.people) :, 1] = 0.0  # no deficits: everybody reaches the level
    solved = linprog(-objective, A_ub=program.rows, b_ub=program.right, bounds=bounds, options={"time_limit": max(seconds, 0.01)})
    return -float(solved.fun) if solved.status == 0 else float("inf")
