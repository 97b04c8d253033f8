"""Pages to print: a sign for each table, a personal sheet for each attendee."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

from matcher.export.pages import write_page
from matcher.programme import PlacedMeeting, Programme
from matcher.run import Run
from matcher.schedule import Slot


def write_signs_page(programme: Programme, run: Run, path: Path) -> None:
    """Writes `table_signs.html`: one page a table, with who sits there when."""
    tables: dict[tuple[str, int], list[PlacedMeeting]] = {}
    for meeting in programme.meetings:
        tables.setdefault((meeting.location, meeting.table), []).append(meeting)
    signs = [(location, table, _days(meetings)) for (location, table), meetings in sorted(tables.items())]
    write_page(path, "table_signs.html", run.title, run.attendees, signs=signs, clock=clock)


def write_sheets_page(programme: Programme, run: Run, path: Path) -> None:
    """Writes `sheets.html`: one page an attendee, with when, where and whom to meet, and why."""
    mine: dict[str, list[PlacedMeeting]] = {attendee.id: [] for attendee in run.attendees}
    for meeting in programme.meetings:
        mine[meeting.a_id].append(meeting)
        mine[meeting.b_id].append(meeting)
    reasons = {(each.a_id, each.b_id): each.reason_a for each in run.introductions}
    reasons |= {(each.b_id, each.a_id): each.reason_b for each in run.introductions}
    open_ = {person for each in programme.unscheduled for person in (each.a_id, each.b_id)}
    people = sorted(run.attendees, key=lambda attendee: (attendee.name.casefold(), attendee.id))
    sheets = [(attendee, _days(mine[attendee.id]), attendee.id in open_) for attendee in people]
    write_page(path, "sheets.html", run.title, run.attendees, sheets=sheets, reasons=reasons, clock=clock)


def clock(slot: Slot) -> str:
    """Returns the time on the clock, or the name where the slot has no time.

    >>> from matcher.schedule import Schedule
    >>> clock(Schedule(slots=["2026-05-04T10:00"]).times()[0])
    '10:00–10:20'
    """
    return f"{slot.start:%H:%M}–{slot.end:%H:%M}" if slot.start and slot.end else slot.name


def _days(meetings: list[PlacedMeeting]) -> list[tuple[str, list[PlacedMeeting]]]:
    """The meetings by day, each day written out; one day without a name where slots have no time."""

    def day(meeting: PlacedMeeting) -> str:
        start = meeting.slot.start
        return f"{start:%A}, {start.day} {start:%B %Y}" if start else ""

    return [(name, list(each)) for name, each in groupby(meetings, key=day)]
