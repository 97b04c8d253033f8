"""`schedule.csv`, what could not be placed, and calendars for the event and for each person.

Calendars follow RFC 5545. An entry's UID comes from the two ids alone, its SEQUENCE rises when the meeting moves, and a meeting
that is gone is sent once more as CANCELLED, so a calendar that has read an older file updates. Nothing depends on the clock:
the same timetable gives the same bytes.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from matcher.errors import MatcherError
from matcher.export.schedule_pages import write_sheets_page, write_signs_page
from matcher.export.schedule_workbook import write_schedule_workbook
from matcher.export.tables import Row, write_table
from matcher.profiles import Attendee
from matcher.programme import Cancelled, Earlier, PairOfIds, PlacedMeeting, Programme, Unscheduled, iso
from matcher.run import Run

SCHEDULE_COLUMNS = (
    "slot", "start", "end", "location", "table", "a_id", "b_id", "a_name", "b_name", "a_organization", "b_organization", "status",
    "sequence",
)  # fmt: skip
UNSCHEDULED_COLUMNS = ("a_id", "b_id", "a_name", "b_name", "why", "fix_slot", "fix")
_NEEDED = ("slot", "table", "a_id", "b_id", "status", "sequence")

_STAMP = datetime(2000, 1, 1, tzinfo=UTC)
"""DTSTAMP of every entry; SEQUENCE tells older from newer."""


def uid(a_id: str, b_id: str, calendar: str) -> str:
    """Returns the calendar id of the meeting of two people at one event, whatever their order.

    >>> uid("p2", "p1", "Expo") == uid("p1", "p2", "Expo") != uid("p1", "p2", "Expo 2027")
    True
    """
    text = "\0".join((calendar, *sorted((a_id, b_id))))
    return f"{hashlib.sha256(text.encode()).hexdigest()[:32]}@event-matcher"


def write_schedule(folder: Path, programme: Programme, run: Run, calendar: str = "") -> list[Path]:
    """Writes the files of a timetable and returns their paths; calendars only where every slot has a time.

    Args:
        folder: made if missing; gets tables, workbook, pages to print, `schedule.ics`, and `calendars/` with one file per person.
        programme: what is published.
        run: whose introductions they are.
        calendar: stands in every UID; the same for all timetables of an event. The event's title where empty.

    Raises:
        MatcherError: the folder cannot be made or written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        paths = write_tables(folder, programme, run)
        gone = [each for each in programme.cancelled if each.start]
        if (programme.meetings or gone) and all(meeting.slot.start for meeting in programme.meetings):
            book = _Calendars(run, calendar or run.title)
            paths.append(folder / "schedule.ics")
            paths[-1].write_bytes(book.of((*programme.meetings, *gone), ""))
            paths.extend(_personal(folder / "calendars", (*programme.meetings, *gone), book))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise MatcherError(f"{folder} cannot be written ({reason})", "a folder", "name another with --out") from error
    return paths


def write_tables(folder: Path, programme: Programme, run: Run) -> list[Path]:
    """Writes the tables, the workbook and the pages to print of a timetable into a folder, and returns their paths."""
    people = {attendee.id: attendee for attendee in run.attendees}
    known = [each for each in programme.cancelled if {each.a_id, each.b_id} <= people.keys()]
    rows = [_row(meeting, people) for meeting in programme.meetings] + [_gone_row(each, people) for each in known]
    left = [_unscheduled_row(each, people) for each in programme.unscheduled]
    names = ("schedule.csv", "unscheduled.csv", "schedule.xlsx", "table_signs.html", "sheets.html")
    paths = [folder / name for name in names]
    write_table(paths[0], SCHEDULE_COLUMNS, rows)
    write_table(paths[1], UNSCHEDULED_COLUMNS, left)
    write_schedule_workbook(programme, run, paths[2])
    write_signs_page(programme, run, paths[3])
    write_sheets_page(programme, run, paths[4])
    return paths


def read_schedule(path: Path) -> dict[PairOfIds, Earlier]:
    """Returns the rows of a `schedule.csv` by their pair of ids; the organizer may have changed the statuses.

    Raises:
        MatcherError: the file cannot be read, a column is missing, or a number is none.
    """
    found = {}
    for number, row in enumerate(read_rows(path, _NEEDED), start=2):
        try:
            table, sequence = int(row["table"]), int(row["sequence"])
        except (ValueError, TypeError) as error:
            raise MatcherError(f"{path} row {number}: table or sequence is no number") from error
        text = {name: row.get(name) or "" for name in ("slot", "start", "end", "location", "status")}
        status = text["status"].strip().casefold()
        earlier = Earlier(text["slot"], text["start"], text["end"], text["location"], table, status, sequence)
        found[row["a_id"], row["b_id"]] = earlier
    return found


