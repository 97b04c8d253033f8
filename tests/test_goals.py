import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.goals import advice, complete, split
from matcher.profiles import Attendee, GoalForm


@pytest.mark.parametrize(
    ("seeking", "wanted", "avoided"),
    [
        ("A sponsor. Separately a data person.", ("A sponsor.", "a data person."), ()),
        ("Owners of mills, no consultants please.", ("Owners of mills",), ("no consultants please.",)),
        ("- a welder\n- a truck", ("a welder", "a truck"), ()),
        ("Debt; grants", ("Debt", "grants"), ()),
        ("Peers. Prefer Lisbon.", ("Peers. Prefer Lisbon.",), ()),
        ("We are NOT raising equity.", (), ("We are NOT raising equity.",)),
        ("Keine Vertreter. Jemand mit Geduld.", ("Jemand mit Geduld.",), ("Keine Vertreter.",)),
    ],
)
def test_wishes_are_told_apart(seeking, wanted, avoided):
    found = split(seeking)
    assert (found.wanted, found.avoided) == (wanted, avoided)


@given(st.text(max_size=300))
def test_any_text_can_be_split(text):
    found = split(text)
    assert all(part.strip() for part in (*found.wanted, *found.avoided))


def test_what_was_stated_stays_as_it_was():
    before = Attendee("1", "A", seeking="A pilot site.", offering="Pumps", bio="We make pumps.")
    after = complete(before)
    assert (after.seeking, after.offering, after.bio) == (before.seeking, before.offering, before.bio)
    assert after.inferred == ()


def test_goals_are_inferred_and_marked_where_none_is_stated():
    done = complete(Attendee("1", "A", bio="I run a depot. We cannot find drivers."))
    assert done.goals[0].text == "We cannot find drivers."
    assert all(goal.inferred for goal in done.goals)
    assert done.inferred == ("seeking", "offering")


def test_a_stated_form_is_kept():
    done = complete(Attendee("1", "A", seeking="Customers", goal_form=GoalForm.STRATEGIC))
    assert [(goal.form, goal.form_stated) for goal in done.goals] == [(GoalForm.STRATEGIC, True)]


def test_nobody_is_told_that_something_is_missing_who_said_all():
    full = Attendee("1", "A", title="Miller", bio="I mill.", offering="Flour for bakers nearby", seeking="Bakers who buy rye")
    assert advice(full) == ()


def test_an_empty_profile_is_told_what_would_help():
    assert advice(Attendee("1", "A", title="Miller")) == (
        'We know only that you are "Miller": two sentences on what you want from this event and what you can give others '
        "make real introductions possible.",
    )
