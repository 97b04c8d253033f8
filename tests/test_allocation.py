from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.random import default_rng
from scipy.optimize import Bounds, LinearConstraint, milp

from matcher.allocation import allocate, rounds


def brute_force(pairs, weights, lower, upper):
    """The best objective among the choices with the fewest introductions missing."""
    best = (np.inf, -np.inf)
    for size in range(len(pairs) + 1):
        for subset in combinations(range(len(pairs)), size):
            degree = np.bincount(np.array([pairs[e] for e in subset], dtype=int).ravel(), minlength=len(upper))
            if (degree <= upper).all():
                missing = int(np.maximum(lower - degree, 0).sum())
                best = min(best, (missing, -sum(weights[e] for e in subset)))
    return best[0], -best[1]


@st.composite
def small_events(draw):
    n = draw(st.integers(1, 6))
    every = list(combinations(range(n), 2))
    pairs = [pair for pair in every if draw(st.booleans())][:10]
    weights = [draw(st.sampled_from([-0.2, 0.1, 0.3, 0.3, 0.5, 0.9])) for _ in pairs]
    upper = [draw(st.integers(0, 3)) for _ in range(n)]
    lower = [draw(st.integers(0, top)) for top in upper]
    return np.array(pairs, dtype=np.int64).reshape(-1, 2), np.array(weights), np.array(lower), np.array(upper)


@settings(max_examples=150, deadline=None)
@given(small_events())
def test_the_optimum_of_small_events_is_found(event):
    pairs, weights, lower, upper = event
    found = allocate(pairs, weights, lower, upper)
    missing, objective = brute_force(pairs.tolist(), weights, lower, upper)
    assert (found.degree <= upper).all()
    assert int(found.short.sum()) == missing
    assert found.objective == pytest.approx(objective)
    assert found.bound >= found.objective - 1e-9


@settings(max_examples=30, deadline=None)
@given(st.integers(2, 40), st.integers(0, 10_000))
def test_caps_hold_and_the_order_of_pairs_does_not_matter(n, seed):
    rng = default_rng(seed)
    pairs = np.array(list(combinations(range(n), 2)))
    weights = rng.random(len(pairs))
    upper, lower = rng.integers(0, 5, n), np.zeros(n, dtype=int)
    order = rng.permutation(len(pairs))
    one, other = allocate(pairs, weights, lower, upper), allocate(pairs[order], weights[order], lower, upper)
    assert (one.degree <= upper).all()
    assert one.objective == pytest.approx(other.objective, rel=1e-4)


def test_forced_pairs_are_chosen_even_above_the_cap():
    pairs = np.array([[0, 1], [0, 2], [1, 2]])
    found = allocate(pairs, np.array([0.1, 0.9, 0.9]), np.zeros(3, int), np.array([0, 1, 1]), np.array([True, False, False]))
    assert found.chosen.tolist() == [True, False, False]


def test_nobody_is_left_out_for_a_better_total():
    # the middle pair is worth more than both outer ones together, but leaves two people with nobody
    pairs = np.array([[0, 1], [1, 2], [2, 3]])
    found = allocate(pairs, np.array([0.1, 0.9, 0.1]), np.ones(4, int), np.ones(4, int))
    assert found.chosen.tolist() == [True, False, True]
    assert found.short.tolist() == [0, 0, 0, 0]


def test_a_minimum_that_cannot_be_met_is_told():
    found = allocate(np.array([[0, 1]]), np.array([0.5]), np.array([2, 0, 1]), np.array([2, 2, 2]))
    assert found.short.tolist() == [1, 0, 1]
    assert found.unavoidable == 2
    assert found.gap == 0


def test_negative_pairs_are_taken_only_to_reach_a_minimum():
    pairs, weights = np.array([[0, 1], [2, 3]]), np.array([-0.1, -0.1])
    found = allocate(pairs, weights, np.array([1, 0, 0, 0]), np.full(4, 3))
    assert found.chosen.tolist() == [True, False]


def test_a_large_event_is_within_a_thousandth_of_the_bound():
    rng = default_rng(3)
    pairs = np.unique(np.sort(rng.integers(0, 400, (9000, 2)), axis=1), axis=0)
    pairs = pairs[pairs[:, 0] != pairs[:, 1]]
    found = allocate(pairs, rng.random(len(pairs)), np.ones(400, int), np.full(400, 5))
    assert found.gap < 0.001
    assert found.short.sum() == 0


