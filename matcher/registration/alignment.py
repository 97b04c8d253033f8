"""Rows whose cells do not stand under their headings: put right where that is certain, reported always."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from matcher.profiles import Problem
from matcher.registration.columns import EMAIL, Column
from matcher.registration.rows import Row, shown
from matcher.registration.values import clean

_USUAL = 0.8
"""Share of rows of full width from which on a short row is taken for a broken one; exports write all rows alike."""
_OFTEN = 0.2
"""Share of a column's cells that are e-mail addresses from which on they belong there ("colleague's e-mail")."""


@dataclass(frozen=True, slots=True)
class Aligned:
    """The cells in place, or None where the row cannot be used; `identity_only` where only name and e-mail can be
    trusted."""

    cells: tuple[str, ...] | None
    problem: Problem | None = None
    identity_only: bool = False


class Alignment:
    """Knows from all rows where e-mail addresses belong and how wide rows are, and puts single rows right."""

    def __init__(self, columns: Sequence[Column], rows: Sequence[Row], width: int, ragged: bool) -> None:
        """Look at all rows once.

        Args:
            columns: The mapped columns.
            rows: All rows below the heading.
            width: Number of headings.
            ragged: True where rows may end early without meaning anything (XLSX, JSON).
        """
        self._width = width
        self._columns = columns
        self._email = next((column.index for column in columns if column.field == "email"), None)
        full = sum(len(row.cells) >= width for row in rows)
        self._strict = not ragged and full >= _USUAL * len(rows)
        counts = [0] * max([width, *(len(row.cells) for row in rows)])
        for row in rows:
            for index, cell in enumerate(row.cells):
                counts[index] += is_email(cell)
        self._homes = {index for index, count in enumerate(counts) if count > _OFTEN * len(rows) and count > 1}
        self._homes |= {c.index for c in columns if c.field in ("email", "buyer_email")}
        self._homes |= {c.index for c in columns if c.field in ("id", "met_before", "blocked", "name")}

    def of(self, row: Row) -> Aligned:
        """The row with its cells in place."""
        cells = row.cells
        while len(cells) > self._width and not cells[-1].strip():
            cells = cells[:-1]
        excess = len(cells) - self._width
        if excess > 0:
            return self._overlong(row, cells, excess)
        short = len(cells) < self._width
        cells = cells + ("",) * -excess
        if short and self._strict:
            found = f"{self._width + excess} of {self._width} cells"
            if self._email is not None and not is_email(cells[self._email]):
                action = "the row ends early and has no e-mail in its place, perhaps a broken line: correct it"
                return Aligned(None, Problem(row.number, "", f"{found}: {shown(' | '.join(row.cells), 80)}", action, False))
            return Aligned(cells, Problem(row.number, "", found, "the row ends early: check what is missing", True))
        return self._shifted(row, cells)

    def _overlong(self, row: Row, cells: tuple[str, ...], excess: int) -> Aligned:
        found = f"{len(cells)} cells under {self._width} headings"
        # "Berlin, Germany" without quotation marks leaves a cell that begins with a space.
        spaced = [index for index, cell in enumerate(cells) if index and cell.startswith(" ") and cell.strip()]
        if len(spaced) == excess:
            joined: list[str] = []
            for index, cell in enumerate(cells):
                if index in spaced:
                    joined[-1] += "," + cell
                else:
                    joined.append(cell)
            if self._sensible(tuple(joined)):
                action = "a comma in a text without quotation marks: the cells were joined, check the row"
                return Aligned(tuple(joined), Problem(row.number, "", found, action, True))
        if self._sensible(cells):
            action = "too many cells: only name and e-mail were used, put texts with commas into quotation marks"
            return Aligned(cells[: self._width], Problem(row.number, "", found, action, True), identity_only=True)
        action = "too many cells, and no name and e-mail in their places: correct the row"
        return Aligned(None, Problem(row.number, "", f"{found}: {shown(' | '.join(cells), 80)}", action, False))

    def _shifted(self, row: Row, cells: tuple[str, ...]) -> Aligned:
        home = self._email
        if home is None or is_email(cells[home]):
            return Aligned(cells)
        strays = [index for index, cell in enumerate(cells) if is_email(cell) and index not in self._homes]
        name = next((column.index for column in self._columns if column.field == "name"), None)
        if name is not None and is_email(cells[name]) and is_name(cells[home]):
            swapped = list(cells)
            swapped[home], swapped[name] = cells[name], cells[home]
            found = f"{shown(cells[name], 60)} under {self._heading(name)}"
            return Aligned(tuple(swapped), Problem(row.number, self._heading(name), found, "name and e-mail were swapped", True))
        if len(strays) != 1 or (not cells[home].strip() and self._named(cells)):
            return Aligned(cells)
        shift = strays[0] - home
        moved = tuple(cells[i + shift] if 0 <= i + shift < len(cells) else "" for i in range(len(cells)))
        column = self._heading(strays[0])
        found = f"the e-mail stands {abs(shift)} cells to the {'right' if shift > 0 else 'left'}"
        if self._named(moved) and self._rest_fits(cells, shift):
            action = "the whole row was moved back: check it"
            return Aligned(moved, Problem(row.number, column, found, action, True))
        action = "the cells do not stand under their headings: correct the row"
        return Aligned(None, Problem(row.number, column, f"{found}: {shown(' | '.join(cells), 80)}", action, False))

    def _rest_fits(self, cells: tuple[str, ...], shift: int) -> bool:
        """Moving back must not throw a filled cell away."""
        lost = cells[:shift] if shift > 0 else cells[len(cells) + shift :]
        return not any(cell.strip() for cell in lost)

    def _sensible(self, cells: tuple[str, ...]) -> bool:
        return self._named(cells) and (self._email is None or is_email(cells[self._email]))

    def _named(self, cells: tuple[str, ...]) -> bool:
        names = [column for column in self._columns if column.field in ("name", "first_name", "last_name")]
        values = {column.field: cells[column.index] for column in reversed(names) if column.index < len(cells)}
        if values.get("name", "").strip():
            return is_name(values["name"])
        parts = [values[field] for field in ("first_name", "last_name") if field in values]
        return bool(parts) and all(is_name(part) for part in parts)

    def _heading(self, index: int) -> str:
        return next((column.heading for column in self._columns if column.index == index), "")


def is_email(cell: str) -> bool:
    """True where the whole cell is one e-mail address.

    >>> is_email(" Anna@Example.org "), is_email("write to anna@example.org")
    (True, False)
    """
    return "@" in cell and len(cell) <= 400 and bool(EMAIL.fullmatch(clean(cell)))


def is_name(cell: str) -> bool:
    """True where a cell could be a person's name: letters, no digits, no e-mail, at most six words.

    >>> is_name("Anna-Lena O'Brien"), is_name("c017"), is_name("5 meetings")
    (True, False, False)
    """
    text = cell.strip()
    return 0 < len(text) <= 60 and len(text.split()) <= 6 and bool(re.search(r"[^\W\d_]", text)) and not re.search(r"[\d@]", text)
