"""One piece of work in a process of its own: `python -m matcher.service.jobs JOB_ID`, so that the API never waits for it."""

from __future__ import annotations

import os
import sys
import threading

from matcher.service.jobs.on_ray import handed_on, on_ray
from matcher.service.jobs.queue import BEAT, Cancelled, Progress, fail, finish, renew
from matcher.service.jobs.work import WORK, load_job
from matcher.service.log import log_to_stderr, logger
from matcher.service.settings import MachineSettings, machine_settings
from matcher.service.store import Database

from matcher.errors import MatcherError


def main(job_id: str) -> int:
    """Does the work and returns the exit status: 0 done, 1 failed, 3 cancelled."""
    machine = machine_settings()
    log_to_stderr()
    database = Database(machine.database)
    try:
        return _work(database, job_id, machine)
    finally:
        database.close()


def _work(database: Database, job_id: str, machine: MachineSettings) -> int:
    log = logger().bind(job=job_id)
    over = threading.Event()
    threading.Thread(target=_keep_lease, args=(database, job_id, over), daemon=True).start()
    try:
        if handed_on(machine):
            return on_ray(job_id, machine)
        job = load_job(database, job_id)
        log.info("job started", kind=job.kind, event_id=job.event_id, attempt=job.attempts)
        result = WORK[job.kind](database, job, Progress(database, job_id), machine)
    except Cancelled:
        fail(database, job_id, "", "cancelled")
        log.info("job cancelled")
        return 3
    except MatcherError as error:
        fail(database, job_id, str(error))
        log.warning("job failed", fault=type(error).__name__)
        return 1
    except MemoryError:
        fail(database, job_id, "this machine has too little memory for the event")
        log.error("job failed", fault="MemoryError")
        return 1
    except Exception as error:
        # the organizer is told the kind, the log gets the place: a message could hold somebody's words
        fail(database, job_id, f"an unexpected {type(error).__name__}; the log has the place")
        log.error("job failed", fault=type(error).__name__, place=_place(error))
        return 1
    finally:
        over.set()
    finish(database, job_id, result)
    log.info("job done")
    return 0


def _keep_lease(database: Database, job_id: str, over: threading.Event) -> None:
    """Renews the lease, also through a long computation; work that was cancelled stops for good a while later."""
    lost = 0
    while not over.wait(BEAT):
        lost = 0 if renew(database, job_id) else lost + 1
        if lost > 3:
            fail(database, job_id, "", "cancelled")
            os._exit(3)


def _place(error: BaseException) -> str:
    at = error.__traceback__
    while at is not None and at.tb_next is not None:
        at = at.tb_next
    return f"{at.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{at.tb_lineno}" if at else ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
