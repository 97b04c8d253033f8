"""From rows to a table: where the headings are, which rows are people, and which are titles, totals and repetitions."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from matcher.profiles import Problem
from matcher.registration.rows import Grid, Row, shown
from matcher.registration.values import clean, folded

HEADING_ROWS = 20
"""Rows that hold something, looked at for the headings; exports put a title and a date above, never a page."""

_FOOTER = re.compile(
    r"(grand )?(total|totals|sum|summe|gesamt|gesamtzahl|anzahl|somme|suma|totale|somma|soma|count|number of"
    r"|exported|export"
    r"|exportiert|generated|generiert|erstellt am|genere|generado|page \d|seite \d|end of|ende|confidential"
    r"|vertraulich)\b.*"
)


@dataclass(frozen=True, slots=True)
class Table:
    """Headings and the rows below them that may be people; `problems` tell of all other rows."""

    headings: tuple[str, ...]
    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]
    below: int
    """Rows below the headings that hold anything."""


def table_of(grid: Grid, score: Callable[[tuple[str, ...]], int]) -> Table | None:
    """The table in the grid, or None where no row names people.

    Rows keep the width of the heading where what is beyond it is empty. Above the headings nothing is reported:
    titles are no people.
    """
    filled = [row for row in grid.rows if not row.blank]
    scored = [(score(row.cells), -place, row) for place, row in enumerate(filled[:HEADING_ROWS])]
    if not scored:
        return None
    best, _, heading = max(scored, key=lambda item: item[:2])
    if not best:
        return None
    headings = _trimmed(tuple(clean(cell).replace("\n", " ") for cell in heading.cells))
    rows: list[Row] = []
    problems = [problem for problem in grid.problems if not problem.row or problem.row > heading.number]
    below = [row for row in filled if row.number > heading.number]
    refused = {problem.row for problem in problems if not problem.used}
    extra = sum(1 for row in grid.rows if row.blank and row.number in refused)
    for row in below:
        if row.number in refused:
            continue
        if _repeats(row, headings):
            problems.append(Problem(row.number, "", shown(" | ".join(row.cells)), "a repeated heading: left out", False))
        elif _is_footer(row):
            problems.append(Problem(row.number, "", shown(" ".join(row.cells)), "a total or note: left out", False))
        else:
            rows.append(row)
    return Table(headings, tuple(rows), tuple(problems), len(below) + extra)


def _trimmed(cells: tuple[str, ...]) -> tuple[str, ...]:
    while cells and not cells[-1].strip():
        cells = cells[:-1]
    return cells


def _repeats(row: Row, headings: tuple[str, ...]) -> bool:
    filled = [(cell, heading) for cell, heading in zip(row.cells, headings, strict=False) if cell.strip()]
    same = sum(clean(cell).casefold() == heading.casefold() for cell, heading in filled)
    return same >= 1 and same * 5 >= 4 * len(filled) and same * 2 >= sum(bool(heading) for heading in headings)


def _is_footer(row: Row) -> bool:
    filled = [cell.strip() for cell in row.cells if cell.strip()]
    if len(filled) > 3 or any("@" in cell for cell in filled):
        return False
    first = folded(filled[0])
    if not _FOOTER.fullmatch(first):
        return False
    # "Total: 120", "Summe | 120": a number somewhere, or a colon; a person called Ende has neither.
    return any(re.search(r"\d|:", cell) for cell in filled)
