"""Ranked lists: whom should one person, or everybody, meet."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from matcher import mutual, reasons
from matcher.allocation import rounds
from matcher.matching import both_reasons, meetings
from matcher.mutual import Strength
from matcher.pipeline import PreparedEvent, caps
from matcher.scoring import ScoredPairs, Scorer, Scores

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
        reader = event.attendees[person].id
        return tuple(line for line in suggest_all(event, limit, order) if line.for_id == reader)
    others = np.delete(np.arange(len(event.attendees)), person)
    pairs = np.column_stack([np.full(len(others), person), others])
    if len(pairs) > 2 * event.settings.candidates.per_person:
        near = event.candidates()
        mine = near[(near == person).any(axis=1)]
        pairs = np.column_stack([np.full(len(mine), person), mine.sum(axis=1) - person])
    else:
        pairs = pairs[event.eligibility.allowed(pairs)]
    return _lines(event, event.scored(_wanted(event, pairs)), limit, order, cap=len(event.attendees))


def suggest_all(event: PreparedEvent, limit: int, order: Order = Order.MUTUAL) -> tuple[Suggestion, ...]:
    """Returns the lists of all people, by reader and rank.

    Places go to the best lines first; once somebody stands on as many lists as the exposure limit allows, the next best
    takes the place.
    """
    scored = event.scored(_wanted(event, event.candidates()))
    both = ScoredPairs(
        np.vstack([scored.pairs, scored.pairs[:, ::-1]]),
        np.concatenate([scored.value_a, scored.value_b]),
        np.concatenate([scored.value_b, scored.value_a]),
        np.concatenate([scored.score, scored.score]),
    )
    return _lines(event, both, limit, order, event.settings.exposure.limit or LISTS_PER_PLACE * limit)


def _wanted(event: PreparedEvent, pairs: NDArray[np.int64]) -> NDArray[np.int64]:
    """The pairs without people who asked for no introductions, or whose cap is 0."""
    _, upper = caps(event)
    return pairs[(upper[pairs] > 0).all(axis=1)]


def _lines(event: PreparedEvent, scored: ScoredPairs, limit: int, order: Order, cap: int) -> tuple[Suggestion, ...]:
    key = scored.value_a if order is Order.VALUE else scored.score
    if order is Order.BALANCED:
        key = _balanced(event, scored, limit)
    kept: list[int] = []
    length = np.zeros(len(event.attendees), dtype=np.int64)
    shown = np.zeros(len(event.attendees), dtype=np.int64)
    ranked = np.lexsort((scored.pairs[:, 1], scored.pairs[:, 0], -np.round(key, 6)))
    for k in ranked.tolist():
        reader, other = scored.pairs[k]
        if length[reader] < limit and shown[other] < cap:
            kept.append(k)
            length[reader] += 1
            shown[other] += 1
    chosen = scored[np.array(kept, dtype=np.int64)]
    with event.watch.stage("reasons"):
        return told(event, chosen)


def _balanced(event: PreparedEvent, scored: ScoredPairs, limit: int) -> Scores:
    """(m,) a key by which the ranks of the rounds come first, then the mutual score where a round left a place free."""
    once = scored.pairs[:, 0] < scored.pairs[:, 1]
    good = once & (scored.score >= mutual.FLOOR) & ~mutual.one_sided(scored.value_a, scored.value_b)
    rank = rounds(scored.pairs[good], scored.score[good], len(event.attendees), limit)
    n = len(event.attendees)
    low, high = scored.pairs.min(axis=1), scored.pairs.max(axis=1)
    place = dict(zip((scored.pairs[good] @ [n, 1])[rank >= 0].tolist(), rank[rank >= 0].tolist(), strict=True))
    ranks = np.array([place.get(code, -1) for code in (low * n + high).tolist()], dtype=np.int64)
    return np.where(ranks >= 0, 1.0 + limit - ranks, scored.score)


def told(event: Scorer, scored: ScoredPairs) -> tuple[Suggestion, ...]:
    """Returns the lines of one or more lists with their words, by reader and rank.

    Args:
        event: the people, at least those of the pairs.
        scored: pairs of (reader, other), each reader's in the order of their list.
    """
    of_reader, of_other = meetings(event, scored.pairs), meetings(event, scored.pairs[:, ::-1])
    one_sided = mutual.one_sided(scored.value_a, scored.value_b)
    lines: list[Suggestion] = []
    rank = np.zeros(len(event.attendees), dtype=np.int64)
    for k, (reader, other) in enumerate(scored.pairs.tolist()):
        turn = int(rank[reader])
        rank[reader] += 1
        first, second = event.attendees[reader], event.attendees[other]
        tells, telling = both_reasons(
            first, second, of_reader[k], of_other[k], (turn, turn), bool(one_sided[k]), bool(scored.value_a[k] < scored.value_b[k])
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
                opening=reasons.opening(second, of_reader[k], turn),
            )
        )
    place = {attendee.id: number for number, attendee in enumerate(event.attendees)}
    return tuple(sorted(lines, key=lambda line: (place[line.for_id], line.rank)))
