"""Blocks of work on all cores, in order."""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Block = TypeVar("Block")
Done = TypeVar("Done")
_inside = threading.local()


def side_by_side(work: Callable[[Block], Done], blocks: Sequence[Block]) -> Iterator[Done]:
    """Yields the work of each block in order, computed by one thread a core; few blocks are held at once.

    Sparse and small products use one core each, and release the interpreter while they run; so each thread has matrix
    products of one thread (several that share the same cores wait for each other), and work inside work is not spread again.
    """
    cores = os.cpu_count() or 1
    if cores == 1 or len(blocks) < 2 or getattr(_inside, "work", False):
        yield from map(work, blocks)
        return
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1), ThreadPoolExecutor(cores, initializer=_enter) as pool:
        ahead = deque(pool.submit(work, block) for block in blocks[:cores])
        for block in blocks[cores:]:
            yield ahead.popleft().result()
            ahead.append(pool.submit(work, block))
        for last in ahead:
            yield last.result()


def _enter() -> None:
    _inside.work = True
