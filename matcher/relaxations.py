"""What stands in the way: who misses a minimum because of which rule or cap, and what one place or one rule more would change.

All of it is measured by solving the whole event again, not by a rule of thumb: what a cap is worth depends on everybody else.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher import mutual
from matcher.allocation import Allocation, allocate
from matcher.eligibility import COLLEAGUES, EXCLUDED, GROUPS
from matcher.pipeline import PreparedEvent, caps, forced, worth
from matcher.scoring import ScoredPairs

_PAIRS = 300_000
"""Pairs weighed again in all, so that large events pay a second or so: 6 trials at 1,400 people, one at 10,000 or more."""
_TRIALS = 10
_SHORT = 25
"""People who miss a minimum and are looked at one by one."""
_HELP = 3
NEGLIGIBLE = 0.05
"""Total mutual score under which a change is not worth an organizer's word: a twentieth of one sure introduction."""


@dataclass(frozen=True, slots=True)
class Bottleneck:
    """Somebody who has fewer introductions than the minimum, and what keeps it so."""

    id: str
    has: int
    minimum: int
    eligible: int
    """People whom the rules and the search leave to meet."""
    cause: str
    """`rules` where too few are left, `caps` where those who are left have no place."""
    rules: dict[str, int]
    """Rule -> people whom it keeps away."""
    would_help: tuple[str, ...]
    """Ids of the best of those who are full: one place more of any of them gives this person one introduction more."""


@dataclass(frozen=True, slots=True)
class Relaxation:
    """What changes if one cap or one rule is relaxed, everything else as it is."""

    what: str
    """In words."""
    person: str
    """Id, where it is about one person's cap."""
    missing: int
    """Introductions missing to minimums, by which it becomes less."""
    introductions: int
    """Change of their number."""
    value: float
    """Change of the total of mutual scores; filler counts less than nothing."""


@dataclass(frozen=True, slots=True)
class Demand:
    """What would happen without caps: each person asks for those whom they welcome most, as many as they may have."""

    top_tenth: float
    """Share of all wishes that goes to the tenth wanted most."""
    most_wanted: tuple[tuple[str, int], ...]
    """(id, people who have them among their first wishes), the most first."""


Apart = dict[int, dict[str, list[int]]]


def kept_apart(event: PreparedEvent, allocation: Allocation) -> Apart:
    """Returns for each person who misses a minimum, those who miss most first: organizer's rule -> people whom it keeps away.

    What two people settled between themselves (a block, met before) stays theirs and is no rule to relax.
    """
    short = np.flatnonzero(allocation.short)
    found: Apart = {}
    for person in short[np.lexsort((short, -allocation.short[short]))][:_SHORT].tolist():
        found[person] = {}
        for other in range(len(event.attendees)):
            rule = event.eligibility.rule(person, other)
            if rule in {COLLEAGUES, EXCLUDED, GROUPS} and not event.eligibility.silent[[person, other]].any():
                found[person].setdefault(rule, []).append(other)
    return found


def bottlenecks(event: PreparedEvent, scored: ScoredPairs, allocation: Allocation, apart: Apart) -> tuple[Bottleneck, ...]:
    """Returns who misses a minimum and why, in the order of `apart`."""
    lower, upper = caps(event)
    found = []
    for person, rules in apart.items():
        mine = np.flatnonzero((scored.pairs == person).any(axis=1))
        others = scored.pairs[mine].sum(axis=1) - person
        waiting = mine[~allocation.chosen[mine] & (allocation.degree[others] >= upper[others])]
        best = waiting[np.lexsort((waiting, -scored.score[waiting]))][:_HELP]
        few = len(others) < lower[person]
        found.append(
            Bottleneck(
                id=event.attendees[person].id,
                has=int(allocation.degree[person]),
                minimum=int(lower[person]),
                eligible=len(others),
                cause="rules" if few else "caps",
                rules={rule: len(rules[rule]) for rule in sorted(rules, key=lambda each: (-len(rules[each]), each))},
                would_help=tuple(event.attendees[int(pair.sum()) - person].id for pair in scored.pairs[best]),
            )
        )
    return tuple(found)


def one_place_more(event: PreparedEvent, scored: ScoredPairs) -> Allocation:
    """Returns the introductions if everybody who has not asked for fewer had one place more.

    It needs nothing of the event's own introductions, so it can be found beside them.
    """
    lower, upper = caps(event)
    return allocate(scored.pairs, worth(scored), lower, upper + _open(event, upper), forced(event, scored.pairs))


def _open(event: PreparedEvent, upper: NDArray[np.int64]) -> NDArray[np.bool_]:
    """(n,) True for those whose cap the event sets: nobody gets more than they asked for."""
    own = np.array([attendee.max_introductions is not None for attendee in event.attendees], dtype=bool)
    return np.asarray((upper > 0) & ~own, dtype=bool)


