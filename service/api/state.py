"""What one serving process holds: the store, the secret's signer, events in memory, the queue's worker."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from fastapi import FastAPI
from matcher.service.deliverer import Deliverer
from matcher.service.identity import Identity, instance_secret
from matcher.service.jobs.runner import Runner
from matcher.service.live import LiveEvents
from matcher.service.log import logger
from matcher.service.settings import MachineSettings
from matcher.service.store import Database
from matcher.service.usecases.responses import keep_shown

FLUSH_SECONDS = 2.0


class ShownBuffer:
    """Collects what was shown to whom and keeps it in the store every few seconds: reading a list must not wait for a write."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._waiting: list[tuple[str, str, str, int]] = []
        self._known: set[tuple[str, str]] = set()

    def add(self, event_id: str, ref: str, others: list[str]) -> None:
        """Notes that a person was shown these others, in this order."""
        with self._lock:
            for rank, other in enumerate(others, start=1):
                if (ref, other) not in self._known:
                    self._known.add((ref, other))
                    self._waiting.append((event_id, ref, other, rank))

    def flush(self) -> None:
        """Keeps what was collected."""
        with self._lock:
            rows, self._waiting = self._waiting, []
            if len(self._known) > 500_000:
                self._known.clear()
        if rows:
            try:
                with self._database.writing() as session:
                    keep_shown(session, rows)
            except Exception as error:  # an event or a person may have been erased meanwhile; what was shown is only for learning
                logger().warning("what was shown could not be kept", fault=type(error).__name__, rows=len(rows))


@dataclass
class State:
    """Everything that requests share."""

    machine: MachineSettings
    database: Database
    identity: Identity
    live: LiveEvents
    shown: ShownBuffer
    runner: Runner
    deliverer: Deliverer
    stopping: threading.Event = field(default_factory=threading.Event)


def open_state(machine: MachineSettings) -> State:
    """Returns the state of a process on this machine; the store is brought to the newest version first."""
    database = Database(machine.database)
    database.migrate()
    with database.writing() as session:
        identity = Identity(instance_secret(session))
    runner, deliverer = Runner(database, machine), Deliverer(database, machine.private_webhooks)
    return State(machine, database, identity, LiveEvents(database), ShownBuffer(database), runner, deliverer)


def state_of(app: FastAPI) -> State:
    """Returns the state of an application."""
    state: State = app.state.service
    return state
