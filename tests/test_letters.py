from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from matcher.features.letters import Letters


@given(st.text(alphabet=st.sampled_from("aéBß \n\tç-,.ok"), max_size=40))
def test_runs_are_those_of_scikit_learn(text):
    theirs = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), strip_accents="unicode").build_analyzer()
    ours = Letters()
    assert sorted(ours(text)) == sorted(theirs(text))
    assert ours(text) == ours(text)  # from memory
    ours.forget()
    assert not ours.__dict__["_known"]
