"""The main job: introductions for the whole event, with reasons, and who is left with little."""

from __future__ import annotations

import platform
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from importlib.metadata import version
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from pydantic_core import to_jsonable_python

from matcher import mutual, reasons
from matcher.allocation import Allocation
from matcher.allocation.fairness import Fair
from matcher.decisions import Decided, Ids, decide
from matcher.eventmap import positions
from matcher.features.told import Match
from matcher.parallel import beside
from matcher.pipeline import PreparedEvent, allocated, caps
from matcher.profiles import Attendee, Goal, GoalForm, Registration
from matcher.quotable import quoted_whole
from matcher.reasons import Meeting
from matcher.relaxations import bottlenecks, demand, kept_apart, one_place_more, relaxations
from matcher.run import Introduction, Left, Run
from matcher.scoring import ScoredPairs, Scorer
from matcher.texts import Source

FAR = 0.25
"""Cosine under which a phrase does not answer a goal: what two sentences that have nothing to do with each other may reach."""
MANY_PAIRS = 100_000
"""Pairs from which on the question what one place more would change is answered beside the introductions: 2,000 people."""
_REPORTED = ("event-matcher", "sentence-transformers", "torch", "faiss-cpu", "scikit-learn", "scipy", "numpy")


def match(
    event: PreparedEvent, registration: Registration, title: str, locked: Iterable[Ids] = (), forbidden: Iterable[Ids] = ()
) -> Run:
    """Returns the finished run of an event: its introductions, those left with little, the map and the facts.

    People who have not agreed to be matched stand in no part of it; only their number is told.

    Args:
        event: the prepared event.
        registration: the file it came from, for problems, mapping and checksum.
        title: heading of lists and report, where the settings name none.
        locked: pairs of ids that stay (published, confirmed); `decisions.decide` says when one cannot.
        forbidden: pairs of ids that are off (declined, taken back).
    """
    return matched(event, registration, title, locked, forbidden)[0]


def matched(
    event: PreparedEvent, registration: Registration, title: str, locked: Iterable[Ids] = (), forbidden: Iterable[Ids] = ()
) -> tuple[Run, ScoredPairs]:
    """Returns what `match` does, and all scored candidate pairs, for those who go on with them."""
    decided = decide(event, locked, forbidden)
    event = decided.event
    scored = event.all_scored()
    with beside(lambda: one_place_more(event, scored), worth=len(scored.pairs) >= MANY_PAIRS) as more:
        _, fair = allocated(event)
        allocation = fair.allocation
        chosen = np.flatnonzero(allocation.chosen)
        with event.watch.stage("reasons"):
            introductions = introduce(event, scored[chosen], decided.locked, required(event))
        with event.watch.stage("map"):
            points = positions(event.people, event.settings.seed)
        with event.watch.stage("what if"):
            obstacles = _obstacles(event, scored, fair, more())
            facts = _facts(event, registration, fair) | {"decided": _settled(decided), "obstacles": obstacles}
    part = event.eligibility.takes_part
    run = Run(
        title=event.settings.name or title,
        attendees=tuple(attendee for attendee, takes in zip(event.attendees, part, strict=True) if takes),
        introductions=introductions,
        left=_left(event, scored, allocation, introductions),
        problems=(*registration.problems, *event.eligibility.problems),
        positions=tuple(point for point, takes in zip(points, part, strict=True) if takes),
        facts=facts,
        timings={name: round(seconds, 3) for name, seconds in event.watch.seconds.items()},
    )
    return run, scored


def required(event: PreparedEvent) -> frozenset[Ids]:
    """Returns the pairs of ids that the organizer required, the lower first."""
    return frozenset((event.attendees[a].id, event.attendees[b].id) for a, b in event.eligibility.must_meet.tolist())


class Quoting(Protocol):
    """Finds the phrases that meet goals."""

    def best_matches(self, pairs: NDArray[np.int64]) -> list[Match]:
        """As `EventFeatures.best_matches`."""


class Tellable(Protocol):
    """People whose goals and phrases can be quoted."""

    @property
    def attendees(self) -> tuple[Attendee, ...]:
        """Everybody, by position."""

    @property
    def features(self) -> Quoting:
        """Their texts."""


