"""Which words of a profile can be quoted alone, and what is quoted where they cannot.

Goals and phrases are compared sentence by sentence, and people write lists: *10 to 50 MVA*, *Customers are fine*. Such a piece
may be the nearest one and still tell its reader nothing. This is about telling only; what is compared stays as it is.
"""

from __future__ import annotations

import re

from .sentences import sentences

LEAST_WORDS, LEAST_LETTERS = 2, 13
"""Telling words, and letters in them, that a quotation needs; "depot visit" has 10 letters, "boring maintenance" 17."""
SHORT_UNCASED = 6
"""Letters that are enough in a script without capitals, whose words are not set apart by spaces."""
SHORT_TAIL = 8
"""Words up to which a closing *is fine* or *please* makes the sentence a remark on the one before it."""

_ASIDE = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_LEANS = re.compile(
    r"^\W*(?:it|they|this|that|these|those|which|but|or|so|then|because|even|only|otherwise|ideally|prefer\w*|not|well|aber|oder|nur|"
    r"nicht|mais|ou|pero|ma|mas)\b(?!-)",
    re.IGNORECASE,
)
_REMARK = re.compile(
    r"\b(?:fine|ok|okay|welcome|preferred|possible|also|too|sure|please|only|enough|especially|willkommen|egal|bevorzugt|bienvenus?)"
    r"\W*$",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"^\W*(?:(?:one|two|three|four|first(?:ly)?|second(?:ly)?|third(?:ly)?|erstens|zweitens|drittens|uno|dos|tres|primero|segundo|"
    r"tercero|un|deux|trois|primo|secondo|due|tre|um|dois|três)\s*[:)]|(?:and|also|und|auch|et|aussi|y|también|e|anche|também)\b,?)"
    r"\s+",
    re.IGNORECASE,
)
"""What joins a sentence to the one before it, and can be left out."""
_UNITS = frozenset(("mva", "mwh", "gwh", "kwh", "twh", "eur", "usd", "gbp", "chf", "max", "min", "inc", "plc"))
_EMPTY = frozenset(
    _WORD.findall(
        "about after again alle allem aller also always anders anybody anyone anything anywhere around auch autre autres avec "
        "because been before being below between both central cette como could dans dass della delle dem deren does doing "
        "done down each east eastern eher eine einem einen einer eines either else europe european even every everybody fine "
        "from für give happy have having here honestly ideally immer into just keep kind know later least less leur like look "
        "looking lots make many maybe mehr meine mich more most mostly much must need needs nice nicht noch north northern "
        "nothing notre nous nuestra nuestro nämlich oder okay once ones only other others ours over para people perhaps "
        "please pour prefer preferred quelque rather really same schon sehr seine serious should sich since some somebody "
        "someone something somewhere sono soon south southern still such sure tanto than thanks that their them then there "
        "these they thing things this those through todo todos tout toute trop uma under unos unsere until very want wants "
        "welcome well were west western what when where whether which while whom whose will wir wish with within without "
        "would your yours "
    )
)
"""Words of some length that tell nothing, and directions."""


def stands_alone(text: str) -> bool:
    """Returns True where a piece of a profile says something by itself.

    Not so where it leans on the sentence before, is only figures, names and asides, or was cut within brackets.

    >>> [stands_alone(text) for text in ("10 to 50 MVA", "UK not before 2027 (certification)", "Nordics, Benelux, Germany.")]
    [False, False, False]
    >>> [stands_alone(text) for text in ("Customers are fine", "This helps small owners", "Coaching", "units (from closed mills")]
    [False, False, False, False]
    >>> [stands_alone(text) for text in ("Project finance for storage", "Tenants for 2-5 years, longer if it works")]
    [True, True]
    """
    if text.count("(") != text.count(")") or text.count('"') % 2:
        return False
    bare = _LEAD.sub("", _ASIDE.sub(" ", text))
    if not bare.isascii():
        letters = [letter for letter in bare if letter.isalpha()]
        if any(letter.upper() == letter.lower() for letter in letters):
            return len(letters) >= SHORT_UNCASED
    if _LEANS.match(bare) or (_REMARK.search(bare) and len(bare.split()) <= SHORT_TAIL):
        return False
    words = letters_told = 0
    names_only = True
    for word in filter(_tells, _WORD.findall(bare)):
        words, letters_told, names_only = words + 1, letters_told + len(word), names_only and word[0].isupper()
        if words >= LEAST_WORDS and letters_told >= LEAST_LETTERS and not names_only:
            return True
    return False


def _tells(word: str) -> bool:
    small = word.casefold()
    if small in _EMPTY or small in _UNITS:
        return False
    return len(word) >= 4 or (len(word) == 3 and word.isupper())


def quoted_whole(piece: str, written: str) -> str:
    """Returns the piece, with as many of its neighbours in the written text as it takes to stand alone.

    Earlier sentences come before later ones: a fragment mostly adds to what was said before it.

    >>> quoted_whole("UK from 2027.", "Landlords with many dwellings. UK from 2027. No agencies.")
    'Landlords with many dwellings. UK from 2027.'
    >>> quoted_whole("Dos: otros dueños de hornos.", "Uno: gas. Dos: otros dueños de hornos.")
    'otros dueños de hornos.'
    """
    return _LEAD.sub("", piece if stands_alone(piece) else _widened(piece, written))


def _widened(piece: str, written: str) -> str:
    """The piece and its neighbours, as they stand in the text; the piece itself where it does not stand there as it is."""
    at = written.find(piece)
    if at < 0:
        return piece
    bounds: list[tuple[int, int]] = []
    for sentence in sentences(written):
        start = written.find(sentence, bounds[-1][1] if bounds else 0)
        bounds.append((start, start + len(sentence)))
    inside = [number for number, (start, end) in enumerate(bounds) if start < at + len(piece) and end > at]
    if not inside:
        return piece
    first, last = inside[0], inside[-1]
    while not stands_alone(written[bounds[first][0] : bounds[last][1]]) and (first > 0 or last < len(bounds) - 1):
        first, last = (first - 1, last) if first else (first, last + 1)
    return written[bounds[first][0] : bounds[last][1]]
