import numpy as np
import pytest
from matcher.models.evaluation import bootstrap, calibration, geometric, mutual_hits, ndcg, ranking


def everybody_but_oneself(n: int) -> np.ndarray:
    return ~np.eye(n, dtype=bool)


def test_ndcg_of_a_known_order():
    grades = np.array([[0.0, 1.0, 3.0, 0.0], [0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]])
    scores = np.array([[0.0, 0.9, 0.5, 0.1]] * 4)
    # gains 1 then 7, best 7 then 1, discounts 1 and 1 / log2(3)
    expected = (1 + 7 / np.log2(3)) / (7 + 1 / np.log2(3))
    assert ndcg(scores, grades, everybody_but_oneself(4))[0] == pytest.approx(expected)


def test_colleagues_neither_rank_nor_count():
    grades = np.array([[0.0, 3.0, 1.0], [0, 0, 0], [0, 0, 0]])
    allowed = everybody_but_oneself(3)
    allowed[0, 1] = allowed[1, 0] = False
    assert ndcg(np.array([[0.0, 9.0, 1.0]] * 3), grades, allowed)[0] == 1.0


def test_ranking_marks_what_is_missing_and_breaks_ties_by_position():
    assert ranking(np.zeros((3, 3)), everybody_but_oneself(3), 3).tolist() == [[1, 2, -1], [0, 2, -1], [0, 1, -1]]


def test_mutual_needs_both_directions():
    grades = np.array([[0.0, 2.0, 2.0], [1.0, 0, 0], [0.5, 0, 0]])
    scores = np.array([[0.0, 0.2, 0.8], [0.2, 0, 0.1], [0.8, 0.1, 0]])
    hit, precision = mutual_hits(scores, grades, everybody_but_oneself(3), top=1)
    assert hit.tolist()[:2] == [0.0, 1.0]
    assert np.isnan(hit[2])
    assert precision[1] == 1.0


def test_geometric_is_symmetric():
    scores = np.random.default_rng(0).random((5, 5))
    assert np.array_equal(geometric(scores), geometric(scores).T)


def test_calibration_of_a_perfect_and_a_wrong_forecast():
    happened = np.array([True, False, True, False])
    assert calibration(happened.astype(float), happened).brier < 1e-6
    assert calibration(1.0 - happened, happened).brier > 0.99


def test_bootstrap_interval_holds_the_mean():
    interval = bootstrap([np.array([0.0, 1.0, np.nan]), np.array([0.5])], np.random.default_rng(1), times=200)
    assert interval.mean == 0.5
    assert interval.low <= 0.5 <= interval.high
