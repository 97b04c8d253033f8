"""Why a meeting has no slot, and the slot that would fix it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np

from matcher.schedule.problem import Meetings, Pairs, Slots


class Obstacle(Enum):
    """What keeps a meeting out of a slot."""

    TABLES = "no table is free"
    UNAVAILABLE = "cannot come"
    IN_A_ROW = "would have too many meetings in a row"
    BUSY = "has another meeting"


_CURE = {Obstacle.TABLES: 1, Obstacle.IN_A_ROW: 2, Obstacle.UNAVAILABLE: 3, Obstacle.BUSY: 10}
"""How hard an obstacle is to remove: one more table is easier than a change of somebody's plans."""


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A meeting without a slot."""

    meeting: int
    """Row of the pair."""
    slot: int
    """The slot with the fewest obstacles, where removing them places the meeting; −1 where only one more slot would help."""
    obstacles: tuple[tuple[Obstacle, int], ...]
    """What stands in the way there, with the position of the person; −1 for tables. Without a slot: what stands in the
    way of each slot, each once."""


def explain(meetings: Meetings, slots: Slots, holders: Pairs) -> tuple[Unplaced, ...]:
    """Returns the meetings without a slot, in the order of the pairs, each with what stands in its way.

    Args:
        meetings: what was to be placed.
        slots: (m,) the timetable.
        holders: (m, 2) who holds each meeting.
    """
    busy = [0] * meetings.people
    for meeting in np.flatnonzero(slots >= 0).tolist():
        for person in holders[meeting].tolist():
            busy[person] |= 1 << int(slots[meeting])
    used = np.zeros_like(meetings.tables)
    np.add.at(used, (meetings.location[slots >= 0], slots[slots >= 0]), 1)
    full = used >= meetings.tables
    held = meetings.fixed_masks()
    found = []
    for meeting in np.flatnonzero(slots < 0).tolist():
        ways = [
            (slot, _obstacles(meetings, people, slot, busy, held, bool(full[meetings.location[meeting], slot])))
            for people in meetings.choices[meeting]
            for slot in range(meetings.slots)
        ]
        costs = [sum(_CURE[obstacle] for obstacle, _ in obstacles) for _, obstacles in ways]
        best = int(np.argmin(costs)) if costs else -1
        if best < 0 or costs[best] >= _CURE[Obstacle.BUSY]:
            every = dict.fromkeys(each for _, obstacles in ways for each in obstacles)
            found.append(Unplaced(meeting, -1, tuple(every)))
        else:
            found.append(Unplaced(meeting, *ways[best]))
    return tuple(found)


def _obstacles(
    meetings: Meetings, people: tuple[int, int], slot: int, busy: list[int], held: list[int], full: bool
) -> tuple[tuple[Obstacle, int], ...]:
    found = [(Obstacle.TABLES, -1)] if full else []
    for person in people:
        if not meetings.availability[person, slot]:
            found.append((Obstacle.UNAVAILABLE, person))
        if busy[person] >> slot & 1:
            found.append((Obstacle.BUSY, person))
        elif meetings.too_long(busy[person] | 1 << slot, held[person]):
            found.append((Obstacle.IN_A_ROW, person))
    return tuple(found)
