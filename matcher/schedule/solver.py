"""The best timetable by constraint programming (OR-tools CP-SAT), started from the one that is there already."""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from matcher.schedule.problem import Meetings, Pairs, Slots

Found = tuple[Slots, Pairs]

_ALL = 0.6
"""Share of the time for the question whether all can be placed."""


def solve(meetings: Meetings, start: Found, seconds: float, seed: int, bound: int) -> tuple[Found, int]:
    """Returns (m,) slots and (m, 2) who holds each, with the most meetings placed that was found, and an upper bound on how many.

    First it asks whether all can be placed, which propagation answers soon where it can be answered at all; then for the most.

    Args:
        meetings: what is to be placed.
        start: slots and holders within the rules; never left for worse ones.
        seconds: time limit, the building of the model included.
        seed: of the solver. One worker, so that a search that ends before its limit always ends the same way.
        bound: on how many can be placed, as known.
    """
    deadline = time.monotonic() + seconds
    if bound == len(meetings.pairs):
        found, proven = _search(_Model(meetings, every=True, hint=None), seconds * _ALL, seed)
        if found is not None:
            return found, bound
        bound -= proven
    placed = int((start[0] >= 0).sum())
    if placed >= bound or time.monotonic() >= deadline:
        return start, max(bound, placed)
    model = _Model(meetings, every=False, hint=start)
    found, _ = _search(model, deadline - time.monotonic(), seed)
    bound = min(bound, model.bound)
    return (start if found is None or int((found[0] >= 0).sum()) < placed else found), max(bound, placed)


class _Model:
    """The meetings as a constraint program: one variable for each meeting, pair that could hold it and slot where it can be."""

    def __init__(self, meetings: Meetings, every: bool, hint: Found | None) -> None:
        from ortools.sat.python import cp_model

        self.every, self.pairs, self.bound = every, meetings.pairs, len(meetings.pairs)
        self.model = model = cp_model.CpModel()
        meeting_of = np.repeat(np.arange(len(meetings.pairs)), [len(choices) for choices in meetings.choices])
        holders = np.array([pair for choices in meetings.choices for pair in choices], dtype=np.int64).reshape(-1, 2)
        allowed = meetings.availability[holders[:, 0]] & meetings.availability[holders[:, 1]]
        fixed = meetings.fixed[meeting_of]
        held = fixed >= 0
        allowed[held] = False
        allowed[held, fixed[held]] = True
        option, self.slot_of = np.nonzero(allowed)
        self.which, self.holders = meeting_of[option], holders[option]
        self.chosen = [model.new_bool_var("") for _ in range(len(self.which))]
        by_meeting: list[list[Any]] = [[] for _ in meetings.pairs]
        by_place: dict[tuple[int, int], list[Any]] = {}
        at: dict[tuple[int, int], list[Any]] = {}
        rows = zip(self.chosen, self.which.tolist(), self.holders.tolist(), self.slot_of.tolist(), strict=True)
        for variable, meeting, people, slot in rows:
            by_meeting[meeting].append(variable)
            by_place.setdefault((int(meetings.location[meeting]), slot), []).append(variable)
            for person in people:
                at.setdefault((person, slot), []).append(variable)
            if meetings.fixed[meeting] >= 0:
                model.add(variable == 1)
            if hint is not None:
                model.add_hint(variable, bool(hint[0][meeting] == slot and hint[1][meeting].tolist() == people))
        for group in by_meeting:
            (model.add_exactly_one if every else model.add_at_most_one)(group)
        for group in at.values():
            model.add_at_most_one(group)
        for (location, slot), group in by_place.items():
            there = (meetings.fixed == slot) & (meetings.location == location)
            room = max(int(meetings.tables[location, slot]), int(there.sum()))
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


def _search(model: _Model, seconds: float, seed: int) -> tuple[Found | None, bool]:
    """Returns the slots and holders found, None without any, and whether it is proven that none exist."""
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
    slots, holders = np.full(len(model.pairs), -1, dtype=np.int64), model.pairs.copy()
    picked = np.array([solver.boolean_value(variable) for variable in model.chosen], dtype=bool)
    slots[model.which[picked]] = model.slot_of[picked]
    holders[model.which[picked]] = model.holders[picked]
    return (slots, holders), False
