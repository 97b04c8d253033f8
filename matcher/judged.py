"""The judged events that come with the project, as attendees and matrices of grades."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .goals import complete
from .profiles import Attendee

EVENTS = ("climate", "devconf", "founders", "science", "industry")
FOLDER = Path(__file__).resolve().parent / "data" / "judged"
"""Where an installed package has them; the working tree has them under data/."""


@dataclass(frozen=True, slots=True)
class JudgedEvent:
    """One event: people, and how much meeting b serves a."""

    name: str
    attendees: tuple[Attendee, ...]
    grades: NDArray[np.float64]
    """(n, n), 0 to 3 in steps of 0.5: mean of two judges, absent counted as 0."""
    allowed: NDArray[np.bool_]
    """(n, n): False for oneself and colleagues, who are left out of rankings."""


def organization_key(name: str) -> str:
    """Company name folded for comparison; empty for the marks of having none.

    >>> organization_key(" ACME  Ltd "), organization_key("Freelance")
    ('acme ltd', '')
    """
    folded = " ".join(name.casefold().split())
    return "" if folded in {"", "freelance", "independent", "self-employed", "im ruhestand", "retired"} else folded


def read_attendees(file: Path) -> tuple[Attendee, ...]:
    """The people of one `attendees.csv`, completed with goals, in the file's order."""
    with file.open(encoding="utf-8", newline="") as stream:
        return tuple(complete(_attendee(row)) for row in csv.DictReader(stream))


def read_event(folder: Path) -> JudgedEvent:
    """One judged event from its folder."""
    attendees = read_attendees(folder / "attendees.csv")
    position = {attendee.id: at for at, attendee in enumerate(attendees)}
    grades = np.zeros((len(attendees), len(attendees)))
    judges = sorted(folder.glob("value_*.csv"))
    for judge in judges:
        with judge.open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                grades[position[row["for_id"]], position[row["from_id"]]] += float(row["grade"]) / len(judges)
    keys = np.array([attendee.organization_key for attendee in attendees])
    same = (keys[:, None] == keys[None, :]) & (keys != "")[:, None]
    np.fill_diagonal(same, True)
    return JudgedEvent(folder.name, attendees, grades, ~same)


def read_events(folder: Path | None = None, names: Sequence[str] = EVENTS) -> tuple[JudgedEvent, ...]:
    """The judged events, in the given order, from `folder` or from where the project keeps them."""
    root = folder or next(place for place in (FOLDER, Path(__file__).resolve().parents[1] / "data" / "judged") if place.is_dir())
    return tuple(read_event(root / name) for name in names)


def _attendee(row: dict[str, str]) -> Attendee:
    def words(field: str) -> tuple[str, ...]:
        return tuple(word.strip() for word in row[field].split(";") if word.strip())

    first, last = row["first_name"].strip(), row["last_name"].strip()
    return Attendee(
        id=row["attendee_id"],
        name=f"{first} {last}".strip(),
        first_name=first,
        last_name=last,
        email=row["email"].strip(),
        organization=row["company"].strip(),
        organization_key=organization_key(row["company"]),
        title=row["job_title"].strip(),
        bio=row["bio"].strip(),
        offering=row["offering"].strip(),
        seeking=row["seeking"].strip(),
        industry=row["industry"].strip(),
        seniority=row["seniority"].strip(),
        country=row["country"].strip(),
        languages=words("languages"),
        interests=words("interests"),
        group=row["role"].strip(),
    )
