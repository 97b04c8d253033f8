"""`schedule.xlsx`: the timetable by person, by table and by slot, and what has no place."""

from __future__ import annotations

from pathlib import Path

from matcher.export.tables import Row
from matcher.export.workbook import add_sheet, new_workbook
from matcher.programme import Programme, iso
from matcher.run import Run

_WHEN = ("slot", "start", "end")
_WHERE = ("location", "table")


def write_schedule_workbook(programme: Programme, run: Run, path: Path) -> None:
    """Writes the workbook; the same timetable gives the same bytes."""
    people = {attendee.id: attendee for attendee in run.attendees}
    by_person: list[Row] = []
    by_table: list[Row] = []
    by_slot: list[Row] = []
    for meeting in programme.meetings:
        a, b = people[meeting.a_id], people[meeting.b_id]
        when, where = (meeting.slot.name, *iso(meeting.slot)), (meeting.location, meeting.table)
        status = "confirmed" if meeting.fixed else "proposed"
        pair = (a.name, a.organization, b.name, b.organization, status)
        by_slot.append((*when, *where, *pair))
        by_table.append((*where, *when, *pair))
        for one, other in ((a, b), (b, a)):
            by_person.append((one.name, one.id, *when, *where, other.name, other.title, other.organization, status))
    place = {meeting.slot.name: number for number, meeting in enumerate(programme.meetings)}
    by_person.sort(key=lambda row: (str(row[0]).casefold(), str(row[1]), place[str(row[2])]))
    by_table.sort(key=lambda row: (str(row[0]), int(row[1]), place[str(row[2])]))
    left: list[Row] = [
        (people[each.a_id].name, people[each.b_id].name, each.why, each.fix_slot, each.fix) for each in programme.unscheduled
    ]
    pair_columns = ("a_name", "a_organization", "b_name", "b_organization", "status")
    other_columns = ("other_name", "other_title", "other_organization", "status")
    book, formats = new_workbook(path, run.title)
    add_sheet(book, "By person", ("name", "attendee_id", *_WHEN, *_WHERE, *other_columns), by_person, formats)
    add_sheet(book, "By table", (*_WHERE, *_WHEN, *pair_columns), by_table, formats)
    add_sheet(book, "By slot", (*_WHEN, *_WHERE, *pair_columns), by_slot, formats)
    add_sheet(book, "Unscheduled", ("a_name", "b_name", "why", "fix_slot", "fix"), left, formats)
    book.close()
