"""CSV files: UTF-8 with a byte-order mark, so that spreadsheet programs read them right; no cell can become a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TextIO

from matcher.cells import safe_cell
from matcher.profiles import Attendee
from matcher.run import Run, Side
from matcher.suggestions import Suggestion

INTRODUCTION_COLUMNS = (
    "a_id", "b_id", "a_name", "b_name", "a_organization", "b_organization", "mutual_score", "value_a", "value_b",
    "strength", "kind", "form_a", "form_b", "reason_a", "reason_b", "opening_a", "opening_b", "status",
)  # fmt: skip
LIST_COLUMNS = (
    "attendee_id", "attendee_name", "rank", "other_id", "other_name", "other_title", "other_organization", "strength",
    "kind", "mutual_score", "value", "form", "reason", "opening", "advice",
)  # fmt: skip
SUGGESTION_COLUMNS = ("for_id", "from_id", "rank", "value", "mutual_score", "reason_for", "reason_from")

Row = Sequence[str | int | float]


def introduction_rows(run: Run) -> list[Row]:
    """Returns one row a pair, in the order of `INTRODUCTION_COLUMNS`, best first."""
    people = {attendee.id: attendee for attendee in run.attendees}
    return [
        (
            i.a_id, i.b_id, people[i.a_id].name, people[i.b_id].name, people[i.a_id].organization,
            people[i.b_id].organization, i.mutual_score, i.value_a, i.value_b, i.strength.value,
            "one-sided" if i.one_sided else "mutual", i.form_a.value, i.form_b.value, i.reason_a, i.reason_b,
            i.opening_a, i.opening_b, i.status,
        )
        for i in run.introductions
    ]  # fmt: skip


def list_rows(run: Run) -> list[Row]:
    """Returns one row per attendee and rank; somebody without introductions has one row with rank 0 and the reason."""
    people = {attendee.id: attendee for attendee in run.attendees}
    left = {each.id: each for each in run.left}
    rows: list[Row] = []
    for person, sides in run.lists().items():
        reader = people[person]
        advice = " ".join(reader.advice)
        if not sides:
            why = f"No introduction: {left[person].why.rstrip('.')}."
            rows.append((person, reader.name, 0, "", "", "", "", "", "", "", "", "", why, "", advice))
        for rank, side in enumerate(sides, start=1):
            rows.append(_list_row(person, reader.name, rank, side, people[side.other_id], advice))
    return rows


def _list_row(person: str, name: str, rank: int, side: Side, other: Attendee, advice: str) -> Row:
    i = side.introduction
    return (
        person, name, rank, other.id, other.name, other.title, other.organization, i.strength.value,
        "one-sided" if i.one_sided else "mutual", i.mutual_score, side.value, side.form.value, side.reason, side.opening,
        advice if rank == 1 else "",
    )  # fmt: skip


def write_introductions(run: Run, path: Path) -> None:
    """Writes `introductions.csv`, one row a pair."""
    write_table(path, INTRODUCTION_COLUMNS, introduction_rows(run))


def write_lists(run: Run, path: Path) -> None:
    """Writes `lists.csv`, one row per attendee and rank."""
    write_table(path, LIST_COLUMNS, list_rows(run))


def write_suggestions(lines: Iterable[Suggestion], stream: TextIO) -> None:
    """Writes suggestion lists as CSV with the columns of `SUGGESTION_COLUMNS`."""
    _to_stream(stream, SUGGESTION_COLUMNS, [[getattr(line, column) for column in SUGGESTION_COLUMNS] for line in lines])


def write_table(path: Path, columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Writes a CSV file that spreadsheet programs read right and safely."""
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        _to_stream(stream, columns, rows)


def _to_stream(stream: TextIO, columns: Sequence[str], rows: Iterable[Row]) -> None:
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([safe_cell(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
