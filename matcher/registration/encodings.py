"""Bytes to text: which encoding a file is written in, and what it says."""

from __future__ import annotations

import codecs

from charset_normalizer import from_bytes

from matcher.errors import RegistrationError
from matcher.registration.source import READABLE

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark is its beginning
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 20_000
"""Bytes looked at to tell UTF-16 without a mark from text with stray NUL bytes."""


def decoded(data: bytes, name: str) -> tuple[str, str]:
    """The text of the bytes, without NUL characters, and the name of its encoding.

    Byte order marks decide; without one the strict tries are UTF-16 (by its pattern of NUL bytes), UTF-8, UTF-8 and
    cp1252 mixed line by line, cp1252; charset-normalizer is asked only where all of them fail.

    Raises:
        RegistrationError: The bytes are no text.
    """
    for strict in (_marked, _utf16_without_mark, _utf8, _mixed, _cp1252, _guessed):
        found = strict(data)
        if found is not None:
            text, encoding = found
            text = text.replace("\x00", "").removeprefix("\ufeff")
            if _is_text(text):
                return text, encoding
            break
    raise RegistrationError(f"{name}: the file is not text", READABLE, "export the registrations as CSV or XLSX")


def _marked(data: bytes) -> tuple[str, str] | None:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            # A mark is a promise; single broken characters must not lose the whole file.
            if encoding == "utf-8-sig":
                rest = data[len(mark) :]
                found = _utf8(rest) or _mixed(rest) or _cp1252(rest)
                return (found[0], encoding) if found else (rest.decode("utf-8", "replace"), encoding)
            return data.decode(encoding, "replace"), encoding
    return None


def _utf16_without_mark(data: bytes) -> tuple[str, str] | None:
    sample = data[:_SAMPLE]
    half = max(1, len(sample) // 2)
    even, odd = sample[0::2].count(0) / half, sample[1::2].count(0) / half
    # Latin text in UTF-16 has a NUL in nearly every second byte and nearly none in the others.
    if odd > 0.4 and even < 0.1:
        return data.decode("utf-16-le", "replace"), "utf-16-le"
    if even > 0.4 and odd < 0.1:
        return data.decode("utf-16-be", "replace"), "utf-16-be"
    return None


def _utf8(data: bytes) -> tuple[str, str] | None:
    return _strict(data, "utf-8")


def _cp1252(data: bytes) -> tuple[str, str] | None:
    return _strict(data, "cp1252")


def _strict(data: bytes, encoding: str) -> tuple[str, str] | None:
    try:
        return data.decode(encoding), encoding
    except UnicodeDecodeError:
        return None


def _mixed(data: bytes) -> tuple[str, str] | None:
    """Lines of two exports pasted together: only where some line is UTF-8 beyond ASCII and the rest is cp1252."""
    texts, wide = [], False
    for line in data.split(b"\n"):
        found = _utf8(line)
        if found is not None:
            wide = wide or not line.isascii()
        else:
            found = _cp1252(line)
            if found is None:
                return None
        texts.append(found[0])
    return ("\n".join(texts), "utf-8 and cp1252") if wide else None


def _guessed(data: bytes) -> tuple[str, str] | None:
    best = from_bytes(data).best()
    return (str(best), best.encoding) if best is not None else None


def _is_text(text: str) -> bool:
    """False where more than one character in twenty is a control character or could not be decoded."""
    sample = text[:_SAMPLE]
    odd = sum((ord(c) < 32 and c not in "\t\n\r\x0b\x0c") or 0x7F <= ord(c) < 0xA0 or c == "\ufffd" for c in sample)
    return odd * 20 <= len(sample)
