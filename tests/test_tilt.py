import numpy as np
from test_index import random_people

from matcher.event import Weights
from matcher.goals import complete
from matcher.profiles import Attendee, Goal, GoalForm
from matcher.similarity import PeopleVectors
from matcher.tilt import FORM_STEP, Levels
from matcher.tilt import shift as shift_at

PAIRS = np.array([[0, 1], [0, 2], [1, 0]])


def shift(vectors, people, pairs, weights):
    return shift_at(vectors, people, pairs, weights, Levels.of(vectors, pairs))


def event(form):
    goal = (Goal("meet", form, form_stated=True),)
    people = (
        Attendee("a", "A", industry="Wood", seniority="mid", goals=goal),
        Attendee("b", "B", industry="wood", seniority="mid", goals=goal),
        Attendee("c", "C", industry="Water", seniority="founder", goals=goal),
    )
    vectors = random_people(3, 1)
    one = np.eye(3, 6, dtype=np.float32)
    return PeopleVectors(vectors.offer, one, np.arange(3), vectors.self, vectors.lexical), people


def test_operational_goals_reward_the_same_field_and_strategic_ones_reach():
    vectors, people = event(GoalForm.OPERATIONAL)
    assert shift(vectors, people, PAIRS, Weights()).tolist() == [FORM_STEP, 0.0, FORM_STEP]
    vectors, people = event(GoalForm.STRATEGIC)
    assert shift(vectors, people, PAIRS, Weights()).tolist() == [0.0, FORM_STEP, 0.0]


def test_forms_weighted_zero_leave_the_probabilities_alone():
    vectors, people = event(GoalForm.STRATEGIC)
    assert not shift(vectors, people, PAIRS, Weights(forms=0)).any()


def test_a_higher_weight_lifts_those_with_more_of_it():
    vectors, people = event(GoalForm.PERSONAL)
    likeness = vectors.likeness(PAIRS)
    moved = shift(vectors, people, PAIRS, Weights(forms=0, likeness=2))
    assert (np.argsort(moved) == np.argsort(likeness)).all()


def test_people_without_goals_have_no_form():
    people = tuple(complete(Attendee(str(k), f"N{k}")) for k in range(3))
    vectors = random_people(3, 1, most_goals=0)
    assert not shift(vectors, people, PAIRS, Weights()).any()


def test_a_pair_is_shifted_the_same_whatever_it_is_asked_for_with():
    vectors, people = event(GoalForm.PERSONAL)
    levels = Levels.of(vectors, PAIRS)
    weights = Weights(likeness=2, goals=0.5)
    together = shift_at(vectors, people, PAIRS, weights, levels)
    assert [shift_at(vectors, people, PAIRS[k : k + 1], weights, levels)[0] for k in range(3)] == together.tolist()
