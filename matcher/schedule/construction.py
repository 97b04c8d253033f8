"""A timetable at once, and better ones while meetings give way to each other: the answer that is there at any time."""

from __future__ import annotations

import time
from collections import deque
from functools import reduce
from operator import or_
from random import Random

import numpy as np

from matcher.schedule.colouring import colour_edges
from matcher.schedule.problem import Meetings, Pairs, Slots

_ROUNDS = 300
"""Attempts per meeting before the construction leaves the rest to the solver."""
_REST = 12
"""Moves for which a meeting that was moved away from a slot does not go back there, and as many again by chance."""


def construct(meetings: Meetings, deadline: float, seed: int, enough: int) -> tuple[Slots, Pairs]:
    """Returns (m,) slot of each meeting, −1 where it found none, and (m, 2) who holds it; all rules hold.

    Starts from Vizing's rounds, then places meetings one by one in the slot where they push out the fewest others, which look
    for another slot in turn; a slot just left is closed for a while (tabu search: Glover, 1989; partial colourings: Blöchliger
    and Zufferey, 2008).

    Args:
        meetings: what is to be placed.
        deadline: `time.monotonic()` at which the best so far comes back.
        seed: of the choice among equals.
        enough: meetings; with so many placed it stops.
    """
    board = _Board(meetings)
    colours = colour_edges(meetings.pairs, meetings.people)
    sizes = np.bincount(colours, minlength=meetings.slots)
    slot_of_colour = np.full(len(sizes), -1)
    roomy = np.lexsort((np.arange(meetings.slots), -meetings.tables.sum(axis=0)))  # the largest round where most tables are
    largest = np.lexsort((np.arange(len(sizes)), -sizes))[: meetings.slots]
    slot_of_colour[largest] = roomy[: len(largest)]
    for meeting in np.flatnonzero(meetings.fixed < 0).tolist():
        slot = int(slot_of_colour[colours[meeting]])
        if slot >= 0 and board.can(meeting, slot, 0):
            board.put(meeting, slot, 0)
    waiting = [meeting for meeting, slot in enumerate(board.slot) if slot < 0 and board.allowed[meeting]]
    waiting.sort(key=lambda meeting: (board.allowed[meeting].bit_count(), meeting))
    for meeting in waiting:
        board.fill(meeting)
    _give_way(board, deadline, Random(seed), enough)
    return np.array(board.slot, dtype=np.int64), np.array(board.ends, dtype=np.int64).reshape(-1, 2)


