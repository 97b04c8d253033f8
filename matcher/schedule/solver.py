"""The best timetable by constraint programming (OR-tools CP-SAT), started from the one that is there already."""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from matcher.schedule.problem import Meetings, Slots

_ALL = 0.6
"""Share of the time for the question whether all can be placed."""


def solve(meetings: Meetings, start: Slots, seconds: float, seed: int, bound: int) -> tuple[Slots, int]:
    """Returns (m,) slots with the most meetings placed that was found in time, and an upper bound on how many can be.

    First it asks whether all can be placed, which propagation answers soon where it can be answered at all; then for the most.

    Args:
        meetings: what is to be placed.
        start: (m,) a timetable within the rules; never left for a worse one.
        seconds: time limit, the building of the model included.
        seed: of the solver. One worker, so that a search that ends before its limit always ends the same way.
        bound: on how many can be placed, as known.
    """
    deadline = time.monotonic() + seconds
    if bound == len(meetings.pairs):
        slots, proven = _search(_Model(meetings, every=True, hint=None), seconds * _ALL, seed)
        if slots is not None:
            return slots, bound
        bound -= proven
    placed = int((start >= 0).sum())
    if placed >= bound or time.monotonic() >= deadline:
        return start, max(bound, placed)
    model = _Model(meetings, every=False, hint=start)
    slots, _ = _search(model, deadline - time.monotonic(), seed)
    bound = min(bound, model.bound)
    return (start if slots is None or int((slots >= 0).sum()) < placed else slots), max(bound, placed)


class _Model:
    """The meetings as a constraint program: one variable for each meeting and slot where it can be."""

    def __init__(self, meetings: Meetings, every: bool, hint: Slots | None) -> None:
        from ortools.sat.python import cp_model

        self.every, self.size, self.bound = every, len(meetings.pairs), len(meetings.pairs)
        self.model = model = cp_model.CpModel()
        allowed = meetings.availability[meetings.pairs[:, 0]] & meetings.availability[meetings.pairs[:, 1]]
        held = meetings.fixed >= 0
        allowed[held] = False
        allowed[held, meetings.fixed[held]] = True
        self.which, self.slot_of = np.nonzero(allowed)
        self.chosen = [model.new_bool_var("") for _ in range(len(self.which))]
        by_meeting: list[list[Any]] = [[] for _ in meetings.pairs]
        by_slot: list[list[Any]] = [[] for _ in range(meetings.slots)]
        at: dict[tuple[int, int], list[Any]] = {}
        for variable, meeting, slot in zip(self.chosen, self.which.tolist(), self.slot_of.tolist(), strict=True):
            by_meeting[meeting].append(variable)
            by_slot[slot].append(variable)
            for person in meetings.pairs[meeting].tolist():
                at.setdefault((person, slot), []).append(variable)
            if held[meeting]:
                model.add(variable == 1)
            if hint is not None:
                model.add_hint(variable, bool(hint[meeting] == slot))
        for group in by_meeting:
            (model.add_exactly_one if every else model.add_at_most_one)(group)
        for group in at.values():
            model.add_at_most_one(group)
        for slot, group in enumerate(by_slot):
            room = max(int(meetings.tables[slot]), int((meetings.fixed == slot).sum()))
            if room < min(len(group), meetings.people // 2):
                model.add(sum(group) <= room)
        self._breaks(meetings, at)
        if not every:
            model.maximize(sum(self.chosen))

    def _breaks(self, meetings: Meetings, at: dict[tuple[int, int], list[Any]]) -> None:
        fixed = meetings.fixed_masks()
        for person in range(meetings.people):
            for window in meetings.windows:
                inside = [v for t in range(meetings.slots) if window >> t & 1 for v in at.get((person, t), [])]
                if fixed[person] & window != window and len(inside) > meetings.max_in_a_row:
                    self.model.add(sum(inside) <= meetings.max_in_a_row)


def _search(model: _Model, seconds: float, seed: int) -> tuple[Slots | None, bool]:
    """Returns the slots found, None without any, and whether it is proven that none exist."""
    from ortools.sat.python import cp_model

    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = max(seconds, 0.01)
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed
    if model.every:
        solver.parameters.linearization_level = 0
    status = solver.solve(model.model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None, bool(status == cp_model.INFEASIBLE)
    if not model.every:
        model.bound = int(np.floor(solver.best_objective_bound + 1e-6))
    slots = np.full(model.size, -1, dtype=np.int64)
    picked = np.array([solver.boolean_value(variable) for variable in model.chosen], dtype=bool)
    slots[model.which[picked]] = model.slot_of[picked]
    return slots, False
