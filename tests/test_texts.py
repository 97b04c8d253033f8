from hypothesis import given
from hypothesis import strategies as st

from matcher.profiles import Attendee
from matcher.sentences import grouped, passages, sentences, tokens
from matcher.texts import MOST_PHRASES, Part, Source, event_texts


def test_long_texts_are_cut_into_passages_that_fit_and_none_of_it_is_lost():
    text = " ".join(f"Sentence number {k} tells of something else." for k in range(200))
    pieces = passages(text, 256)
    assert len(text) > 8000
    assert all(tokens(piece) <= 256 for piece in pieces)
    assert " ".join(pieces) == text


@given(st.text(max_size=2000), st.integers(10, 300))
def test_passages_always_fit(text, limit):
    assert all(tokens(piece) <= limit for piece in passages(text, limit))


def test_grouping_keeps_every_sentence():
    text = "One. Two. Three. Four. Five."
    assert grouped(text, 2) == ["One. Two. Three.", "Four. Five."]
    assert " ".join(sentences(text)) == text


def test_parts_and_phrases_of_an_event():
    texts = event_texts(
        [
            Attendee("1", "A", title="Miller", bio="I mill. I bake.", offering="Flour", seeking="Rye. No wheat."),
            Attendee("2", "B"),
        ]
    )
    assert texts.goals == ((0, "Rye."),)
    assert texts.refusals == ((0, "No wheat."),)
    assert [(p.owner, p.text, p.source) for p in texts.phrases] == [
        (0, "Flour", Source.OFFERING),
        (0, "I mill.", Source.BIO),
        (0, "I bake.", Source.BIO),
        (0, "Miller", Source.TITLE),
    ]
    assert texts.parts[Part.PROFILE] == ("Miller. I mill. I bake.. Flour. Rye. No wheat.", "")
    assert set(texts.distinct) >= {"Rye.", "Flour", "Miller"}
    assert "" not in texts.distinct


def test_a_talkative_person_has_no_more_phrases_than_allowed():
    bio = " ".join(f"I did thing {k}." for k in range(90))
    assert len(event_texts([Attendee("1", "A", bio=bio)]).phrases) <= MOST_PHRASES
