import csv
import json

import pytest
from click.testing import CliRunner
from icalendar import Calendar
from matcher.service.schedule_command import schedule

from matcher.errors import MatcherError
from matcher.mutual import Strength
from matcher.profiles import Attendee, GoalForm
from matcher.run import Introduction, Run

FORM = GoalForm.OPERATIONAL
SLOTS = "2026-05-04T10:00,2026-05-04T10:20,2026-05-04T10:40"


def saved(path, people, pairs):
    introductions = tuple(
        Introduction(a, b, 0.5, 0.5, 0.5, Strength.FAIR, False, "draft", FORM, FORM, "", "", "", "") for a, b in pairs
    )
    Run("Expo", people, introductions, (), (), tuple((0.0, 0.0) for _ in people), {"seed": 7}).save(path)
    return path


@pytest.fixture
def run_file(tmp_path):
    people = tuple(Attendee(each, f"Person {each}") for each in "abcd")
    return saved(tmp_path / "run.json", people, ("ab", "ac", "ad", "bc", "bd", "cd"))


def invoke(*arguments):
    return CliRunner().invoke(schedule, [str(argument) for argument in arguments], catch_exceptions=False)


def rows(path):
    return list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))


def test_a_run_becomes_a_timetable(run_file, tmp_path):
    done = invoke(run_file, "--slots", SLOTS, "--tables", 2, "--out", tmp_path / "out")
    assert done.exit_code == 0
    assert "Expo: 6 of 6 meetings in 3 slots (no timetable places more)" in done.stdout
    found = rows(tmp_path / "out" / "schedule.csv")
    assert len({(row["slot"], person) for row in found for person in (row["a_id"], row["b_id"])}) == 12
    assert rows(tmp_path / "out" / "unscheduled.csv") == []
    assert len(Calendar.from_ical((tmp_path / "out" / "calendars" / "a.ics").read_bytes()).walk("VEVENT")) == 3


def test_what_has_no_place_is_told_with_the_cure(run_file, tmp_path):
    done = invoke(run_file, "--slots", SLOTS, "--tables", 1, "--out", tmp_path / "out", "--json")
    assert {key: value for key, value in json.loads(done.stdout).items() if key != "files"} == {
        "meetings": 6,
        "scheduled": 3,
        "unscheduled": 3,
        "bound": 3,
        "cancelled": 0,
    }
    for row in rows(tmp_path / "out" / "unscheduled.csv"):
        if row["fix_slot"]:
            assert row["why"] == f"in {row['fix_slot']}: no table is free"
            assert row["fix"] == "one more table"
        else:
            assert row["fix"] == "one more slot for which both are free"


def test_settings_and_availability_come_from_files(run_file, tmp_path):
    (tmp_path / "event.toml").write_text('name = "Expo"\n[schedule]\nslots = ["one", "two", "three"]\ntables = [2, 2, 2]\n')
    (tmp_path / "free.csv").write_text("attendee_id,slots\na,one;two\n")
    done = invoke(run_file, "--event", tmp_path / "event.toml", "--availability", tmp_path / "free.csv", "--out", tmp_path / "out")
    assert "5 of 6 meetings" in done.stdout
    assert all(row["slot"] != "three" for row in rows(tmp_path / "out" / "schedule.csv") if row["a_id"] == "a")


def test_confirmed_meetings_stay_and_moved_ones_count_up(run_file, tmp_path):
    invoke(run_file, "--slots", SLOTS, "--out", tmp_path / "one")
    text = (tmp_path / "one" / "schedule.csv").read_text(encoding="utf-8-sig")
    before = rows(tmp_path / "one" / "schedule.csv")
    last = before[-1]
    held = text.replace(f"{last['b_organization']},proposed", f"{last['b_organization']},confirmed")
    (tmp_path / "before.csv").write_text(held)
    invoke(run_file, "--slots", SLOTS, "--previous", tmp_path / "before.csv", "--out", tmp_path / "two")
    after = {(row["a_id"], row["b_id"]): row for row in rows(tmp_path / "two" / "schedule.csv")}
    for row in before:
        now = after[row["a_id"], row["b_id"]]
        assert (now["slot"], now["table"], now["status"]) == (row["slot"], row["table"], "confirmed")
        assert int(now["sequence"]) == ((now["slot"], now["table"]) != (row["slot"], row["table"]))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "no slots"),
        (("--slots", "a,a"), "stands twice"),
        (("--slots", "a", "--availability", "missing.csv"), "cannot be read"),
        (("--slots", "a", "--previous", "missing.csv"), "cannot be read"),
        (("--slots", "a", "--event", "missing.toml"), "cannot be read"),
    ],
)
def test_mistakes_are_told(run_file, tmp_path, arguments, words):
    with pytest.raises(MatcherError, match=words):
        invoke(run_file, *arguments, "--out", tmp_path / "out")


