"""How many meetings any timetable can place at most, told before the solver starts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import maximum_bipartite_matching

from matcher.schedule.problem import Meetings


def most(meetings: Meetings) -> int:
    """Returns a number of meetings that no timetable exceeds.

    The least of three: what the tables of each location hold; half the slots that people can use; and all meetings less those
    that each of a set of people, no two of whom meet, must lose because their meetings do not fit into their own slots (König,
    1931). A team counts as one person with the slots of all its members.
    """
    n = meetings.people
    held = meetings.fixed >= 0
    both = np.array(
        [np.any([meetings.availability[a] & meetings.availability[b] for a, b in choices], axis=0) for choices in meetings.choices],
        dtype=bool,
    ).reshape(len(meetings.pairs), meetings.slots)
    both &= meetings.room > 0
    both[held] = False
    both[held, meetings.fixed[held]] = True
    can = np.flatnonzero(both.any(axis=1))
    used = np.zeros_like(meetings.tables)
    np.add.at(used, (meetings.location[held], meetings.fixed[held]), 1)
    wanted = np.bincount(meetings.location[can], minlength=len(meetings.tables))
    at_tables = int(np.minimum(np.maximum(meetings.tables, used).sum(axis=1), wanted).sum())
    side = np.where(meetings.team >= 0, meetings.team + n, np.arange(n))
    of: dict[int, list[int]] = {}
    for meeting in can.tolist():
        for person in side[meetings.pairs[meeting]].tolist():
            of.setdefault(person, []).append(meeting)
    has_fixed = set(side[meetings.pairs[held].ravel()].tolist())
    fits = {
        one: _fitting(meetings, np.flatnonzero(side == one) if one >= n else np.array([one]), both[mine], one in has_fixed)
        for one, mine in of.items()
    }
    together, taken = 0, np.zeros(len(meetings.pairs), dtype=bool)
    for one in sorted(of, key=lambda one: (fits[one] - len(of[one]), one)):
        lost = len(of[one]) - fits[one]
        if lost <= 0:
            break
        if not taken[of[one]].any():
            taken[of[one]] = True
            together += lost
    return min(at_tables, sum(fits.values()) // 2, len(can) - together)


def _fitting(meetings: Meetings, people: NDArray[np.int64], slots: NDArray[np.bool_], has_fixed: bool) -> int:
    """How many meetings, (d, s) True where each can be, fit into the slots of one person or one team; at most d."""
    reachable = np.asarray(slots.any(axis=0), dtype=bool)
    if len(people) > 1:
        most = sum(_slots_with_breaks(meetings, reachable & meetings.availability[person]) for person in people.tolist())
        return len(slots) if has_fixed else min(len(slots), most)
    easy = int(slots.sum(axis=1).min()) >= len(slots)  # each has as many slots as there are meetings: they fit (Hall, 1935)
    matched = len(slots) if easy else int((maximum_bipartite_matching(sparse.csr_matrix(slots), perm_type="column") >= 0).sum())
    return matched if has_fixed else min(matched, _slots_with_breaks(meetings, reachable))


def _slots_with_breaks(meetings: Meetings, can_come: NDArray[np.bool_]) -> int:
    """How many slots one person can meet in: every run of them loses one for each break that it needs."""
    if not meetings.max_in_a_row:
        return int(can_come.sum())
    total = run = 0
    for slot, comes in enumerate(can_come.tolist()):
        if run and not (comes and meetings.follows[slot - 1]):
            total, run = total + run - run // (meetings.max_in_a_row + 1), 0
        run += comes
    return total + run - run // (meetings.max_in_a_row + 1)
