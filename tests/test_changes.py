"""Stable re-runs: what was published stays, late registrants are fitted in, and the difference is told."""

import csv
import json
from collections import Counter
from dataclasses import replace

import pytest
from click.testing import CliRunner
from known_events import JUDGED, prepared
from matcher.service.cli import main

from matcher.changes import GONE, REPLACED, as_told, diff, figures
from matcher.decisions import FORBIDDEN
from matcher.explain import why
from matcher.matching import match

CLIMATE = JUDGED / "climate" / "attendees.csv"


def export(path, keep):
    """The climate export with the rows of those for whom `keep(number)` is true."""
    head, *rows = csv.reader(CLIMATE.read_text(encoding="utf-8").splitlines())
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([head, *(row for n, row in enumerate(rows) if keep(n))])
    return path


@pytest.fixture(scope="module")
def before(climate, tmp_path_factory):
    """A run of the first 60."""
    event, registration = prepared(export(tmp_path_factory.mktemp("early") / "early.csv", lambda n: n < 60))
    return match(event, registration, "Climate")


@pytest.fixture(scope="module")
def later(before, tmp_path_factory):
    """Five of them cancelled, fifteen came."""
    event, registration = prepared(export(tmp_path_factory.mktemp("late") / "late.csv", lambda n: 5 <= n < 75))
    return event, registration, match(event, registration, "Climate", pairs(before))


def pairs(run):
    return [(i.a_id, i.b_id) for i in run.introductions]


def test_every_introduction_of_people_who_still_come_stays(before, later):
    event, _, run = later
    here = {attendee.id for attendee in event.attendees}
    staying = {pair for pair in pairs(before) if here.issuperset(pair)}
    assert staying < set(pairs(run))
    assert {(i.a_id, i.b_id) for i in run.introductions if i.status == "locked"} == staying
    assert max(Counter(person for pair in pairs(run) for person in pair).values()) <= 5
    changes = diff(before, run)
    assert (set(changes.kept), set(changes.why_lost)) == (staying, {GONE})
    assert (len(changes.joined), len(changes.left)) == (15, 5)


def test_late_registrants_are_fitted_in_and_those_who_lost_somebody_get_another(before, later):
    _, _, run = later
    lists = run.lists()
    changes = diff(before, run)
    assert all(lists[person] for person in changes.joined)
    lost, gained = (Counter(person for pair in each for person in pair) for each in (changes.lost, changes.gained))
    assert sum(gained[person] >= lost[person] for person in lost if person in lists) > 0.8 * sum(person in lists for person in lost)


def test_the_diff_adds_up_for_each_person(before, later):
    _, _, run = later
    changes = diff(before, run)
    assert not set(changes.left) & {each.id for each in changes.people}
    for each in changes.people:
        mine = run.lists()[each.id]
        assert len(mine) == each.kept + len(each.gained)
        assert each.value_after == pytest.approx(sum(side.value for side in mine), abs=1e-3)
        assert each.joined == (not each.kept and not each.lost and each.value_before == 0)
    assert diff(run, run).people == () == diff(run, run).gained
    assert sum(figures(changes)["why_lost"].values()) == len(changes.lost)


def test_what_was_told_stays_as_told_where_no_profile_changed(before, later):
    _, _, run = later
    told = {(i.a_id, i.b_id): i for i in as_told(run, before).introductions}
    for was in before.introductions:
        now = told.get((was.a_id, was.b_id))
        if now is not None and now.one_sided == was.one_sided:
            assert (now.reason_a, now.reason_b, now.opening_a) == (was.reason_a, was.reason_b, was.opening_a)
    a = before.introductions[0].a_id
    if a in {attendee.id for attendee in run.attendees}:
        edited = replace(run, attendees=tuple(replace(x, bio="new") if x.id == a else x for x in run.attendees))
        kept = {(i.a_id, i.b_id): i for i in as_told(edited, before).introductions}
        fresh = {(i.a_id, i.b_id): i for i in edited.introductions}
        assert all(kept[pair] == fresh[pair] for pair in kept if a in pair)


