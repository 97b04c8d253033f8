import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from matcher.features.letters import LetterTerms

TEXT = st.text(alphabet=st.sampled_from("aéBß \n\tç-,.ok"), max_size=40)


def theirs(min_df: int) -> TfidfVectorizer:
    return TfidfVectorizer(
        analyzer="char_wb", ngram_range=(3, 5), strip_accents="unicode", sublinear_tf=True, dtype=np.float32, min_df=min_df
    )


@given(st.lists(TEXT, min_size=1, max_size=6), st.lists(TEXT, min_size=1, max_size=3), st.integers(1, 2))
def test_rows_are_those_of_scikit_learn(learned, others, min_df):
    ours, known = LetterTerms(min_df, 1_000), theirs(min_df)
    try:
        expected = known.fit_transform(learned)
    except ValueError:
        with pytest.raises(ValueError, match="in enough texts"):
            ours.fit_transform(learned)
        return
    assert np.array_equal(ours.fit_transform(learned).toarray(), expected.toarray())
    assert ours.vocabulary_ == known.vocabulary_
    assert np.array_equal(ours.transform(others).toarray(), known.transform(others).toarray())


def test_the_most_frequent_runs_are_kept():
    terms = LetterTerms(1, 2)
    rows = terms.fit_transform(["aa aa bb cc", "bb dd"])
    assert sorted(terms.vocabulary_) == [" aa", " aa "]  # of those that are as frequent, the first by the alphabet
    assert rows.shape == (2, 2)


def test_what_was_taken_out_of_the_vocabulary_is_not_counted():
    terms = LetterTerms(1, 100)
    terms.fit_transform(["ab cd"])
    column = terms.vocabulary_.pop(" ab ")
    terms.vocabulary_["\0gone"] = column
    assert terms.transform(["ab"]).toarray()[0, column] == 0
    assert terms.transform(["ab"]).nnz == 2