def meetings(event: Tellable, pairs: NDArray[np.int64]) -> list[tuple[Meeting, Meeting]]:
    """Returns for each (m, 2) pair where a goal of each meets the words of the other: that of the first, then of the second."""
    both_ways = np.vstack([pairs, pairs[:, ::-1]])
    matches = event.features.best_matches(both_ways)
    known: dict[tuple[str, str], str] = {}  # a person's goal is told on several lists
    found = [
        _meeting(event.attendees[a], event.attendees[b], match, known)
        for (a, b), match in zip(both_ways.tolist(), matches, strict=True)
    ]
    return list(zip(found[: len(pairs)], found[len(pairs) :], strict=True))


def _meeting(reader: Attendee, other: Attendee, match: Match, known: dict[tuple[str, str], str]) -> Meeting:
    """The goal and the phrase, in words that can be quoted; what was made quotable is kept in `known`."""

    def whole(piece: str, written: str) -> str:
        if (piece, written) not in known:
            known[piece, written] = quoted_whole(piece, written)
        return known[piece, written]

    text, phrase, source, cosine = match
    goals = {goal.text: goal for goal in reader.goals}
    goal = goals.get(text, Goal("", GoalForm.OPERATIONAL, inferred=True))
    goal = replace(goal, text=whole(goal.text, reader.bio if goal.inferred else reader.seeking))
    if source is Source.TITLE:
        phrase = reasons.role(other)
    elif source:
        phrase = whole(phrase, other.offering if source is Source.OFFERING else other.bio)
    return Meeting(goal, phrase, source.value if source else "", far=cosine < FAR)


def introduce(
    event: Scorer, scored: ScoredPairs, locked: frozenset[Ids] = frozenset(), required: frozenset[Ids] = frozenset()
) -> tuple[Introduction, ...]:
    """Returns the pairs as introductions with reasons for both sides, best first; each person's frames rotate."""
    order = np.lexsort((scored.pairs[:, 1], scored.pairs[:, 0], -np.round(scored.score, 6)))
    scored = scored[order]
    told = meetings(event, scored.pairs)
    one_sided = mutual.one_sided(scored.value_a, scored.value_b)
    turns: Counter[int] = Counter()
    out = []
    for k, (a, b) in enumerate(scored.pairs.tolist()):
        value_a, value_b, score = (round(float(x[k]), 4) for x in (scored.value_a, scored.value_b, scored.score))
        first, second = event.attendees[a], event.attendees[b]
        of_a, of_b = told[k]
        reason_a, reason_b = both_reasons(first, second, of_a, of_b, (turns[a], turns[b]), bool(one_sided[k]), value_a < value_b)
        out.append(
            Introduction(
                a_id=first.id,
                b_id=second.id,
                mutual_score=score,
                value_a=value_a,
                value_b=value_b,
                strength=mutual.strength(score),
                one_sided=bool(one_sided[k]),
                status="must_meet" if (ids := (first.id, second.id)) in required else "locked" if ids in locked else "draft",
                form_a=of_a.goal.form,
                form_b=of_b.goal.form,
                reason_a=reason_a,
                reason_b=reason_b,
                opening_a=reasons.opening(second, of_a, turns[a]),
                opening_b=reasons.opening(first, of_b, turns[b]),
            )
        )
        turns.update((a, b))
    return tuple(out)


def both_reasons(
    a: Attendee, b: Attendee, of_a: Meeting, of_b: Meeting, turns: tuple[int, int], one_sided: bool, a_gives: bool
) -> tuple[str, str]:
    """Returns what a is told about b and b about a; where one side hardly gains, that side is told so.

    Args:
        a, b: the two people.
        of_a, of_b: where the goal of each meets the words of the other.
        turns: place of the reason in the list of a and of b, from 0.
        one_sided: whether one of them hardly gains.
        a_gives: whether that one is a.
    """
    reason_a, reason_b = reasons.reason(a, b, of_a, turns[0]), reasons.reason(b, a, of_b, turns[1])
    if one_sided and a_gives:
        reason_a = reasons.one_sided_reason(a, b, of_b, turns[0])
    elif one_sided:
        reason_b = reasons.one_sided_reason(b, a, of_a, turns[1])
    return reason_a, reason_b


