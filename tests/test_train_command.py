"""Answers to the lists of the climate event, simulated from the judges' grades, through the commands."""

import csv
import json
import math

import numpy as np
import pytest
from click.testing import CliRunner
from known_events import JUDGED
from matcher.service.cli import main

from matcher.errors import MatcherError
from matcher.judged import read_event
from matcher.response_file import read_responses

CLIMATE = JUDGED / "climate" / "attendees.csv"
HEADINGS = ["for_id", "from_id", "rank", "shown_at", "response", "rating"]


def invoke(*arguments):
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def write(path, rows, headings=HEADINGS):
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(headings)
        writer.writerows(rows)
    return path


@pytest.fixture(scope="module")
def responses(climate, tmp_path_factory):
    """Ten random entries for each person: those who look at one say yes where the judges saw use, else no or nothing."""
    event, _ = climate
    judged = read_event(JUDGED / "climate")
    place = {person.id: at for at, person in enumerate(judged.attendees)}
    ids, rng = [person.id for person in event.attendees], np.random.default_rng(3)
    rows = []
    for for_id in ids:
        good = [i for i in ids if judged.grades[place[for_id], place[i]] > 0]
        others = [i for i in (*good, *rng.choice(ids, 10)) if i != for_id][:10]
        for rank, from_id in enumerate(rng.permutation(others), 1):
            said = "interested" if judged.grades[place[for_id], place[from_id]] >= 1 else rng.choice(["no_thanks", ""])
            shown_at = f"2026-05-0{rng.integers(1, 9)}T10:00"
            rows.append([for_id, from_id, rank, shown_at, said if rng.random() < rank**-0.5 else "", ""])
    return write(tmp_path_factory.mktemp("answers") / "responses.csv", rows)


def test_train_saves_a_better_version_that_can_be_used_and_rolled_back(responses, tmp_path):
    models = tmp_path / "models"
    done = invoke("train", responses, "--registrations", CLIMATE, "--models", models, "--activate")
    assert done.exit_code == 0, done.output
    assert "better by" in done.stdout
    card = (models / "v0001" / "README.md").read_text()
    assert "held-back answers" in card
    assert "| this one |" in card
    assert invoke("models", models).stdout == "  default\n* v0001\n"
    settings = tmp_path / "event.toml"
    settings.write_text(f'[models]\nreranker = "{models.as_posix()}"\n')
    suggest = ("suggest", CLIMATE, "--attendee", "c001", "--format", "csv")
    learned, shipped = invoke(*suggest, "--event", settings), invoke(*suggest)
    assert learned.exit_code == shipped.exit_code == 0
    assert learned.stdout != shipped.stdout
    assert invoke("models", models, "--rollback").stdout == "* default\n  v0001\n"
    assert invoke(*suggest, "--event", settings).stdout == shipped.stdout


def test_ten_answers_save_nothing(responses, tmp_path):
    with responses.open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["response"]][:10]
    few = write(tmp_path / "few.csv", [list(row.values()) for row in rows])
    done = invoke("train", few, "--registrations", CLIMATE, "--models", tmp_path / "models", "--json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert (told["version"], told["active"], told["better"]) == (None, "default", False)
    assert told["reason"].startswith("too few to tell")
    assert not (tmp_path / "models").exists()


def test_evaluate_compares_versions_on_answers_they_have_not_seen(responses, tmp_path):
    models = tmp_path / "models"
    invoke("train", responses, "--registrations", CLIMATE, "--models", models)
    seen = invoke("evaluate", responses, "--registrations", CLIMATE, "--models", models)
    assert seen.exit_code == 2
    assert "after the last version was trained" in seen.stderr
    text = responses.read_text(encoding="utf-8").replace("2026-05", "2026-06")
    (tmp_path / "later.csv").write_text(text, encoding="utf-8")
    done = invoke("evaluate", tmp_path / "later.csv", "--registrations", CLIMATE, "--models", models, "--json")
    assert done.exit_code == 0, done.output
    versions = json.loads(done.stdout)["versions"]
    assert list(versions) == ["default", "v0001"]
    assert versions["default"]["gain"] == [0.0, 0.0, 0.0]
    assert versions["v0001"]["gain"][0] > 0


def test_rows_become_entries_and_bad_rows_are_told(tmp_path):
    rows = [
        ["a", "b", "1", "2026-05-04T09:00", "interested", ""],
        ["a", "c", "2", "2026-05-04T09:00Z", "no thanks", "4"],
        ["a", "d", "3", "2026-05-04", "", ""],
        ["a", "e", "4", "2026-05-04", "already_know", ""],
        ["a", "f", "0", "2026-05-04", "", ""],
        ["a", "f", "1", "yesterday", "", ""],
        ["a", "f", "1", "2026-05-04", "maybe", ""],
        ["a", "f", "1", "2026-05-04", "met", "9"],
        ["", "f", "1", "2026-05-04", "", ""],
    ]
    entries, problems = read_responses(write(tmp_path / "r.csv", rows))
    assert [(e.for_id, e.from_id, e.rank, e.worth) for e in entries[:2]] == [("a", "b", 1, 1.0), ("a", "c", 2, 0.75)]
    assert entries[0].shown_at == entries[1].shown_at
    assert math.isnan(entries[2].worth)
    assert len(entries) == 3
    assert [problem.row for problem in problems] == [6, 7, 8, 9, 10]
    assert problems[2].found == "the response 'maybe'"


def test_files_that_cannot_be_used_are_one_line_and_exit_2(tmp_path):
    bare = write(tmp_path / "bare.csv", [], ["for_id", "rank"])
    with pytest.raises(MatcherError, match="no column from_id, shown_at, response"):
        read_responses(bare)
    done = invoke("train", bare, "--registrations", CLIMATE, "--models", tmp_path)
    assert (done.exit_code, done.stderr.count("\n")) == (2, 1)
    unknown = write(tmp_path / "unknown.csv", [["nobody", "c001", "1", "2026-05-04", "", ""]])
    done = invoke("train", unknown, "--registrations", CLIMATE, "--models", tmp_path)
    assert done.exit_code == 2
    assert "row 2: for_id is not in attendees.csv" in done.stderr
    assert invoke("train", tmp_path / "none.csv", "--registrations", CLIMATE).exit_code == 2
