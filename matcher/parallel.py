"""Blocks of work on all cores, in order: by threads, or by processes where a command has allowed it."""

from __future__ import annotations

import multiprocessing
import os
import sys
import threading
import warnings
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, Protocol, TypeVar

Block = TypeVar("Block")
Done = TypeVar("Done")


class Sliceable(Protocol):
    """What has rows that can be cut."""

    def __len__(self) -> int: ...
    def __getitem__(self, rows: slice, /) -> Any: ...


Rows = TypeVar("Rows", bound=Sliceable)
_inside = threading.local()
_allowed = False
_work: Callable[[Any], Any] | None = None
"""What the processes do; they inherit it, with all that it refers to, so that nothing large is sent."""


@contextmanager
def processes_allowed() -> Iterator[None]:
    """Lets `in_processes` fork within the block.

    Only for commands of a single Python thread: a fork copies the locks that other threads hold, for ever.
    """
    global _allowed
    before, _allowed = _allowed, sys.platform == "linux"
    try:
        yield
    finally:
        _allowed = before


@contextmanager
def one_core() -> Iterator[None]:
    """Within the block this thread spreads its work no further: for a worker that has others beside it."""
    from threadpoolctl import threadpool_limits

    before = getattr(_inside, "work", False)
    _enter()
    try:
        with threadpool_limits(limits=1):
            yield
    finally:
        _inside.work = before


def side_by_side(work: Callable[[Block], Done], blocks: Sequence[Block]) -> Iterator[Done]:
    """Yields the work of each block in order, computed by one thread a core; few blocks are held at once.

    Sparse and small products use one core each, and release the interpreter while they run; so each thread has matrix
    products of one thread (several that share the same cores wait for each other), and work inside work is not spread again.
    """
    if _alone(blocks):
        yield from map(work, blocks)
        return
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1), ThreadPoolExecutor(cores(), initializer=_enter) as pool:
        yield from _in_order(lambda block: pool.submit(work, block), blocks)


def in_processes(work: Callable[[Block], Done], blocks: Sequence[Block], worth: int = 8) -> Iterator[Done]:
    """As `side_by_side`, by forked processes where allowed: for work that mostly holds the interpreter.

    Blocks and results are sent, so they should be small; what `work` refers to is shared until somebody writes into it.

    Args:
        work: what is done with a block.
        blocks: the blocks.
        worth: blocks from which on processes are worth their start.
    """
    if not _allowed or len(blocks) < worth or _alone(blocks):
        yield from side_by_side(work, blocks)
        return
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1), _forked(work, cores()) as submit:
        yield from _in_order(submit, blocks)


@contextmanager
def beside(work: Callable[[], Done], worth: bool = True) -> Iterator[Callable[[], Done]]:
    """Begins `work` in a forked process, where allowed, while the block goes on; yields what waits for its result.

    Elsewhere the work is done when its result is asked for, so it should be asked for once. What it refers to is as it was
    when the block began.

    Args:
        work: what is done; its result is sent, so it should be small.
        worth: False where the work is less than the start of a process.
    """
    if not worth or not may_fork():
        yield work
        return

    def alone(_: None) -> Done:
        with one_core():
            return work()

    with _forked(alone, 1) as submit:
        yield submit(None).result


@contextmanager
def _forked(work: Callable[[Block], Done], processes: int) -> Iterator[Callable[[Block], Future[Done]]]:
    global _work
    before, _work = _work, work
    try:
        with (
            warnings.catch_warnings(),
            ProcessPoolExecutor(processes, multiprocessing.get_context("fork"), _enter) as pool,
        ):
            # the threads of BLAS sleep, and BLAS itself is prepared for forks
            warnings.filterwarnings("ignore", message=".*multi-threaded, use of fork", category=DeprecationWarning)
            yield lambda block: pool.submit(_inherited, block)
    finally:
        _work = before


def chunks(rows: Rows, size: int) -> list[Rows]:
    """The rows of a sequence or an array in consecutive blocks of at most `size`."""
    return [rows[at : at + size] for at in range(0, len(rows), size)]


def _in_order(submit: Callable[[Block], Future[Done]], blocks: Sequence[Block]) -> Iterator[Done]:
    ahead = deque(submit(block) for block in blocks[: cores()])
    for block in blocks[cores() :]:
        yield ahead.popleft().result()
        ahead.append(submit(block))
    for last in ahead:
        yield last.result()


def _inherited(block: Any) -> Any:
    assert _work is not None
    return _work(block)


def _alone(blocks: Sequence[Any]) -> bool:
    return cores() == 1 or len(blocks) < 2


def cores() -> int:
    """Returns over how many processors work may be spread here: 1 within work that is spread already."""
    return 1 if getattr(_inside, "work", False) else os.cpu_count() or 1


def may_fork() -> bool:
    """Returns True where a forked process may work beside this one."""
    return _allowed and cores() > 1


def _enter() -> None:
    _inside.work = True
