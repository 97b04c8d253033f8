"""Where tasks run. An engine takes tasks and tells which have ended; it knows nothing of events."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from multiprocessing import get_context
from typing import Any, Protocol


@dataclass(frozen=True, slots=True, eq=False)
class Call:
    """A task to run."""

    task: Callable[..., Any]
    arguments: tuple[Any, ...]
    bytes: int
    """Memory that it needs, as an estimate."""


@dataclass(frozen=True, slots=True, eq=False)
class Ended:
    """A task that has ended."""

    call: Call
    value: Any = None
    error: BaseException | None = field(default=None)


class Engine(Protocol):
    """What a batch asks of an engine."""

    def room(self) -> int:
        """Returns how many more tasks it wants now."""

    def submit(self, call: Call) -> None:
        """Takes a task."""

    def ended(self) -> list[Ended]:
        """Waits for a moment and returns the tasks that have ended, if any."""

    def close(self) -> None:
        """Ends all workers."""


class HereEngine:
    """Tasks one after another in this process: for one event, and for files that only this process sees (memory://)."""

    def __init__(self) -> None:
        self._waiting: list[Call] = []

    def room(self) -> int:
        """Returns 1 where nothing waits."""
        return 1 - len(self._waiting)

    def submit(self, call: Call) -> None:
        """Takes a task."""
        self._waiting.append(call)

    def ended(self) -> list[Ended]:
        """Runs the task that waits."""
        if not self._waiting:
            return []
        call = self._waiting.pop()
        try:
            return [Ended(call, call.task(*call.arguments))]
        except Exception as error:  # whatever a task raises is the batch's to judge
            return [Ended(call, error=error)]

    def close(self) -> None:
        """Nothing to end."""


class LocalEngine:
    """A pool of processes on this machine. Each is a pool of its own, so that one that dies takes only its own task along."""

    def __init__(self, workers: int) -> None:
        self._idle = [_pool() for _ in range(workers)]
        self._running: dict[Future[Any], tuple[ProcessPoolExecutor, Call]] = {}

    def room(self) -> int:
        """Returns how many workers are idle."""
        return len(self._idle)

    def submit(self, call: Call) -> None:
        """Gives the task to an idle worker, the one last used first: its models are loaded."""
        pool = self._idle.pop()
        self._running[pool.submit(call.task, *call.arguments)] = pool, call

    def ended(self) -> list[Ended]:
        """Waits up to a second."""
        done, _ = wait(self._running, timeout=1.0, return_when=FIRST_COMPLETED)
        found = []
        for future in done:
            pool, call = self._running.pop(future)
            error = future.exception()
            if isinstance(error, BrokenProcessPool):
                pool.shutdown(wait=True)
                pool = _pool()
            self._idle.append(pool)
            found.append(Ended(call, None if error else future.result(), error))
        return found

    def close(self) -> None:
        """Ends the workers; what they have in hand is finished first."""
        for pool in (*self._idle, *(pool for pool, _ in self._running.values())):
            pool.shutdown(wait=True, cancel_futures=True)


def _pool() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(1, mp_context=get_context("spawn"))  # a fork of a process with torch's threads may hang
