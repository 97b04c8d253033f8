"""Which column is which field: by its heading, by the organizer's mapping, and by a look at what it holds."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matcher.errors import RegistrationError
from matcher.registration.headings import ALIASES, ANSWER, IGNORED, MAYBE, meaning, normal
from matcher.registration.rows import Row
from matcher.registration.values import clean, is_empty, yes_or_no

EMAIL = re.compile(r"[^@\s,;<>()\"]+@[^@\s,;<>()\"]+\.[^@\s,;<>()\".]{2,}")
"""Light on purpose: it tells an e-mail address from other cells and does not judge it."""

FIELDS = (*(field for field in ALIASES if field != IGNORED), ANSWER, IGNORED)
"""What a mapping may name."""

_LOOK = 500
"""Rows looked at to see what a column holds."""
_TEXTS = ("seeking", "offering", "bio")
_HONORIFIC = re.compile(
    r"(dr|prof|mr|mrs|ms|miss|herr|frau|mag|dipl|ing|m|mme|mlle|sr|sra|dott|dottssa|doutor"
    r"|pd)\b.*",
    re.I,
)
_NOT_WORDS = re.compile(
    r"(https?://\S+|\S+@\S+|www\.\S+|[\d\s.,:/+%€$£TZ-]+|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    r"|true|false)",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its place in the row, its heading (unique), the field it feeds and its rank among equals (lower
    leads)."""

    index: int
    heading: str
    field: str
    rank: int


def columns_of(headings: Sequence[str], rows: Sequence[Row], mapping: Mapping[str, str]) -> tuple[Column, ...]:
    """The columns with what each means, in the order of the file; columns with neither heading nor cells are left out.

    Args:
        headings: As in the file; a repeated one gets a number.
        rows: The rows below, looked at where a heading alone does not say.
        mapping: Heading -> field; leads over everything found.

    Raises:
        RegistrationError: The mapping names a heading that the file does not have.
    """
    wanted = {normal(heading) or heading: field for heading, field in mapping.items()}
    exact = {heading.strip(): field for heading, field in mapping.items()}
    columns: list[Column] = []
    seen: dict[str, int] = {}
    width = max([len(headings), *(len(row.cells) for row in rows)])
    for index in range(width):
        heading = headings[index] if index < len(headings) else ""
        if not heading.strip():
            continue  # what stands under no heading is told row by row
        stem = re.sub(r"\.\d+$", "", heading) if re.sub(r"\.\d+$", "", heading) in seen else heading
        seen[stem] = seen.get(stem, 0) + 1
        unique = heading if seen[stem] == 1 else f"{stem} ({seen[stem]})"
        chosen = exact.get(heading) or exact.get(unique) or wanted.get(normal(heading) or heading)
        if chosen:
            columns.append(Column(index, unique, chosen, -1))
            continue
        field, rank = meaning(heading)
        columns.append(Column(index, unique, _checked(field, rank, heading, rows, index), rank))
    missing = set(exact) - {column.heading for column in columns} - set(headings)
    missing = {heading for heading in missing if normal(heading) not in {normal(found) for found in headings}}
    if missing:
        raise RegistrationError(
            f"the mapping names the heading {sorted(missing)[0]!r}, which the file does not have",
            f"one of: {', '.join(column.heading for column in columns)[:300]}",
            "correct the mapping in event.toml",
        )
    return tuple(_full_name_or_part(_one_text(columns), rows))


def check_fields(mapping: Mapping[str, str]) -> None:
    """Raises RegistrationError where the mapping names a field that does not exist."""
    for field in mapping.values():
        if field not in FIELDS:
            raise RegistrationError(f"the mapping names the field {field!r}", f"one of: {', '.join(FIELDS)}", "correct event.toml")


def _cells(rows: Sequence[Row], index: int) -> list[str]:
    texts = (clean(row.cells[index]) for row in rows if index < len(row.cells) and row.cells[index].strip())
    return [text for text in texts if not is_empty(text)]


def _checked(field: str, rank: int, heading: str, rows: Sequence[Row], index: int) -> str:
    """The field, unless what the column holds speaks against it."""
    if field not in ("title", "status", "consent", ANSWER, *_TEXTS):
        return field
    cells = _cells(rows[:_LOOK], index)
    if field == "consent":  # "Privacy policy: read on 3 May" is no answer to whether somebody may be introduced
        plain = sum(yes_or_no(cell) is not None for cell in cells)
        return field if rank < MAYBE or (cells and plain * 10 >= 8 * len(cells)) else IGNORED
    if not cells:
        return field
    if field == "title" and sum(bool(_HONORIFIC.fullmatch(c)) and len(c) < 16 for c in cells) * 10 >= 8 * len(cells):
        return IGNORED  # German exports call "Dr." a Titel
    if field in _TEXTS and rank >= 500 and all(len(cell) < 12 and yes_or_no(cell) is not None for cell in cells):
        return ANSWER  # "Are you looking for investors? yes"
    if field == "status" and all(re.fullmatch(r"[\d.,€$£ ]+", cell) and cell not in ("0", "1") for cell in cells):
        return ANSWER if re.search(r"\s|\?", heading) else IGNORED
    wordless = all(len(cell) < 500 and _NOT_WORDS.fullmatch(cell) for cell in cells)
    if field == ANSWER and not re.search(r"\s\S+\s|\?", heading) and wordless:
        return IGNORED  # counters, timestamps, links
    return field


def _one_text(columns: list[Column]) -> list[Column]:
    """`text_long` holds all of `text`."""
    if not any(normal(column.heading) == "text long" for column in columns):
        return columns
    return [Column(c.index, c.heading, IGNORED, c.rank) if normal(c.heading) == "text" and c.rank >= 0 else c for c in columns]


def _full_name_or_part(columns: list[Column], rows: Sequence[Row]) -> list[Column]:
    """`Name` beside `Vorname` is the family name, `Nombre` beside `Apellidos` the given one."""
    parts = {column.field for column in columns} & {"first_name", "last_name"}
    if len(parts) != 1:
        return columns
    part = next(iter(parts))
    other = next(column for column in columns if column.field == part)
    result = []
    for column in columns:
        if column.field == "name" and column.rank >= 0 and normal(column.heading) in {"name", "nom", "nombre", "nome"}:
            pairs = [
                (row.cells[column.index].casefold(), row.cells[other.index].casefold().strip())
                for row in rows
                if max(column.index, other.index) < len(row.cells)
            ]
            filled = [(full, single) for full, single in pairs if single]
            if sum(single in full for full, single in filled) * 2 < len(filled):
                missing = "last_name" if part == "first_name" else "first_name"
                column = Column(column.index, column.heading, missing, column.rank)
        result.append(column)
    return result
