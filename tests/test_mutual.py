import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matcher.models.reranker import DEFAULT

from matcher.mutual import MEANING, mutual_score, one_sided

chance = st.floats(0, 1)


@given(chance, chance)
def test_the_score_is_symmetric_between_both_sides_and_never_above_the_happier(a, b):
    score = mutual_score(np.array([a]), np.array([b]))
    assert score == mutual_score(np.array([b]), np.array([a]))
    assert score[0] <= max(a, b) + 1e-12


def test_a_heavier_side_pulls_the_score_to_its_own_wish():
    a, b = np.array([0.8]), np.array([0.2])
    assert mutual_score(a, b, 3.0, 1.0)[0] > mutual_score(a, b)[0] > mutual_score(a, b, 1.0, 3.0)[0]


def test_one_sided_means_that_one_gains_and_the_other_hardly_does():
    assert one_sided(np.array([0.5, 0.5, 0.05]), np.array([0.05, 0.4, 0.05])).tolist() == [True, False, False]


def test_what_strong_fair_and_weak_mean_is_what_was_measured():
    rates = json.loads((DEFAULT / "metrics.json").read_text())["leave_one_event_out"]["strength"]
    numbers = [f"{100 * rates[name][k]:.0f}" for name in ("strong", "fair", "weak") for k in (1, 2)]
    assert [word.strip(",.;") for word in MEANING.split() if word.strip(",.;").isdigit() and word != "100"] == numbers


def test_a_certain_no_is_a_no():
    assert mutual_score(np.array([0.0]), np.array([1.0]))[0] == pytest.approx(0, abs=1e-100)
