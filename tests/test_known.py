"""A list of an event that was run before is the list that a fresh run would give, without weighing anything."""

from dataclasses import replace

import numpy as np
import pytest
from click.testing import CliRunner
from known_events import JUDGED
from matcher.service.cli import main

from matcher.event import EventSettings
from matcher.known import KnownScores
from matcher.profiles import Attendee, Registration
from matcher.scoring import ScoredPairs

CLIMATE = str(JUDGED / "climate" / "attendees.csv")
PEOPLE = Registration((Attendee("a", "A"), Attendee("b", "B")), checksum="abc")
ONE = ScoredPairs(np.array([[0, 1]]), np.array([0.2]), np.array([0.8]), np.array([0.4]))


def run(*arguments):
    done = CliRunner().invoke(main, arguments, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_suggest_says_the_same_whether_the_event_is_known_or_not(tmp_path, monkeypatch, machine_cache):
    one = ("suggest", CLIMATE, "--attendee", "c001", "--limit", "4", "--json")
    everybody = ("suggest", CLIMATE, "--all", "--limit", "3")
    first = run(*one), run(*everybody)
    monkeypatch.setattr("matcher.service.cli._prepared", None)  # from now on nothing may be prepared
    assert (run(*one), run(*everybody)) == first


def test_scores_are_known_only_for_the_same_people_settings_and_models(tmp_path):
    def known(registration=PEOPLE, settings=None, models=("encoder", "reranker")):
        return KnownScores(tmp_path, registration, settings or EventSettings(), models)

    assert known().get() is None
    known().put(ONE)
    assert known().get().score.tolist() == [0.4]
    assert known(models=("encoder", "other")).get() is None
    assert known(replace(PEOPLE, checksum="other")).get() is None
    assert known(settings=EventSettings(seed=8)).get() is None
    without = known(replace(PEOPLE, checksum=""))
    without.put(ONE)
    assert without.get() is None


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04 nothing"])
def test_a_damaged_file_is_as_good_as_none(tmp_path, damage):
    known = KnownScores(tmp_path, PEOPLE, EventSettings(), ("encoder",))
    known.put(ONE)
    next(tmp_path.glob("*.npz")).write_bytes(damage)
    assert known.get() is None
    known.put(ONE)
    assert known.get().pairs.tolist() == [[0, 1]]
