import numpy as np
import pytest

from matcher.features import FEATURE_FAMILIES, FEATURE_NAMES, EventFeatures
from matcher.profiles import Attendee


class WordEncoder:
    """Adds up one fixed random vector per word: enough where the values do not matter."""

    dimension = 16

    def encode(self, texts, progress=False):
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in text.lower().split():
                seed = sum(ord(letter) * 31**k for k, letter in enumerate(word)) % 2**32
                vectors[row] += np.random.default_rng(seed).normal(size=self.dimension)
            vectors[row] /= max(float(np.linalg.norm(vectors[row])), 1e-9)
        return vectors


PEOPLE = [
    Attendee("a", "A", title="Miller", bio="I mill rye.", offering="Rye flour", seeking="A baker. No wheat.", country="PL"),
    Attendee("b", "B", title="Baker", bio="I bake bread. I need flour.", offering="Bread", seeking="Rye flour"),
    Attendee("c", "C", title="Driver", seeking=""),
    Attendee("d", "D"),
]
ALL = np.array([(a, b) for a in range(4) for b in range(4) if a != b])


@pytest.fixture(scope="module")
def event() -> EventFeatures:
    return EventFeatures(PEOPLE, WordEncoder())


def column(name: str) -> int:
    return FEATURE_NAMES.index(name)


def test_one_finite_row_per_pair(event):
    x = event.directed(ALL)
    assert x.shape == (12, len(FEATURE_NAMES))
    assert np.isfinite(x).all()
    assert len(set(FEATURE_NAMES)) == len(FEATURE_NAMES) == len(FEATURE_FAMILIES)


def test_batch_equals_single(event):
    x = event.directed(ALL)
    np.testing.assert_allclose(x, np.concatenate([event.directed(ALL[k : k + 1]) for k in range(12)]), atol=1e-5)


def test_likeness_is_symmetric_and_back_is_the_other_direction(event):
    x, y = event.directed(ALL), event.directed(ALL[:, ::-1])
    np.testing.assert_allclose(x[:, column("whole_whole")], y[:, column("whole_whole")], atol=1e-6)
    np.testing.assert_allclose(x[:, column("back_goal_max")], y[:, column("goal_max")], atol=1e-6)


def test_order_of_rows_does_not_matter(event):
    turned = EventFeatures(PEOPLE[::-1], WordEncoder())
    np.testing.assert_allclose(event.directed(ALL), turned.directed(3 - ALL), atol=1e-4)


def test_best_match_quotes_both(event):
    goal, phrase, score = event.best_match(1, 0)
    assert (goal, phrase) == ("Rye flour", "Rye flour")
    assert score == pytest.approx(1.0, abs=1e-5)
    assert event.best_match(3, 0) == ("", "", 0.0)


@pytest.mark.parametrize("people", [PEOPLE[:1], PEOPLE[3:], PEOPLE[2:]])
def test_tiny_and_silent_events_work(people):
    event = EventFeatures(people, WordEncoder())
    pairs = np.array([(0, len(people) - 1)])
    assert np.isfinite(event.directed(pairs)).all()
    assert event.directed(np.zeros((0, 2), dtype=np.int64)).shape == (0, len(FEATURE_NAMES))


def test_what_says_nothing_alone_gives_way_to_what_does():
    mill = Attendee("a", "A", seeking="Rye fields without spraying nearby. 10 to 50 t.")
    farm = Attendee("b", "B", offering="20 to 50 t. Rye fields without spraying today.")
    goal, phrase, _ = EventFeatures([mill, farm], WordEncoder()).best_match(0, 1)
    assert (goal, phrase) == ("Rye fields without spraying nearby.", "Rye fields without spraying today.")


def test_of_people_who_say_nothing_nothing_is_told():
    event = EventFeatures([Attendee("a", "A"), Attendee("b", "B")], WordEncoder())
    assert event.best_matches(np.array([(0, 1)])) == [("", "", None, 0.0)]
