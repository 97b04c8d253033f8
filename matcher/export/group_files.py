"""Round tables and rounds of speed networking as tables and as pages to print."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from matcher.errors import MatcherError
from matcher.export.pages import write_page
from matcher.export.tables import Row, write_table
from matcher.groups import Rounds, RoundTable
from matcher.profiles import Attendee
from matcher.run import Introduction
from matcher.schedule.seating import seat

TABLE_COLUMNS = ("table", "topic", "attendee_id", "name", "title", "organization", "goal")
ROUND_COLUMNS = (
    "round", "table", "a_id", "b_id", "a_name", "b_name", "mutual_score", "reason_a", "reason_b", "opening_a", "opening_b",
)  # fmt: skip


def write_round_tables(tables: Sequence[RoundTable], title: str, attendees: Sequence[Attendee], folder: Path) -> list[Path]:
    """Writes `round_tables.csv` and `round_tables.html`, one page a table; returns their paths."""
    rows: list[Row] = []
    signs = []
    for number, table in enumerate(tables, start=1):
        members = [attendees[person] for person in table.members]
        signs.append((number, table.topic, list(zip(members, table.goals, strict=True))))
        rows += [
            (number, table.topic, each.id, each.name, each.title, each.organization, goal)
            for each, goal in zip(members, table.goals, strict=True)
        ]
    paths = [_made(folder) / "round_tables.csv", folder / "round_tables.html"]
    write_table(paths[0], TABLE_COLUMNS, rows)
    write_page(paths[1], "round_tables.html", title, attendees, signs=signs)
    return paths


def write_rounds(
    rounds: Rounds, told: Mapping[tuple[str, str], Introduction], title: str, attendees: Sequence[Attendee], folder: Path
) -> list[Path]:
    """Writes `speed_networking.csv` and `speed_networking.html`, one page a person; returns their paths.

    Args:
        rounds: who meets whom.
        told: by pair of ids, the lower first, the reasons for both.
        title: of the event.
        attendees: in the order of their positions.
        folder: made if missing.
    """
    every = np.vstack([np.zeros((0, 2), dtype=np.int64), *rounds.pairs])
    number = np.repeat(np.arange(len(rounds.pairs)), [len(pairs) for pairs in rounds.pairs])
    widest = max((len(pairs) for pairs in rounds.pairs), default=0)
    tables = seat(every, number, np.full(len(rounds.pairs), widest)) + 1
    rows: list[Row] = []
    mine: dict[str, list[tuple[int, int, str, str, str]]] = {}
    for turn, table, (a, b) in sorted(zip(number.tolist(), tables.tolist(), every.tolist(), strict=True)):
        one, other = attendees[a], attendees[b]
        each = told[(one.id, other.id)]
        rows.append(
            (turn + 1, table, one.id, other.id, one.name, other.name, each.mutual_score, each.reason_a, each.reason_b,
             each.opening_a, each.opening_b)
        )  # fmt: skip
        mine.setdefault(one.id, []).append((turn + 1, table, other.id, each.reason_a, each.opening_a))
        mine.setdefault(other.id, []).append((turn + 1, table, one.id, each.reason_b, each.opening_b))
    for turn, people in enumerate(rounds.sits_out, start=1):
        for person in people:
            mine.setdefault(attendees[person].id, []).append((turn, 0, "", "", ""))
    order = sorted((each for each in attendees if each.id in mine), key=lambda each: (each.name.casefold(), each.id))
    paths = [_made(folder) / "speed_networking.csv", folder / "speed_networking.html"]
    write_table(paths[0], ROUND_COLUMNS, rows)
    sheets = [(each, sorted(mine[each.id])) for each in order]
    write_page(paths[1], "speed_networking.html", title, attendees, sheets=sheets)
    return paths


def _made(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise MatcherError(f"{folder} cannot be written ({reason})", "a folder", "name another with --out") from error
    return folder
