"""Runs of letters inside words, as scikit-learn's `char_wb` cuts them, but each distinct word is cut once."""

from __future__ import annotations

SHORTEST, LONGEST = 3, 5


class Letters:
    """An analyzer for scikit-learn's vectorizers.

    People use the same few thousand words, so what was cut is kept until `forget`.
    """

    def __init__(self) -> None:
        self._known: dict[str, tuple[str, ...]] = {}

    def __call__(self, text: str) -> list[str]:
        """The runs of a text, lower case and without accents; a space stands for each end of a word."""
        from sklearn.feature_extraction.text import strip_accents_unicode

        found: list[str] = []
        for word in strip_accents_unicode(text.lower()).split():
            runs = self._known.get(word)
            if runs is None:
                runs = self._known[word] = _runs(f" {word} ")
            found += runs
        return found

    def forget(self) -> None:
        """Forgets the words that were seen."""
        self._known.clear()


def _runs(word: str) -> tuple[str, ...]:
    """All runs of the shortest length, then the longer ones; a word shorter than a length is one run, told once."""
    found: list[str] = []
    for length in range(SHORTEST, LONGEST + 1):
        found += [word[at : at + length] for at in range(max(1, len(word) - length + 1))]
        if len(word) <= length:
            break
    return tuple(found)
