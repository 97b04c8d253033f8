"""Versions of things as ETags, so that two organizers do not overwrite each other."""

from __future__ import annotations

import hashlib
import re
from typing import Annotated

from fastapi import Depends, Header, HTTPException


def if_match(value: Annotated[str | None, Header(alias="If-Match", description='The ETag that was read, e.g. "3"')] = None) -> int:
    """Returns the version that the caller has read."""
    if value is None:
        raise HTTPException(428, "If-Match with the ETag that you have read is needed")
    found = re.fullmatch(r'(?:W/)?"?(\d{1,9})"?', value.strip())
    if not found:
        raise HTTPException(412, "If-Match names no version of this; read it again")
    return int(found[1])


Version = Annotated[int, Depends(if_match)]


def etag(version: int) -> dict[str, str]:
    """Returns the header that tells a version."""
    return {"ETag": f'"{version}"'}


def content_etag(data: bytes) -> str:
    """Returns the ETag of a content: the same bytes, the same tag."""
    return f'"{hashlib.sha256(data).hexdigest()[:32]}"'


def is_known(tag: str, if_none_match: str | None) -> bool:
    """Returns True where the caller has the content with this tag already (RFC 9110, weak comparison).

    >>> is_known('"b"', 'W/"a", "b"'), is_known('"b"', "*"), is_known('"b"', '"a"'), is_known('"b"', None)
    (True, True, False, False)
    """
    known = [each.strip().removeprefix("W/") for each in (if_none_match or "").split(",")]
    return tag in known or "*" in known
