"""Rows as they were found in a file, before anybody knows what the columns mean."""

from __future__ import annotations

from dataclasses import dataclass

from matcher.profiles import Problem


@dataclass(frozen=True, slots=True)
class Row:
    """One row of cells with its number as a spreadsheet program shows it (from 1)."""

    number: int
    cells: tuple[str, ...]

    @property
    def blank(self) -> bool:
        """True where no cell holds anything but white space."""
        return not any(cell.strip() for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Grid:
    """All rows of one sheet or file, blank ones included, and what was odd about them."""

    rows: tuple[Row, ...]
    problems: tuple[Problem, ...] = ()
    encoding: str = ""
    delimiter: str = ""


def shown(text: str, limit: int = 120) -> str:
    """The text on one line and no longer than `limit` characters, for a message or a problem row.

    >>> shown("one\\n two"), shown("abcdef", limit=4)
    ('one two', 'abc…')
    """
    line = " ".join(text[: limit * 4].split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
