"""Which events a batch has: a folder of them, or a manifest."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass

from matcher.service.batch.storage import Place

from matcher.errors import MatcherError

_SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".json")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


@dataclass(frozen=True, slots=True)
class BatchEvent:
    """One event of a batch."""

    name: str
    """Its folder in the output."""
    file: Place
    """Its registration export."""
    settings: Place | None = None
    """Its event.toml; the defaults without one."""


def find_events(source: str) -> list[BatchEvent]:
    """Returns the events of a folder or of a manifest, by name.

    In a folder, each file is the export of an event, with `<the same name>.toml` beside it for its settings, and each folder that
    holds one export is an event, with `event.toml` in it. A manifest is a CSV file with the columns name, file and, if wanted,
    event (settings), or a JSON list of such objects; paths in it start from its own folder.

    Raises:
        MatcherError: there are no events, or a name stands twice or is no name of a folder.
    """
    place = Place.of(source)
    if not place.exists():
        raise MatcherError(f"{source} is not there", "a folder of registration exports, or a manifest")
    found = list(_in_folder(place) if place.is_folder() else _in_manifest(place))
    if not found:
        raise MatcherError(f"{source} holds no registration export", f"files ending in {', '.join(_SUFFIXES)}")
    names: set[str] = set()
    for event in found:
        if not _NAME.fullmatch(event.name):
            raise MatcherError(
                f"event name {event.name!r}", "letters, digits, dots, dashes and underscores, since it names a folder"
            )
        if event.name.casefold() in names:
            raise MatcherError(f"two events are called {event.name!r}", "a name of its own for each", "rename one")
        names.add(event.name.casefold())
    return sorted(found, key=lambda event: event.name)


def _in_folder(folder: Place) -> Iterable[BatchEvent]:
    children = folder.children()
    names = {child.name for child in children}
    for child in children:
        stem, _, suffix = child.name.rpartition(".")
        if child.name.startswith("."):
            continue
        if child.is_folder():
            exports = [each for each in child.children() if each.name.lower().endswith(_SUFFIXES)]
            settings = child / "event.toml"
            if len(exports) > 1:
                raise MatcherError(f"{child.url} holds {len(exports)} exports", "one per event", "name the right one in a manifest")
            if exports:
                yield BatchEvent(child.name, exports[0], settings if settings.exists() else None)
        elif f".{suffix.lower()}" in _SUFFIXES:
            yield BatchEvent(stem, child, folder / f"{stem}.toml" if f"{stem}.toml" in names else None)


def _in_manifest(place: Place) -> Iterable[BatchEvent]:
    try:
        text = place.read().decode("utf-8-sig")
        rows = json.loads(text) if place.name.endswith(".json") else list(csv.DictReader(io.StringIO(text)))
    except (UnicodeDecodeError, ValueError, csv.Error) as error:
        raise MatcherError(f"{place.url} is no manifest ({type(error).__name__})", "CSV or JSON, UTF-8") from error
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, dict) or not row.get("name") or not row.get("file"):
            raise MatcherError(f"{place.url} row {number} has no name or no file", "the columns name, file and, if wanted, event")
        settings = str(row.get("event") or "")
        yield BatchEvent(str(row["name"]), _from(place, str(row["file"])), _from(place, settings) if settings else None)


def _from(manifest: Place, path: str) -> Place:
    return Place.of(path) if "://" in path or path.startswith("/") else manifest.parent / path
