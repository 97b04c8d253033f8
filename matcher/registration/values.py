"""One cell to one clean value: plain text, nothing where nothing was meant, lists, numbers, yes and no."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable
from html.parser import HTMLParser

from anyascii import anyascii

MAX_TEXT = 20_000
"""Characters kept of one cell: ten pages. Longer ones are pasted documents that would drown everything else."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_EMPTY_SIGNS = frozenset({"", "-", "--", "---", "–", "—", "_", ".", "..", "...", "?", "/", "\\", "x.x", "n/a", "#n/a"})
_EMPTY_WORDS = frozenset(
    (
        "na", "n.a.", "n.a", "n. a.", "n/d", "none", "nil", "null", "nan", "nat", "undefined", "(empty)", "(blank)",
        "<null>", "(none)", "[none]", "tbd", "tba", "unknown", "not applicable", "not provided", "no answer",
        "k.a.", "k.a", "k. a.", "keine", "keine angabe", "keine angaben", "nicht angegeben", "entfällt", "unbekannt",
        "aucun", "aucune", "néant", "sans objet", "non renseigné", "s.o.", "ninguno", "ninguna", "no aplica", "sin"
        " datos",
        "nessuno", "nessuna", "non applicabile", "nenhum", "nenhuma", "não se aplica", "n.v.t.",
    )
)  # fmt: skip
_EXCEL_ERROR = re.compile(
    r"#(N/A|REF!|VALUE!|DIV/0!|NAME\?|NULL!|NUM!|SPILL!|CALC!|GETTING_DATA|NV|WERT!"
    r"|BEZUG!)",
    re.I,
)
_PECULIAR = re.compile(r"^[='\"]|[<&\x00-\x1f\x7f]|  ")
_WRAPPED = re.compile(r'="((?:[^"]|"")*)"', re.S)
_TAG = re.compile(r"</?[a-zA-Z][a-zA-Z0-9]*(?:\s[^<>]*)?/?>|<!--|<!\[CDATA|<!DOCTYPE", re.I)  # not "<anna@berg.example>"
_HIDDEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    "\ufff0-\uffff\ud800-\udfff\ue000-\uf8ff\U000e0000-\U000e0fff\U000f0000-\U0010ffff]"
)
"""Control characters, half characters, and marks that only hide or reorder text; joiners of emoji and of Persian
stay."""
_MOJIBAKE = re.compile("[ÃÂâÅÄ][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]")
_BLOCK_TAGS = frozenset({"p", "br", "div", "li", "ul", "ol", "tr", "h1", "h2", "h3", "h4", "td", "section"})
_SILENT_TAGS = frozenset({"script", "style", "head", "template"})

_YES = _words("yes y true 1 x ja j wahr oui o vrai si s verdadero vero sim v verdadeiro ok on agreed checked")
_NO = _words("no n false 0 nein falsch non faux falso nao off never unchecked disagree nie jamais mai nunca")


