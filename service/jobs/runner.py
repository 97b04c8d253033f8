"""The supervisor inside the serving process: takes queued work and gives each piece a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import threading

from matcher.service.jobs.queue import claim, give_back, release_lost
from matcher.service.log import logger
from matcher.service.settings import MachineSettings
from matcher.service.store import Database

POLL = 0.3
"""Seconds between two looks at the queue."""


class Runner:
    """Works through the queue, one piece at a time, until stopped.

    Args:
        database: the store.
        machine: passed on to the working process.
    """

    def __init__(self, database: Database, machine: MachineSettings) -> None:
        self._database = database
        self._environment = {**os.environ, "MATCHER_DATABASE": machine.database, "MATCHER_CACHE": str(machine.cache)}
        self._environment |= {
            "MATCHER_ADDRESS": machine.address,
            "MATCHER_SMTP": machine.smtp,
            "MATCHER_MAIL_FROM": machine.mail_from,
        }
        self._stop = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._work, name="jobs", daemon=True)

    def start(self) -> None:
        """Begins to take work."""
        self._thread.start()

    def stop(self) -> None:
        """Takes no more work; what is under way is ended, and picked up again at the next start at once."""
        self._stop.set()
        if self._process is not None:
            self._process.terminate()
        if self._thread.ident is not None:  # it was started
            self._thread.join(timeout=10)

    def _work(self) -> None:
        while not self._stop.wait(POLL):
            try:
                release_lost(self._database)
                job_id = claim(self._database)
                if job_id:
                    self._run(job_id)
            except Exception as error:  # the supervisor outlives a database that is away for a while
                logger().error("the queue cannot be read", fault=type(error).__name__)
                self._stop.wait(5)

    def _run(self, job_id: str) -> None:
        command = [sys.executable, "-m", "matcher.service.jobs", job_id]
        self._process = subprocess.Popen(command, env=self._environment)
        while self._process.poll() is None and not self._stop.wait(0.1):
            continue
        if self._stop.is_set():
            self._process.terminate()
        code = self._process.wait()
        if code < 0 and self._stop.is_set():
            give_back(self._database, job_id)
        elif code < 0:
            logger().warning("the process of a job was ended", job=job_id, signal=-code)
