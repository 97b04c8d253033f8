import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.groups import round_tables
from matcher.groups.seats import table_count
from matcher.profiles import Attendee, Goal, GoalForm

NOBODY = np.zeros((0, 2), dtype=np.int64)


def people(count, organizations=()):
    keys = [*organizations, *[""] * count]
    goal = (Goal("Waste heat", GoalForm.OPERATIONAL),)
    return tuple(Attendee(f"p{n}", f"Person {n}", organization_key=keys[n], goals=goal) for n in range(count))


def unit(vectors):
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 70), st.integers(0, 1000))
def test_everybody_sits_at_one_table_of_four_to_eight(count, seed):
    rng = np.random.default_rng(seed)
    tables = round_tables(people(count), unit(rng.normal(size=(count, 5))), np.arange(count), NOBODY)
    if count < 4:
        assert tables == ()
        return
    assert sorted(person for table in tables for person in table.members) == list(range(count))
    assert all(4 <= len(table.members) <= 8 for table in tables)


def test_who_shares_a_goal_sits_together():
    centres = np.eye(3)[np.arange(18) % 3]
    tables = round_tables(people(18), unit(centres + 0.01), np.arange(18), NOBODY)
    assert [table.members for table in tables] == [tuple(range(k, 18, 3)) for k in range(3)]
    assert all(table.likeness > 0.99 for table in tables)


def test_a_person_counts_with_the_goal_that_fits_the_table():
    attendees = [*people(7), Attendee("p7", "P", goals=(Goal("A bank", GoalForm.OPERATIONAL), Goal("Heat", GoalForm.OPERATIONAL)))]
    vectors = unit(np.vstack([np.tile([1.0, 0.0], (7, 1)), [[0.0, 1.0], [1.0, 0.0]]]))
    (table,) = round_tables(tuple(attendees), vectors, np.array([*range(8), 7]), NOBODY)
    assert table.goals[-1] == "Heat"


def test_colleagues_are_parted():
    tables = round_tables(people(12, ["arc", "arc", "mill", "mill"]), unit(np.ones((12, 3))), np.arange(12), NOBODY)
    assert [table.colleagues for table in tables] == [0, 0]


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 1000))
def test_who_has_blocked_somebody_never_sits_with_them(seed):
    rng = np.random.default_rng(seed)
    never = np.unique(np.sort(rng.integers(0, 16, (10, 2)), axis=1), axis=0)
    never = never[never[:, 0] != never[:, 1]]
    tables = round_tables(people(16), unit(rng.normal(size=(16, 4))), np.arange(16), never)
    for table in tables:
        assert not np.isin(never, table.members).all(axis=1).any()


def test_two_who_fill_the_only_table_are_parted_all_the_same():
    (table,) = round_tables(people(5), unit(np.ones((5, 2))), np.arange(5), np.array([[1, 3]]))
    assert table.members == (0, 1, 2, 4)


def test_many_people_are_parted_first():
    rng = np.random.default_rng(3)
    tables = round_tables(people(700), unit(rng.normal(size=(700, 8))), np.arange(700), NOBODY)
    assert sum(len(table.members) for table in tables) == 700
    assert {4 <= len(table.members) <= 8 for table in tables} == {True}


@pytest.mark.parametrize(("count", "smallest", "largest"), [(7, 4, 5), (3, 4, 8), (0, 4, 8)])
def test_numbers_that_no_tables_hold(count, smallest, largest):
    assert table_count(count, smallest, largest) == 0
