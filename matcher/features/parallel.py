"""Blocks of work on all cores, in order."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray


def side_by_side(
    work: Callable[[NDArray[np.int64]], NDArray[np.float32]], blocks: Sequence[NDArray[np.int64]]
) -> Iterator[NDArray[np.float32]]:
    """Yields the work of each block in order, computed by one thread a core; few blocks are held at once.

    Sparse and small products use one core each, and release the interpreter while they run.
    """
    cores = os.cpu_count() or 1
    if cores == 1 or len(blocks) < 2:
        yield from map(work, blocks)
        return
    with ThreadPoolExecutor(cores) as pool:
        ahead = deque(pool.submit(work, block) for block in blocks[:cores])
        for block in [*blocks[cores:], *[None] * len(ahead)]:
            done = ahead.popleft().result()
            if block is not None:
                ahead.append(pool.submit(work, block))
            yield done
