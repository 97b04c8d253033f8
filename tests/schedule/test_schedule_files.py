import csv
import re
from datetime import UTC, datetime, timedelta

import openpyxl
import pytest
from icalendar import Calendar

from matcher.errors import MatcherError
from matcher.export.schedule_files import write_schedule
from matcher.profiles import Attendee
from matcher.programme import Cancelled, PlacedMeeting, Programme, Unscheduled
from matcher.run import Run
from matcher.schedule import Schedule

PEOPLE = (
    Attendee("a", "Ada Berg", organization="Grid, Co"),
    Attendee("b", "Bela Costa"),
    Attendee("../c", "=cmd()"),
)
TEN, NOON = Schedule(slots=["2026-05-04T10:00", "2026-05-04T12:00"], timezone="Europe/Berlin").times()
FILES = ["schedule.csv", "unscheduled.csv", "schedule.xlsx", "table_signs.html", "sheets.html"]
MEETINGS = (PlacedMeeting("a", "b", TEN, 1, fixed=True), PlacedMeeting("../c", "a", NOON, 3, sequence=2))


RUN = Run("Expo", PEOPLE, (), (), (), ((0.0, 0.0),) * 3, {})


def write(folder, meetings=MEETINGS, unscheduled=(), cancelled=()):
    found = Programme(len(meetings), len(meetings), meetings, cancelled, tuple(unscheduled))
    return write_schedule(folder, found, RUN, "expo-2026")


def entries(path):
    return list(Calendar.from_ical(path.read_bytes()).walk("VEVENT"))


def test_the_calendar_of_the_event_and_of_each_person(tmp_path):
    paths = write(tmp_path)
    assert [path.name for path in paths[:6]] == [*FILES, "schedule.ics"]
    assert all(path.parent in (tmp_path, tmp_path / "calendars") for path in paths)
    assert sorted(path.name for path in paths[6:])[1:] == ["a.ics", "b.ics"]
    first, second = entries(tmp_path / "schedule.ics")
    assert first["SUMMARY"] == "Ada Berg, Grid, Co and Bela Costa"
    assert first.decoded("DTSTART") == datetime(2026, 5, 4, 8, 0, tzinfo=UTC)
    assert first.decoded("DTEND") - first.decoded("DTSTART") == timedelta(minutes=20)
    assert (first["LOCATION"], first["STATUS"], first["SEQUENCE"]) == ("Table 1", "CONFIRMED", 0)
    assert (second["LOCATION"], second["STATUS"], second["SEQUENCE"]) == ("Table 3", "TENTATIVE", 2)
    (mine,) = entries(tmp_path / "calendars" / "b.ics")
    assert mine["SUMMARY"] == "Meeting with Ada Berg, Grid, Co"
    assert mine["UID"] == first["UID"]


def test_the_same_timetable_gives_the_same_bytes_and_a_moved_meeting_keeps_its_id(tmp_path):
    one, other = write(tmp_path / "one"), write(tmp_path / "other")
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in other]
    write(tmp_path / "moved", (PlacedMeeting("a", "b", NOON, 2, sequence=1),))
    (moved,) = entries(tmp_path / "moved" / "schedule.ics")
    assert moved["UID"] == entries(tmp_path / "one" / "schedule.ics")[0]["UID"]