def read_rows(path: Path, columns: Sequence[str]) -> list[dict[str, str]]:
    """Returns the rows of a CSV file that has at least these columns.

    Raises:
        MatcherError: the file cannot be read, or a column is missing.
    """
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


def _row(meeting: PlacedMeeting, people: Mapping[str, Attendee]) -> Row:
    a, b = people[meeting.a_id], people[meeting.b_id]
    status = "confirmed" if meeting.fixed else "proposed"
    return [
        meeting.slot.name, *iso(meeting.slot), meeting.location, meeting.table, a.id, b.id, a.name, b.name, a.organization,
        b.organization, status, meeting.sequence,
    ]  # fmt: skip


def _gone_row(each: Cancelled, people: Mapping[str, Attendee]) -> Row:
    """Table 0: it has been told, so it counts up no more."""
    a, b = people[each.a_id], people[each.b_id]
    status = "cancelled" if each.by_organizer else "dropped"
    return [
        each.slot, each.start, each.end, "", 0, a.id, b.id, a.name, b.name, a.organization, b.organization, status, each.sequence,
    ]  # fmt: skip


def _unscheduled_row(each: Unscheduled, people: Mapping[str, Attendee]) -> Row:
    return [each.a_id, each.b_id, people[each.a_id].name, people[each.b_id].name, each.why, each.fix_slot, each.fix]


def _personal(folder: Path, meetings: Sequence[PlacedMeeting | Cancelled], book: _Calendars) -> list[Path]:
    mine: dict[str, list[PlacedMeeting | Cancelled]] = {}
    for meeting in meetings:
        for person in {meeting.a_id, meeting.b_id} & book.people.keys():
            mine.setdefault(person, []).append(meeting)
    folder.mkdir(exist_ok=True)
    paths = []
    for person in sorted(mine):
        paths.append(folder / f"{_file_name(person)}.ics")
        paths[-1].write_bytes(book.of(mine[person], person))
    return paths


def _file_name(person: str) -> str:
    """The id where it is a safe and distinct name of a file on every system, else with a checksum behind it."""
    safe = "".join(letter if letter.isascii() and (letter.isalnum() or letter in "-_") else "_" for letter in person)[:60]
    plain = safe == person and safe == safe.lower() and not safe.startswith("-")
    return safe if plain else f"{safe.lstrip('-')}-{hashlib.sha256(person.encode()).hexdigest()[:8]}"


class _Calendars:
    """Meetings as calendar entries for one reader, or for the event where nobody is named."""

    def __init__(self, run: Run, calendar: str) -> None:
        self.people = {attendee.id: attendee for attendee in run.attendees}
        self.title, self.calendar = run.title, calendar

    def of(self, meetings: Iterable[PlacedMeeting | Cancelled], reader: str) -> bytes:
        from icalendar import Calendar

        book = Calendar()
        book.add("prodid", "-//event-matcher//schedule//EN")
        book.add("version", "2.0")
        book.add("method", "PUBLISH")
        book.add("x-wr-calname", self.title)
        for meeting in meetings:
            book.add_component(self._entry(meeting, reader))
        return bytes(book.to_ical())

    def _entry(self, meeting: PlacedMeeting | Cancelled, reader: str) -> Any:
        from icalendar import Event

        others = [
            _who(self.people[person]) for person in (meeting.a_id, meeting.b_id) if person != reader and person in self.people
        ]
        summary = ("Meeting with " if reader else "") + " and ".join(others)
        entry = Event()
        entry.add("uid", uid(meeting.a_id, meeting.b_id, self.calendar))
        entry.add("sequence", meeting.sequence)
        entry.add("dtstamp", _STAMP)
        if isinstance(meeting, Cancelled):  # of somebody who has left, only that there was a meeting
            entry.add("dtstart", _moment(datetime.fromisoformat(meeting.start)))
            entry.add("dtend", _moment(datetime.fromisoformat(meeting.end)))
            entry.add("summary", f"Cancelled: {summary}" if others else "Cancelled meeting")
            entry.add("status", "CANCELLED")
            return entry
        entry.add("dtstart", _moment(meeting.slot.start))
        entry.add("dtend", _moment(meeting.slot.end))
        entry.add("summary", summary)
        entry.add("location", ", ".join(part for part in (meeting.location, f"Table {meeting.table}") if part))
        entry.add("description", self.title)
        entry.add("status", "CONFIRMED" if meeting.fixed else "TENTATIVE")
        return entry


def _moment(time: datetime | None) -> datetime | None:
    return time.astimezone(UTC) if time and time.tzinfo else time


def _who(person: Attendee) -> str:
    return f"{person.name}, {person.organization}" if person.organization else person.name
