"""The cells of one row by field: cleaned, cut, with what is wrong in them told."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from matcher.profiles import Problem
from matcher.registration.columns import Column
from matcher.registration.rows import shown
from matcher.registration.values import MAX_TEXT, clean, count_of, is_empty, is_excel_error, split_list, unique_of

NAMES = frozenset({"name", "first_name", "last_name", "buyer_name", "buyer_first_name", "buyer_last_name"})
_SHORT = NAMES | {"email", "organization", "title", "country", "industry", "group", "id", "order"}
_RAW = 40 * MAX_TEXT
"""Characters of a cell that are looked at at all: markup around a long text counts, a pasted novel does not."""


class RowFields:
    """The values of one row at a time, by field; doubts are collected in `problems`."""

    def __init__(self, columns: Sequence[Column]) -> None:
        """Remember the columns; within a field the one with the lower rank leads."""
        self.problems: list[Problem] = []
        self._columns = sorted(columns, key=lambda column: (column.rank, column.index))
        self._row = 0
        self._values: dict[str, list[tuple[Column, str]]] = {}

    def _fill(self, row: int, cells: Sequence[str], only: Collection[str] | None) -> None:
        self._row = row
        self._values = {}
        for column in self._columns:
            if column.index < len(cells) and (only is None or column.field in only):
                value = self._value(column, cells[column.index])
                if value:
                    self._values.setdefault(column.field, []).append((column, value))

    def _value(self, column: Column, raw: str) -> str:
        if not raw.strip() or column.field == "ignored":
            return ""
        if is_excel_error(raw):
            if raw.strip().upper() not in ("#N/A", "#NV"):
                self._doubt(column.heading, raw, "an error value of the spreadsheet: correct the formula")
            return ""
        text = clean(raw[:_RAW])
        if is_empty(text, name=column.field in NAMES):
            return ""
        if text.startswith("=") and len(text) > 1:
            self._doubt(column.heading, text, "a formula instead of its value: export values")
            if column.field in _SHORT:
                return ""
        limit = 300 if column.field in _SHORT else MAX_TEXT
        if len(text) > limit or len(raw) > _RAW:
            self._doubt(column.heading, f"{len(raw)} characters", f"cut to {limit} characters: shorten the text")
            text = text[:limit].rstrip()
        return text

    def _doubt(self, column: str, found: str, action: str, used: bool = True) -> None:
        self.problems.append(Problem(self._row, column, shown(found), action, used))

    def _first(self, field: str) -> str:
        return next((value for _, value in self._values.get(field, ())), "")

    def _heading(self, field: str) -> str:
        return next((column.heading for column in self._columns if column.field == field), "")

    def _text(self, *fields: str) -> str:
        texts: list[str] = []
        for field in fields:
            for _, value in sorted(self._values.get(field, ()), key=lambda item: item[0].index):
                if not any(value in text for text in texts):
                    texts.append(value)
        return "\n".join(texts)

    def _list(self, field: str) -> tuple[str, ...]:
        texts = [value for _, value in self._values.get(field, ())]
        return unique_of(entry for text in texts for entry in split_list(text, languages=field == "languages"))

    def _in_order(self, field: str) -> list[tuple[Column, str]]:
        return sorted(self._values.get(field, ()), key=lambda item: item[0].index)

    def _count(self, field: str) -> int | None:
        text = self._first(field)
        count = count_of(text)
        if text and count is None:
            self._doubt(self._heading(field), text, "expected a whole number from 0 to 1000: left open")
        return count
