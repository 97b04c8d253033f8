"""Lists in pages."""

from __future__ import annotations

from typing import Annotated, Generic, TypeVar

from fastapi import Query
from pydantic import BaseModel

Limit = Annotated[int, Query(ge=1, le=200, description="Entries on a page")]
After = Annotated[str, Query(max_length=400, description="`next` of the page before; empty for the first page")]


T = TypeVar("T")


class Page(BaseModel, Generic[T]):
    """One page of a list."""

    items: list[T]
    next: str = ""
    """`after` of the next page; empty on the last one."""
