"""Ranked lists: whom should one person, or everybody, meet."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import numpy as np

from matcher import mutual, reasons
from matcher.allocation import rounds
from matcher.event import EventSettings
from matcher.matching import Tellable, both_reasons, meetings
from matcher.mutual import Strength
from matcher.pipeline import PreparedEvent
from matcher.scoring import ScoredPairs, Scores

LISTS_PER_PLACE = 3
"""Without an exposure limit in the settings, nobody stands on more than three times as many lists as a list is long."""


class Order(StrEnum):
    """What a list is sorted by."""

    MUTUAL = "mutual"
    """The mutual score: good for both."""
    BALANCED = "balanced"
    """Everybody's lists at once (`allocation.rounds`): a pair stands at the same place on both lists, and nobody is shown more
    often than others. More matches than by mutual score where people look at the top of a list first."""
    VALUE = "value"
    """What the reader gets, whatever the other gets."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One line of a list; `value` and `mutual_score` are in [0, 1]."""

    for_id: str
    from_id: str
    rank: int
    """From 1."""
    value: float
    """P(the reader welcomes the other): what `for_id` gets from `from_id`."""
    mutual_score: float
    strength: Strength
    one_sided: bool
    reason_for: str
    """What the reader is told."""
    reason_from: str
    """What the other would be told."""
    opening: str


def suggest(event: PreparedEvent, person: int, limit: int, order: Order = Order.MUTUAL) -> tuple[Suggestion, ...]:
    """Returns the best `limit` eligible people for one person, best first.

    Where the settings limit exposure, or the order is balanced, the lists of all are made and this one is taken, so that every
    door agrees.
    """
    if event.settings.exposure.limit is not None or order is Order.BALANCED:
        return known_suggestions(event, event.all_scored(), limit, order, person)
    others = np.delete(np.arange(len(event.attendees)), person)
    pairs = np.column_stack([np.full(len(others), person), others])
    if len(pairs) > 2 * event.settings.candidates.per_person:
        near = event.candidates()
        mine = near[(near == person).any(axis=1)]
        pairs = np.column_stack([np.full(len(mine), person), mine.sum(axis=1) - person])
    else:
        pairs = pairs[event.eligibility.allowed(pairs)]
    scored = event.scored(pairs)
    return known_suggestions(event, scored, limit, order, person)


def suggest_all(event: PreparedEvent, limit: int, order: Order = Order.MUTUAL) -> tuple[Suggestion, ...]:
    """Returns the lists of all people, by reader and rank.

    Places go to the best lines first; once somebody stands on as many lists as the exposure limit allows, the next best
    takes the place.
    """
    return known_suggestions(event, event.all_scored(), limit, order)


class Readers(Tellable, Protocol):
    """The people of an event in the order of their ids, its settings, and their texts."""

    @property
    def settings(self) -> EventSettings:
        """The event's settings."""


def known_suggestions(
    event: Readers, scored: ScoredPairs, limit: int, order: Order = Order.MUTUAL, person: int | None = None
) -> tuple[Suggestion, ...]:
    """Returns the lists of all people, or of one, from pairs that are weighed already.

    Args:
        event: the people.
        scored: all candidate pairs of the event, or of the person.
        limit: length of a list.
        order: what it is sorted by.
        person: position of the only reader; None for everybody.
    """
    attendees, settings = event.attendees, event.settings
    wanted = np.array([settings.introductions.most(a.group, a.max_introductions) > 0 for a in attendees], dtype=np.bool_)
    scored = scored[np.asarray(wanted[scored.pairs].all(axis=1), dtype=np.bool_)]
    both = ScoredPairs(
        np.vstack([scored.pairs, scored.pairs[:, ::-1]]),
        np.concatenate([scored.value_a, scored.value_b]),
        np.concatenate([scored.value_b, scored.value_a]),
        np.concatenate([scored.score, scored.score]),
    )
    cap = settings.exposure.limit
    if person is None or order is Order.BALANCED:
        cap = cap or LISTS_PER_PLACE * limit
    elif cap is None:
        both = both[both.pairs[:, 0] == person]
    chosen = _chosen(both, len(attendees), limit, order, cap or len(attendees))
    return told(event, chosen if person is None else chosen[chosen.pairs[:, 0] == person])


def _chosen(scored: ScoredPairs, people: int, limit: int, order: Order, cap: int) -> ScoredPairs:
    key = scored.value_a if order is Order.VALUE else scored.score
    if order is Order.BALANCED:
        key = _balanced(scored, people, limit)
    kept: list[int] = []
    length = np.zeros(people, dtype=np.int64)
    shown = np.zeros(people, dtype=np.int64)
    ranked = np.lexsort((scored.pairs[:, 1], scored.pairs[:, 0], -np.round(key, 6)))
    for k in ranked.tolist():
        reader, other = scored.pairs[k]
        if length[reader] < limit and shown[other] < cap:
            kept.append(k)
            length[reader] += 1
            shown[other] += 1
    return scored[np.array(kept, dtype=np.int64)]


def _balanced(scored: ScoredPairs, n: int, limit: int) -> Scores:
    """(m,) a key by which the ranks of the rounds come first, then the mutual score where a round left a place free."""
    once = scored.pairs[:, 0] < scored.pairs[:, 1]
    good = once & (scored.score >= mutual.FLOOR) & ~mutual.one_sided(scored.value_a, scored.value_b)
    rank = rounds(scored.pairs[good], scored.score[good], n, limit)
    low, high = scored.pairs.min(axis=1), scored.pairs.max(axis=1)
    place = dict(zip((scored.pairs[good] @ [n, 1])[rank >= 0].tolist(), rank[rank >= 0].tolist(), strict=True))
    ranks = np.array([place.get(code, -1) for code in (low * n + high).tolist()], dtype=np.int64)
    return np.where(ranks >= 0, 1.0 + limit - ranks, scored.score)


def told(event: Tellable, scored: ScoredPairs) -> tuple[Suggestion, ...]:
    """Returns the lines of one or more lists with their words, by reader and rank.

    Args:
        event: the people, at least those of the pairs.
        scored: pairs of (reader, other), each reader's in the order of their list.
    """
    both = meetings(event, scored.pairs)
    one_sided = mutual.one_sided(scored.value_a, scored.value_b)
    lines: list[Suggestion] = []
    rank = np.zeros(len(event.attendees), dtype=np.int64)
    for k, (a, b) in enumerate(scored.pairs.tolist()):
        turn = int(rank[a])
        rank[a] += 1
        first, second = event.attendees[a], event.attendees[b]
        of_reader, of_other = both[k]
        tells, telling = both_reasons(
            first, second, of_reader, of_other, (turn, turn), bool(one_sided[k]), bool(scored.value_a[k] < scored.value_b[k])
        )
        lines.append(
            Suggestion(
                for_id=first.id,
                from_id=second.id,
                rank=turn + 1,
                value=round(float(scored.value_a[k]), 4),
                mutual_score=round(float(scored.score[k]), 4),
                strength=mutual.strength(float(scored.score[k])),
                one_sided=bool(one_sided[k]),
                reason_for=tells,
                reason_from=telling,
                opening=reasons.opening(second, of_reader, turn),
            )
        )
    place = {attendee.id: number for number, attendee in enumerate(event.attendees)}
    return tuple(sorted(lines, key=lambda line: (place[line.for_id], line.rank)))