class _PlainText(HTMLParser):
    """Collects the text between tags, a new line at each block, nothing of scripts and styles."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT_TAGS:
            self._silent += 1
        elif tag in _BLOCK_TAGS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT_TAGS:
            self._silent = max(0, self._silent - 1)
        elif tag in _BLOCK_TAGS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(data)


def clean(text: str) -> str:
    r"""The cell as plain text: formula wrapping, HTML, control characters, doubled encoding and outer space removed.

    >>> clean('="007"'), clean("<p>R&amp;D</p><script>x</script>"), clean("a\x00b\u200b"), clean("MÃ¼ller")
    ('007', 'R&D', 'ab', 'Müller')
    """
    text = text.strip()
    if text.isascii() and not _PECULIAR.search(text):  # most cells
        return text
    wrapped = _WRAPPED.fullmatch(text)
    if wrapped:
        text = wrapped[1].replace('""', '"')
    elif len(text) > 1 and text[0] == "'" and text[1] in "=+-@":
        text = text[1:]  # our own guard, when a file that we wrote is fed in again
    if _MOJIBAKE.search(text):
        text = _undoubled(text)
    if _TAG.search(text):
        text = _plain(text)
    if "&" in text:
        text = html.unescape(text)
    text = _HIDDEN.sub("", unicodedata.normalize("NFC", text))
    lines = [" ".join(line.split()) for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _plain(text: str) -> str:
    parser = _PlainText()
    try:
        parser.feed(text)
        parser.close()
    except (AssertionError, ValueError):  # html.parser on malformed declarations
        return _TAG.sub(" ", text)
    return "".join(parser.parts)


def _undoubled(text: str) -> str:
    """UTF-8 that was read as cp1252 and written again, put right where the whole cell agrees."""
    try:
        return text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return text


def is_excel_error(text: str) -> bool:
    """True for `#REF!` and its like."""
    return bool(_EXCEL_ERROR.fullmatch(text.strip()))


def is_empty(text: str, name: bool = False) -> bool:
    """True where a cell says that there is nothing: `n/a`, `-`, `none`, `k.A.`, `#N/A`.

    Args:
        text: A clean cell.
        name: Words do not count: Null, None and Na are family names.

    >>> is_empty("k.A."), is_empty("Null", name=True), is_empty("-"), is_empty("no")
    (True, False, True, False)
    """
    low = text.casefold().strip()
    return low in _EMPTY_SIGNS or is_excel_error(text) or (not name and low in _EMPTY_WORDS)


def folded(text: str) -> str:
    """Lower case ASCII words with single spaces between, for comparing.

    >>> folded("  Łódź – São Paulo! ")
    'lodz sao paulo'
    """
    return " ".join(re.findall(r"[a-z0-9]+", anyascii(text).casefold()))


def split_list(text: str, languages: bool = False) -> tuple[str, ...]:
    """The single entries, in order, each once.

    A semicolon, bar, bullet or new line separates; where there is none of them a comma outside parentheses does.
    Slashes separate languages, and other entries only with space on both sides.

    >>> split_list("AI (LLMs, agents), energy,AI (LLMs, agents)"), split_list("de/en and fr", languages=True)
    (('AI (LLMs, agents)', 'energy'), ('de', 'en', 'fr'))
    """
    text = re.sub(r"\s+/\s+", "\n", text)
    if languages:
        text = re.sub(r"/|\s+(?:and|und|et|y|e|&|\+)\s+", "\n", text)
    parts = _outside(text, ";|\n•·,、" if languages else ";|\n•·")
    if len(parts) == 1:
        parts = _outside(text, ",")
    entries = (part.strip(" \t-*•·'\"") for part in parts)
    return unique_of(entry for entry in entries if entry and not is_empty(entry, name=True))


def unique_of(entries: Iterable[str]) -> tuple[str, ...]:
    """Each entry once, in order, whatever its case; the first spelling stays.

    >>> unique_of(["AI", "energy", "ai"])
    ('AI', 'energy')
    """
    unique: dict[str, str] = {}
    for entry in entries:
        unique.setdefault(entry.casefold(), entry)
    return tuple(unique.values())


def _outside(text: str, separators: str) -> list[str]:
    parts, depth, start = [], 0, 0
    if text.count("(") != text.count(")"):
        return re.split(f"[{re.escape(separators)}]", text)
    for index, char in enumerate(text):
        depth += (char in "([") - (char in ")]")
        if char in separators and depth <= 0:
            parts.append(text[start:index])
            start = index + 1
    return [*parts, text[start:]]


def yes_or_no(text: str) -> bool | None:
    """True, False, or None where the answer is neither.

    >>> yes_or_no("Ja, gerne"), yes_or_no("não"), yes_or_no("✓"), yes_or_no("perhaps")
    (True, False, True, None)
    """
    if text.strip() in {"✓", "✔", "☑", "✅", "√", "☒"}:
        return True
    if text.strip() in {"✗", "✘", "☐", "❌"}:
        return False
    words = folded(text).split()
    if not words:
        return None
    if words[0] in _NO or words[:2] in (["do", "not"], ["opt", "out"], ["opted", "out"], ["i", "decline"]):
        return False
    if words[0] in _YES or words[:2] in (["opt", "in"], ["opted", "in"], ["i", "agree"], ["d", "accord"]):
        return True
    if words[0] in {"einverstanden", "agree", "accepted", "acepto", "accetto", "aceito", "accepte", "zugestimmt"}:
        return True
    return False if words[0] in {"declined", "refused", "abgelehnt", "refuse", "rechazo", "rifiuto", "recuso"} else None


def count_of(text: str) -> int | None:
    """The whole number from 0 to 1,000 in the text, or None.

    >>> count_of("max. 5 meetings"), count_of("5.0"), count_of("a few"), count_of("3-5")
    (5, 5, None, None)
    """
    numbers = re.findall(r"-?\d+(?:\.0+)?(?![\d.])", text.strip())
    if len(numbers) != 1 or len(numbers[0]) > 6:
        return None
    value = int(float(numbers[0]))
    return value if 0 <= value <= 1000 else None
