"""Whether a group is served worse than everybody else, without taking chance for it where the group is small."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from matcher.run import Run, Side

_DRAWS = 2_000
_SMALLEST = 5
"""People below which a group is too small to tell."""
_LIMIT = 100
_LEVEL = 0.05


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
    served: float
    """Mean of what each gets (Σ P(welcomes)) for each place that they may have, in [0, 1]: a smaller cap is no worse service."""
    others: float
    """The same of everybody else."""
    p_value: float | None
    """Chance of so low a mean in as many people drawn at random (permutation test; Holm, 1979, over all groups); None below 5."""
    worse: bool
    """True where that chance is below .05."""


def groups(run: Run, upper: Sequence[int], seed: int = 0) -> tuple[GroupFigures, ...]:
    """Returns the figures of each group, the largest first.

    Args:
        run: the run.
        upper: cap of each attendee of the run; those with a cap of 0 count as people and not in the comparison.
        seed: of the draws, so that the same run gives the same figures.
    """
    lists = run.lists()
    got = np.array([sum(side.value for side in lists[attendee.id]) for attendee in run.attendees])
    most = np.array(upper, dtype=np.float64)
    can = most > 0
    served = got / np.maximum(most, 1.0)
    members: dict[str, list[int]] = defaultdict(list)
    for place, attendee in enumerate(run.attendees):
        members[attendee.group or "no group"].append(place)
    names = sorted(members, key=lambda name: (-len(members[name]), name))
    figures = []
    for name in names:
        inside = np.zeros(len(can), dtype=bool)
        inside[members[name]] = True
        figures.append(_figures(name, run, lists, inside, can, served, seed))
    return tuple(_corrected(figures))


def _figures(
    name: str,
    run: Run,
    lists: Mapping[str, Sequence[Side]],
    inside: NDArray[np.bool_],
    can: NDArray[np.bool_],
    served: NDArray[np.float64],
    seed: int,
) -> GroupFigures:
    people = [run.attendees[k].id for k in np.flatnonzero(inside)]
    sides = [side for person in people for side in lists[person]]
    mine, rest = served[inside & can], served[~inside & can]
    tells = len(mine) >= _SMALLEST and len(rest) >= _SMALLEST
    return GroupFigures(
        group=name,
        people=len(people),
        introductions=round(len(sides) / len(people), 2),
        value=round(sum(side.value for side in sides) / len(sides), 3) if sides else 0.0,
        with_nobody=sum(not lists[person] for person in people),
        served=round(float(mine.mean()), 3) if len(mine) else 0.0,
        others=round(float(rest.mean()), 3) if len(rest) else 0.0,
        p_value=_chance(mine, rest, seed) if tells else None,
        worse=False,
    )


def _chance(mine: NDArray[np.float64], rest: NDArray[np.float64], seed: int) -> float:
    """The share of random groups of the same size whose mean is as low or lower, the group itself counted among them.

    From 100 people on both sides by the normal limit of drawing without replacement (Hájek, 1960).
    """
    everybody, size = np.concatenate([mine, rest]), len(mine)
    if min(size, len(rest)) >= _LIMIT:
        deviation = everybody.std(ddof=1) * np.sqrt((1 - size / len(everybody)) / size)
        return float(0.5 * math.erfc((everybody.mean() - mine.mean()) / max(deviation, 1e-12) / math.sqrt(2)))
    rng = np.random.default_rng(seed)
    low = sum(rng.choice(everybody, size, replace=False, shuffle=False).mean() <= mine.mean() + 1e-12 for _ in range(_DRAWS))
    return float(low + 1) / (_DRAWS + 1)


def _corrected(figures: Sequence[GroupFigures]) -> list[GroupFigures]:
    """With many groups one looks worse by chance: the smallest of k p-values counts k times, and so on."""
    tested = sorted((figure.p_value, place) for place, figure in enumerate(figures) if figure.p_value is not None)
    out, highest = list(figures), 0.0
    for rank, (p_value, place) in enumerate(tested):
        highest = max(highest, min(1.0, p_value * (len(tested) - rank)))
        out[place] = replace(figures[place], p_value=round(highest, 4), worse=bool(highest < _LEVEL))
    return out
