from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.groups import speed_networking


def symmetric(matrix):
    return (matrix + matrix.T) / 2


def everybody(n):
    return ~np.eye(n, dtype=bool), np.ones(n, dtype=bool)


@settings(max_examples=25, deadline=None)
@given(st.integers(2, 15), st.integers(0, 1000), st.data())
def test_somebody_new_in_every_round_and_odd_ones_sit_out_in_turn(n, seed, data):
    most = n - 1 if n % 2 == 0 else n
    rounds = data.draw(st.integers(1, most))
    allowed, there = everybody(n)
    found = speed_networking(symmetric(np.random.default_rng(seed).random((n, n))), allowed, rounds, there)
    met = [tuple(pair) for pairs in found.pairs for pair in pairs.tolist()]
    assert len(set(met)) == len(met)
    for pairs, out in zip(found.pairs, found.sits_out, strict=True):
        assert sorted([*pairs.ravel().tolist(), *out]) == list(range(n))
        assert len(out) == n % 2
    waits = Counter(person for out in found.sits_out for person in out)
    assert max(waits.values(), default=0) <= 1 + (rounds - 1) // n


def test_the_best_pairs_meet_first():
    scores = np.zeros((4, 4))
    for a, b, score in ((0, 1, 0.9), (2, 3, 0.8), (0, 2, 0.5), (1, 3, 0.4), (0, 3, 0.1), (1, 2, 0.1)):
        scores[a, b] = scores[b, a] = score
    found = speed_networking(scores, ~np.eye(4, dtype=bool), 3, np.ones(4, dtype=bool))
    assert [pairs.tolist() for pairs in found.pairs] == [[[0, 1], [2, 3]], [[0, 2], [1, 3]], [[0, 3], [1, 2]]]


def test_forbidden_pairs_never_meet_and_who_is_not_there_neither():
    rng = np.random.default_rng(2)
    allowed = np.triu(rng.random((12, 12)) < 0.6, 1)
    allowed |= allowed.T
    there = np.arange(12) != 5
    found = speed_networking(symmetric(rng.random((12, 12))), allowed, 6, there)
    for pairs in found.pairs:
        assert allowed[pairs[:, 0], pairs[:, 1]].all()
        assert 5 not in pairs


def test_two_sides_that_meet_only_each_other():
    side = np.arange(10) < 5
    allowed = side[:, None] != side[None, :]
    found = speed_networking(symmetric(np.random.default_rng(1).random((10, 10))), allowed, 4, np.ones(10, dtype=bool))
    assert [len(pairs) for pairs in found.pairs] == [5, 5, 5, 5]


@pytest.mark.parametrize("n", [0, 1])
def test_too_few_to_meet(n):
    found = speed_networking(np.zeros((n, n)), np.zeros((n, n), dtype=bool), 2, np.ones(n, dtype=bool))
    assert [len(pairs) for pairs in found.pairs] == [0, 0]
