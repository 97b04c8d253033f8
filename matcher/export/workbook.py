"""`introductions.xlsx`: pairs, lists, people left with little and problems as sheets that can be filtered and sorted."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from matcher.export.tables import INTRODUCTION_COLUMNS, LIST_COLUMNS, Row, introduction_rows, list_rows
from matcher.parallel import chunks
from matcher.run import Run, load_run

_WIDE = {"reason", "reason_a", "reason_b", "opening", "opening_a", "opening_b", "why", "action", "found", "advice"}
_SCORES = {"mutual_score", "value", "value_a", "value_b"}
MOST_ROWS = 1_048_575
"""Rows below the heading of a sheet of XLSX; further ones would be dropped without a word."""
_MADE = datetime.datetime(2000, 1, 1)  # a fixed date of creation, so that the same run gives the same bytes


def write_workbook(run: Run, path: Path) -> None:
    """Writes the workbook. Every text is written as a string cell, so none can become a formula."""
    book, formats = new_workbook(path, run.title)
    names = {attendee.id: attendee.name for attendee in run.attendees}
    left: list[Row] = [(each.id, names[each.id], each.introductions, each.why) for each in run.left]
    problems: list[Row] = [(p.row, p.column, p.found, p.action, "yes" if p.used else "no", p.attendee_id) for p in run.problems]
    add_sheet(book, "Pairs", INTRODUCTION_COLUMNS, introduction_rows(run), formats)
    add_sheet(book, "Lists", LIST_COLUMNS, list_rows(run), formats)
    add_sheet(book, "Left with little", ("attendee_id", "name", "introductions", "why"), left, formats)
    add_sheet(book, "Problems", ("row", "column", "found", "action", "used", "attendee_id"), problems, formats)
    book.close()


def new_workbook(path: Path, title: str) -> tuple[Any, dict[str, Any]]:
    """Returns an empty workbook and the formats of its cells."""
    import xlsxwriter

    book = xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False})
    book.set_properties({"title": title, "created": _MADE})
    formats = {
        "head": book.add_format({"bold": True, "font_color": "#ffffff", "bg_color": "#1f4e5f", "valign": "vcenter"}),
        "text": book.add_format({"valign": "top"}),
        "wide": book.add_format({"valign": "top", "text_wrap": True}),
        "score": book.add_format({"valign": "top", "num_format": "0.00"}),
        "strong": book.add_format({"bg_color": "#d5ecd9"}),
        "fair": book.add_format({"bg_color": "#fdf3d0"}),
        "weak": book.add_format({"bg_color": "#f7dcd6"}),
    }
    return book, formats


def add_sheet(book: Any, name: str, columns: Sequence[str], rows: Sequence[Row], formats: dict[str, Any]) -> None:
    """Adds a sheet that can be filtered, sorted and printed; more of them where there are more rows than a sheet holds."""
    for number, part in enumerate(chunks(rows, MOST_ROWS) or [rows], start=1):
        _add_sheet(book, name if number == 1 else f"{name} {number}", columns, part, formats)


def _add_sheet(book: Any, name: str, columns: Sequence[str], rows: Sequence[Row], formats: dict[str, Any]) -> None:
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 2)
    for place, column in enumerate(columns):
        style = "wide" if column in _WIDE else "score" if column in _SCORES else "text"
        longest = max((len(str(row[place])) for row in rows), default=0)
        width = 60 if column in _WIDE and longest > 30 else min(max(longest, len(column)) + 3, 34)
        sheet.set_column(place, place, width, formats[style])
        sheet.write_string(0, place, column, formats["head"])
    for number, row in enumerate(rows, start=1):
        for place, cell in enumerate(row):
            if isinstance(cell, str):
                sheet.write_string(number, place, cell[:32_000])  # a cell of XLSX holds 32,767 characters
            else:
                sheet.write_number(number, place, cell)
    sheet.autofilter(0, 0, max(len(rows), 1), len(columns) - 1)
    if "strength" in columns and rows:
        place = columns.index("strength")
        for strength in ("strong", "fair", "weak"):
            rule = {"type": "cell", "criteria": "==", "value": f'"{strength}"', "format": formats[strength]}
            sheet.conditional_format(1, place, len(rows), place, rule)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


if __name__ == "__main__":
    write_workbook(load_run(Path(sys.argv[1])), Path(sys.argv[2]))
