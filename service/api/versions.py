"""Versions of things as ETags, so that two organizers do not overwrite each other."""

from __future__ import annotations

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
