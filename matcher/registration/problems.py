"""`problems.csv`: every row that was not used and every doubtful one, for the organizer to put right."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

from matcher.cells import safe_cell
from matcher.profiles import Problem

COLUMNS = ("row", "column", "found", "action", "used", "attendee_id")


def write_problems(problems: Iterable[Problem], path: Path) -> None:
    """Write the problems as CSV (UTF-8, one line feed per row), in the order given; the headings alone where there
    are none.

    Cells that a spreadsheet program would take for formulas get an apostrophe in front.
    """
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(COLUMNS)
        for problem in problems:
            texts = (
                problem.column,
                problem.found,
                problem.action,
                "yes" if problem.used else "no",
                problem.attendee_id,
            )
            writer.writerow((problem.row, *map(safe_cell, texts)))
