"""Cells that are safe to open in a spreadsheet program."""

from __future__ import annotations

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
# What Excel, LibreOffice and Google Sheets take for the start of a formula (OWASP, "CSV Injection").


def safe_cell(text: str) -> str:
    """The text, with an apostrophe in front where a spreadsheet program would take it for a formula.

    >>> safe_cell("=HYPERLINK(1)"), safe_cell("Anna"), safe_cell("")
    ("'=HYPERLINK(1)", 'Anna', '')
    """
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
