from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher import index, symmetric
from matcher.index import TwoWayIndex
from matcher.symmetric import best_of_each
from matcher.topk import best
from tests.test_index import random_people


def made(n, seed, decimals=3):
    rng = np.random.default_rng(seed)
    half = rng.normal(size=(n, n)).astype(np.float32)
    return np.round(half + half.T, decimals)


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 90), st.integers(1, 20), st.integers(0, 1_000), st.integers(10, 4_000), st.integers(0, 3))
def test_rows_are_those_of_the_whole_table_where_enough_are_found(n, k, seed, cells, decimals):
    whole = made(n, seed, decimals)  # with few decimals there are many ties
    names = np.random.default_rng(seed).permutation(n) + 100
    asking, found = best_of_each(lambda rows, columns: whole[rows, columns], n, k, names, cells, 7)
    expected = best(whole, k, names)
    for row in range(n):
        mine = found[asking == row].tolist()
        assert mine == expected[1][expected[0] == row].tolist()[: len(mine)]


def test_nearly_every_row_is_complete():
    n, k = 600, 40
    whole = made(n, 0, 6)
    asking, _ = best_of_each(lambda rows, columns: whole[rows, columns], n, k, np.arange(n), 50_000, 100)
    assert (np.bincount(asking, minlength=n) == k).mean() > 0.98


@pytest.mark.parametrize("weights", [(1.0, 0.25), (0.3, 0.7), (0.0, 1.0), (1.0, 0.0)])
def test_a_search_of_all_among_themselves_is_that_of_each(weights, monkeypatch):
    monkeypatch.setattr(index, "MANY", 50)
    monkeypatch.setattr(index, "BLOCK_CELLS", 10_000)
    monkeypatch.setattr(symmetric, "STEP", 64)
    people = random_people(400, 3, d=16)
    everybody = np.arange(3, 397)  # some are not asked and not found
    search = TwoWayIndex(people, *weights)
    together, each = search.search(everybody, everybody, 12), search._one_by_one(everybody, everybody, 12)
    assert np.array_equal(together, each)


def test_who_has_too_few_above_the_sample_is_searched_for_again(monkeypatch):
    monkeypatch.setattr(index, "MANY", 50)
    monkeypatch.setattr(symmetric, "SAMPLE", 1)
    monkeypatch.setattr(symmetric, "SPARE", -2.0)
    people = random_people(120, 5, d=16)
    everybody = np.arange(120)
    search = TwoWayIndex(people, 1.0, 0.25)
    assert np.array_equal(search.search(everybody, everybody, 12), search._one_by_one(everybody, everybody, 12))


def test_where_many_say_the_same_nothing_is_kept_but_searched_for_one_by_one(monkeypatch):
    n, kept = 800, []
    whole = np.ones((n, n), dtype=np.float32)
    asking, _ = best_of_each(lambda rows, columns: whole[rows, columns], n, 20, np.arange(n), 50_000, 100)
    assert not len(asking)
    monkeypatch.setattr(index, "MANY", 50)
    people = random_people(600, 9, d=16)
    alike = np.arange(600) % 2 == 0  # every other person is the same person
    for vectors in (people.offer, people.self):
        vectors[alike] = vectors[0]
    people = replace(people, goals=people.offer[np.arange(600)], goal_owner=np.arange(600))
    search, everybody = TwoWayIndex(people, 1.0, 0.25), np.arange(600)
    monkeypatch.setattr(index, "best_of_each", lambda *given: kept.append(best_of_each(*given)) or kept[0])
    assert np.array_equal(search.search(everybody, everybody, 30), search._one_by_one(everybody, everybody, 30))
    assert not alike[kept[0][0]].any()


def test_a_score_is_the_same_to_the_last_bit_from_both_sides():
    people = random_people(300, 7, d=48)
    search = TwoWayIndex(people, 0.7, 0.3)
    first, second = search._arranged(np.arange(150)), search._arranged(np.arange(150, 300))
    assert np.array_equal(search._table(first, second), search._table(second, first).T)
