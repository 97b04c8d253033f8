import numpy as np
import pytest
from scipy import sparse

from matcher import shared_words
from matcher.reduced import found_share
from matcher.shared_words import search_by_words

PEOPLE, WORDS, COMMON = 300, 400, 4


@pytest.fixture(autouse=True)
def small(monkeypatch):
    monkeypatch.setattr(shared_words, "MANY", PEOPLE)
    monkeypatch.setattr(shared_words, "TRIED", 50)


def people(common=0.05, seed=0):
    """Everybody uses a few words of their own choice, and common ones, which weigh so much of all."""
    rng = np.random.default_rng(seed)
    rare = sparse.random(PEOPLE, WORDS - COMMON, density=0.02, random_state=rng, dtype=np.float32)
    often = sparse.csr_matrix(rng.uniform(0, common, size=(PEOPLE, COMMON)).astype(np.float32))
    rows = sparse.hstack([often, rare], format="csr")
    length = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    return sparse.csr_matrix(sparse.diags(1 / length) @ rows, dtype=np.float32)


def searched(lexical, k=10):
    everybody = np.arange(PEOPLE)
    return np.column_stack(search_by_words(lexical, everybody, everybody, k)(everybody, everybody, k))


def best(lexical, k=10):
    """By the whole table."""
    table = np.round((lexical @ lexical.T).toarray(), 5)
    pairs = []
    for person, row in enumerate(table):
        pairs += [(person, other) for other in np.lexsort((np.arange(PEOPLE), -row))[:k].tolist() if row[other] > 0]
    return np.array(pairs)


def test_a_small_event_is_searched_by_all_words(monkeypatch):
    monkeypatch.setattr(shared_words, "MANY", PEOPLE + 1)
    lexical = people(common=1.0)
    assert (searched(lexical) == best(lexical)).all()


def test_without_common_words_nearly_the_same_are_found_best_first():
    lexical = people()
    without = shared_words.without(lexical, np.arange(WORDS) < COMMON)
    everybody = np.arange(PEOPLE)
    found = np.column_stack(without(everybody, everybody, 10))
    assert found_share(found, best(lexical)) >= 0.98
    assert found_share(searched(lexical), best(lexical)) >= 0.98
    for person in (0, 7, PEOPLE - 1):
        values = np.round((lexical[found[found[:, 0] == person, 1]] @ lexical[person].T).toarray().ravel(), 5)
        assert (np.diff(values) <= 0).all()
        assert (values > 0).all()


def test_all_words_are_used_where_the_common_ones_tell_most(monkeypatch):
    lexical = people(common=20.0)
    found = searched(lexical)
    monkeypatch.setattr(shared_words, "MANY", PEOPLE + 1)
    assert (found == searched(lexical)).all()


def test_whoever_is_searched_for_first_the_same_is_found():
    lexical, everybody = people(), np.arange(PEOPLE)
    search = search_by_words(lexical, everybody, everybody, 10)
    whole = np.column_stack(search(everybody, everybody, 10))
    parts = [np.column_stack(search(part, everybody, 10)) for part in np.array_split(everybody, 4)]
    assert (np.vstack(parts) == whole).all()


def test_nobody_is_found_among_nobody():
    nobody = np.zeros(0, dtype=np.int64)
    lexical = people()
    assert len(search_by_words(lexical, np.arange(PEOPLE), nobody, 5)(np.arange(PEOPLE), nobody, 5)[0]) == 0
    without = shared_words.without(lexical, np.arange(WORDS) < COMMON)
    assert len(without(nobody, np.arange(PEOPLE), 5)[0]) == 0