def test_a_confirmed_meeting_is_never_dropped_in_silence(run_file, tmp_path):
    head = "slot,table,a_id,b_id,status,sequence\n"
    for row, words in (("noon,1,a,b,confirmed,0\n", "no longer there"), ("one,1,x,y,confirmed,0\n", "not in the run")):
        (tmp_path / "before.csv").write_text(head + row)
        with pytest.raises(MatcherError, match=words):
            invoke(run_file, "--slots", "one,two", "--previous", tmp_path / "before.csv", "--out", tmp_path / "out")


def test_a_meeting_that_moves_counts_up(run_file, tmp_path):
    rows_before = "noon,1,a,b,proposed,3\none,7,c,d,confirmed,2\n"
    (tmp_path / "before.csv").write_text("slot,table,a_id,b_id,status,sequence\n" + rows_before)
    invoke(run_file, "--slots", "one,two,three", "--previous", tmp_path / "before.csv", "--out", tmp_path / "out")
    found = {(row["a_id"], row["b_id"]): row for row in rows(tmp_path / "out" / "schedule.csv")}
    assert found["a", "b"]["sequence"] == "4"
    assert [found["c", "d"][key] for key in ("slot", "table", "sequence", "status")] == ["one", "7", "2", "confirmed"]


def test_what_was_cancelled_stays_cancelled_and_what_lost_its_place_is_told_once(run_file, tmp_path):
    invoke(run_file, "--slots", SLOTS, "--out", tmp_path / "one")
    text = (tmp_path / "one" / "schedule.csv").read_text(encoding="utf-8-sig")
    first = rows(tmp_path / "one" / "schedule.csv")[0]
    pair = (first["a_id"], first["b_id"])
    line = next(line for line in text.splitlines() if f",{pair[0]},{pair[1]}," in line)
    (tmp_path / "before.csv").write_text(text.replace(line, line.replace("proposed", "cancelled")))
    for turn, before in (("two", tmp_path / "before.csv"), ("three", tmp_path / "two" / "schedule.csv")):
        done = invoke(run_file, "--slots", SLOTS, "--previous", before, "--out", tmp_path / turn)
        assert "5 of 5 meetings" in done.stdout
        last = rows(tmp_path / turn / "schedule.csv")[-1]
        assert ((last["a_id"], last["b_id"]), last["status"], last["table"], last["sequence"]) == (pair, "cancelled", "0", "1")
        entries = Calendar.from_ical((tmp_path / turn / "calendars" / f"{pair[0]}.ics").read_bytes()).walk("VEVENT")
        assert [str(entry["STATUS"]) for entry in entries] == ["TENTATIVE", "TENTATIVE", "CANCELLED"]
    invoke(run_file, "--slots", SLOTS.split(",")[1], "--previous", tmp_path / "one" / "schedule.csv", "--out", tmp_path / "short")
    assert {row["status"] for row in rows(tmp_path / "short" / "schedule.csv")} == {"proposed", "dropped"}


def test_a_colleague_stands_in_and_exhibitors_meet_in_their_hall(tmp_path):
    people = (
        *(Attendee(each, f"Buyer {each}", group="buyer") for each in "abc"),
        *(Attendee(each, f"Rep {each}", organization="Arc", organization_key="arc", group="Exhibitor") for each in "xy"),
    )
    saved(tmp_path / "run.json", people, ("ax", "ay", "bx", "cx", "ab"))  # a is introduced to both of Arc: one meeting
    (tmp_path / "event.toml").write_text(
        '[schedule]\nslots = ["one", "two"]\nstand_ins = ["exhibitor"]\n'
        'locations = [{ name = "Hall B", groups = ["exhibitor"], tables = 2 }]\n'
    )
    done = invoke(tmp_path / "run.json", "--event", tmp_path / "event.toml", "--out", tmp_path / "out")
    assert "4 of 4 meetings in 2 slots" in done.stdout
    found = rows(tmp_path / "out" / "schedule.csv")
    assert sorted((row["a_id"], row["location"]) for row in found) == [("a", ""), ("a", "Hall B"), ("b", "Hall B"), ("c", "Hall B")]
    assert {row["b_id"] for row in found if row["location"]} == {"x", "y"}
    assert "Introduced through a colleague" in (tmp_path / "out" / "sheets.html").read_text(encoding="utf-8")
    held = (tmp_path / "out" / "schedule.csv").read_text(encoding="utf-8-sig").replace("proposed", "confirmed")
    (tmp_path / "before.csv").write_text(held)
    invoke(
        tmp_path / "run.json", "--event", tmp_path / "event.toml", "--previous", tmp_path / "before.csv", "--out", tmp_path / "two"
    )
    same = ("a_id", "b_id", "slot", "location", "table", "sequence")
    again = rows(tmp_path / "two" / "schedule.csv")
    assert [[row[key] for key in same] for row in again] == [[row[key] for key in same] for row in found]
