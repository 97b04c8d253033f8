"""How many meetings any timetable can place at most, told before the solver starts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import maximum_bipartite_matching

from matcher.schedule.problem import Meetings


def most(meetings: Meetings) -> int:
    """Returns a number of meetings that no timetable exceeds.

    The least of three: what the tables hold; half the slots that people can use; and all meetings less those that each of a set
    of people, no two of whom meet, must lose because their meetings do not fit into their own slots (König, 1931).
    """
    held = meetings.fixed >= 0
    both = meetings.availability[meetings.pairs[:, 0]] & meetings.availability[meetings.pairs[:, 1]] & (meetings.tables > 0)
    both[held] = False
    both[held, meetings.fixed[held]] = True
    can = np.flatnonzero(both.any(axis=1))
    used = np.bincount(meetings.fixed[held], minlength=meetings.slots)
    at_tables = int(np.maximum(meetings.tables, used).sum())
    of: list[list[int]] = [[] for _ in range(meetings.people)]
    for meeting in can.tolist():
        for person in meetings.pairs[meeting].tolist():
            of[person].append(meeting)
    has_fixed = np.zeros(meetings.people, dtype=bool)
    has_fixed[meetings.pairs[held].ravel()] = True
    fits = [_fitting(meetings, person, both[mine], bool(has_fixed[person])) if mine else 0 for person, mine in enumerate(of)]
    lost = np.array([len(mine) - fit for mine, fit in zip(of, fits, strict=True)], dtype=np.int64)
    together, taken = 0, np.zeros(len(meetings.pairs), dtype=bool)
    for person in np.lexsort((np.arange(meetings.people), -lost)).tolist():
        if lost[person] <= 0:
            break
        if not taken[of[person]].any():
            taken[of[person]] = True
            together += int(lost[person])
    return min(at_tables, sum(fits) // 2, len(can) - together)


def _fitting(meetings: Meetings, person: int, slots: NDArray[np.bool_], has_fixed: bool) -> int:
    """How many of one person's meetings, (d, s) True where each can be, fit into their slots; at most d."""
    reachable = np.asarray(slots.any(axis=0), dtype=bool)
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