def test_thousands_of_ties():
    pairs = np.array(list(combinations(range(80), 2)))
    found = allocate(pairs, np.ones(len(pairs)), np.ones(80, int), np.full(80, 3))
    assert found.objective == 120
    assert found.degree.tolist() == [3] * 80


@pytest.mark.parametrize(("pairs", "words"), [([[0, 0]], "themselves"), ([[0, 1], [1, 0]], "stands twice")])
def test_impossible_pairs_are_refused(pairs, words):
    with pytest.raises(ValueError, match=words):
        allocate(np.array(pairs), np.ones(len(pairs)), np.zeros(2, int), np.ones(2, int))


def test_an_empty_event():
    found = allocate(np.zeros((0, 2), int), np.zeros(0), np.zeros(0, int), np.zeros(0, int))
    assert (found.objective, found.bound, found.gap) == (0, 0, 0)


@settings(max_examples=60, deadline=None)
@given(st.integers(3, 60), st.integers(0, 10_000), st.sampled_from([3, 12, 40]))
def test_the_bound_holds_against_the_integer_optimum(n, seed, density):
    rng = default_rng(seed)
    pairs = np.array(list(combinations(range(n), 2)))
    pairs = rng.permutation(pairs)[: n * density]
    weights = np.round(rng.random(len(pairs)), 2)  # with ties
    upper = rng.integers(0, 6, n)
    lower = np.minimum(rng.integers(0, 2, n), upper)
    found = allocate(pairs, weights, lower, upper)
    missing, best = integer_optimum(pairs, weights, lower, upper)
    assert (found.degree <= upper).all()
    assert found.unavoidable <= missing == found.short.sum()
    assert found.objective <= best + 1e-6
    assert found.objective >= best - 2e-5 * abs(best) - 1e-6
    assert found.bound >= best - 1e-6


def integer_optimum(pairs, weights, lower, upper):
    """HiGHS on the whole integer program: fewest missing first, then the largest total."""
    n, m = len(upper), len(pairs)
    incidence = np.zeros((n, m))
    incidence[pairs[:, 0], np.arange(m)] = incidence[pairs[:, 1], np.arange(m)] = 1
    matrix = np.block([[incidence, np.zeros((n, n))], [-incidence, -np.eye(n)]])
    limits = LinearConstraint(matrix, ub=np.concatenate([upper, -lower]))
    solved = milp(
        np.concatenate([-weights, np.full(n, 50.0)]),
        constraints=limits,
        bounds=Bounds(0, np.concatenate([np.ones(m), np.full(n, np.inf)])),
        integrality=np.ones(m + n),
        options={"mip_rel_gap": 1e-9},
    )
    taken = solved.x[:m] > 0.5
    return int(np.maximum(lower - incidence @ taken, 0).sum()), float(weights[taken].sum())


def test_odd_triangles_far_apart_lose_only_what_they_must():
    # three people in a ring can have one meeting among them at a cap of one: the relaxation says one and a half
    pairs = np.array([[0, 1], [1, 2], [0, 2], [3, 4], [4, 5], [3, 5]])
    found = allocate(pairs, np.ones(6), np.zeros(6, int), np.ones(6, int))
    assert (found.objective, found.bound) == (2, 3)
    # a weak bridge between two of them lets all six meet
    bridged = np.vstack([pairs, [[2, 3]]])
    found = allocate(bridged, np.array([1, 1, 1, 1, 1, 1, 0.2]), np.zeros(6, int), np.ones(6, int))
    assert found.objective == pytest.approx(2.2)
    assert found.degree.tolist() == [1] * 6


def test_the_answer_comes_at_any_time_limit():
    rng = default_rng(4)
    pairs = np.array(list(combinations(range(151), 2)))
    found = allocate(pairs, rng.random(len(pairs)), np.ones(151, int), np.full(151, 3), time_limit=0.0)
    assert (found.degree <= 3).all()
    assert found.gap < 0.02


def test_the_largest_events_stay_near_the_bound():
    rng = default_rng(2)
    pairs = np.unique(np.sort(rng.integers(0, 5000, (100_000, 2)), axis=1), axis=0)
    pairs = pairs[pairs[:, 0] != pairs[:, 1]]
    found = allocate(pairs, rng.random(len(pairs)), np.ones(5000, int), np.full(5000, 6))
    assert found.gap < 0.0005
    assert found.short.sum() == 0


