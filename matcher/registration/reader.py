"""A registration file to attendees, step by step."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from matcher.errors import RegistrationError
from matcher.profiles import Problem, Registration
from matcher.registration.alignment import Alignment
from matcher.registration.columns import Column, check_fields, columns_of
from matcher.registration.delimited import read_delimited
from matcher.registration.documents import read_document
from matcher.registration.duplicates import merged
from matcher.registration.encodings import decoded
from matcher.registration.headings import IDENTITY, MAX_HEADING, is_known, known_headings, meaning, normal
from matcher.registration.identifiers import identified
from matcher.registration.layouts import layout_of
from matcher.registration.organisations import organization_keys
from matcher.registration.people import Draft, RowReader
from matcher.registration.rows import Grid, Row, shown
from matcher.registration.source import READABLE, kind_of, read_bytes, unpacked
from matcher.registration.statuses import are_letters
from matcher.registration.table import Table, table_of
from matcher.registration.values import clean
from matcher.registration.workbook import read_workbook

Score = Callable[[tuple[str, ...]], int]

_SHOWN_AS = {"talks": "bio", "voided": "status", "order": "id", "opted_out": "consent"}
"""Inner fields -> the field of `Attendee` that they end in, for the mapping that is shown."""


def read_registration(path: Path, mapping: Mapping[str, str] = {}) -> Registration:
    """The people in a registration export, with everything that was left out or is doubtful told.

    CSV (any usual delimiter and encoding), XLSX and JSON are told apart by content; gzip is unpacked. Every row that
    holds anything becomes an attendee, is merged into one, or stands in `problems` with `used=False`. Attendees come in
    the order of their ids, so the order of the rows does not matter.

    Args:
        path: The file.
        mapping: Heading in the file -> field, for headings that are not recognised; `answer` keeps and `ignored`
        drops a
            column.

    Raises:
        RegistrationError: The file is missing, no table of people, empty, or has no usable person; or the mapping names
            something that does not exist.
    """
    check_fields(mapping)
    path = Path(path)
    data = read_bytes(path)
    name = path.name
    score = _score(mapping)
    grid = _grid(unpacked(data, name), name, score)
    table = table_of(grid, score)
    if table is None:
        raise _no_table(grid, name)
    if not table.rows:
        found = "no rows of people below the headings" if table.below else "headings and nothing below them"
        raise RegistrationError(f"{name}: {found}", "one row per person", "export the registrations again")
    columns = columns_of(table.headings, table.rows, mapping)
    layout = layout_of(table.headings)
    drafts, problems = _drafts(table, columns, layout, ragged=grid.encoding == "xlsx" or grid.delimiter == "json")
    problems += table.problems + _unheaded(table)
    if not drafts:
        reasons = sorted({problem.action for problem in problems if not problem.used})
        raise RegistrationError(
            f"{name}: no usable person in {table.below} rows ({'; '.join(reasons)[:300]})",
            "at least one row with a name or e-mail address whose ticket is valid",
            "check the columns of names and statuses, or map them in event.toml",
        )
    keys = organization_keys((draft.person.organization, draft.person.email) for draft in drafts)
    drafts = [replace(d, person=replace(d.person, organization_key=keys[d.person.organization])) for d in drafts]
    people, of_merging = merged(drafts)
    numbered, of_ids = identified(people)
    ids = {row: attendee.id for row, attendee in numbered}
    told = sorted(
        (replace(p, attendee_id=ids.get(p.row, "")) if p.used else p for p in (*problems, *of_merging, *of_ids)),
        key=lambda p: (p.row, p.used, p.column, p.action, p.found),
    )
    return Registration(
        attendees=tuple(attendee for _, attendee in numbered),
        problems=tuple(told),
        mapping=tuple((column.heading, _SHOWN_AS.get(column.field, column.field)) for column in columns),
        layout=layout,
        encoding=grid.encoding,
        delimiter=grid.delimiter,
        rows=table.below,
        checksum=hashlib.sha256(data).hexdigest(),
    )


def _score(mapping: Mapping[str, str]) -> Score:
    """How many cells of a row are headings, the organizer's own ones included."""
    own = {normal(heading) or heading: field for heading, field in mapping.items()}

    def score(cells: tuple[str, ...]) -> int:
        mapped = {field for cell in cells if len(cell) <= MAX_HEADING and (field := own.get(normal(cell) or cell))}
        found = known_headings(cells)
        if mapped and not found:  # an e-mail column that only the mapping knows makes the others count
            others = {meaning(cell)[0] for cell in cells} - {"answer", "ignored"}
            return len(mapped | others) if (mapped | others) & IDENTITY else 0
        return found + len(mapped)

    return score


