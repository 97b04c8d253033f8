"""JSON to rows: lists of objects, wrapped lists, JSON lines; nested values are laid out flat."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping

from matcher.profiles import Problem
from matcher.registration.rows import Grid, Row, shown

_WRAPPERS = ("attendees", "people", "participants", "guests", "registrations", "speakers", "tickets", "positions")
_NEUTRAL = ("data", "items", "results", "entries", "records", "rows", "values", "answers")
_QUESTION = ("question", "label", "title", "name", "key")
_ANSWER = ("answer", "value", "text", "response")
_OWNERS = {"guest", "attendee", "person", "user", "profile", "participant", "speaker", "fields", "attributes"}
_OWNERS |= {"properties", "data", "contact", "member", "ticket", "registration"}
_LANGUAGES = {"en", "de", "fr", "es", "it", "pt", "de-formal", "de-informal", "pt-br", "pt-pt", "nl"}
_DEPTH = 6
"""Levels of nesting that are looked into."""


def read_document(text: str, encoding: str, known: Callable[[str], bool]) -> Grid | None:
    """The rows of a JSON text, the first one the headings; None where the text is no JSON with records.

    Args:
        text: The decoded file.
        encoding: Its encoding, passed through.
        known: Whether a heading is known; decides between `organization name` and `name` for nested values.
    """
    start = text.lstrip()[:1]
    if start not in ("{", "["):
        return None
    problems: list[Problem] = []
    records: list[object] | None
    try:
        records = _records(json.loads(text), 0)
    except (ValueError, RecursionError):
        records = _lines(text, problems)
    if not records:
        return None
    records = [ticket for record in records for ticket in _tickets(record)]
    if all(isinstance(record, list) for record in records):
        tables = [record for record in records if isinstance(record, list)]
        table = tuple(Row(n, tuple(_scalar(cell) for cell in cells)) for n, cells in enumerate(tables, start=1))
        return Grid(table, tuple(problems), encoding, "json")
    flat: list[dict[tuple[str, ...], str]] = []
    for number, record in enumerate(records, start=2):
        cells: dict[tuple[str, ...], str] = {}
        if isinstance(record, Mapping):
            _flatten(record, (), cells)
        elif record not in (None, "", []):
            problems.append(Problem(number, "", shown(str(record)), "this record is no object: correct it", False))
        flat.append(cells)
    paths = list(dict.fromkeys(path for cells in flat for path in cells))
    if not paths:
        return None
    heads = _headings(paths, known)
    rows = [Row(1, tuple(heads))]
    for number, cells in enumerate(flat, start=2):
        rows.append(Row(number, tuple(cells.get(path, "") for path in paths)))
    return Grid(tuple(rows), tuple(problems), encoding, "json")


def _lines(text: str, problems: list[Problem]) -> list[object] | None:
    records: list[object] = []
    good = 0
    for number, line in enumerate((line for line in text.splitlines() if line.strip()), start=2):
        try:
            records.append(json.loads(line))
            good += isinstance(records[-1], dict | list)
        except (ValueError, RecursionError):
            records.append(None)
            problems.append(Problem(number, "", shown(line), "this line is not valid JSON: correct it", False))
    if good * 2 < len(records) or not good:
        problems.clear()
        return None  # a CSV whose first cell begins with a bracket
    return records


def _records(value: object, depth: int) -> list[object] | None:
    if isinstance(value, list):
        return value if any(isinstance(item, dict | list) for item in value) else None
    if not isinstance(value, dict) or depth > 3:
        return None
    for key in (*_WRAPPERS, *_NEUTRAL):
        for own in value:
            if own.casefold() == key:
                found = _records(value[own], depth + 1)
                if found:
                    return found
    lists = [found for item in value.values() if isinstance(item, list) and (found := _records(item, depth + 1))]
    if not lists:
        nested = (item for item in value.values() if isinstance(item, dict))
        lists = [found for item in nested for part in item.values() if isinstance(part, list) and (found := _records(part, 3))]
    people = {key.casefold() for key in value} & {"name", "email", "first_name", "last_name", "firstname", "lastname"}
    if people:
        return [value]  # one person alone
    if lists:
        return max(lists, key=len)
    if len(value) > 1 and all(isinstance(item, dict) for item in value.values()):
        return [{"id": key, **item} for key, item in value.items()]  # people by their id
    return [value]


def _tickets(record: object) -> list[object]:
    """One record for each ticket of an order, with what the order says beside it; other records as they are."""
    if isinstance(record, dict) and not {"name", "email", "first_name"} & set(record):
        for key in ("positions", "tickets", "attendees"):
            inner = record.get(key)
            if isinstance(inner, list) and inner and all(isinstance(item, dict) for item in inner):
                order = {f"order {own}": item for own, item in record.items() if isinstance(item, str | int)}
                return [{**order, **item} for item in inner]
    return [record]


def _flatten(value: Mapping[str, object], path: tuple[str, ...], cells: dict[tuple[str, ...], str]) -> None:
    for key, item in value.items():
        here = (*path, str(key))
        if isinstance(item, Mapping):
            if item and {str(k).casefold() for k in item} <= _LANGUAGES:
                cells[here] = "\n".join(dict.fromkeys(_scalar(text) for text in item.values() if text))
            elif len(here) < _DEPTH:
                _flatten(item, here, cells)
        elif isinstance(item, list):
            _flatten_list(item, here, cells)
        else:
            cells[here] = _scalar(item)


def _flatten_list(items: list[object], here: tuple[str, ...], cells: dict[tuple[str, ...], str]) -> None:
    objects = [item for item in items if isinstance(item, Mapping)]
    pairs = [pair for item in objects if (pair := _question(item)) is not None]
    if objects and len(pairs) == len(items):
        for question, answer in pairs:
            cells[(question,)] = answer
    elif objects:
        cells[here] = "\n".join(text for item in items if (text := _prose(item)))
    else:
        cells[here] = "; ".join(text for item in items if (text := _scalar(item)))


def _question(item: Mapping[str, object]) -> tuple[str, str] | None:
    """Question and answer of an object that is such a pair."""
    low = {str(key).casefold(): value for key, value in item.items()}
    asked = next((low[key] for key in _QUESTION if key in low), None)
    answer = next((low[key] for key in _ANSWER if key in low and low[key] is not asked), None)
    if isinstance(asked, Mapping):
        asked = next((text for key in ("question", "en", "text", "label") if (text := asked.get(key))), None)
        if isinstance(asked, Mapping):
            asked = next(iter(asked.values()), None)
    if not isinstance(asked, str) or not any(key in low for key in _ANSWER) or "abstract" in low:
        return None
    return asked, _prose(answer)


def _prose(item: object) -> str:
    """The words of a value: of an object the title and the longer texts, never its codes and numbers."""
    if isinstance(item, list):
        return "; ".join(text for part in item if (text := _prose(part)))
    if not isinstance(item, Mapping):
        return _scalar(item)
    low = {str(key).casefold(): value for key, value in item.items()}
    titles = [str(low[key]).strip() for key in ("title", "name", "label") if isinstance(low.get(key), str)]
    texts = [str(low[key]).strip() for key in ("abstract", "description", "text", "bio") if isinstance(low.get(key), str)]
    parts = [part for part in (*titles[:1], *texts) if part]
    joined = ". ".join(part.rstrip(".") if part is not parts[-1] else part for part in parts)
    return joined or "; ".join(value for value in map(_scalar, low.values()) if re.search(r"[^\W\d]", value))


def _scalar(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, Mapping | list):
        return json.dumps(value, ensure_ascii=False)
    try:
        return str(value)
    except ValueError:  # a number of more digits than Python writes
        return ""


def _headings(paths: list[tuple[str, ...]], known: Callable[[str], bool]) -> list[str]:
    leaves = [path[-1] for path in paths]
    heads = []
    for path in paths:
        joined, leaf = " ".join(path[-2:]), path[-1]
        owned = len(path) > 1 and path[-2].casefold() in _OWNERS
        if len(path) == 1 or known(joined):
            heads.append(joined if len(path) > 1 else leaf)
        elif leaves.count(leaf) == 1 and (owned or not known(leaf)):
            heads.append(leaf)
        else:
            heads.append(" ".join(path))
    return heads