class _Board:
    """Who is where; every rule holds at any time."""

    def __init__(self, meetings: Meetings) -> None:
        self.meetings = meetings
        self.choices = meetings.choices
        self.ends: list[tuple[int, int]] = [choices[0] for choices in self.choices]
        self.choice = [0] * len(self.ends)
        self.fixed = meetings.fixed.tolist()
        self.slot = [-1] * len(self.ends)
        self.at: list[list[int]] = [[-1] * meetings.slots for _ in range(meetings.people)]
        self.busy = [0] * meetings.people
        self.place = [int(location) * meetings.slots for location in meetings.location]  # + slot: a location at a time
        self.left: list[int] = meetings.tables.ravel().tolist()
        self.held = meetings.fixed_masks()
        self.in_slot: list[dict[int, None]] = [{} for _ in self.left]
        for meeting, slot in enumerate(self.fixed):
            if slot >= 0:
                self.put(meeting, slot, 0)
        can_come = meetings.available_masks()
        free = [mask & ~held for mask, held in zip(can_come, self.held, strict=True)]
        table = [sum(1 << t for t in range(meetings.slots) if self.left[place + t] > 0) for place in self.place]
        self.masks = [
            [free[a] & free[b] & with_table for a, b in choices] for choices, with_table in zip(self.choices, table, strict=True)
        ]
        self.allowed = [reduce(or_, masks) for masks in self.masks]

    def can(self, meeting: int, slot: int, choice: int) -> bool:
        """Returns True where the meeting, held by that pair, fits in without pushing out another."""
        a, b = self.choices[meeting][choice]
        bit = 1 << slot
        return bool(
            self.masks[meeting][choice] & bit
            and not (self.busy[a] | self.busy[b]) & bit
            and self.left[self.place[meeting] + slot] > 0
            and not self.meetings.too_long(self.busy[a] | bit, self.held[a])
            and not self.meetings.too_long(self.busy[b] | bit, self.held[b])
        )

    def fill(self, meeting: int) -> bool:
        """Puts the meeting into the free slot with most tables left, held by the two introduced if they can; False for none."""
        for choice in range(len(self.choices[meeting])):
            fits = [slot for slot in range(self.meetings.slots) if self.can(meeting, slot, choice)]
            if fits:
                self.put(meeting, max(fits, key=lambda slot: (self.left[self.place[meeting] + slot], -slot)), choice)
                return True
        return False

    def put(self, meeting: int, slot: int, choice: int) -> None:
        """Places the meeting."""
        self.slot[meeting], self.choice[meeting], self.ends[meeting] = slot, choice, self.choices[meeting][choice]
        self.left[self.place[meeting] + slot] -= 1
        self.in_slot[self.place[meeting] + slot][meeting] = None
        for person in self.ends[meeting]:
            self.busy[person] |= 1 << slot
            self.at[person][slot] = meeting

    def take(self, meeting: int) -> None:
        """Takes the meeting out."""
        slot = self.slot[meeting]
        self.slot[meeting] = -1
        self.left[self.place[meeting] + slot] += 1
        del self.in_slot[self.place[meeting] + slot][meeting]
        for person in self.ends[meeting]:
            self.busy[person] &= ~(1 << slot)
            self.at[person][slot] = -1

    def in_the_way(self, meeting: int, slot: int, choice: int, random: Random) -> set[int] | None:
        """Returns the meetings that must leave so that this one fits; None where a fixed one would have to."""
        people, place = self.choices[meeting][choice], self.place[meeting] + slot
        out = {other for person in people if (other := self.at[person][slot]) >= 0}
        if self.left[place] <= 0 and not any(other in self.in_slot[place] for other in out):
            movable = [other for other in self.in_slot[place] if self.fixed[other] < 0]
            if not movable:
                return None
            out.add(movable[random.randrange(len(movable))])
        bit = 1 << slot
        for person in people:
            gone = sum(1 << self.slot[other] for other in out if person in self.ends[other])
            mask = self.busy[person] & ~gone | bit
            while self.meetings.too_long(mask, self.held[person]):
                window = next(w for w in self.meetings.windows if mask & w == w and self.held[person] & w != w)
                movable = [
                    other
                    for t in range(self.meetings.slots)
                    if window >> t & 1 and t != slot and self.fixed[other := self.at[person][t]] < 0
                ]
                if not movable:
                    return None
                other = movable[random.randrange(len(movable))]
                out.add(other)
                mask &= ~(1 << self.slot[other])
        return None if any(self.fixed[other] >= 0 for other in out) else out


def _give_way(board: _Board, deadline: float, random: Random, enough: int) -> None:
    """Moves meetings until all are placed, time is over or it has tried enough; leaves the best on the board."""
    waiting = deque(meeting for meeting, slot in enumerate(board.slot) if slot < 0 and board.allowed[meeting])
    best, best_slots = len(waiting), list(zip(board.slot, board.choice, strict=True))
    closed: dict[tuple[int, int], int] = {}
    acceptable = max(0, sum(slot >= 0 for slot in board.slot) + best - enough)
    limit = _ROUNDS * max(len(waiting), 1) + 20 * len(board.slot)
    for turn in range(limit):
        if best <= acceptable or (turn % 64 == 0 and time.monotonic() > deadline):
            break
        meeting = waiting.popleft()
        choice = _least(board, meeting, closed, turn, random)
        if choice is None:
            waiting.append(meeting)
            continue
        slot, which, out = choice
        for other in sorted(out):
            closed[(other, board.slot[other])] = turn + _REST + random.randrange(_REST)
            board.take(other)
            waiting.append(other)
        board.put(meeting, slot, which)
        if len(waiting) < best:
            best, best_slots = len(waiting), list(zip(board.slot, board.choice, strict=True))
    for meeting, slot in enumerate(board.slot):
        if slot >= 0 and (slot, board.choice[meeting]) != best_slots[meeting]:
            board.take(meeting)
    for meeting, (slot, which) in enumerate(best_slots):
        if slot >= 0 and board.slot[meeting] < 0:
            board.put(meeting, slot, which)
    for meeting, slot in enumerate(board.slot):
        if slot < 0:
            board.fill(meeting)


def _least(
    board: _Board, meeting: int, closed: dict[tuple[int, int], int], turn: int, random: Random
) -> tuple[int, int, set[int]] | None:
    """The slot and the pair that push out the fewest, of equal ones any, and which meetings have to leave."""
    best: tuple[float, int, int, set[int]] | None = None
    for choice, mask in enumerate(board.masks[meeting]):
        for slot in range(board.meetings.slots):
            if not mask >> slot & 1 or closed.get((meeting, slot), -1) > turn:
                continue
            out = board.in_the_way(meeting, slot, choice, random)
            if out is not None:
                key = len(out) + random.random() * 0.9
                if best is None or key < best[0]:
                    best = key, slot, choice, out
    return None if best is None else best[1:]
