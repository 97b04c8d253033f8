"""What an organizer wants to know before publishing: coverage, weak introductions, attention, groups, forms of goals."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.mutual import Strength
from matcher.profiles import GoalForm
from matcher.run import Left, Run


@dataclass(frozen=True, slots=True)
class GroupFigures:
    """How one group is served."""

    group: str
    people: int
    introductions: float
    """Mean per person."""
    value: float
    """Mean P(welcomes) over the group's side of its introductions, in [0, 1]; 0 without any."""
    with_nobody: int


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
    inferred_goals: int
    """People whose goals were inferred from the rest of the profile."""
    advised: int
    """People who could get better introductions by adding to their profile."""


def audit(run: Run) -> Audit:
    """Returns the figures of a run."""
    lists = run.lists()
    part = run.attendees
    degree = np.array([len(lists[attendee.id]) for attendee in part], dtype=np.int64)
    best: dict[str, float] = defaultdict(float)
    strengths = Counter({strength.value: 0 for strength in Strength})
    forms = Counter({form.value: 0 for form in GoalForm})
    weak_only = {attendee.id for attendee in part if lists[attendee.id]}
    for introduction in run.introductions:
        strengths[introduction.strength.value] += 1
        forms.update((introduction.form_a.value, introduction.form_b.value))
        for person in (introduction.a_id, introduction.b_id):
            best[person] = max(best[person], introduction.mutual_score)
            if introduction.strength is not Strength.WEAK:
                weak_only.discard(person)
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
        groups=_groups(run),
        left=run.left,
        inferred_goals=sum("seeking" in attendee.inferred for attendee in part),
        advised=sum(bool(attendee.advice) for attendee in part),
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


def _groups(run: Run) -> tuple[GroupFigures, ...]:
    lists = run.lists()
    members: dict[str, list[str]] = defaultdict(list)
    for attendee in run.attendees:
        members[attendee.group or "no group"].append(attendee.id)
    figures = []
    for group in sorted(members, key=lambda name: (-len(members[name]), name)):
        sides = [side for person in members[group] for side in lists[person]]
        figures.append(
            GroupFigures(
                group=group,
                people=len(members[group]),
                introductions=round(len(sides) / len(members[group]), 2),
                value=round(sum(side.value for side in sides) / len(sides), 3) if sides else 0.0,
                with_nobody=sum(not lists[person] for person in members[group]),
            )
        )
    return tuple(figures)