@st.composite
def any_event(draw):
    """Any graph, weights with ties and below 0, minimums that may be impossible, pairs forced above caps."""
    n = draw(st.integers(1, 14))
    every = list(combinations(range(n), 2))
    pairs = np.array([pair for pair in every if draw(st.integers(0, 3))], dtype=np.int64).reshape(-1, 2)
    weights = np.array([draw(st.sampled_from([-0.5, 0.0, 0.2, 0.5, 0.5, 1.0])) for _ in pairs])
    upper = np.array([draw(st.integers(0, 4)) for _ in range(n)])
    lower = np.array([draw(st.integers(0, 5)) for _ in range(n)])
    forced = np.array([draw(st.integers(0, 9)) == 0 for _ in pairs], dtype=bool)
    return pairs, weights, lower, upper, forced


@settings(max_examples=80, deadline=None)
@given(any_event(), st.randoms(use_true_random=False))
def test_whatever_the_event_the_rules_hold(event, random):
    pairs, weights, lower, upper, forced = event
    n = len(upper)
    found = allocate(pairs, weights, lower, upper, forced)
    used = np.bincount(pairs[forced].ravel(), minlength=n)
    assert found.chosen[forced].all()  # locked pairs stay
    assert (found.degree <= np.maximum(upper, used)).all()  # caps hold but for them
    assert found.degree.tolist() == np.bincount(pairs[found.chosen].ravel(), minlength=n).tolist()
    assert found.short.tolist() == np.maximum(lower - found.degree, 0).tolist()
    assert found.unavoidable <= found.short.sum()
    assert found.objective == pytest.approx(weights[found.chosen].sum())
    assert found.bound >= found.objective - 1e-9
    assert (found.prices >= 0).all()
    # the two of a pair in the other order, and the pairs in any order, are worth the same
    turned = pairs[:, ::-1]
    order = np.array(random.sample(range(len(pairs)), len(pairs)), dtype=int)
    for other in (
        allocate(turned, weights, lower, upper, forced),
        allocate(pairs[order], weights[order], lower, upper, forced[order]),
    ):
        assert other.short.sum() == found.short.sum()
        assert other.objective == pytest.approx(found.objective, abs=1e-6)


@pytest.mark.parametrize("n", [3, 51, 101])
def test_an_odd_number_of_people_leaves_one_place(n):
    pairs = np.array(list(combinations(range(n), 2)))
    found = allocate(pairs, np.ones(len(pairs)), np.zeros(n, int), np.ones(n, int))
    assert int(found.chosen.sum()) == n // 2
    assert sorted(found.degree.tolist()) == [0] + [1] * (n - 1)


def test_one_person_meets_nobody_and_misses_their_minimum():
    found = allocate(np.zeros((0, 2), int), np.zeros(0), np.ones(1, int), np.full(1, 3))
    assert (found.degree.tolist(), found.short.tolist(), found.unavoidable) == ([0], [1], 1)


def test_an_excluded_pair_is_never_chosen_even_for_a_minimum():
    # 2 could only meet 0, and that pair is not among the candidates
    found = allocate(np.array([[0, 1]]), np.ones(1), np.ones(3, int), np.ones(3, int))
    assert found.degree.tolist() == [1, 1, 0]
    assert found.short.tolist() == [0, 0, 1]


def test_the_bound_is_tight_where_minimums_cannot_hold():
    # three want two each, and only one place is there for them
    pairs = np.array([[0, 3], [1, 3], [2, 3], [4, 5]])
    found = allocate(pairs, np.array([0.2, 0.3, 0.4, 0.9]), np.array([2, 2, 2, 0, 0, 0]), np.array([2, 2, 2, 1, 1, 1]))
    assert found.chosen.tolist() == [False, False, True, True]
    assert (int(found.short.sum()), found.unavoidable) == (5, 5)
    assert found.gap == pytest.approx(0, abs=1e-5)


@pytest.mark.parametrize("length", [1, 3, 7])
def test_rounds_show_nobody_twice_at_one_rank(length):
    rng = default_rng(length)
    pairs = np.array(list(combinations(range(9), 2)))
    rank = rounds(pairs, rng.random(len(pairs)), 9, length)
    for number in range(length):
        people = pairs[rank == number].ravel()
        assert len(people) == len(set(people.tolist())) == 8
    assert set(rank.tolist()) <= {-1, *range(length)}
