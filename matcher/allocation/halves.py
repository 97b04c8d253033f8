"""Pairs that the relaxation left at one half: closed trails, taken and left in turn."""

from __future__ import annotations

import numpy as np

from matcher.allocation.problem import Choice, Counts, Pairs


def split(pairs: Pairs, need: Counts, sure: Counts) -> Choice:
    """Returns (h,) which of the half pairs are taken: every second one along each closed trail.

    All people stand in an even number of half pairs, so each connected part is one closed trail (Euler, 1736; Hierholzer, 1873).
    Along an even trail nobody loses anything; an odd one costs one place of the person where it starts.

    Args:
        pairs: (h, 2) the half pairs.
        need: (n,) minimum per person: a trail starts where it can be missed best.
        sure: (n,) introductions that each person has beside the half pairs.
    """
    around: dict[int, list[int]] = {}
    for number, (a, b) in enumerate(pairs.tolist()):
        around.setdefault(a, []).append(number)
        around.setdefault(b, []).append(number)
    spare = {person: int(sure[person] + len(halves) // 2 - need[person]) for person, halves in around.items()}
    take, used = np.zeros(len(pairs), dtype=bool), [False] * len(pairs)
    for person in sorted(around, key=lambda each: (-spare[each], each)):
        trail = _trail(person, pairs, around, used)
        take[trail[1::2]] = True  # the first and last of an odd trail are left
    return take


def _trail(start: int, pairs: Pairs, around: dict[int, list[int]], used: list[bool]) -> list[int]:
    """The numbers of the pairs of the closed trail through all of the part that holds `start`; empty where all are used."""
    stack, trail = [(start, -1)], []
    while stack:
        person, came = stack[-1]
        while around[person] and used[around[person][-1]]:
            around[person].pop()
        if around[person]:
            number = around[person].pop()
            used[number] = True
            a, b = pairs[number].tolist()
            stack.append((b if person == a else a, number))
        else:
            stack.pop()
            if came >= 0:
                trail.append(came)
    return trail
