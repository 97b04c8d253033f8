"""Python's search for cycles, left out of jobs that make millions of small objects and hardly a cycle."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def cycles_kept() -> Iterator[None]:
    """Within the block no cycles are looked for; what nobody refers to any more is freed as ever.

    For commands that end after their job: it is a tenth of a large one.
    """
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()