def test_the_table_is_safe_to_open(tmp_path):
    write(tmp_path, unscheduled=[Unscheduled("a", "b", "no table is free", "noon", "one more table")])
    rows = list(csv.DictReader((tmp_path / "schedule.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert [(row["slot"], row["start"], row["table"], row["status"], row["sequence"]) for row in rows] == [
        ("2026-05-04T10:00", "2026-05-04T10:00+02:00", "1", "confirmed", "0"),
        ("2026-05-04T12:00", "2026-05-04T12:00+02:00", "3", "proposed", "2"),
    ]
    assert not rows[1]["a_name"].startswith("=")
    (left,) = csv.DictReader((tmp_path / "unscheduled.csv").read_text(encoding="utf-8-sig").splitlines())
    assert (left["a_name"], left["why"], left["fix_slot"], left["fix"]) == (
        "Ada Berg",
        "no table is free",
        "noon",
        "one more table",
    )


def test_a_meeting_that_is_gone_is_told_to_the_calendars_of_both(tmp_path):
    gone = Cancelled("a", "b", TEN.name, "2026-05-04T10:00+02:00", "2026-05-04T10:20+02:00", 3, by_organizer=False)
    left = Cancelled("b", "zoe", TEN.name, "2026-05-04T10:00+02:00", "2026-05-04T10:20+02:00", 1, by_organizer=True)
    write(tmp_path, MEETINGS[1:], cancelled=(gone, left))
    first, second = entries(tmp_path / "calendars" / "b.ics")
    assert (first["STATUS"], first["SEQUENCE"], first["SUMMARY"]) == ("CANCELLED", 3, "Cancelled: Meeting with Ada Berg, Grid, Co")
    assert (second["STATUS"], second["SUMMARY"]) == ("CANCELLED", "Cancelled meeting")
    assert not (tmp_path / "calendars" / "zoe.ics").exists()
    assert "zoe" not in (tmp_path / "schedule.csv").read_text(encoding="utf-8-sig")  # who has left stands nowhere
    last = list(csv.DictReader((tmp_path / "schedule.csv").read_text(encoding="utf-8-sig").splitlines()))[-1]
    assert (last["a_id"], last["status"], last["table"], last["sequence"]) == ("a", "dropped", "0", "3")


def test_the_workbook_by_person_by_table_and_by_slot(tmp_path):
    write(tmp_path)
    book = openpyxl.load_workbook(tmp_path / "schedule.xlsx")
    assert book.sheetnames == ["By person", "By table", "By slot", "Unscheduled"]
    people = [[row[0], row[2], row[6], row[7]] for row in book["By person"].iter_rows(min_row=2, values_only=True)]
    assert people == [
        ["=cmd()", "2026-05-04T12:00", 3, "Ada Berg"],
        ["Ada Berg", "2026-05-04T10:00", 1, "Bela Costa"],
        ["Ada Berg", "2026-05-04T12:00", 3, "=cmd()"],
        ["Bela Costa", "2026-05-04T10:00", 1, "Ada Berg"],
    ]
    assert [row[1] for row in book["By table"].iter_rows(min_row=2, values_only=True)] == [1, 3]


def test_a_sign_for_each_table_and_a_sheet_for_each_person(tmp_path):
    write(tmp_path)
    signs = (tmp_path / "table_signs.html").read_text(encoding="utf-8")
    assert re.findall(r'class="number">(\d+)<', signs) == ["1", "3"]
    assert "Monday, 4 May 2026" in signs
    sheets = (tmp_path / "sheets.html").read_text(encoding="utf-8")
    assert re.findall(r"<h1><bdi>(.*?)</bdi></h1>", sheets) == ["=cmd()", "Ada Berg", "Bela Costa"]
    assert re.findall(r'class="when">(.*?)<', sheets) == ["12:00–12:20", "10:00–10:20", "12:00–12:20", "10:00–10:20"]


def test_slots_without_times_give_no_calendars(tmp_path):
    (morning,) = Schedule(slots=["morning"]).times()
    paths = write(tmp_path, (PlacedMeeting("a", "b", morning, 1),))
    assert [path.name for path in paths] == FILES


def test_times_on_the_clock_stay_on_the_clock(tmp_path):
    (slot,) = Schedule(slots=["2026-05-04T10:00"]).times()
    write(tmp_path, (PlacedMeeting("a", "b", slot, 1),))
    assert b"DTSTART:20260504T100000\r\n" in (tmp_path / "schedule.ics").read_bytes()


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(MatcherError, match="cannot be written"):
        write(tmp_path / "file")
