"""Why two people are, or are not, introduced: the rule, the scores, the caps, and the price of forcing it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matcher import mutual
from matcher.allocation import Allocation, allocate
from matcher.matching import introduce, required
from matcher.pipeline import PreparedEvent, allocated, caps, forced, worth
from matcher.run import Introduction
from matcher.scoring import ScoredPairs


@dataclass(frozen=True, slots=True)
class Why:
    """The answer to "why these two?" or "why not these two?"."""

    a_id: str
    b_id: str
    introduced: bool
    verdict: str
    """One sentence that decides it."""
    rule: str
    """The hard rule that forbids the pair, or empty."""
    value_a: float
    """P(a welcomes b)."""
    value_b: float
    mutual_score: float
    strength: str
    candidate: bool
    """False where neither is among the people looked at for the other."""
    others_a: tuple[tuple[str, float], ...]
    """Introductions of a as (id, mutual score), best first."""
    others_b: tuple[tuple[str, float], ...]
    cap_a: int
    cap_b: int
    price: float
    """What forcing the pair costs the whole event in mutual score; 0 where it is introduced or forbidden."""
    price_missing: int
    """Introductions to minimums that forcing it makes impossible."""
    gives_way: tuple[tuple[str, str], ...]
    """Pairs of a or b that would give way, the lower id first."""
    instead: tuple[tuple[str, str], ...]
    """Pairs of others that would take the free places."""
    introduction: Introduction | None
    """The pair with its reasons; None where a rule forbids it."""


def why(event: PreparedEvent, first: int, second: int) -> Why:
    """Returns why the two positions are introduced to each other, or why not."""
    a, b = min(first, second), max(first, second)
    rule = "" if [a, b] in event.eligibility.forced.tolist() else event.eligibility.rule(a, b)
    scored, fair = allocated(event)
    allocation = fair.allocation
    _, upper = caps(event)
    here = np.flatnonzero((scored.pairs[:, 0] == a) & (scored.pairs[:, 1] == b))
    pair = scored[here] if len(here) else event.scored(np.array([[a, b]]))
    introduced = bool(len(here)) and bool(allocation.chosen[here[0]])
    others_a, others_b = (_others(event, scored[np.flatnonzero(allocation.chosen)], person) for person in (a, b))
    score = float(pair.score[0])
    forcing = _NOTHING if introduced or rule else _force(event, scored, pair, fair.largest)
    price = forcing.price
    full = [event.attendees[person].id for person, others in ((a, others_a), (b, others_b)) if len(others) >= upper[person]]
    return Why(
        a_id=event.attendees[a].id,
        b_id=event.attendees[b].id,
        introduced=introduced,
        verdict=_verdict(
            introduced, rule, bool(len(here)), score, full, price, bool(mutual.one_sided(pair.value_a, pair.value_b)[0])
        ),
        rule=rule,
        value_a=round(float(pair.value_a[0]), 4),
        value_b=round(float(pair.value_b[0]), 4),
        mutual_score=round(score, 4),
        strength=mutual.strength(score).value,
        candidate=bool(len(here)),
        others_a=others_a,
        others_b=others_b,
        cap_a=int(upper[a]),
        cap_b=int(upper[b]),
        price=round(price, 4),
        price_missing=forcing.missing,
        gives_way=forcing.gives_way,
        instead=forcing.instead,
        introduction=None if rule else introduce(event, pair, required=required(event))[0],
    )


def _verdict(introduced: bool, rule: str, candidate: bool, score: float, full: list[str], price: float, one_sided: bool) -> str:
    if rule:
        return f"Not introduced, and never will be: {rule}."
    if introduced:
        return f"Introduced: a {mutual.strength(score).value} match, and both have room for it."
    if one_sided:
        return "Not introduced: one side would gain, the other hardly would."
    if score < mutual.FLOOR:
        return "Not introduced: their goals and offers do not meet."
    if not candidate:
        return "Not introduced: each has many who fit better, so the pair was not weighed."
    if full:
        return (
            f"Not introduced: {' and '.join(full)} {'is' if len(full) == 1 else 'are'} at the cap with introductions that are "
            f"worth more to the event; forcing this one costs {price:.2f} in all."
        )
    return "Not introduced: another choice was worth more to the event."


def _others(event: PreparedEvent, chosen: ScoredPairs, person: int) -> tuple[tuple[str, float], ...]:
    mine = [
        (event.attendees[int(pair.sum()) - person].id, round(float(score), 4))
        for pair, score in zip(chosen.pairs, chosen.score, strict=True)
        if person in pair
    ]
    return tuple(sorted(mine, key=lambda other: (-other[1], other[0])))


@dataclass(frozen=True, slots=True)
class _Forcing:
    price: float
    missing: int
    gives_way: tuple[tuple[str, str], ...]
    instead: tuple[tuple[str, str], ...]


_NOTHING = _Forcing(0.0, 0, (), ())


def _force(event: PreparedEvent, scored: ScoredPairs, pair: ScoredPairs, largest: Allocation) -> _Forcing:
    """What the event loses if the pair takes its place under the same caps, and which introductions change."""
    lower, upper = caps(event)
    same = (scored.pairs == pair.pairs[0]).all(axis=1)
    pairs = np.vstack([scored.pairs[~same], pair.pairs])
    must = forced(event, pairs)
    must[-1] = True
    again = allocate(pairs, np.concatenate([worth(scored)[~same], worth(pair)]), lower, upper, must)
    before, after = (set(map(tuple, p[c].tolist())) for p, c in ((scored.pairs, largest.chosen), (pairs, again.chosen)))
    both = set(pair.pairs[0].tolist())
    ids = [attendee.id for attendee in event.attendees]
    return _Forcing(
        price=max(0.0, largest.objective - again.objective),
        missing=max(int(again.short.sum() - largest.short.sum()), 0),
        gives_way=tuple((ids[a], ids[b]) for a, b in sorted(before - after) if both & {a, b}),
        instead=tuple((ids[a], ids[b]) for a, b in sorted(after - before) if not both & {a, b}),
    )
