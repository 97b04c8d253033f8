"""Which organisations are one: a key equal for all spellings, and empty where there is no organisation.

A wrong merge hides a whole company from another, so everything beyond case, accents, legal forms and abbreviations
needs evidence: a slip of one letter in a long name, or the same company domain in the e-mail addresses.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache

from anyascii import anyascii
from cleanco import basename
from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from matcher.registration.values import folded, is_empty


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NONE = re.compile(
    r"(freelanc\w*|self ?employed|selbst ?standig\w*|selbstst?andig\w*|freiberuf\w*|freischaffend\w*|autonom[oa]"
    r"|trabajador\w* autonom[oa]"
    r"|libero professionista|libera professionista|auto ?entrepreneur\w*|micro ?entrepreneur\w*"
    r"|profession liberale|a mon compte"
    r"|conta propria|por cuenta propia|sole trader|solo|solopreneur|zzp|zzp er|eigenstandig"
    r"|(semi )?retired|emeritus|emerita|im ruhestand|ruhestand|rentner\w*|pensionar\w*|pensioner|retraite\w*"
    r"|a la retraite|jubilad[oa]"
    r"|pensionat[oa]|in pensione|aposentad[oa]|reformad[oa]|unemployed|arbeitslos|arbeitssuchend|auf jobsuche"
    r"|sans emploi"
    r"|en recherche d emploi|desemplead[oa]|en paro|disoccupat[oa]|desempregad[oa]|job ?seek\w*|looking for (work"
    r"|a job|new).*"
    r"|open to work|between (jobs|companies|things|roles|positions|ventures|projects)|(on )?(a )?career break"
    r"|(on )?sabbatical"
    r"|(on )?(parental|maternity) leave|elternzeit|in elternzeit|stealth( mode)?( startup| company)?|stealthy"
    r"|student|studentin"
    r"|studierende\w*|etudiante?|estudiante|studente|studentessa|estudante|private|privat|privatperson"
    r"|particulier|particular|privato"
    r"|private (person|individual|citizen)|personal|individual|self|myself|me|i|prefer not to say|confidential"
    r"|vertraulich|various"
    r"|no company|no organi[sz]ation|keine firma|no affiliation|unaffiliated|none yet|currently none|not employed"
    r"|homemaker"
    r"|volunteer|benevole|ehrenamtlich|pre launch|to be announced|other|andere|autre|otro|altro|outro|test)"
)
_NONE_LEADING = re.compile(
    r"(formerly|former|ex|previously|ehemals|ehem|fruher|vormals|anciennement|ancien|antes|anteriormente|gia"
    r"|precedentemente"
    r"|antigo|late of|retired from|freelance|freelancer|self employed|selbststandige?r?|unemployed|retired"
    r"|looking for) .+"
)
_INDEPENDENT = re.compile(
    r"(independ[ea]nte?|independant|unabhangig\w*|indipendente|indep)"
    r"( (consult\w*|research\w*|advis\w*|contractor|artist\w*|scholar|developer|journalist|professional"
    r"|berater\w*|expert|writer"
    r"|author|designer|investor|engineer|scientist|coach|producer|curator|filmmaker|photographer|trainer|travailleur))?"
)

_WORDS = {
    "fdn": "foundation", "univ": "university", "uni": "university", "inst": "institute",
    "intl": "international", "assoc": "association", "natl": "national", "mfg": "manufacturing", "grp": "group",
    "svcs": "services", "svc": "service", "tech": "technology", "technologies": "technology",
    "dept": "department", "gov": "government", "govt": "government", "mgmt": "management", "ctr": "centre",
    "center": "centre", "labs": "lab", "bros": "brothers", "gebr": "gebruder", "hosp": "hospital",
    "sys": "systems", "centr": "centre", "laboratories": "laboratory",
}  # fmt: skip
_CONNECTORS = _words("and und et y og och en")
_LEGAL = _words(
    "ag gmbh mbh kg ohg ug ev eg gbr kgaa se sa sas sarl sasu srl spa sl slu sprl bv nv cv vof ltd limited llc llp"
    " lp inc incorporated"
    " corp corporation co company plc pty pvt as asa ab oy oyj aps kft zrt nyrt sro doo dd ad ood eood sia uab lda"
    " ltda cia"
    " aktiengesellschaft aktiebolag aktieselskab"
    " gesmbh ggmbh eirl scop scrl kk sdn bhd pte zoo"
)
_UMLAUT = re.compile(r"(?<=[aou])e(?=[bcdfghjklmnpqrstvwxyz])")
"""Köln, Koeln and Koln are one town; that Noel becomes Nol too does no harm inside a key."""
_INSTITUTION = re.compile(
    r"\b(universi\w*|hochschule|college|school|institut\w*|academy|bank\w*|banco|banca|banque|ministr\w*|city"
    r"|municipality|stadt\w*"
    r"|hospital|clinic|klinik\w*|polytechni\w*|council|agency|authority|region\w*|council|department|museum"
    r"|church|port|airport)\b"
)
_LONG_WORD = 8
"""Letters from which on a word that differs in one of them is taken for a slip; "Bank A" and "Bank B" never are."""
_FREE_DOMAINS = _words(
    "gmail.com googlemail.com outlook.com hotmail.com live.com msn.com yahoo.com ymail.com icloud.com me.com"
    " mac.com aol.com gmx.de gmx.net"
    " gmx.at gmx.ch gmx.com web.de t-online.de freenet.de posteo.de mailbox.org proton.me protonmail.com pm.me"
    " tutanota.com fastmail.com"
    " zoho.com mail.com mail.ru yandex.ru yandex.com qq.com 163.com 126.com orange.fr free.fr wanadoo.fr"
    " laposte.net sfr.fr libero.it"
    " virgilio.it alice.it tiscali.it terra.es telefonica.net uol.com.br bol.com.br terra.com.br sapo.pt naver.com"
    " hey.com duck.com"
    " bluewin.ch hispeed.ch aon.at hotmail.fr hotmail.de hotmail.it hotmail.es hotmail.co.uk yahoo.fr yahoo.de"
    " yahoo.it yahoo.es"
    " yahoo.co.uk yahoo.co.jp outlook.de outlook.fr btinternet.com sky.com comcast.net verizon.net att.net"
    " rediffmail.com wp.pl onet.pl"
    " interia.pl o2.pl seznam.cz centrum.cz ziggo.nl xs4all.nl kpnmail.nl telenet.be skynet.be online.no"
)
_EXAMPLE_DOMAIN = re.compile(r"(.*\.)?(example(\.\w+)?|test|invalid|localhost)")
"""Reserved by RFC 2606: they belong to nobody, so sharing one says nothing."""


@lru_cache(maxsize=65536)
def organization_key(name: str) -> str:
    """The same key for all spellings of one organisation; empty where the text names none.

    Case, accents, punctuation, legal forms, what stands in parentheses, `&` and common abbreviations make no
    difference.

    >>> {organization_key(n) for n in ("Nordhavel Energi AS", "NORDHAVEL ENERGI", "nordhavel energi (Oslo)")}
    {'nordhavel energi'}
    >>> organization_key("im Ruhestand"), organization_key("formerly X"), organization_key("Baker & Sons Ltd.")
    ('', '', 'baker sons')
    """
    name = " ".join(name.split())[:300]
    if is_empty(name) or re.search(r"\(\s*(sold|closed|verkauft|vendu\w*|vendid[oa]|insolvent)\s*\)", name, re.I):
        return ""
    bare = re.sub(r"\([^()]*\)|\[[^\[\]]*\]", " ", name)
    low = folded(bare)
    if not low or _NONE.fullmatch(low) or _NONE_LEADING.fullmatch(low) or _INDEPENDENT.fullmatch(low):
        return ""
    if re.match(r"ex-", bare.strip(), re.I):
        return ""
    stem = " ".join(bare.split())
    for _ in range(2):  # "Acme Co. Ltd."
        shorter = basename(stem)
        if not shorter or folded(shorter) == "":
            break
        stem = shorter
    # Dots inside abbreviations are no word boundaries: S.p.A., e.V., I.B.M.
    stem = re.sub(r"\b(\w)\.(?=\w\b)", r"\1", anyascii(stem))
    words = folded(re.sub(r"['’`´]", "", stem).replace("&", " and ")).split()
    words = [_UMLAUT.sub("", word) for word in words]
    while len(words) > 1 and words[-1] in _LEGAL:
        words = words[:-1]
    kept = [_WORDS.get(word, word) for word in words if word not in _CONNECTORS] or words
    if kept[0] == "the" and len(kept) > 1:
        kept = kept[1:]
    return " ".join(kept)


def company_domain(email: str) -> str:
    """The domain of a company's e-mail address; empty for free providers and reserved example domains.

    >>> company_domain("a@nordhavel.no"), company_domain("a@gmail.com"), company_domain("a@example.org")
    ('nordhavel.no', '', '')
    """
    domain = email.rpartition("@")[2].casefold()
    return "" if domain in _FREE_DOMAINS or _EXAMPLE_DOMAIN.fullmatch(domain) else domain


def organization_keys(people: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    """Organisation as written -> key, near spellings within this event brought together.

    Args:
        people: (organisation, e-mail) of everybody; the order does not matter.
    """
    names: dict[str, str] = {}
    counts: Counter[str] = Counter()
    domains: dict[str, set[str]] = {}
    for name, email in people:
        key = names.setdefault(name, organization_key(name))
        if key:
            counts[key] += 1
            if domain := company_domain(email):
                domains.setdefault(key, set()).add(domain)
    keys = sorted(counts)
    parent = {key: key for key in keys}

    def root(key: str) -> str:
        while parent[key] != key:
            key = parent[key]
        return key

    for one, other in _near_pairs(keys, domains):
        first, second = sorted((root(one), root(other)), key=lambda key: (-counts[key], -len(key), key))
        parent[second] = first
    return {name: root(key) if key else "" for name, key in names.items()}


def _near_pairs(keys: list[str], domains: Mapping[str, set[str]]) -> Iterable[tuple[str, str]]:
    by_domain: dict[str, list[str]] = {}
    by_rest: dict[tuple[str, ...], list[str]] = {}
    for key in keys:
        for domain in domains.get(key, ()):
            by_domain.setdefault(domain, []).append(key)
        for block in _blocks(key):
            by_rest.setdefault(block, []).append(key)
    for group in by_domain.values():
        yield from ((a, b) for i, a in enumerate(group) for b in group[:i] if _near_with_domain(a, b))
    for group in by_rest.values():
        yield from ((a, b) for i, a in enumerate(group) for b in group[:i] if _near(a, b))


def _blocks(key: str) -> set[tuple[str, ...]]:
    """What near keys have in common: all letters, or all words but a long one whose beginning or end is the same."""
    words = key.split()
    blocks: set[tuple[str, ...]] = {("joined", key.replace(" ", ""))}
    for place, word in enumerate(words):
        if len(word) >= _LONG_WORD - 1:
            rest = (*words[:place], "", *words[place + 1 :])
            blocks |= {("start", *rest, word[:4]), ("end", *rest, word[-4:])}
    return blocks


def _near(one: str, other: str) -> bool:
    """Equal but for spaces, or for one letter in one long word; never for institutions, which differ by a place's
    name."""
    if one.replace(" ", "") == other.replace(" ", ""):
        return len(one) >= 6
    first, second = one.split(), other.split()
    if len(first) != len(second) or _INSTITUTION.search(one):
        return False
    different = [(a, b) for a, b in zip(first, second, strict=True) if a != b]
    if len(different) != 1 or re.search(r"\d", one + other):
        return False
    a, b = different[0]
    return min(len(a), len(b)) >= _LONG_WORD and a[0] == b[0] and OSA.distance(a, b) == 1


def _near_with_domain(one: str, other: str) -> bool:
    """Near spellings of people who write from one company domain."""
    short, long = sorted((one, other), key=len)
    if "".join(word[0] for word in long.split()) == short.replace(" ", ""):
        return True
    if set(short.split()) < set(long.split()) and len(short) >= 4:
        return True
    return fuzz.ratio(one, other) >= 80 and not re.search(r"\d", one + other)
