"""Real profiles, where the evaluation data is at hand (MATCHER_EVALUATION_DATA, or shared/data beside the checkout)."""

import os
from pathlib import Path

import pytest
from known_events import ROOT, prepared

from matcher.export import write_outputs
from matcher.matching import match
from matcher.registration import read_registration

DATA = Path(os.environ.get("MATCHER_EVALUATION_DATA") or ROOT.parent / "shared" / "data")
pytestmark = pytest.mark.skipif(not DATA.exists(), reason=f"no evaluation data in {DATA}; set MATCHER_EVALUATION_DATA")


@pytest.mark.parametrize("event", ["acl2017", "icra2011", "icra2014", "lrec2016"])
def test_no_author_of_a_conference_is_lost(event):
    registration = read_registration(DATA / "who_should_meet" / event / "attendees.jsonl.gz")
    unused = [problem for problem in registration.problems if not problem.used]
    merged = [problem for problem in registration.problems if problem.used and "merged" in problem.action]
    assert len(registration.attendees) + len(unused) + len(merged) == registration.rows
    assert len(unused) <= 1
    assert max(len(attendee.bio) for attendee in registration.attendees) > 5000


def test_the_speakers_of_a_real_conference_are_introduced(tmp_path):
    event, registration = prepared(DATA / "speaker_profiles" / "juliacon2023_speakers.jsonl.gz")
    assert len(registration.attendees) == 269
    run = match(event, registration, "Speakers")
    write_outputs(run, tmp_path)
    told = {left.id for left in run.left}
    assert all(sides or person in told for person, sides in run.lists().items())
    silent = {a.id for a, says_nothing in zip(event.attendees, event.eligibility.silent, strict=True) if says_nothing}
    assert silent.isdisjoint(person for i in run.introductions for person in (i.a_id, i.b_id))
