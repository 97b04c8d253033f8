"""The linear relaxation as a minimum-cost flow, with the prices that prove its value.

Every person stands once on the left and once on the right; a pair {a, b} becomes the arcs a→b' and b→a', and what somebody
does not use goes from their left to their right side. The mean of both arcs solves the relaxation, in halves (Balinski, 1965;
Schrijver, Combinatorial Optimization, 2003, ch. 30-31). Solved by cost scaling (Goldberg and Tarjan, Mathematics of Operations
Research, 1990), as OR-tools has it: some twenty times as fast as a simplex.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.allocation.problem import Counts, Problem, Values

_STEPS = 1_000_000
"""The flow counts in whole numbers: steps of the largest weight."""


@dataclass(frozen=True, slots=True, eq=False)
class Relaxed:
    """The best fractional choice, and why nothing is better."""

    twice: Counts
    """(m,) 2·x: 0, 1 or 2."""
    prices: Values
    """(n,) what one place of each person is worth; negative where a minimum forces them in."""
    reduced: Values
    """(m,) weight less the prices of both: above 0 only where x = 1, below 0 only where x = 0, up to the flow's steps."""
    bound: float
    """No choice has Σ weights − price·missing above this (weak duality, in floating point on the true weights)."""
    missing: float
    """Introductions below the needs that even fractions cannot meet."""


def relax(problem: Problem) -> Relaxed:
    """Returns the optimum of the linear relaxation.

    Raises:
        RuntimeError: the flow failed; it is always feasible, so only weights beyond all bounds can cause it.
    """
    from ortools.graph.python import min_cost_flow

    n, m = len(problem.room), len(problem.pairs)
    largest = max(float(np.abs(problem.weights).max(initial=0.0)), 1e-9)
    value = np.rint(problem.weights / largest * _STEPS).astype(np.int64)
    price = 2 * int(np.rint(problem.price / largest * _STEPS))  # a pair is two arcs, a shortfall only one
    a, b, people = problem.pairs[:, 0], problem.pairs[:, 1], np.arange(n)
    tail, head = np.concatenate([a, b, people, people]), np.concatenate([b, a, people, people]) + n
    capacity = np.concatenate([np.ones(2 * m, dtype=np.int64), problem.room - problem.need, problem.need])
    cost = np.concatenate([-value, -value, np.zeros(n, dtype=np.int64), np.full(n, price)])
    network = min_cost_flow.SimpleMinCostFlow()
    network.add_arcs_with_capacity_and_unit_cost(tail.astype(np.int32), head.astype(np.int32), capacity, cost)
    network.set_nodes_supplies(np.arange(2 * n, dtype=np.int32), np.concatenate([problem.room, -problem.room]))
    status = network.solve()
    if status != network.OPTIMAL:
        raise RuntimeError(f"minimum-cost flow: {status}")
    flow = np.asarray(network.flows(np.arange(len(tail), dtype=np.int32)), dtype=np.int64)
    distance = _distances(tail, head, flow, capacity, cost, 2 * n)
    prices = (distance[:n] - distance[n:]) / 2.0 / _STEPS * largest
    reduced = problem.weights - prices[a] - prices[b]
    return Relaxed(flow[:m] + flow[m : 2 * m], prices, reduced, _bound(problem, prices, reduced), float(flow[2 * m + n :].sum()))


def _bound(problem: Problem, prices: Values, reduced: Values) -> float:
    """Each pair gives at most its reduced value, each person at most the best number of places at their price."""
    room, need = problem.room * prices, problem.need * prices
    none = np.full(len(prices), -problem.price) * problem.need
    return float(np.maximum(reduced, 0.0).sum() + np.maximum(np.maximum(room, need), none).sum())


def _distances(
    tail: NDArray[np.int64], head: NDArray[np.int64], flow: Counts, capacity: Counts, cost: Counts, nodes: int
) -> NDArray[np.int64]:
    """(nodes,) shortest distances from anywhere in the residual network (Bellman, 1958): the potentials of the flow.

    Each round looks on only from the nodes that the one before has brought nearer; most are settled after a few.
    """
    more, less = flow < capacity, flow > 0
    start, end = np.concatenate([tail[more], head[less]]), np.concatenate([head[more], tail[less]])
    length = np.concatenate([cost[more], -cost[less]])
    order = np.argsort(start, kind="stable")
    end, length, bounds = end[order], length[order], np.searchsorted(start[order], np.arange(nodes + 1))
    distance = np.zeros(nodes, dtype=np.int64)
    nearer = np.arange(nodes)
    while len(nearer):  # ends: an optimal flow has no negative cycle, so after at most `nodes` rounds nothing changes
        count = bounds[nearer + 1] - bounds[nearer]
        arcs = np.arange(int(count.sum())) + np.repeat(bounds[nearer] - (np.cumsum(count) - count), count)
        to, by = end[arcs], np.repeat(distance[nearer], count) + length[arcs]
        shorter = by < distance[to]
        np.minimum.at(distance, to[shorter], by[shorter])
        nearer = np.unique(to[shorter])
    return distance
