"""A batch from its events to its summary: what is to be done next, what is tried again, what has failed and why."""

from __future__ import annotations

import csv
import io
import json
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from matcher.service.batch.engines import Call, Ended, Engine
from matcher.service.batch.events import BatchEvent
from matcher.service.batch.tasks import (
    BASE_BYTES,
    WORK,
    Batch,
    Look,
    Matched,
    encode_block,
    look,
    match_event,
    search_people,
    weigh_pairs,
)

from matcher.cells import safe_cell

COLUMNS = ("name", "status", "people", "introductions", "seconds", "attempts", "cause")


_Task = tuple[str, Callable[..., Any], tuple[Any, ...], int]
"""An event's name, what is done for it, with which arguments, and the memory that it needs."""


@dataclass(slots=True)
class Outcome:
    """How one event went."""

    name: str
    status: str = "waiting"
    """`done`, `kept` (its results were there already), or `failed`."""
    people: int = 0
    introductions: int = 0
    seconds: float = 0.0
    """A worker's time for matching, without its share of encoding where that was split."""
    attempts: int = 0
    """Tasks of it that were begun again after a worker was lost or an unexpected error."""
    cause: str = ""


@dataclass(slots=True)
class _State:
    event: BatchEvent
    outcome: Outcome
    rounds: deque[list[_Task]] = field(default_factory=deque)
    """What is still to be done: the tasks of a round run side by side, when those of the round before have ended."""
    running: int = 0
    again: dict[str, int] = field(default_factory=dict)


def run_batch(
    batch: Batch,
    events: Sequence[BatchEvent],
    engine: Engine,
    retries: int = 2,
    told: Callable[[Outcome, int, int], None] = lambda outcome, done, of: None,
) -> list[Outcome]:
    """Runs all events and returns how each went, in the order given; writes `batch.csv` and `batch.json` in the output.

    Events that are begun are finished before others are begun, so that little lies about half done.

    Args:
        batch: what all tasks share.
        events: what is to be matched.
        engine: where tasks run; not closed.
        retries: how often a task is tried again that ended for a reason other than its input.
        told: called as each event ends, with how many have and of how many.
    """
    start = time.perf_counter()
    states = {event.name: _State(event, Outcome(event.name)) for event in events}
    waiting: deque[_Task] = deque((name, look, (batch, state.event), BASE_BYTES) for name, state in states.items())
    begun: deque[_Task] = deque()
    names: dict[int, str] = {}
    ended = 0
    while ended < len(states):
        while engine.room() > 0 and (begun or waiting):
            name, task, arguments, size = begun.popleft() if begun else waiting.popleft()
            if states[name].outcome.status == "failed":
                continue
            call = Call(task, arguments, size)
            names[id(call)] = name
            engine.submit(call)
        for each in engine.ended():
            state = states[names.pop(id(each.call))]
            if state.outcome.status == "failed":
                continue
            begun.extend(_next(batch, state, each, retries))
            if state.outcome.status != "waiting":
                ended += 1
                told(state.outcome, ended, len(states))
    outcomes = [states[event.name].outcome for event in events]
    if all(outcome.status != "failed" for outcome in outcomes):
        (batch.out / WORK).remove()  # else what is finished of the failed ones waits for the next time
    _write(batch, outcomes, time.perf_counter() - start)
    return outcomes


def _next(batch: Batch, state: _State, each: Ended, retries: int) -> list[_Task]:
    """What is to be done after a task of an event has ended; its outcome is set where nothing is."""
    name, outcome = state.event.name, state.outcome
    if each.error is not None:
        which = f"{each.call.task.__name__} {each.call.arguments[-1]}"
        state.again[which] = state.again.get(which, 0) + 1
        outcome.attempts += 1
        if state.again[which] <= retries:
            return [(name, each.call.task, each.call.arguments, each.call.bytes)]
        outcome.status, outcome.cause = "failed", _cause(each.error)
        return []
    if isinstance(each.value, Look):
        outcome.people, outcome.introductions = each.value.people, each.value.introductions
        if each.value.failed or each.value.kept:
            outcome.status, outcome.cause = "failed" if each.value.failed else "kept", each.value.failed
            return []
        state.rounds.extend(_rounds(batch, state.event, each.value))
    elif isinstance(each.value, Matched):
        outcome.status, outcome.cause = ("failed", each.value.failed) if each.value.failed else ("done", "")
        outcome.people, outcome.introductions, outcome.seconds = each.value.people, each.value.introductions, each.value.seconds
        return []
    else:
        state.running -= 1
    if state.running:
        return []
    tasks = state.rounds.popleft()
    state.running = len(tasks)
    return tasks


def _rounds(batch: Batch, event: BatchEvent, found: Look) -> list[list[_Task]]:
    """What is to be done for an event that was looked at."""
    name, parts = event.name, range(found.parts if found.parts > 1 else 0)
    rounds: list[list[_Task]] = [
        [(name, encode_block, (batch, event, found.encoder, block), BASE_BYTES) for block in found.blocks],
        *([(name, task, (batch, event, found.key, found.parts, part), found.bytes) for part in parts]
          for task in (search_people, weigh_pairs)),
        [(name, match_event, (batch, event, found.key, found.parts), found.bytes)],
    ]  # fmt: skip
    return [tasks for tasks in rounds if tasks]


def _cause(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__


def _write(batch: Batch, outcomes: Sequence[Outcome], seconds: float) -> None:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    for outcome in outcomes:
        row = [getattr(outcome, column) for column in COLUMNS]
        writer.writerow([safe_cell(cell) if isinstance(cell, str) else cell for cell in row])
    (batch.out / "batch.csv").write(stream.getvalue().encode("utf-8-sig"))
    counts = {status: sum(outcome.status == status for outcome in outcomes) for status in ("done", "kept", "failed")}
    told = {**counts, "seconds": round(seconds, 3), "events": [asdict(outcome) for outcome in outcomes]}
    (batch.out / "batch.json").write((json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode())
