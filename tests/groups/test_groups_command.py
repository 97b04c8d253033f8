import csv
from collections import Counter

import pytest
from click.testing import CliRunner
from matcher.service.groups_command import round_tables, speed_networking

from matcher.errors import MatcherError


@pytest.fixture(scope="module")
def run_file(climate, tmp_path_factory):
    path = tmp_path_factory.mktemp("run") / "run.json"
    climate[1].save(path)
    return path


def rows(path):
    return list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))


def invoke(command, *arguments):
    done = CliRunner().invoke(command, [str(argument) for argument in arguments], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_the_sample_event_at_round_tables(run_file, tmp_path):
    said = invoke(round_tables, run_file, "--out", tmp_path)
    found = rows(tmp_path / "round_tables.csv")
    assert "pairs of colleagues at one table: 0" in said
    assert all(4 <= size <= 8 for size in Counter(row["table"] for row in found).values())
    assert len({row["attendee_id"] for row in found}) == len(found)
    page = (tmp_path / "round_tables.html").read_text(encoding="utf-8")
    assert page.count('class="sign"') == len({row["table"] for row in found})


def test_the_sample_event_in_rounds(run_file, tmp_path):
    said = invoke(speed_networking, run_file, "--rounds", 4, "--out", tmp_path)
    found = rows(tmp_path / "speed_networking.csv")
    assert "4 times somebody sits out, nobody more than 1 time" in said
    assert len({(row["a_id"], row["b_id"]) for row in found}) == len(found)
    assert len({(row["round"], row["table"]) for row in found}) == len(found)
    assert all(row["reason_a"] and row["reason_b"] for row in found)
    best, last = ([float(row["mutual_score"]) for row in found if row["round"] == turn] for turn in "14")
    assert sum(best) / len(best) > sum(last) / len(last)


def test_mistakes_are_told(run_file, tmp_path):
    with pytest.raises(MatcherError, match="people with a goal"):
        invoke(round_tables, run_file, "--smallest", 49, "--largest", 50, "--out", tmp_path)
    with pytest.raises(MatcherError, match="cannot be read"):
        invoke(speed_networking, tmp_path / "missing.json", "--out", tmp_path)
