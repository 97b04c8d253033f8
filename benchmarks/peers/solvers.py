"""The open solvers beside ours on the same introductions: maximise Σ w, at most `cap` a person, at least one where that can be.

Each takes (pairs, weights, n, cap, seconds) and returns the pairs chosen, or raises `NoAnswer` where it found none in time.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy import sparse

SHORTFALL = 50.0
Solver = Callable[[np.ndarray, np.ndarray, int, int, float], np.ndarray]


class NoAnswer(Exception):
    """No whole solution in the time given."""


def ours(pairs: np.ndarray, weights: np.ndarray, n: int, cap: int, seconds: float) -> np.ndarray:
    from matcher.allocation import allocate

    return allocate(pairs, weights, np.ones(n, dtype=np.int64), np.full(n, cap), time_limit=seconds).chosen


def greedy(pairs: np.ndarray, weights: np.ndarray, n: int, cap: int, seconds: float) -> np.ndarray:
    chosen, degree = np.zeros(len(pairs), dtype=bool), [0] * n
    for k in np.argsort(-weights, kind="stable").tolist():
        a, b = pairs[k].tolist()
        if degree[a] < cap and degree[b] < cap and weights[k] > 0:
            chosen[k] = True
            degree[a] += 1
            degree[b] += 1
    return chosen


def highs(pairs: np.ndarray, weights: np.ndarray, n: int, cap: int, seconds: float) -> np.ndarray:
    """HiGHS on the symmetric integer program, through SciPy, at its own gap of 1e-4."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    m = len(pairs)
    ends = sparse.csr_matrix((np.ones(2 * m), (pairs.ravel(), np.repeat(np.arange(m), 2))), shape=(n, m))
    rows = sparse.bmat([[ends, None], [-ends, -sparse.identity(n)]], format="csr")
    right = np.concatenate([np.full(n, cap), np.full(n, -1)])
    cost = np.concatenate([-weights, np.full(n, SHORTFALL)])
    solved = milp(
        cost,
        constraints=LinearConstraint(rows, ub=right),
        bounds=Bounds(0, 1),
        integrality=np.concatenate([np.ones(m), np.zeros(n)]),
        options={"time_limit": seconds, "mip_rel_gap": 1e-4},
    )
    if solved.x is None:
        raise NoAnswer
    return np.asarray(solved.x[:m] > 0.5)


def cp_sat(pairs: np.ndarray, weights: np.ndarray, n: int, cap: int, seconds: float) -> np.ndarray:
    """CP-SAT of OR-tools, weights in steps of 1e-6, both cores."""
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    takes = [model.new_bool_var("") for _ in range(len(pairs))]
    short = [model.new_bool_var("") for _ in range(n)]
    mine: list[list[cp_model.IntVar]] = [[] for _ in range(n)]
    for take, (a, b) in zip(takes, pairs.tolist(), strict=True):
        mine[a].append(take)
        mine[b].append(take)
    for person in range(n):
        model.add(sum(mine[person]) <= cap)
        model.add(sum(mine[person]) + short[person] >= 1)
    value = np.rint(weights * 1e6).astype(int).tolist()
    model.maximize(
        cp_model.LinearExpr.weighted_sum(takes, value) - cp_model.LinearExpr.weighted_sum(short, [int(SHORTFALL * 1e6)] * n)
    )
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = 2
    solver.parameters.relative_gap_limit = 1e-4
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        raise NoAnswer
    return np.array([solver.value(take) for take in takes], dtype=bool)


def scip(pairs: np.ndarray, weights: np.ndarray, n: int, cap: int, seconds: float) -> np.ndarray:
    """SCIP through PySCIPOpt, where it is installed (it is no dependency of ours)."""
    from pyscipopt import Model, quicksum

    model = Model()
    model.hideOutput()
    model.setParam("limits/time", seconds)
    model.setParam("limits/gap", 1e-4)
    takes = [model.addVar(vtype="B") for _ in range(len(pairs))]
    short = [model.addVar(lb=0, ub=1) for _ in range(n)]
    mine: list[list[object]] = [[] for _ in range(n)]
    for take, (a, b) in zip(takes, pairs.tolist(), strict=True):
        mine[a].append(take)
        mine[b].append(take)
    for person in range(n):
        model.addCons(quicksum(mine[person]) <= cap)
        model.addCons(quicksum(mine[person]) + short[person] >= 1)
    gain = quicksum(weight * take for weight, take in zip(weights.tolist(), takes, strict=True))
    model.setObjective(gain - quicksum(SHORTFALL * each for each in short), "maximize")
    model.optimize()
    if not model.getNSols():
        raise NoAnswer
    return np.array([model.getVal(take) > 0.5 for take in takes])


def networkx_rounds(pairs: np.ndarray, weights: np.ndarray, n: int, cap: int, seconds: float) -> np.ndarray:
    """`networkx.max_weight_matching`, which knows a cap of one only: `cap` rounds of it, each on the pairs that are left."""
    import networkx

    graph = networkx.Graph()
    graph.add_weighted_edges_from((a, b, w) for (a, b), w in zip(pairs.tolist(), weights.tolist(), strict=True))
    number = {tuple(pair): k for k, pair in enumerate(pairs.tolist())}
    chosen = np.zeros(len(pairs), dtype=bool)
    for _ in range(cap):
        matched = networkx.max_weight_matching(graph)
        graph.remove_edges_from(matched)
        chosen[[number[(min(pair), max(pair))] for pair in matched]] = True
    return chosen


def directed(pairs: np.ndarray, weights: np.ndarray, n: int, cap: int, seconds: float) -> np.ndarray:
    """(2m,) both directions apart, `cap` given and `cap` received a person, as directed solvers (Mind-Match) have it."""
    from ortools.graph.python import min_cost_flow

    both = np.vstack([pairs, pairs[:, ::-1]])
    network = min_cost_flow.SimpleMinCostFlow()
    people = np.arange(n)
    tail = np.concatenate([both[:, 0], people]).astype(np.int32)
    head = np.concatenate([both[:, 1] + n, people + n]).astype(np.int32)
    cost = np.concatenate([np.rint(-np.tile(weights, 2) * 1e6), np.zeros(n)]).astype(np.int64)
    network.add_arcs_with_capacity_and_unit_cost(
        tail, head, np.concatenate([np.ones(len(both)), np.full(n, cap)]).astype(int), cost
    )
    network.set_nodes_supplies(np.arange(2 * n, dtype=np.int32), np.repeat([cap, -cap], n))
    if network.solve() != network.OPTIMAL:
        raise NoAnswer
    return np.asarray(network.flows(np.arange(len(both), dtype=np.int32))) > 0


SOLVERS: dict[str, Solver] = {
    "ours": ours,
    "greedy": greedy,
    "HiGHS, integer program": highs,
    "CP-SAT": cp_sat,
    "SCIP": scip,
    "networkx, rounds of matching": networkx_rounds,
    "directed flow": directed,
}
