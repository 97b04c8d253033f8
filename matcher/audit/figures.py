"""The figures of a finished run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.audit.groups import GroupFigures, groups
from matcher.eligibility import says_nothing
from matcher.event import EventSettings
from matcher.mutual import FLOOR, Strength
from matcher.profiles import GoalForm
from matcher.run import Left, Run
from matcher.targets import targets


@dataclass(frozen=True, slots=True)
class Unmet:
    """Somebody with fewer introductions than their minimum."""

    id: str
    has: int
    minimum: int


@dataclass(frozen=True, slots=True)
class Filler:
    """An introduction that is only there so that somebody has one: below the floor, or one-sided."""

    a_id: str
    b_id: str
    mutual_score: float
    one_sided: bool
    status: str
    serves: tuple[str, ...]
    """Those of the two who would miss their minimum without it."""


@dataclass(frozen=True, slots=True)
class Audit:
    """Figures of one run."""

    people: int
    """All who registered, those who refused included."""
    taking_part: int
    introductions: int
    with_nobody: int
    """People who take part and have no introduction."""
    only_weak: int
    """People whose best introduction is weak."""
    strengths: dict[str, int]
    one_sided: int
    forms: dict[str, int]
    """Sides of introductions by the form of the goal that is served."""
    gini: float
    """Inequality of introductions per person among those who take part: 0 all alike, near 1 all for one."""
    top_tenth: float
    """Share of all places that the tenth with the most introductions has; .1 would be perfectly even."""
    per_person: dict[int, int]
    """Number of introductions -> people with so many."""
    groups: tuple[GroupFigures, ...]
    left: tuple[Left, ...]
    little: dict[str, list[Left]]
    """The same by kind, as `Run.little`."""
    unmet: tuple[Unmet, ...]
    """Minimum targets that do not hold, those who miss most first."""
    above_cap: tuple[Unmet, ...]
    """People with more than their maximum, by required or locked introductions; `minimum` is that maximum."""
    filler: tuple[Filler, ...]
    most_shown: tuple[tuple[str, int], ...]
    """(id, introductions) of the ten who have most."""
    inferred_goals: int
    """People whose goals were inferred from the rest of the profile."""
    advised: int
    """People who could get better introductions by adding to their profile."""
    allocation: Mapping[str, Any]
    """Total, proven bound, gap, price of fairness."""
    obstacles: Mapping[str, Any]
    """`bottlenecks`, `relaxations` and `demand` as `matcher.relaxations` found them; empty in runs from before."""


def audit(run: Run) -> Audit:
    """Returns the figures of a run."""
    lists = run.lists()
    part = run.attendees
    degree = np.array([len(lists[attendee.id]) for attendee in part], dtype=np.int64)
    strengths = Counter({strength.value: 0 for strength in Strength})
    forms = Counter({form.value: 0 for form in GoalForm})
    weak_only = {attendee.id for attendee in part if lists[attendee.id]}
    for introduction in run.introductions:
        strengths[introduction.strength.value] += 1
        forms.update((introduction.form_a.value, introduction.form_b.value))
        for person in (introduction.a_id, introduction.b_id):
            if introduction.strength is not Strength.WEAK:
                weak_only.discard(person)
    lower, upper = _targets(run)
    ids = [attendee.id for attendee in part]
    missing, above = np.maximum(lower - degree, 0), np.maximum(degree - upper, 0)
    return Audit(
        people=len(part) + int(run.facts["without_consent"]),
        taking_part=len(part),
        introductions=len(run.introductions),
        with_nobody=int((degree == 0).sum()),
        only_weak=len(weak_only),
        strengths=dict(strengths),
        one_sided=sum(introduction.one_sided for introduction in run.introductions),
        forms=dict(forms),
        gini=round(gini(degree), 3),
        top_tenth=round(_top_share(degree), 3),
        per_person={int(k): int(v) for k, v in sorted(Counter(degree.tolist()).items())},
        groups=groups(run, upper.tolist()),
        left=run.left,
        little=run.little(),
        unmet=tuple(Unmet(ids[k], int(degree[k]), int(lower[k])) for k in _largest(missing)),
        above_cap=tuple(Unmet(ids[k], int(degree[k]), int(upper[k])) for k in _largest(above)),
        filler=_filler(run, dict(zip(ids, (degree - lower).tolist(), strict=True))),
        most_shown=tuple((ids[k], int(degree[k])) for k in _largest(degree)[:10]),
        inferred_goals=sum("seeking" in attendee.inferred for attendee in part),
        advised=sum(bool(attendee.advice) for attendee in part),
        allocation=run.facts.get("allocation", {}),
        obstacles=run.facts.get("obstacles", {}),
    )


def gini(counts: NDArray[np.int64]) -> float:
    """Returns the Gini coefficient of non-negative counts, in [0, 1).

    >>> gini(np.array([2, 2, 2])), gini(np.array([0, 0, 0, 8]))
    (0.0, 0.75)
    """
    if not counts.sum():
        return 0.0
    ordered = np.sort(counts).astype(np.float64)
    n = len(ordered)
    return float(2 * (np.arange(1, n + 1) * ordered).sum() / (n * ordered.sum()) - (n + 1) / n)


def _top_share(counts: NDArray[np.int64]) -> float:
    if not counts.sum():
        return 0.0
    top = max(1, round(len(counts) / 10))
    return float(np.sort(counts)[::-1][:top].sum() / counts.sum())


def _targets(run: Run) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    every = EventSettings.model_validate(run.facts["settings"]).introductions
    return targets(run.attendees, every, [True] * len(run.attendees), [says_nothing(each) for each in run.attendees])


def _largest(counts: NDArray[np.int64]) -> list[int]:
    """Positions with a count above 0, the largest first."""
    order = np.lexsort((np.arange(len(counts)), -counts))
    return [k for k in order.tolist() if counts[k] > 0]


def _filler(run: Run, spare: Mapping[str, int]) -> tuple[Filler, ...]:
    return tuple(
        Filler(i.a_id, i.b_id, i.mutual_score, i.one_sided, i.status, tuple(p for p in (i.a_id, i.b_id) if spare[p] <= 0))
        for i in run.introductions
        if i.one_sided or i.mutual_score < FLOOR
    )
