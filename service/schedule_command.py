"""`matcher schedule`: the introductions of a finished run as meetings with slots and tables."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:  # heavy modules are imported when the command runs, so that --help answers at once
    import numpy as np
    from numpy.typing import NDArray

    from matcher.export.schedule_files import Unscheduled
    from matcher.profiles import Attendee
    from matcher.schedule import Schedule, Unplaced


@click.command()
@click.argument("run_file", metavar="RUN", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder for the results; made if missing.")
@click.option("--event", "event_file", type=click.Path(path_type=Path), help="A TOML file with a [schedule] part.")
@click.option("--slots", help="Names or ISO times in order, with commas: 2026-05-04T10:00,2026-05-04T10:20.")
@click.option("--tables", type=click.IntRange(min=1), help="Tables in every slot.")
@click.option("--minutes", type=click.IntRange(1, 1440), help="Minutes of a meeting.")
@click.option("--max-in-a-row", type=click.IntRange(0, 100), help="Meetings without a break; 0 for any number.")
@click.option("--time-limit", type=click.FloatRange(min=0.1), help="Seconds.")
@click.option(
    "--availability",
    type=click.Path(path_type=Path),
    help="CSV with attendee_id and slots (with ';') in which they can come; those not in it can always come.",
)
@click.option(
    "--previous",
    type=click.Path(path_type=Path),
    help="schedule.csv of before: confirmed meetings do not move, moved ones update in calendars.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON for a program to read.")
def schedule(
    run_file: Path,
    out: Path,
    event_file: Path | None,
    slots: str | None,
    tables: int | None,
    minutes: int | None,
    max_in_a_row: int | None,
    time_limit: float | None,
    availability: Path | None,
    previous: Path | None,
    as_json: bool,
) -> None:
    """Place the introductions of RUN (the run.json of a finished run) into slots and at tables, with calendars."""
    import json

    import numpy as np

    from matcher.cells import safe_cell
    from matcher.export.schedule_files import PlacedMeeting, write_schedule
    from matcher.run import load_run
    from matcher.schedule import schedule as place

    given = {"tables": tables, "minutes": minutes, "max_in_a_row": max_in_a_row, "time_limit": time_limit}
    settings = _settings(event_file, slots, given)
    run = load_run(run_file if run_file.suffix == ".json" else run_file / "run.json")
    position = {attendee.id: number for number, attendee in enumerate(run.attendees)}
    ids = [(each.a_id, each.b_id) for each in run.introductions]
    pairs = np.array([(position[a], position[b]) for a, b in ids], dtype=np.int64).reshape(-1, 2)
    before = _previous(previous) if previous else {}
    names = {slot: number for number, slot in enumerate(settings.slots)}
    fixed, places = _confirmed(before, ids, settings, previous)
    can_come = _availability(availability, position, names)
    capacity = np.array(settings.capacity(), dtype=np.int64)
    found = place(
        pairs,
        can_come,
        capacity,
        fixed,
        settings.max_in_a_row,
        settings.time_limit,
        run.facts.get("seed", 7),
        np.array(settings.follows(), dtype=bool),
        places,
    )
    times, meetings = settings.times(), []
    for number in np.lexsort((found.table, found.slot)).tolist():
        if found.slot[number] >= 0:
            slot, table = times[found.slot[number]], int(found.table[number]) // settings.meetings_per_table + 1
            old = before.get((safe_cell(ids[number][0]), safe_cell(ids[number][1])))
            moved = old is not None and old[:2] != (safe_cell(slot.name), table)
            sequence = (old[2] if old else 0) + moved
            a, b = ids[number]
            meetings.append(PlacedMeeting(a, b, slot, table, bool(fixed[number] >= 0), sequence))
    unscheduled = [_told(each, ids[each.meeting], run.attendees, settings) for each in found.unplaced]
    paths = write_schedule(out, meetings, unscheduled, run.attendees, run.title, settings.calendar or run.title)
    if as_json:
        facts = {"meetings": len(ids), "scheduled": found.placed, "unscheduled": len(unscheduled), "bound": found.bound}
        click.echo(json.dumps({**facts, "files": [str(path) for path in paths if path.parent == out]}, indent=1))
        return
    best = "no timetable places more" if found.placed == found.bound else f"at most {found.bound} can be"
    click.echo(f"{run.title}: {found.placed} of {len(ids)} meetings in {len(times)} slots ({best})")
    click.echo(f"Files:   {', '.join(str(path) for path in paths if path.parent == out)}")


def _settings(event_file: Path | None, slots: str | None, given: dict[str, int | float | None]) -> Schedule:
    import tomllib

    from pydantic import ValidationError

    from matcher.errors import SettingsError
    from matcher.schedule import Schedule

    values: dict[str, object] = {}
    if event_file:
        try:
            values = dict(tomllib.loads(event_file.read_text(encoding="utf-8-sig")).get("schedule", {}))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise SettingsError(f"{event_file} cannot be read ({error})", "a settings file in TOML, UTF-8") from error
    if slots is not None:
        values["slots"] = [slot.strip() for slot in slots.split(",") if slot.strip()]
    values |= {name: value for name, value in given.items() if value is not None}
    try:
        settings = Schedule.model_validate(values)
    except ValidationError as error:
        wrong = " | ".join(f"schedule.{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise SettingsError(wrong.replace(".: ", ": "), fix="see [schedule] in data/event.example.toml") from error
    if not settings.slots:
        raise SettingsError("no slots", "at least one", "name them with --slots or in [schedule]")
    return settings


def _rows(path: Path, columns: tuple[str, ...]) -> list[dict[str, str]]:
    import csv

    from matcher.errors import MatcherError

    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream)
            rows = list(reader)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise MatcherError(f"{path} cannot be read ({type(error).__name__})", "a CSV file, UTF-8") from error
    missing = [column for column in columns if column not in (reader.fieldnames or ())]
    if missing:
        raise MatcherError(f"{path} has no column {', '.join(missing)}", f"the columns {', '.join(columns)}")
    return rows


def _previous(path: Path) -> dict[tuple[str, str], tuple[str, int, int, bool]]:
    """Slot, table, sequence and whether it is confirmed, for each pair of an earlier schedule."""
    from matcher.errors import MatcherError

    found = {}
    for number, row in enumerate(_rows(path, ("slot", "table", "a_id", "b_id", "status", "sequence")), start=2):
        try:
            old = (row["slot"], int(row["table"]), int(row["sequence"]), row["status"] == "confirmed")
        except (ValueError, TypeError) as error:
            raise MatcherError(f"{path} row {number}: table or sequence is no number") from error
        found[row["a_id"], row["b_id"]] = old
    return found


def _confirmed(
    before: dict[tuple[str, str], tuple[str, int, int, bool]], ids: list[tuple[str, str]], settings: Schedule, path: Path | None
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Slot and place of each meeting that was confirmed, −1 for the others; nothing confirmed is dropped in silence."""
    import numpy as np

    from matcher.cells import safe_cell
    from matcher.errors import MatcherError

    slots = {safe_cell(name): number for number, name in enumerate(settings.slots)}
    rows = {(safe_cell(a), safe_cell(b)): number for number, (a, b) in enumerate(ids)}
    fixed, places = np.full(len(ids), -1, dtype=np.int64), np.full(len(ids), -1, dtype=np.int64)
    taken: set[tuple[int, int]] = set()
    for pair, (slot, table, _, confirmed) in before.items():
        if not confirmed:
            continue
        if pair not in rows or slot not in slots:
            lost = f"slot {slot!r}, which is no longer there" if pair in rows else "the schedule, but not in the run"
            found = f"{path}: the confirmed meeting of {pair[0]} and {pair[1]} is in {lost}"
            raise MatcherError(found, fix="add it again, or set its status to cancelled")
        fixed[rows[pair]] = slots[slot]
        first = (table - 1) * settings.meetings_per_table
        for place in range(first, first + settings.meetings_per_table):
            if (slots[slot], place) not in taken:
                taken.add((slots[slot], place))
                places[rows[pair]] = place
                break
    return fixed, places