def relaxations(
    event: PreparedEvent, scored: ScoredPairs, largest: Allocation, more: Allocation, apart: Apart
) -> tuple[Relaxation, ...]:
    """Returns what one place or one rule more would change, the most useful first; those that change next to nothing are left out.

    Tried are: one place more for everybody, for each group with targets of its own, for the people whose place is worth most by
    the prices of the relaxation, and each of the organizer's rules that keeps people from their minimum.

    Args:
        event: the event.
        scored: its candidate pairs.
        largest: the allocation with the largest total, to compare with.
        more: `one_place_more`.
        apart: whom rules keep from those who miss a minimum.
    """
    lower, upper = caps(event)
    weights, required = worth(scored), forced(event, scored.pairs)
    found = [_changed("one place more for everybody who has not asked for fewer", "", largest, more)]
    for what, person, pairs, values, places in _trials(event, scored, largest, weights, upper, apart):
        extra = np.zeros(len(pairs) - len(required), dtype=bool)
        again = allocate(pairs, values, lower, places, np.concatenate([required, extra]))
        found.append(_changed(what, person, largest, again))
    useful = [each for each in found if each.missing > 0 or each.value >= NEGLIGIBLE]
    return tuple(sorted(useful, key=lambda each: (-each.missing, -each.value, each.what)))


def _changed(what: str, person: str, before: Allocation, after: Allocation) -> Relaxation:
    return Relaxation(
        what=what,
        person=person,
        missing=int(before.short.sum() - after.short.sum()),
        introductions=int(after.chosen.sum() - before.chosen.sum()),
        value=round(after.objective - before.objective, 4),
    )


_Trial = tuple[str, str, NDArray[np.int64], NDArray[np.float64], NDArray[np.int64]]


def _trials(
    event: PreparedEvent,
    scored: ScoredPairs,
    largest: Allocation,
    weights: NDArray[np.float64],
    upper: NDArray[np.int64],
    apart: Apart,
) -> Iterator[_Trial]:
    """(what, person, pairs, weights, caps) of each trial after that for everybody, as many as the size of the event allows."""
    left = max(min(_TRIALS, _PAIRS // max(len(scored.pairs), 1)), 1)
    groups = np.array([attendee.group.casefold() for attendee in event.attendees])
    open_ = _open(event, upper)
    for rule, pairs in _by_rule(apart):
        added = event.scored(pairs)
        left -= 1
        yield (
            f"without the rule “{rule}” for those who miss their minimum", "", np.vstack([scored.pairs, pairs]),
            np.concatenate([weights, worth(added)]), upper,
        )  # fmt: skip
    for group in event.settings.introductions.groups:
        if left > 1 and (open_ & (groups == group.casefold())).any():
            left -= 1
            yield f"one place more for each of {group}", "", scored.pairs, weights, upper + (open_ & (groups == group.casefold()))
    full = np.flatnonzero((largest.degree >= upper) & (upper > 0) & (largest.prices > 0))
    for person in full[np.lexsort((full, -largest.prices[full]))][: left - 1].tolist():
        more = upper.copy()
        more[person] += 1
        attendee = event.attendees[person]
        yield f"one place more for {attendee.name}", attendee.id, scored.pairs, weights, more


def _by_rule(apart: Apart) -> Iterator[tuple[str, NDArray[np.int64]]]:
    """Each rule with the pairs that it keeps apart."""
    pairs: dict[str, set[tuple[int, int]]] = {}
    for person, rules in apart.items():
        for rule, others in rules.items():
            pairs.setdefault(rule, set()).update((min(person, other), max(person, other)) for other in others)
    for rule in sorted(pairs):
        yield rule, np.array(sorted(pairs[rule]), dtype=np.int64)


def demand(event: PreparedEvent, scored: ScoredPairs) -> Demand:
    """Returns whom everybody would ask for first, were there no caps and no other side."""
    _, upper = caps(event)
    readers = np.concatenate([scored.pairs[:, 0], scored.pairs[:, 1]])
    others = np.concatenate([scored.pairs[:, 1], scored.pairs[:, 0]])
    value = np.concatenate([scored.value_a, scored.value_b])
    keep = np.tile(scored.score >= mutual.FLOOR, 2)
    readers, others, value = readers[keep], others[keep], value[keep]
    order = np.lexsort((others, -np.round(value, 6), readers))
    rank = np.arange(len(order)) - np.searchsorted(readers[order], readers[order])
    first = order[rank < upper[readers[order]]]
    wanted = np.bincount(others[first], minlength=len(upper))
    most = np.lexsort((np.arange(len(wanted)), -wanted))[:10]
    tenth = max(1, round(int((upper > 0).sum()) / 10))
    share = float(np.sort(wanted)[::-1][:tenth].sum() / max(wanted.sum(), 1))
    return Demand(round(share, 3), tuple((event.attendees[k].id, int(wanted[k])) for k in most.tolist() if wanted[k]))