def _left(
    event: PreparedEvent, scored: ScoredPairs, allocation: Allocation, introductions: tuple[Introduction, ...]
) -> tuple[Left, ...]:
    lower, upper = caps(event)
    candidates = np.bincount(scored.pairs.ravel(), minlength=len(event.attendees))
    worth = np.bincount(scored.pairs[scored.score >= mutual.FLOOR].ravel(), minlength=len(event.attendees))
    best: dict[str, float] = {}
    for introduction in introductions:
        for person in (introduction.a_id, introduction.b_id):
            best[person] = max(best.get(person, 0.0), introduction.mutual_score)
    left = []
    for place, attendee in enumerate(event.attendees):
        have = int(allocation.degree[place])
        only_weak = have > 0 and best[attendee.id] < mutual.FAIR
        if not event.eligibility.takes_part[place] or (have >= lower[place] and have > 0 and not only_weak):
            continue
        if event.eligibility.silent[place]:
            why = f"the profile says nothing: {attendee.advice[0]}" if attendee.advice else "the profile says nothing"
        elif upper[place] == 0:
            why = "asked for no introductions, or the event's cap is 0"
        elif candidates[place] == 0:
            why = "the rules (groups, organisation, exclusions, already met) leave nobody to meet"
        elif only_weak and have >= lower[place]:
            why = _why_weak(attendee, int(worth[place]))
        else:
            full = "introductions that stay" if len(event.eligibility.forced) else "better introductions"
            count = int(worth[place])
            why = f"{count} {'person' if count == 1 else 'people'} would fit, but their caps are full with {full}"
        left.append(Left(attendee.id, have, why))
    return tuple(left)


def _why_weak(attendee: Attendee, worth: int) -> str:
    if attendee.advice:
        return f"the profile says too little: {attendee.advice[0]}"
    if worth == 0:
        return "nobody here matches well in both directions"
    return "nobody here is a clear match in both directions; the nearest ones are given"


def _obstacles(event: PreparedEvent, scored: ScoredPairs, fair: Fair, more: Allocation) -> dict[str, Any]:
    apart = kept_apart(event, fair.allocation)
    return {
        "bottlenecks": to_jsonable_python(bottlenecks(event, scored, fair.allocation, apart)),
        "relaxations": to_jsonable_python(relaxations(event, scored, fair.largest, more, apart)),
        "demand": to_jsonable_python(demand(event, scored)),
    }


def _settled(decided: Decided) -> dict[str, Any]:
    return {"locked": len(decided.locked), "dropped": [list(each) for each in decided.dropped], "gone": decided.gone}


def _facts(event: PreparedEvent, registration: Registration, fair: Fair) -> dict[str, Any]:
    allocation = fair.allocation
    return {
        "versions": {"python": platform.python_version()} | {name: version(name) for name in _REPORTED},
        "settings": event.settings.model_dump(mode="json"),
        "seed": event.settings.seed,
        "without_consent": int((~event.eligibility.takes_part).sum()),
        "encoder": event.encoder_name,
        "reranker": event.reranker.name,
        "input": {
            "sha256": registration.checksum,
            "layout": registration.layout,
            "encoding": registration.encoding,
            "delimiter": registration.delimiter,
            "rows": registration.rows,
            "mapping": [list(pair) for pair in registration.mapping],
        },
        "allocation": {
            "objective": round(allocation.objective, 4),
            "bound": round(allocation.bound, 4),
            "gap": round(allocation.gap, 6),
            "fairness_price": round(fair.price, 4),
            "worst_tenth_gain": round(fair.gain, 4),
            "fairness_words": fair.words,
            "worst_off_exact": fair.exact,
            "worst_off": round(fair.worst, 4),
            "worst_off_bound": round(fair.worst_bound, 4) if np.isfinite(fair.worst_bound) else None,
            "missing": int(allocation.short.sum()),
            "missing_unavoidable": allocation.unavoidable,
        },
    }
