"""What an earlier run or a person has settled: introductions that stay, and pairs that are off."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from matcher.eligibility import BLOCKED
from matcher.pipeline import PreparedEvent
from matcher.scoring import Pairs

Ids = tuple[str, str]
GONE = "one of them no longer takes part"
FORBIDDEN = "the rules no longer allow it"
"""Said of a block, which only the two may know of."""


@dataclass(frozen=True, slots=True)
class Decided:
    """An event with what is settled in its rules."""

    event: PreparedEvent
    locked: frozenset[Ids]
    """Pairs that stay, each with the lower id first."""
    dropped: tuple[tuple[str, str, str], ...]
    """Pairs that were to stay and cannot, with the reason; those with somebody who no longer takes part are only counted."""
    gone: int
    """How many those are."""


def decide(event: PreparedEvent, locked: Iterable[Ids] = (), forbidden: Iterable[Ids] = ()) -> Decided:
    """Returns the event in which the locked pairs stay and the forbidden ones are off, at every door.

    A locked pair stays above caps and whatever its score. It does not stay where somebody no longer takes part or asks for no
    introductions, where it is forbidden too, or where a rule now forbids it (block, exclusion, already met, groups).

    Args:
        event: the prepared event.
        locked, forbidden: pairs of ids in any order; ids that are not here are people who have left.
    """
    place = {attendee.id: number for number, attendee in enumerate(event.attendees)}
    wanted = sorted({(min(pair), max(pair)) for pair in locked})
    here = [pair for pair in wanted if all(person in place and event.eligibility.takes_part[place[person]] for person in pair)]
    willing = [pair for pair in here if all(event.attendees[place[person]].max_introductions != 0 for person in pair)]
    off = [pair for pair in forbidden if pair[0] in place and pair[1] in place]
    rules = event.eligibility.decided(_positions(willing, place), _positions(off, place))
    stays = set(map(tuple, rules.forced.tolist()))
    kept, dropped = set(), []
    for a, b in here:
        at = (min(place[a], place[b]), max(place[a], place[b]))
        if (a, b) in willing and at in stays:
            kept.add((a, b))
        else:
            rule = rules.rule(*at) if (a, b) in willing else "one of them asks for no introductions"
            dropped.append((a, b, FORBIDDEN if rule == BLOCKED else rule))
    weighed = [] if willing or off else event._weighed  # other rules, other candidates
    return Decided(replace(event, eligibility=rules, _weighed=weighed), frozenset(kept), tuple(dropped), len(wanted) - len(here))


def _positions(pairs: Sequence[Ids], place: dict[str, int]) -> Pairs:
    return np.array([(place[a], place[b]) for a, b in pairs], dtype=np.int64).reshape(-1, 2)
