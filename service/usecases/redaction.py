"""Taking people out of what was written down about an event, and naming the rest otherwise."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

_REF = re.compile(r"\b[a-z2-7]{20}\b")


def redacted(value: Any, handles: Collection[str]) -> Any:
    """Returns JSON without any entry of a list, or text, that holds one of the handles.

    >>> redacted({"wanted": [["ada", 3], ["bob", 2]], "who": "ada"}, {"ada"})
    {'wanted': [['bob', 2]], 'who': ''}
    """
    if isinstance(value, dict):
        return {key: redacted(item, handles) for key, item in value.items() if not names(key, handles)}
    if isinstance(value, list | tuple):
        return [redacted(item, handles) for item in value if not names(item, handles)]
    return "" if isinstance(value, str) and names(value, handles) else value


def names(value: Any, handles: Collection[str]) -> bool:
    """Returns True where one of the handles stands somewhere in the JSON, as a word of its own.

    >>> names(["seat 17"], {"7"}), names({"found": "c7, again"}, {"C7"})
    (False, True)
    """
    if isinstance(value, dict):
        return any(names(item, handles) for item in (*value, *value.values()))
    if isinstance(value, list | tuple):
        return any(names(item, handles) for item in value)
    return isinstance(value, str) and any(
        re.search(rf"(?<!\w){re.escape(handle)}(?!\w)", value, re.IGNORECASE) for handle in handles
    )


def renamed(value: Any, ids: Mapping[str, str]) -> Any:
    """Returns JSON with the ids of `ids` where refs stand, also within texts.

    >>> renamed(["one place more for " + 20 * "a"], {20 * "a": "c007"})
    ['one place more for c007']
    """
    if isinstance(value, dict):
        return {key: renamed(item, ids) for key, item in value.items()}
    if isinstance(value, list):
        return [renamed(item, ids) for item in value]
    return _REF.sub(lambda found: ids.get(found[0], found[0]), value) if isinstance(value, str) else value
