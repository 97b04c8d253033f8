"""XLSX to rows: the first sheet that looks like a table of people, as values and never as formulas."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time

from openpyxl import load_workbook
from openpyxl.utils.cell import get_column_letter, range_boundaries

from matcher.errors import RegistrationError
from matcher.profiles import Problem
from matcher.registration.rows import Grid, Row
from matcher.registration.source import READABLE

MAX_COLUMNS = 1_000
"""Columns read; formatting dragged to the right edge of a sheet makes 16,384 empty ones."""


def read_workbook(data: bytes, name: str, score: Callable[[tuple[str, ...]], int]) -> Grid:
    """The rows of the first visible sheet with at least two known headings in its first 20 rows, else of the best one.

    Cells merged over several rows are repeated where a row holds something of its own.

    Raises:
        RegistrationError: The workbook is damaged or has no sheet with cells.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and validations, which do not matter here
            grids = _grids(data, score)
    except Exception as error:  # openpyxl lets key, value, type, zip and XML errors through on damaged workbooks
        raise RegistrationError(f"{name}: a damaged workbook", READABLE, "open and save it again, or use CSV") from error
    grids = [grid for grid in grids if any(not row.blank for row in grid.rows)]
    if not grids:
        raise RegistrationError(f"{name}: a workbook without any cells", READABLE, "export the registrations again")
    scores = [_best(grid, score) for grid in grids]
    for grid, reached in zip(grids, scores, strict=True):
        if reached >= 2:
            return grid
    return grids[scores.index(max(scores))]


def _best(grid: Grid, score: Callable[[tuple[str, ...]], int]) -> int:
    filled = [row for row in grid.rows if not row.blank][:20]
    return max((score(row.cells) for row in filled), default=0)


def _grids(data: bytes, score: Callable[[tuple[str, ...]], int]) -> list[Grid]:
    values = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    formulas = load_workbook(io.BytesIO(data), read_only=True, data_only=False)
    grids = []
    for sheet, with_formulas in zip(values.worksheets, formulas.worksheets, strict=True):
        if sheet.sheet_state != "visible":
            continue
        for one in (sheet, with_formulas):
            one.reset_dimensions()  # some exporters write a wrong size, which would cut the sheet
        rows: list[Row] = []
        problems: list[Problem] = []
        # A row may be missing in the file: openpyxl fills such gaps, so counting gives the row numbers people see.
        pairs = zip(sheet.iter_rows(max_col=MAX_COLUMNS), with_formulas.iter_rows(max_col=MAX_COLUMNS), strict=False)
        for number, (shown, written) in enumerate(pairs, start=1):
            cells = [_text(cell.value) for cell in shown]
            rows.append(Row(number, tuple(cells)))
            for index, cell in enumerate(written):
                if index < len(cells) and not cells[index] and isinstance(cell.value, str) and cell.value[:1] == "=":
                    column = get_column_letter(index + 1)
                    action = "a formula without a saved value: open the file in Excel, save it and export again"
                    problems.append(Problem(number, column, cell.value[:120], action, True))
        path = str(getattr(sheet, "_worksheet_path", ""))
        grids.append(Grid(tuple(_unmerged(rows, _merges(data, path))), tuple(problems), "xlsx"))
        if _best(grids[-1], score) >= 2:
            break
    values.close()
    formulas.close()
    return grids


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))  # Excel keeps every number as a float; an id of 17 must not become 17.0
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    # Excel writes characters that XML cannot hold as _x000D_.
    return re.sub(r"_x([0-9A-Fa-f]{4})_", lambda m: chr(int(m[1], 16)), str(value))


def _merges(data: bytes, path: str) -> list[tuple[int, int, int, int]]:
    """Merged ranges as (first column, first row, last column, last row); openpyxl's read-only mode does not tell
    them."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if path not in archive.namelist():
            return []
        xml = archive.read(path)
    ranges = []
    for found in re.findall(rb"<(?:\w+:)?mergeCell\s[^>]*ref=\"([A-Z0-9:$]+)\"", xml):
        left, top, right, bottom = range_boundaries(found.decode("ascii"))
        if left and top and right and bottom:
            ranges.append((left, top, right, bottom))
    return ranges


def _unmerged(rows: list[Row], merges: list[tuple[int, int, int, int]]) -> list[Row]:
    rows = list(rows)
    for left, top, _, bottom in merges:
        if top > len(rows) or left > len(rows[top - 1].cells):
            continue
        value = rows[top - 1].cells[left - 1]
        for index in range(top, min(bottom, len(rows))):
            cells = list(rows[index].cells)
            if rows[index].blank:
                continue  # a block merged over empty rows is layout, not people
            cells += [""] * (left - len(cells))
            cells[left - 1] = cells[left - 1] or value
            rows[index] = Row(rows[index].number, tuple(cells))
    return rows
