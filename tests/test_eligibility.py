from itertools import combinations

import numpy as np
import pytest

from matcher.eligibility import Directory, Eligibility
from matcher.errors import UnknownAttendeeError
from matcher.event import EventSettings
from matcher.profiles import Attendee

PEOPLE = (
    Attendee("a", "Ada Berg", email="ada@example.org", organization_key="mill", group="Buyer", title="Welder"),
    Attendee(
        "b",
        "Bela Costa",
        email="bela@example.org",
        organization_key="mill",
        group="exhibitor",
        met_before=("dario engel",),
        title="Miller",
    ),
    Attendee("c", "Carla Dvorak", email="carla@example.org", group="exhibitor", blocked=("ADA@example.org",), title="Cook"),
    Attendee("d", "Dario Engel", email="dario@example.org", group="press", consent=False, title="Writer"),
    Attendee("e", "Edith Faber", email="edith@example.org", group="press", consent=True, bio="I write."),
)


def allowed_pairs(people=PEOPLE, **rules):
    eligibility = Eligibility(people, EventSettings.model_validate(rules))
    pairs = np.array(list(combinations(range(len(people)), 2)))
    good = {people[a].id + people[b].id for a, b in pairs[eligibility.allowed(pairs)]}
    # the mask and the words must always agree, in both orders
    for a, b in pairs:
        assert (people[a].id + people[b].id in good) == (eligibility.rule(a, b) == "") == (eligibility.rule(b, a) == "")
        assert eligibility.allowed(np.array([[b, a]]))[0] == (people[a].id + people[b].id in good)
    return good


def test_colleagues_blocked_and_those_without_consent_never_meet():
    assert allowed_pairs() == {"ae", "bc", "be", "ce"}


def test_colleagues_meet_where_the_settings_say_so():
    assert "ab" in allowed_pairs(rules={"same_organization": True})


def test_no_organisation_is_not_a_common_organisation():
    assert "ce" in allowed_pairs()


def test_consent_can_be_required():
    assert allowed_pairs(consent="required") == set()


def test_a_group_meets_only_the_groups_that_its_rule_names_whatever_the_spelling():
    assert allowed_pairs(rules={"may_meet": {"BUYER": ["Exhibitor"]}}) == {"bc", "be", "ce"}
    assert allowed_pairs(rules={"may_meet": {"press": []}}) == {"bc"}


def test_exclusions_take_ids_mails_and_names():
    assert allowed_pairs(rules={"exclusions": [["b", "carla@example.org"], ["Edith Faber", "a"]]}) == {"be", "ce"}


def test_met_before_counts_from_either_side():
    people = (*PEOPLE[:3], Attendee("d", "Dario Engel", title="Writer"), PEOPLE[4])
    assert "bd" not in allowed_pairs(people)
    assert "cd" in allowed_pairs(people)


def test_must_meet_beats_same_organisation_but_no_other_rule():
    settings = EventSettings.model_validate({"rules": {"must_meet": [["b", "a"], ["a", "c"], ["a", "nobody"]]}})
    eligibility = Eligibility(PEOPLE, settings)
    assert eligibility.must_meet.tolist() == [[0, 1]]
    assert [(p.column, p.found) for p in eligibility.problems if p.column == "rules.must_meet"] == [
        ("rules.must_meet", "a / nobody"),
        ("rules.must_meet", "a / c"),
    ]


def test_unknown_groups_and_names_are_reported():
    people = (Attendee("a", "Ada", met_before=("Nobody",)),)
    eligibility = Eligibility(people, EventSettings.model_validate({"rules": {"may_meet": {"buyer": ["seller"]}}}))
    assert [problem.found for problem in eligibility.problems] == ["buyer", "seller", "Nobody"]


def test_forbidden_counts_are_an_upper_bound_among_those_who_may_meet():
    eligibility = Eligibility(PEOPLE, EventSettings())
    for people, others in eligibility.groups():
        refused = ~eligibility.allowed(np.array([(a, b) for a in people for b in others])).reshape(len(people), len(others))
        assert (eligibility.forbidden_count()[people] >= refused.sum(axis=1) - 1).all()


def test_who_says_nothing_or_takes_no_part_is_not_searched_for():
    people = (Attendee("a", "Ada", bio="Roofs"), Attendee("b", "Bo"), Attendee("c", "Cy", bio="Tiles", consent=False))
    eligibility = Eligibility(people, EventSettings())
    ((members, others),) = eligibility.groups()
    assert members.tolist() == others.tolist() == [0]
    assert eligibility.forbidden_count().tolist() == [0, 0, 0]


def test_a_handle_finds_one_person_or_says_what_is_near():
    directory = Directory((*PEOPLE, Attendee("f", "Ada Berg")))
    assert directory.one("ADA@example.org") == 0
    with pytest.raises(UnknownAttendeeError, match=r"fits 2 people.*ids a, f"):
        directory.one("ada berg")
    with pytest.raises(UnknownAttendeeError, match="did you mean c"):
        directory.one("Karla Dvorak")


def test_somebody_who_says_nothing_is_no_filler_but_may_be_required():
    people = (*PEOPLE, Attendee("f", "Farid Haddad"))
    assert not {pair for pair in allowed_pairs(people) if "f" in pair}
    assert Eligibility(people, EventSettings.model_validate({"rules": {"must_meet": [["c", "f"]]}})).must_meet.tolist() == [[2, 5]]
