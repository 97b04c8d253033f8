"""Texts cut at sentence ends, into sentences and into passages that an encoder can read whole."""

from __future__ import annotations

import re

TOKENS_PER_WORD = 1.35
"""Word pieces per word of English prose."""
TOKENS_PER_CHARACTER = 0.22
"""Word pieces per character: decides for long words, and for languages that the encoder cuts finely."""

_ABBREVIATION = re.compile(
    r"\b(?:e\.g|i\.e|etc|incl|approx|ca|vs|mr|mrs|ms|dr|prof|st|no|dept|resp|bzw|z\.b|u\.a|max|min|inc|ltd|co|fig|p\.a)\.$",
    re.IGNORECASE,
)
_END = re.compile(r"(?<=[.!?…])[\"'”’)\]]*\s+(?=[^\s,;:])|(?<=[。！？])|\n+")


def sentences(text: str) -> list[str]:
    """The sentences of a text, stripped, none empty; abbreviations and decimals do not end one.

    >>> sentences("We sell kilns, e.g. small ones. Do you bake? 3.5 kW is enough!")
    ['We sell kilns, e.g. small ones.', 'Do you bake?', '3.5 kW is enough!']
    """
    found: list[str] = []
    start = 0
    for end in _END.finditer(text):
        piece = text[start : end.start()]
        if _ABBREVIATION.search(piece.rstrip()) and "\n" not in end.group():
            continue
        found.append(text[start : end.end()].strip())
        start = end.end()
    found.append(text[start:].strip())
    return [piece for piece in found if any(letter.isalnum() for letter in piece)]


def tokens(text: str) -> int:
    """Word pieces of a text, estimated: the tokenizer itself would cost more than it saves, and the encoder cuts off the rest."""
    return int(max(len(text.split()) * TOKENS_PER_WORD, len(text) * TOKENS_PER_CHARACTER)) + 2


def passages(text: str, limit: int = 256) -> list[str]:
    """The text in as few consecutive passages as sentence ends allow, each of at most `limit` estimated tokens.

    A sentence that is longer than a passage is cut between words, and a word that is longer within itself.

    >>> passages("One two three. Four five six. Seven.", limit=10)
    ['One two three. Four five six.', 'Seven.']
    """
    done: list[str] = []
    current = ""
    for sentence in sentences(text):
        for piece in _fitting(sentence, limit):
            joined = f"{current} {piece}".strip()
            if current and tokens(joined) > limit:
                done.append(current)
                current = piece
            else:
                current = joined
    if current:
        done.append(current)
    return done


def _fitting(sentence: str, limit: int) -> list[str]:
    if tokens(sentence) <= limit:
        return [sentence]
    letters = max(1, int((limit - 2) / TOKENS_PER_CHARACTER))
    words = [word[at : at + letters] for word in sentence.split() for at in range(0, len(word), letters)]
    pieces: list[str] = []
    current = ""
    for word in words:
        joined = f"{current} {word}".strip()
        if current and tokens(joined) > limit:
            pieces.append(current)
            current = word
        else:
            current = joined
    return [*pieces, current]


def grouped(text: str, most: int) -> list[str]:
    """The sentences of a text; neighbours joined evenly where there are more than `most`, so that none is lost."""
    found = sentences(text)
    if len(found) <= most:
        return found
    size = -(-len(found) // most)
    return [" ".join(found[at : at + size]) for at in range(0, len(found), size)]
