import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.quotable import quoted_whole, stands_alone

SUBSTANCE = (
    "Social landlords in the Netherlands and Flanders with 100+ dwellings",
    "Water, and cheaper pumping",
    "Des gens qui ont mené une reconversion, pas des cabinets",
    "Und jemanden für unsere Abwärme am Kühler",
    "Inspection history since 1974",
    "ERP and audit partners",
    "寻找欧洲的储能合作伙伴",
)
FRAGMENTS = (
    "10 to 50 MVA.",
    "UK not before 2027 (certification).",
    "Customers are fine.",
    "Someone serious please.",
    "Nordics, Benelux, Germany.",
    "(in kind rather than cash)",
    "rewind, dry, new oil (in winter",
    "Arbeit für sie.",
    "Two-person studio.",
    "This was adopted in two regions",
    "Coaching",
    "",
)


@pytest.mark.parametrize("text", SUBSTANCE)
def test_what_says_something_by_itself_is_quoted_alone(text):
    assert stands_alone(text)
    assert text.endswith(quoted_whole(text, f"Before it. {text}. After it."))


@pytest.mark.parametrize("text", FRAGMENTS)
def test_a_fragment_does_not_stand_alone(text):
    assert not stands_alone(text)


def test_a_fragment_is_quoted_with_the_sentence_before_it():
    seeking = "Transformers from closed mills. 10 to 50 MVA. No brokers."
    assert quoted_whole("10 to 50 MVA.", seeking) == "Transformers from closed mills. 10 to 50 MVA."


def test_a_fragment_that_comes_first_is_quoted_with_the_sentence_after_it():
    bio = "Two-person studio.\nOur second game is about running a mountain refuge. It sells."
    assert quoted_whole("Two-person studio.", bio) == "Two-person studio.\nOur second game is about running a mountain refuge."


def test_where_all_is_short_all_is_quoted():
    assert quoted_whole("CFO.", "CFO. Berlin.") == "CFO. Berlin."


def test_a_wish_that_was_cut_out_of_a_sentence_gets_the_sentence_back():
    assert quoted_whole("Evidence", "Evidence, not slides.") == "Evidence, not slides."


@given(st.lists(st.sampled_from([*SUBSTANCE, *FRAGMENTS]), min_size=1, max_size=5), st.data())
def test_a_quotation_stands_in_the_text_as_it_is(written, data):
    text = " ".join(written)
    assert quoted_whole(data.draw(st.sampled_from(written)), text) in text