def test_a_pair_that_is_called_off_is_off_at_every_door_and_its_reason_told(before, later):
    event, registration, _ = later
    here = {attendee.id for attendee in event.attendees}
    off = next(pair for pair in pairs(before) if here.issuperset(pair))
    run = match(event, registration, "Climate", pairs(before), [off[::-1]])
    assert off not in pairs(run)
    changes = diff(before, run)
    assert changes.why_lost[changes.lost.index(off)] == "called off after an earlier run"


def test_who_blocks_somebody_now_loses_them_and_the_reason_names_no_block(before, tmp_path):
    a, b = next(pair for pair in pairs(before))

    def block(row):
        return row | {"blocked": b if row["attendee_id"] == a else ""}

    file = export(tmp_path / "blocked.csv", lambda n: n < 60)
    rows = list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, [*rows[0], "blocked"])
        writer.writeheader()
        writer.writerows(block(row) for row in rows)
    event, registration = prepared(file)
    run = match(event, registration, "Climate", pairs(before))
    changes = diff(before, run)
    assert (changes.lost, changes.why_lost) == (((a, b),), (FORBIDDEN,))


def test_without_locks_a_pair_gives_way_to_a_better_choice(before, later):
    event, registration, _ = later
    changes = diff(before, match(event, registration, "Climate"))
    assert set(changes.why_lost) == {GONE, REPLACED}


def test_locked_pairs_stay_above_a_smaller_cap(before, tmp_path):
    event, registration = prepared(export(tmp_path / "same.csv", lambda n: n < 60), {"introductions": {"max": 2}})
    run = match(event, registration, "Climate", pairs(before))
    assert set(pairs(run)) == set(pairs(before))
    place = {attendee.id: n for n, attendee in enumerate(event.attendees)}
    a, b = pairs(run)[0]
    assert not why(event, place[a], place[b]).rule


def test_the_command_keeps_and_tells(before, tmp_path):
    def run(*arguments):
        return CliRunner().invoke(main, [str(each) for each in arguments])

    early = export(tmp_path / "early.csv", lambda n: n < 30)
    late = export(tmp_path / "late.csv", lambda n: 2 <= n < 36)
    out = tmp_path / "out"
    assert run("match", early, "--out", out).exit_code == 0
    first = json.loads((out / "run.json").read_text(encoding="utf-8"))
    done = run("match", late, "--out", out, "--keep", out, "--json")
    told = json.loads(done.stdout)["changes"]
    assert (told["joined"], told["left"]) == (6, 2)
    assert told == json.loads((out / "changes.json").read_text(encoding="utf-8"))
    gone = {a["id"] for a in first["attendees"]} - {a["id"] for a in json.loads((out / "run.json").read_text())["attendees"]}
    for name in ("changes.csv", "changes.json", "report.html", "lists.html"):
        assert not any(f'"{person}"' in (out / name).read_text(encoding="utf-8-sig") for person in gone)
    rows = list(csv.DictReader((out / "changes.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert {row["change"] for row in rows} == {"gained", "lost"}
    assert all(row["why"] and not row["other_id"] for row in rows if row["change"] == "lost")
    a, b = next(
        (i["a_id"], i["b_id"]) for i in json.loads((out / "run.json").read_text())["introductions"] if i["status"] == "locked"
    )
    assert "Introduced: " in run("why", late, a, b, "--keep", out).stdout
    assert "Since the earlier run: 0 joined" in run("match", late, "--out", out, "--keep", out).stdout
    assert run("match", late, "--out", out).exit_code == 0
    assert not (out / "changes.csv").exists()
    missing = run("match", late, "--out", out, "--keep", tmp_path / "nowhere")
    assert (missing.exit_code, "run.json of a finished run" in missing.stderr) == (2, True)
