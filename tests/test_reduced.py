import numpy as np
import pytest
from scipy import sparse

from matcher import reduced
from matcher.index import TwoWayIndex
from matcher.similarity import PeopleVectors

PEOPLE, COMPONENTS = 300, 32


@pytest.fixture(autouse=True)
def small(monkeypatch):
    monkeypatch.setattr(reduced, "MANY", PEOPLE)
    monkeypatch.setattr(reduced, "TRIED", 50)
    monkeypatch.setattr(reduced, "AXES", (2, 8, 16))


def people(directions, seed=0):
    """People whose vectors lie along so many directions, apart from a little noise."""
    rng = np.random.default_rng(seed)
    basis = rng.normal(size=(directions, COMPONENTS))

    def unit(rows):
        x = rng.normal(size=(rows, directions)) @ basis + 0.05 * rng.normal(size=(rows, COMPONENTS))
        return (x / np.linalg.norm(x, axis=1, keepdims=True)).astype(np.float32)

    owner = np.repeat(np.arange(PEOPLE), rng.integers(0, 3, PEOPLE)).astype(np.int64)
    return PeopleVectors(unit(PEOPLE), unit(len(owner)), owner, unit(PEOPLE), sparse.csr_matrix((PEOPLE, 1), dtype=np.float32))


def searched(vectors, k=20):
    index, everybody = TwoWayIndex(vectors, 1.0, 0.25), np.arange(PEOPLE)
    search = reduced.search_of(index, everybody, everybody, k)
    found, exact = (np.column_stack(each(everybody, everybody, k)) for each in (search, index.search))
    return search == index.search, found, exact


def test_few_axes_find_what_exact_search_finds_where_texts_differ_along_few():
    is_exact, found, exact = searched(people(6))
    assert not is_exact
    assert found.shape == exact.shape
    assert (found[:, 0] == exact[:, 0]).all()
    assert reduced.found_share(found, exact) >= 0.98


def test_what_is_found_comes_best_first():
    vectors = people(6)
    index = TwoWayIndex(vectors, 1.0, 0.25)
    _, found, _ = searched(vectors)
    for person in (0, 7, PEOPLE - 1):
        scores = index.scores(person, found[found[:, 0] == person, 1])
        assert (np.diff(np.round(scores, 5)) <= 0).all()


def test_the_search_is_exact_where_no_number_of_axes_is_enough(monkeypatch):
    monkeypatch.setattr(reduced, "AXES", (2, 4))
    is_exact, found, exact = searched(people(COMPONENTS))
    assert is_exact
    assert (found == exact).all()


def test_whoever_is_searched_for_first_the_same_is_found():
    index, everybody = TwoWayIndex(people(6), 1.0, 0.25), np.arange(PEOPLE)
    search = reduced.search_of(index, everybody, everybody, 10)
    whole = np.column_stack(search(everybody, everybody, 10))
    parts = [np.column_stack(search(part, everybody, 10)) for part in np.array_split(everybody, 4)]
    assert (np.vstack(parts) == whole).all()


def test_scores_of_some_pairs_are_those_of_the_table():
    vectors = people(6)
    index, everybody = TwoWayIndex(vectors, 0.7, 0.3), np.arange(PEOPLE)
    asking, found = index.search(everybody, everybody, 5)
    for person in range(0, PEOPLE, 37):
        scores = index.scores(person, everybody)
        best = np.lexsort((everybody, -np.round(scores, 5)))[:5]
        assert found[asking == person].tolist() == best.tolist()
