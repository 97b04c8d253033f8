import time
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.random import default_rng

from matcher.allocation import allocate, allocate_fairly
from matcher.allocation.fairness import got


def tenth(values):
    return np.sort(values)[: max(len(values) // 10, 1)].mean()


@settings(max_examples=25, deadline=None)
@given(st.integers(2, 30), st.integers(0, 10_000), st.sampled_from([0.0, 1.0, 4.0, 16.0]))
def test_the_worst_off_never_get_less_and_the_price_is_true(n, seed, fairness):
    rng = default_rng(seed)
    pairs = np.array(list(combinations(range(n), 2)))
    weights, upper = rng.random(len(pairs)), np.full(n, 3)
    lower = np.ones(n, dtype=int)
    plain, fair = allocate(pairs, weights, lower, upper), allocate_fairly(pairs, weights, lower, upper, fairness=fairness)
    found = fair.allocation
    before, after = (tenth(got(pairs, weights, each.chosen, n)) for each in (plain, found))
    assert (found.degree <= upper).all()
    assert found.short.sum() <= plain.short.sum()
    assert after >= before - 1e-12 or found.short.sum() < plain.short.sum()
    assert fair.worst_tenth == pytest.approx(after)
    assert fair.gain == pytest.approx(after / before - 1 if before > 0 else 0.0)
    assert found.objective == pytest.approx(weights[found.chosen].sum())
    assert fair.price == pytest.approx(max(0.0, 1 - found.objective / plain.objective))
    assert found.bound >= plain.objective


def test_a_little_total_is_given_up_for_the_one_who_gets_least():
    # 0-1 and 2-3 are worth 1.1 together but give 2 and 3 a tenth each; 0-2 and 1-3 are worth 1.0, a half for everybody
    pairs, weights = np.array([[0, 1], [2, 3], [0, 2], [1, 3]]), np.array([1.0, 0.1, 0.5, 0.5])
    lower, upper = np.zeros(4, int), np.ones(4, int)
    assert allocate(pairs, weights, lower, upper).chosen.tolist() == [True, True, False, False]
    fair = allocate_fairly(pairs, weights, lower, upper)
    assert fair.allocation.chosen.tolist() == [False, False, True, True]
    assert fair.price == pytest.approx(0.1 / 1.1)
    assert fair.gain == pytest.approx(4.0)


def test_forced_pairs_stay_and_an_empty_event_is_fair():
    pairs = np.array([[0, 1], [0, 2], [1, 2]])
    forced = np.array([True, False, False])
    fair = allocate_fairly(pairs, np.array([0.1, 0.9, 0.9]), np.zeros(3, int), np.ones(3, int), forced)
    assert fair.allocation.chosen.tolist() == [True, False, False]
    nobody = allocate_fairly(np.zeros((0, 2), int), np.zeros(0), np.zeros(0, int), np.zeros(0, int))
    assert (nobody.price, nobody.gain, nobody.worst_tenth) == (0, 0, 0)


def test_fairness_out_of_range_is_refused():
    with pytest.raises(ValueError, match="fairness -1"):
        allocate_fairly(np.array([[0, 1]]), np.ones(1), np.zeros(2, int), np.ones(2, int), fairness=-1)


@st.composite
def small_events(draw):
    n = draw(st.integers(2, 6))
    pairs = [pair for pair in combinations(range(n), 2) if draw(st.booleans())][:8]
    weights = [draw(st.sampled_from([-0.2, 0.1, 0.3, 0.3, 0.5, 0.9])) for _ in pairs]
    upper = [draw(st.integers(0, 3)) for _ in range(n)]
    lower = [draw(st.integers(0, top)) for top in upper]
    return np.array(pairs, dtype=np.int64).reshape(-1, 2), np.array(weights), np.array(lower), np.array(upper)


def leximin_by_brute_force(pairs, weights, lower, upper):
    """The fewest missing, then the sorted vector of what each gets, then the total: the best of all choices."""
    best = None
    for number in range(2 ** len(pairs)):
        chosen = np.array([number >> k & 1 for k in range(len(pairs))], dtype=bool)
        degree = np.bincount(pairs[chosen].ravel(), minlength=len(upper))
        if (degree <= upper).all():
            best = max(best or key(pairs, weights, lower, upper, chosen), key(pairs, weights, lower, upper, chosen))
    return best


def key(pairs, weights, lower, upper, chosen):
    missing = np.maximum(lower - np.bincount(pairs[chosen].ravel(), minlength=len(upper)), 0).sum()
    return (-missing, *np.round(np.sort(got(pairs, weights, chosen, len(upper))), 6), round(weights[chosen].sum(), 6))


@settings(max_examples=40, deadline=None)
@given(small_events())
def test_max_min_is_the_leximin_optimum_of_all_choices(event):
    pairs, weights, lower, upper = event
    fair = allocate_fairly(pairs, weights, lower, upper, fairness="max-min")
    found = fair.allocation
    assert (found.degree <= upper).all()
    assert fair.exact == len(np.unique(pairs))
    assert key(pairs, weights, lower, upper, found.chosen) == pytest.approx(
        leximin_by_brute_force(pairs, weights, lower, upper), abs=1e-4
    )
    assert fair.worst <= fair.worst_bound + 1e-6


def test_max_min_that_is_too_large_is_named_and_bounded():
    rng = default_rng(1)
    pairs = np.array(list(combinations(range(70), 2)))
    weights = rng.random(len(pairs)) ** 3
    fair = allocate_fairly(pairs, weights, np.ones(70, int), np.full(70, 3), fairness="max-min")
    assert fair.exact == 0
    assert 0 < fair.worst <= fair.worst_bound < float("inf")
    assert (fair.allocation.degree <= 3).all()


def test_max_min_keeps_to_its_time():
    rng = default_rng(2)
    pairs = np.array(list(combinations(range(50), 2)))
    start = time.monotonic()
    fair = allocate_fairly(pairs, rng.random(len(pairs)), np.ones(50, int), np.full(50, 3), fairness="max-min", time_limit=2)
    assert time.monotonic() - start < 15  # a solver may end its step; the machine may be busy
    assert (fair.allocation.degree <= 3).all()
    assert fair.allocation.short.sum() == 0


def test_the_price_is_told_in_words():
    pairs, weights = np.array([[0, 1], [2, 3], [0, 2], [1, 3]]), np.array([1.0, 0.1, 0.5, 0.5])
    fair = allocate_fairly(pairs, weights, np.zeros(4, int), np.ones(4, int), fairness="max-min")
    assert fair.allocation.chosen.tolist() == [False, False, True, True]
    assert fair.words == "9.1 % less value, the worst-off tenth gets 400 % more"
    assert (fair.exact, fair.worst) == (4, 0.5)


def test_forced_pairs_stay_under_max_min():
    pairs = np.array([[0, 1], [0, 2], [1, 2]])
    forced = np.array([True, False, False])
    fair = allocate_fairly(pairs, np.array([0.1, 0.9, 0.9]), np.zeros(3, int), np.ones(3, int), forced, "max-min")
    assert fair.allocation.chosen.tolist() == [True, False, False]
