"""`matcher schedule`: the introductions of a finished run as meetings with slots and tables."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:  # heavy modules are imported when the command runs, so that --help answers at once
    import numpy as np
    from numpy.typing import NDArray

    from matcher.schedule import Schedule


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

    from matcher.export.schedule_files import read_schedule, write_schedule
    from matcher.programme import programme
    from matcher.run import load_run

    given = {"tables": tables, "minutes": minutes, "max_in_a_row": max_in_a_row, "time_limit": time_limit}
    settings = _settings(event_file, slots, given)
    run = load_run(run_file if run_file.suffix == ".json" else run_file / "run.json")
    can_come = _availability(availability, [attendee.id for attendee in run.attendees], settings.slots)
    found = programme(run, settings, can_come, read_schedule(previous) if previous else None)
    paths = write_schedule(out, found, run, settings.calendar)
    placed, cancelled = len(found.meetings), len(found.cancelled)
    if as_json:
        facts = {"meetings": found.wanted, "scheduled": placed, "unscheduled": len(found.unscheduled), "bound": found.bound}
        files = [str(path) for path in paths if path.parent == out]
        click.echo(json.dumps({**facts, "cancelled": cancelled, "files": files}, indent=1))
        return
    best = "no timetable places more" if placed == found.bound else f"at most {found.bound} can be"
    click.echo(f"{run.title}: {placed} of {found.wanted} meetings in {len(settings.slots)} slots ({best})")
    if found.unscheduled:
        click.echo(f"{len(found.unscheduled)} without a place; why, and what would help: {out / 'unscheduled.csv'}")
    if cancelled:
        click.echo(f"{cancelled} of the earlier schedule are gone; calendars are told")
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


def _availability(path: Path | None, ids: list[str], slots: list[str]) -> NDArray[np.bool_]:
    import numpy as np

    from matcher.errors import MatcherError
    from matcher.export.schedule_files import read_rows

    position, names = {one: number for number, one in enumerate(ids)}, set(slots)
    can_come = np.ones((len(ids), len(slots)), dtype=bool)
    for number, row in enumerate(read_rows(path, ("attendee_id", "slots")) if path else [], start=2):
        wanted = [name.strip() for name in (row["slots"] or "").split(";") if name.strip()]
        unknown = [name for name in wanted if name not in names]
        if row["attendee_id"] not in position or unknown:
            found = f"slot {unknown[0]!r}" if unknown else f"attendee_id {row['attendee_id']!r}"
            raise MatcherError(f"{path} row {number}: {found} is unknown", "ids of the run and slots of the schedule")
        can_come[position[row["attendee_id"]]] = [name in wanted for name in slots]
    return can_come
