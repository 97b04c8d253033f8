"""`schedule.csv`, what could not be placed, and calendars for the event and for each person.

Calendars follow RFC 5545. An entry's UID comes from the two ids alone and its SEQUENCE rises when the meeting moves, so a calendar
that has read an older file updates. Nothing in them depends on the clock: the same timetable gives the same bytes.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from matcher.cells import safe_cell
from matcher.errors import MatcherError
from matcher.profiles import Attendee
from matcher.schedule import Slot

SCHEDULE_COLUMNS = (
    "slot", "start", "end", "table", "a_id", "b_id", "a_name", "b_name", "a_organization", "b_organization", "status", "sequence",
)  # fmt: skip
UNSCHEDULED_COLUMNS = ("a_id", "b_id", "a_name", "b_name", "why", "fix_slot", "fix")

_STAMP = datetime(2000, 1, 1, tzinfo=UTC)
"""DTSTAMP of every entry; SEQUENCE tells older from newer."""


@dataclass(frozen=True, slots=True)
class PlacedMeeting:
    """A meeting with its slot and table; people as ids, `a_id` the lower."""

    a_id: str
    b_id: str
    slot: Slot
    table: int
    """From 1."""
    fixed: bool = False
    """True where it was given and did not move."""
    sequence: int = 0
    """How often it has moved since it was first published."""


@dataclass(frozen=True, slots=True)
class Unscheduled:
    """A meeting without a slot, in words."""

    a_id: str
    b_id: str
    why: str
    fix_slot: str
    """The slot that would fix it; empty where only one more slot would."""
    fix: str


def uid(a_id: str, b_id: str, calendar: str) -> str:
    """Returns the calendar id of the meeting of two people at one event, whatever their order.

    >>> uid("p2", "p1", "Expo") == uid("p1", "p2", "Expo") != uid("p1", "p2", "Expo 2027")
    True
    """
    text = "\0".join((calendar, *sorted((a_id, b_id))))
    return f"{hashlib.sha256(text.encode()).hexdigest()[:32]}@event-matcher"


def write_schedule(
    folder: Path,
    meetings: Sequence[PlacedMeeting],
    unscheduled: Sequence[Unscheduled],
    attendees: Iterable[Attendee],
    title: str,
    calendar: str,
) -> list[Path]:
    """Writes the files of a timetable and returns their paths; calendars only where every slot has a time.

    Args:
        folder: made if missing; gets `schedule.csv`, `unscheduled.csv`, `schedule.ics` and `calendars/`, one file per person.
        meetings: by slot, then table.
        unscheduled: meetings without a slot.
        attendees: everybody in the meetings.
        title: of the event.
        calendar: stands in every UID; the same for all timetables of an event.

    Raises:
        MatcherError: the folder cannot be made or written.
    """
    people = {attendee.id: attendee for attendee in attendees}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        paths = [folder / "schedule.csv", folder / "unscheduled.csv"]
        _write(paths[0], SCHEDULE_COLUMNS, [_row(meeting, people) for meeting in meetings])
        _write(paths[1], UNSCHEDULED_COLUMNS, [_unscheduled_row(each, people) for each in unscheduled])
        if meetings and all(meeting.slot.start for meeting in meetings):
            paths.append(folder / "schedule.ics")
            paths[-1].write_bytes(_calendar(meetings, people, title, calendar, ""))
            paths.extend(_personal(folder / "calendars", meetings, people, title, calendar))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise MatcherError(f"{folder} cannot be written ({reason})", "a folder", "name another with --out") from error
    return paths


def _row(meeting: PlacedMeeting, people: dict[str, Attendee]) -> list[str | int]:
    a, b = people[meeting.a_id], people[meeting.b_id]
    start, end = meeting.slot.start, meeting.slot.end
    times = [start.isoformat(timespec="minutes") if start else "", end.isoformat(timespec="minutes") if end else ""]
    status = "confirmed" if meeting.fixed else "proposed"
    return [
        meeting.slot.name, *times, meeting.table, a.id, b.id, a.name, b.name, a.organization, b.organization, status,
        meeting.sequence,
    ]  # fmt: skip


def _unscheduled_row(each: Unscheduled, people: dict[str, Attendee]) -> list[str | int]:
    return [each.a_id, each.b_id, people[each.a_id].name, people[each.b_id].name, each.why, each.fix_slot, each.fix]


def _write(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str | int]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([safe_cell(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)


def _personal(
    folder: Path, meetings: Sequence[PlacedMeeting], people: dict[str, Attendee], title: str, calendar: str
) -> list[Path]:
    mine: dict[str, list[PlacedMeeting]] = {}
    for meeting in meetings:
        mine.setdefault(meeting.a_id, []).append(meeting)
        mine.setdefault(meeting.b_id, []).append(meeting)
    folder.mkdir(exist_ok=True)
    paths = []
    for person in sorted(mine):
        paths.append(folder / f"{_file_name(person)}.ics")
        paths[-1].write_bytes(_calendar(mine[person], people, title, calendar, person))
    return paths


def _file_name(person: str) -> str:
    """The id where it is a safe and distinct name of a file on every system, else with a checksum behind it."""
    safe = "".join(letter if letter.isascii() and (letter.isalnum() or letter in "-_") else "_" for letter in person)[:60]
    plain = safe == person and safe == safe.lower() and not safe.startswith("-")
    return safe if plain else f"{safe.lstrip('-')}-{hashlib.sha256(person.encode()).hexdigest()[:8]}"


def _calendar(meetings: Sequence[PlacedMeeting], people: dict[str, Attendee], title: str, calendar: str, reader: str) -> bytes:
    from icalendar import Calendar

    book = Calendar()
    book.add("prodid", "-//event-matcher//schedule//EN")
    book.add("version", "2.0")
    book.add("method", "PUBLISH")
    book.add("x-wr-calname", title)
    for meeting in meetings:
        book.add_component(_entry(meeting, people, title, calendar, reader))
    return bytes(book.to_ical())


def _entry(meeting: PlacedMeeting, people: dict[str, Attendee], title: str, calendar: str, reader: str) -> Any:
    from icalendar import Event

    entry = Event()
    entry.add("uid", uid(meeting.a_id, meeting.b_id, calendar))
    entry.add("sequence", meeting.sequence)
    entry.add("dtstamp", _STAMP)
    entry.add("dtstart", _moment(meeting.slot.start))
    entry.add("dtend", _moment(meeting.slot.end))
    others = [_who(people[person]) for person in (meeting.a_id, meeting.b_id) if person != reader]
    entry.add("summary", ("Meeting with " if reader else "") + " and ".join(others))
    entry.add("location", f"Table {meeting.table}")
    entry.add("description", title)
    entry.add("status", "CONFIRMED" if meeting.fixed else "TENTATIVE")
    return entry


def _moment(time: datetime | None) -> datetime | None:
    return time.astimezone(UTC) if time and time.tzinfo else time


def _who(person: Attendee) -> str:
    return f"{person.name}, {person.organization}" if person.organization else person.name
