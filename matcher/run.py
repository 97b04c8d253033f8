"""A finished run: who is introduced to whom and why, who is left with little, and how it came about."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from matcher.errors import MatcherError
from matcher.mutual import Strength
from matcher.profiles import Attendee, GoalForm, Problem


@dataclass(frozen=True, slots=True)
class Introduction:
    """Two people who should meet; `a` has the lower id. Values and scores are probabilities in [0, 1]."""

    a_id: str
    b_id: str
    mutual_score: float
    value_a: float
    """P(a welcomes b): what a gets from b."""
    value_b: float
    strength: Strength
    one_sided: bool
    """True where one side gains and the other hardly does; only ever chosen to leave nobody with nothing."""
    status: str
    """`draft`, `must_meet` where the organizer required it, `locked` where it stays from an earlier run."""
    form_a: GoalForm
    """Form of the goal of a that b serves."""
    form_b: GoalForm
    reason_a: str
    """What a is told about b."""
    reason_b: str
    opening_a: str
    """A first line that a could send to b."""
    opening_b: str

    def side(self, reader: str) -> Side:
        """Returns the introduction as one of the two reads it."""
        if reader == self.a_id:
            return Side(self, self.b_id, self.value_a, self.reason_a, self.opening_a, self.form_a)
        return Side(self, self.a_id, self.value_b, self.reason_b, self.opening_b, self.form_b)


@dataclass(frozen=True, slots=True)
class Side:
    """An introduction seen by one of its two people."""

    introduction: Introduction
    other_id: str
    value: float
    reason: str
    opening: str
    form: GoalForm


@dataclass(frozen=True, slots=True)
class Left:
    """Somebody who has fewer introductions than the minimum, or none that is more than weak, and why."""

    id: str
    introductions: int
    why: str


LITTLE = {
    "nobody": "Nobody to meet",
    "fewer": "Fewer than the minimum",
    "weak": "Only weak introductions",
}
"""Ways of having little, the worst first, and their headings."""


def by_kind(left: Iterable[Left], served: Collection[str]) -> dict[str, list[Left]]:
    """Returns those who have little by kind, in the order of `LITTLE`; kinds that nobody is of are left out.

    Args:
        left: who has little, in any order; it is kept.
        served: ids of those who have an introduction that is more than weak.

    >>> one, five = Left("a", 1, "their caps are full"), Left("b", 5, "nobody is a clear match")
    >>> {kind: [each.id for each in group] for kind, group in by_kind([five, one], {"a"}).items()}
    {'fewer': ['a'], 'weak': ['b']}
    """
    kinds: dict[str, list[Left]] = {kind: [] for kind in LITTLE}
    for each in left:
        kinds["nobody" if each.introductions == 0 else "fewer" if each.id in served else "weak"].append(each)
    return {kind: group for kind, group in kinds.items() if group}


@dataclass(frozen=True, slots=True)
class Run:
    """Everything that a run decided."""

    title: str
    attendees: tuple[Attendee, ...]
    introductions: tuple[Introduction, ...]
    """By mutual score, best first; ties by ids."""
    left: tuple[Left, ...]
    problems: tuple[Problem, ...]
    positions: tuple[tuple[float, float], ...]
    """One point per attendee on the map of the event."""
    facts: Mapping[str, Any]
    """Versions, settings, seed, checksum of the input, mapping of columns, objective, bound and gap, what was locked."""
    timings: Mapping[str, float] = field(default_factory=dict, compare=False)
    """Seconds by stage; the only part of a run that differs between two runs of the same input."""

    def lists(self) -> dict[str, list[Side]]:
        """Returns each attendee's introductions, best first for the pair; those with none have an empty list."""
        lists: dict[str, list[Side]] = {attendee.id: [] for attendee in self.attendees}
        for introduction in self.introductions:
            lists[introduction.a_id].append(introduction.side(introduction.a_id))
            lists[introduction.b_id].append(introduction.side(introduction.b_id))
        return lists

    def little(self) -> dict[str, list[Left]]:
        """Returns those who have little, as `by_kind`, fewest first."""
        served = {person for i in self.introductions if i.strength is not Strength.WEAK for person in (i.a_id, i.b_id)}
        return by_kind(sorted(self.left, key=lambda each: each.introductions), served)

    def save(self, path: Path) -> None:
        """Writes `run.json`, from which `load_run` makes an equal run."""
        from pydantic_core import to_json

        path.write_bytes(to_json(self, indent=1) + b"\n")


def load_run(path: Path) -> Run:
    """Returns the run saved in `run.json`.

    Raises:
        MatcherError: the file is missing or no saved run.
    """
    from pydantic import TypeAdapter, ValidationError

    try:
        return TypeAdapter(Run).validate_json(path.read_bytes())
    except OSError as error:
        raise MatcherError(f"{path} cannot be read ({type(error).__name__})", "the run.json of a finished run") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise MatcherError(f"{path} is no saved run: {where} {first['msg']}", "the run.json of a finished run") from error
