import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from matcher.candidates import candidate_pairs
from matcher.eligibility import Eligibility
from matcher.event import EventSettings
from matcher.index import TwoWayIndex
from matcher.profiles import Attendee
from matcher.similarity import PeopleVectors
from matcher.topk import best


def random_people(n, seed, d=6, most_goals=3):
    rng = np.random.default_rng(seed)

    def unit(rows):
        x = rng.normal(size=(rows, d)).astype(np.float32)
        return x / np.maximum(np.linalg.norm(x, axis=1, keepdims=True), 1e-9)

    owner = np.repeat(np.arange(n), rng.integers(0, most_goals + 1, n)).astype(np.int64)
    words = sparse.random(n, 12, density=0.3, random_state=int(rng.integers(2**31)), format="csr", dtype=np.float32)
    return PeopleVectors(unit(n), unit(len(owner)), owner, unit(n), words)


def exact(people, a, b, w, v):
    """The score of a pair by its definition: the best over the goals of both, zero goals for those without."""
    goals = [people.goals[people.goal_owner == p] for p in (a, b)]
    mine, theirs = (g if len(g) else np.zeros((1, people.offer.shape[1])) for g in goals)
    values = [w * g @ people.offer[b] + w * h @ people.offer[a] for g in mine for h in theirs]
    return max(values) + v * people.self[a] @ people.self[b]


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 25), st.integers(0, 10_000))
def test_the_search_finds_the_best_pairs_by_definition(n, seed):
    people = random_people(n, seed)
    index = TwoWayIndex(people, 1.0, 0.25)
    asking, found = index.search(np.arange(n), np.arange(n), n)
    for a in range(n):
        scores = [exact(people, a, b, 1.0, 0.25) for b in range(n)]
        mine = found[asking == a]
        assert sorted(mine.tolist()) == list(range(n))
        assert [scores[b] for b in mine] == pytest.approx(sorted(scores, reverse=True), abs=1e-4)


def test_only_those_allowed_are_found():
    people = random_people(20, 1)
    asking, found = TwoWayIndex(people, 1.0, 0.25).search(np.array([3, 4]), np.array([1, 5, 9]), 2)
    assert set(asking) == {3, 4}
    assert set(found) <= {1, 5, 9}
    assert len(found) == 4


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 60), st.integers(0, 1000))
def test_candidates_are_eligible_pairs_once_each(n, seed):
    rng = np.random.default_rng(seed)
    attendees = [
        Attendee(
            f"{k:03}",
            f"N{k}",
            organization_key=str(rng.integers(5)),
            group=str(rng.integers(3)),
            consent=bool(rng.integers(5)),
        )
        for k in range(n)
    ]
    rules = {"rules": {"may_meet": {"0": ["1", "2"]}}}
    eligibility = Eligibility(attendees, EventSettings.model_validate(rules))
    pairs = candidate_pairs(random_people(n, seed), eligibility, 5)
    assert (pairs[:, 0] < pairs[:, 1]).all()
    assert len(np.unique(pairs, axis=0)) == len(pairs)
    assert eligibility.allowed(pairs).all()
    for person in range(n):
        others = np.column_stack([np.full(n, person), np.arange(n)])
        reachable = int(eligibility.allowed(others).sum())
        assert (pairs == person).sum() >= min(5, reachable)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 6), st.integers(1, 12), st.integers(1, 12), st.integers(0, 10_000))
def test_the_best_of_a_row_are_those_of_a_whole_sort(rows, columns, k, seed):
    scores = np.random.default_rng(seed).integers(0, 4, (rows, columns)).astype(np.float32)  # many ties
    whole = np.argsort(-scores, axis=1, kind="stable")[:, :k]
    places, found = best(scores, k, np.arange(columns))
    assert places.tolist() == np.repeat(np.arange(rows), whole.shape[1]).tolist()
    assert found.tolist() == whole.ravel().tolist()