def _grid(data: bytes, name: str, score: Score) -> Grid:
    if kind_of(data, name) == "xlsx":
        return read_workbook(data, name, score)
    text, encoding = decoded(data, name)
    if not text.strip():
        raise RegistrationError(f"{name}: the file is empty", READABLE, "export the registrations again")
    grid = read_document(text, encoding, is_known)
    return grid if grid is not None else read_delimited(text, encoding, score)


def _no_table(grid: Grid, name: str) -> RegistrationError:
    first = next((row for row in grid.rows if not row.blank), None)
    cells = [cell for cell in map(clean, first.cells) if cell] if first else []
    if cells and cells[0][:1] in "[{" and grid.delimiter != "json":
        return RegistrationError(f"{name}: JSON that is damaged or holds no records", READABLE, "export it again")
    begins = ", ".join(repr(shown(cell, 30)) for cell in cells[:8])
    return RegistrationError(
        f"{name}: no column of names or e-mail addresses (the first row is {begins or 'blank'})",
        "a heading row such as Name, Email, Company, Looking for",
        "add one, or map the file's own headings in event.toml",
    )


def _drafts(table: Table, columns: Sequence[Column], layout: str, ragged: bool) -> tuple[list[Draft], tuple[Problem, ...]]:
    """A draft of each usable row, and what was found on the way."""
    alignment = Alignment(columns, table.rows, len(table.headings), ragged)
    reader = RowReader(columns, layout, _letters(columns, table.rows), _unanswered(columns, table.rows))
    drafts: list[Draft] = []
    problems: list[Problem] = []
    for row in table.rows:
        aligned = alignment.of(row)
        if aligned.cells is None:
            if aligned.problem:
                problems.append(aligned.problem)
            continue
        draft = reader.draft(row.number, aligned.cells, aligned.identity_only)
        if draft is not None:
            drafts.append(draft)
            if aligned.problem:
                problems.append(aligned.problem)
    return drafts, (*problems, *reader.problems)


def _letters(columns: Sequence[Column], rows: Sequence[Row]) -> frozenset[int]:
    found = set()
    for column in columns:
        if column.field == "status":
            values = {row.cells[column.index] for row in rows if column.index < len(row.cells)}
            if are_letters(values):
                found.add(column.index)
    return frozenset(found)


def _unanswered(columns: Sequence[Column], rows: Sequence[Row]) -> frozenset[int]:
    """Columns of consent without a single answer: a template's column, and nobody was asked."""
    return frozenset(
        column.index
        for column in columns
        if column.field == "consent" and not any(row.cells[column.index].strip() for row in rows if column.index < len(row.cells))
    )


def _unheaded(table: Table) -> tuple[Problem, ...]:
    """One problem for each column that has cells but no heading."""
    problems = []
    for index, heading in enumerate(table.headings):
        cells = [row for row in table.rows if index < len(row.cells) and row.cells[index].strip()]
        if not heading.strip() and cells:
            found = f"{len(cells)} cells, the first {shown(cells[0].cells[index], 60)!r}"
            problems.append(Problem(0, f"column {index + 1}", found, "no heading: ignored, add one to use it", True))
    return tuple(problems)
