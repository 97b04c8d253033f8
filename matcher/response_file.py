"""A file of what was shown to whom and what they answered: one row per entry of a list that somebody saw.

Columns: for_id (who read the list), from_id (who stood on it), rank (from 1), shown_at (ISO time), response (interested,
no_thanks, met, already_know, or empty where nothing was answered); optional rating (1 to 5), met (yes or no), and event
(name of the registration file, where there are several). Entries that nobody answered belong in it: without them, silence
cannot be told from not having looked.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from matcher.errors import MatcherError
from matcher.models.responses import worth_of
from matcher.profiles import Problem

REQUIRED = ("for_id", "from_id", "rank", "shown_at", "response")
_YES = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False, "": None}


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry that somebody was shown."""

    row: int
    """Row number as a spreadsheet shows it."""
    event: str
    for_id: str
    from_id: str
    rank: int
    shown_at: float
    """Seconds since 1970, UTC; a time without a zone is taken as UTC."""
    worth: float
    """0 to 1 as answered, NaN for silence."""


def read_responses(file: Path) -> tuple[tuple[Entry, ...], tuple[Problem, ...]]:
    """The entries of a file, and a problem for each row that cannot be used.

    Raises:
        MatcherError: the file cannot be read, or lacks a column.
    """
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream)
            rows = list(reader)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise MatcherError(f"{file} cannot be read ({type(error).__name__})", "a CSV file, UTF-8") from error
    missing = [column for column in REQUIRED if column not in (reader.fieldnames or ())]
    if missing:
        raise MatcherError(f"{file} has no column {', '.join(missing)}", f"the columns {', '.join(REQUIRED)}")
    entries: list[Entry] = []
    problems: list[Problem] = []
    for number, row in enumerate(rows, start=2):
        try:
            found = _entry(number, {name: (value or "").strip() for name, value in row.items() if isinstance(name, str)})
        except MatcherError as error:
            problems.append(Problem(number, error.found.split(" ", 1)[0], error.found, f"expected {error.expected}", used=False))
            continue
        if found is not None:
            entries.append(found)
    return tuple(entries), tuple(problems)


def _entry(number: int, row: Mapping[str, str]) -> Entry | None:
    for name in ("for_id", "from_id"):
        if not row[name]:
            raise MatcherError(f"{name} is empty", "the id of an attendee")
    rank = _whole("rank", row["rank"], 1, 1_000_000)
    try:
        shown = datetime.fromisoformat(row["shown_at"])
    except ValueError as error:
        raise MatcherError(f"shown_at {row['shown_at']!r}", "a time such as 2026-05-04T09:00") from error
    rating = _whole("rating", row["rating"], 1, 5) if row.get("rating") else None
    met = row.get("met", "").casefold()
    if met not in _YES:
        raise MatcherError(f"met {met!r}", "yes, no or nothing")
    worth = worth_of(row["response"].casefold().replace(" ", "_"), _YES[met], rating)
    if worth is None:
        return None
    seconds = (shown if shown.tzinfo else shown.replace(tzinfo=UTC)).timestamp()
    return Entry(number, row.get("event", ""), row["for_id"], row["from_id"], rank, seconds, worth)


def _whole(name: str, text: str, least: int, most: int) -> int:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not (value == value and value.is_integer() and least <= value <= most):
        raise MatcherError(f"{name} {text!r}", f"a whole number from {least}" + (f" to {most}" if most < 1000 else ""))
    return int(value)