def _availability(path: Path | None, position: dict[str, int], names: dict[str, int]) -> NDArray[np.bool_]:
    import numpy as np

    from matcher.errors import MatcherError

    can_come = np.ones((len(position), len(names)), dtype=bool)
    for number, row in enumerate(_rows(path, ("attendee_id", "slots")) if path else [], start=2):
        wanted = [name.strip() for name in (row["slots"] or "").split(";") if name.strip()]
        unknown = [name for name in wanted if name not in names]
        if row["attendee_id"] not in position or unknown:
            found = f"slot {unknown[0]!r}" if unknown else f"attendee_id {row['attendee_id']!r}"
            raise MatcherError(f"{path} row {number}: {found} is unknown", "ids of the run and slots of the schedule")
        can_come[position[row["attendee_id"]]] = [name in wanted for name in names]
    return can_come


def _told(each: Unplaced, pair: tuple[str, str], attendees: tuple[Attendee, ...], settings: Schedule) -> Unscheduled:
    from matcher.export.schedule_files import Unscheduled
    from matcher.schedule import Obstacle

    def name(person: int) -> str:
        return attendees[person].name

    parts = [f"{name(person)} {what.value}" if person >= 0 else what.value for what, person in each.obstacles]
    if each.slot < 0:
        return Unscheduled(*pair, f"in every slot: {' / '.join(parts)}", "", "one more slot for which both are free")
    slot = settings.slots[each.slot]
    cures = {
        Obstacle.TABLES: "one more table",
        Obstacle.UNAVAILABLE: "{} can come after all",
        Obstacle.IN_A_ROW: "{} goes without a break",
        Obstacle.BUSY: "{} gives up another meeting",
    }
    fix = " and ".join(cures[what].format(name(person) if person >= 0 else "") for what, person in each.obstacles)
    return Unscheduled(*pair, f"in {slot}: {' and '.join(parts)}", slot, fix)
