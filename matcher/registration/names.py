"""Names of people: how they are written, and whether two of them can be the same person's."""

from __future__ import annotations

import re

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from matcher.registration.values import folded


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_CREDENTIAL = re.compile(
    r"(ph\.?\s?d|dphil|m\.?d|mba|m\.?sc|b\.?sc|b\.?a|m\.?a|mph|cfa|cpa|esq|jr|sr|ii|iii|iv|dr|prof|rn|pmp|pe|llm"
    r"|jd|dba|cissp|ing|dipl[.-]ing)"
    r"\.?", re.I,
)  # fmt: skip
_HONORIFICS = _words(
    "dr prof professor mr mrs ms miss mx herr frau mag dipl ing med phd mba sir dame m mme mlle"
    " sr sra srta dott dottssa doutor doutora ing pd priv doz univ hon rev jr msc"
)

_NICKNAMES = (
    "robert bob rob bobby bert", "william bill will billy liam", "richard rick dick rich",
    "james jim jimmy jamie", "john jack johnny jon", "michael mike mick mikey michel michal",
    "elizabeth liz beth eliza lisa lizzie betty", "katharina kathi kati katja",
    "katherine kate kathy katie cathy catherine", "margaret maggie meg peggy greta",
    "alexander alex sascha sasha xander", "alexandra alex sandra sasha", "andrew andy drew", "anthony tony",
    "edward ed eddie ted", "thomas tom tommy", "charles charlie chuck", "joseph joe joey", "josef sepp",
    "johannes hannes hans jan", "david dave", "daniel dan danny", "matthew matt", "nicholas nick nico niko",
    "samuel sam", "samantha sam", "steven steve stephen stefan", "francisco paco pancho", "jose pepe",
    "giuseppe beppe peppe", "antonio toni tonio", "ignacio nacho", "guadalupe lupe", "maximilian max",
    "friedrich fritz", "heinrich heinz", "ludwig lutz", "wilhelm willi willy", "theodor theo", "rafael rafa",
    "deborah deb debbie", "jennifer jen jenny", "jessica jess", "patricia pat trish patty", "patrick pat paddy",
    "susan sue susie", "victoria vicky tori", "vincent vince", "zachary zach", "gregory greg", "jeffrey jeff",
    "kenneth ken", "lawrence larry", "christopher chris", "christina chris tina", "benjamin ben", "timothy tim",
    "philip phil", "rebecca becky", "ronald ron",
)  # fmt: skip
_FORMS: dict[str, frozenset[str]] = {}
for _line in _NICKNAMES:
    for _name in _line.split():
        _FORMS[_name] = _FORMS.get(_name, frozenset()) | frozenset(_line.split())


def tidy_name(text: str) -> str:
    """The name as one says it: `Last, First` turned round, capitals lowered, degrees after a comma dropped.

    >>> tidy_name("BERG, ANNA"), tidy_name("Anna Berg, PhD"), tidy_name("Jean DUPONT"), tidy_name("MARY O'BRIEN-SMITH")
    ('Anna Berg', 'Anna Berg', 'Jean Dupont', "Mary O'Brien-Smith")
    """
    text = " ".join(text.split()).strip(" ,;")
    parts = [part.strip() for part in text.split(",")]
    while len(parts) > 1 and all(_CREDENTIAL.fullmatch(word) for word in parts[-1].split()):
        parts = parts[:-1]
    text = f"{parts[1]} {parts[0]}" if len(parts) == 2 and all(parts) else ", ".join(parts)
    return lowered(text)


def lowered(text: str) -> str:
    """Capitals lowered where a word shouts; initials and short names stay.

    >>> lowered("ANNA-LENA"), lowered("JP Morel"), lowered("van der BERG")
    ('Anna-Lena', 'JP Morel', 'van der Berg')
    """
    words = text.split()
    shouting = text.isupper() and sum(map(str.isalpha, text)) > 3
    return " ".join(_lower(word) if word.isupper() and (len(word) > (2 if shouting else 3)) else word for word in words)


def _lower(word: str) -> str:
    if "." in word:
        return word
    # A capital after an apostrophe only where a short prefix precedes it (O'Brien, D'Angelo), not a possessive.
    return re.sub(r"[^\W\d_]+", lambda match: match[0].capitalize(), word)


def name_words(name: str) -> tuple[str, ...]:
    """Folded words of a name without titles and degrees, in order.

    >>> name_words("Prof. Dr. Zoë Müller-Łoś")
    ('zoe', 'muller', 'los')
    """
    words = tuple(word for word in folded(name).split() if word not in _HONORIFICS)
    return words or tuple(folded(name).split())


def name_key(name: str) -> str:
    """The name's words in alphabetical order: equal whatever the order, accents and case.

    >>> name_key("Łukasz Nowak") == name_key("nowak, lukasz")
    True
    """
    return " ".join(sorted(name_words(name)))


def names_fit(one: str, other: str) -> bool:
    """True where both can be one person's name: initials, nicknames, middle names, order, a slip of the pen.

    This alone never makes two rows one person; it needs an e-mail address or an organisation beside it.

    >>> names_fit("Rafa Iturrondo", "Rafael Iturrondo"), names_fit("J. Smith", "John Smith")
    (True, True)
    >>> names_fit("Anna Berg", "Jonas Berg")
    False
    """
    first, second = list(name_words(one)), list(name_words(other))
    if not first or not second:
        return False
    if sorted(first) == sorted(second) or "".join(first) == "".join(second):
        return True
    if len(first) > len(second):
        first, second = second, first
    left = list(second)
    exact = 0
    loose: list[str] = []
    for word in first:
        if word in left:
            left.remove(word)
            exact += 1
        else:
            loose.append(word)
    if not loose:
        return exact >= 2  # a middle or second family name more
    for word in loose:
        match = next((candidate for candidate in left if _words_fit(word, candidate)), None)
        if match is None:
            return False
        left.remove(match)
    # At least one whole word must agree, or the names as a whole must nearly be equal.
    return exact >= 1 or fuzz.ratio(" ".join(sorted(first)), " ".join(sorted(second))) >= 88


def names_near(one: str, other: str) -> bool:
    """True where the names differ by accents, order or a slip of one or two letters, not by being short forms.

    >>> names_near("Marta Wiśniewska", "Marta Wisniewski"), names_near("Anna Berg", "Anne Berg")
    (True, False)
    """
    first, second = name_key(one), name_key(other)
    if first == second:
        return bool(first)
    if len(first.split()) != len(second.split()) or len(first) < 10:
        return False
    pairs = zip(first.split(), second.split(), strict=True)
    return all(a == b or (min(len(a), len(b)) >= 6 and OSA.distance(a, b) <= 1 + (len(a) > 9)) for a, b in pairs)


def _words_fit(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    if len(short) == 1:
        return long.startswith(short)
    if len(short) >= 3 and long.startswith(short):
        return True
    if short in _FORMS.get(long, frozenset()):
        return True
    return len(short) >= 4 and OSA.distance(short, long) <= 1 + (len(long) > 7)
