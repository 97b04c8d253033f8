"""Delimited text to rows: which character separates the cells, and what to do with quotes that do not close."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterator

from matcher.profiles import Problem
from matcher.registration.rows import Grid, Row, shown

DELIMITERS = (",", ";", "\t", "|")
_EMAIL_CELL = re.compile(r"\s*[^@\s,;]+@[^@\s,;]+\.[^@\s,;]+\s*")
_LOOK = 60
"""Lines looked at to choose the delimiter."""
_LONGEST = 1_000
"""Lines that one cell may have; without a bound a stray quotation mark in each row would read the file once per row."""


def read_delimited(text: str, encoding: str, score: Callable[[tuple[str, ...]], int]) -> Grid:
    """The rows of CSV, TSV or semicolon text.

    Args:
        text: The decoded file.
        encoding: Its encoding, passed through.
        score: How many cells of a row are known headings; the delimiter is the one under which a row has most.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    delimiter = ""
    first = lines[0].strip().lower()
    if re.fullmatch(r'"?sep=(.|\\t)"?', first):
        delimiter = "\t" if "\\t" in first else first.strip('"')[4]
        lines = lines[1:]  # Excel reads this line and does not show it, so it has no row number
    delimiter = delimiter or _delimiter(lines[:_LOOK], score)
    rows, problems = _rows(lines, delimiter)
    return Grid(tuple(rows), tuple(problems), encoding, delimiter)


def _delimiter(lines: list[str], score: Callable[[tuple[str, ...]], int]) -> str:
    def fitness(delimiter: str) -> tuple[int, int, int]:
        rows = [row for _, row in _records(lines, delimiter) if len(row) > 1]
        widths = Counter(len(row) for row in rows)
        width, same = max(widths.items(), key=lambda item: (item[1], item[0]), default=(1, 0))
        return max((score(row) for row in rows), default=0), same, width

    return max(DELIMITERS, key=fitness)  # the first of equals, so a file of one column counts as comma-separated


def _rows(lines: list[str], delimiter: str) -> tuple[list[Row], list[Problem]]:
    rows: list[Row] = []
    problems: list[Problem] = []
    for number, (broken, cells) in enumerate(_records(lines, delimiter), start=1):
        if broken:
            problems.append(Problem(number, "", shown(lines[broken - 1]), "a quotation mark is not closed: check this row", True))
        rows.append(Row(number, cells))
    return rows, problems


def _records(lines: list[str], delimiter: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Pairs of (line number of an unclosed quotation mark or 0, cells)."""
    longest = max((len(line) for line in lines), default=0)
    total = sum(len(line) + 1 for line in lines)
    csv.field_size_limit(max(csv.field_size_limit(), longest, total))  # a cell is never a reason to stop
    width = 0
    at = 0
    while at < len(lines):
        taken, cells, closed = _record(lines, at, delimiter)
        if taken > 1 and (not closed or _swallowed(lines[at + 1 : at + taken], cells, delimiter, width)):
            # One stray quotation mark would swallow every row after it: take it as a character of this line alone.
            yield at + 1, _alone(lines[at], delimiter, width)
            at += 1
            continue
        if not closed:
            yield at + 1, _alone(lines[at], delimiter, width)
        else:
            width = max(width, len(cells)) if len(cells) > 1 else width
            yield 0, cells
        at += taken


def _alone(line: str, delimiter: str, width: int) -> tuple[str, ...]:
    """The cells of one line whose quotation marks do not close, by whichever reading fits the heading."""
    plain = tuple(cell.strip().strip('"') for cell in line.split(delimiter))
    quoted = tuple(cell.strip("\n") for cell in next(csv.reader([line], delimiter=delimiter), []))
    return quoted if len(quoted) == width != len(plain) else plain


def _record(lines: list[str], at: int, delimiter: str) -> tuple[int, tuple[str, ...], bool]:
    """Lines taken, cells, and whether every quotation mark was closed."""
    if '"' not in lines[at]:
        return 1, tuple(lines[at].split(delimiter)) if lines[at] else (), True
    taken = 0

    def feed() -> Iterator[str]:
        nonlocal taken
        for index in range(at, min(at + _LONGEST, len(lines))):
            taken += 1
            yield lines[index] + "\n"

    # `Anna, "likes ropes, ice"`: a space before the quotation mark, as people type it
    spaced = re.search(re.escape(delimiter) + ' +"', lines[at]) is not None
    for strict in (True, False):
        taken = 0
        try:
            reader = csv.reader(feed(), delimiter=delimiter, strict=strict, skipinitialspace=spaced)
            cells = next(reader, [])
        except csv.Error as error:
            if "unexpected end of data" in str(error):
                return taken, (), False
            continue
        cells = [cell[:-1] if cell.endswith("\n") and i == len(cells) - 1 else cell for i, cell in enumerate(cells)]
        # The lenient reader takes an open quotation mark to the end of the file without a word.
        return taken, tuple(cells), strict or taken == 1 or at + taken < min(at + _LONGEST, len(lines))
    return 1, tuple(lines[at].split(delimiter)), True


def _swallowed(lines: list[str], cells: tuple[str, ...], delimiter: str, width: int) -> bool:
    """True where a cell over several lines holds whole rows: as many cells as the heading, one of them an e-mail."""
    if width < 2:
        return False
    for line in lines:
        parts = line.split(delimiter)
        if len(parts) >= width and any(_EMAIL_CELL.fullmatch(part.strip('"')) for part in parts):
            return len(cells) != width or len(parts) == width
    return False
