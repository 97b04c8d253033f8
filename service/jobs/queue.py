"""The queue: one piece of work per event at a time, never lost, never hanging.

Whoever works renews a lease. When a process dies, its lease runs out, and the work is queued again (each kind of work can be
repeated without harm); after `ATTEMPTS` it is marked as failed, with the reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Literal

from matcher.service.store import Database, Job
from matcher.service.store.table import now
from matcher.service.usecases.faults import Conflict, NotFound
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

LEASE = timedelta(seconds=15)
"""Renewed every `BEAT` seconds; long enough for a machine that is busy encoding."""
BEAT = 3.0
ATTEMPTS = 3
HELD = timedelta(hours=24)
"""How long an upload waits for the organizer's word."""
AT_WORK = ("queued", "running")
Kind = Literal["import", "run", "schedule", "mail", "train"]


class Cancelled(Exception):
    """The organizer cancelled the work."""


def enqueue(session: Session, event_id: str, kind: Kind, payload: Mapping[str, Any], upload: bytes | None = None) -> Job:
    """Returns the queued work.

    Raises:
        Conflict: the event has other work under way.
    """
    job = Job(event_id=event_id, kind=kind, payload=dict(payload), upload=upload)
    session.add(job)
    try:
        session.flush()
    except IntegrityError as error:
        raise Conflict("this event has other work under way", "one piece of work at a time", "wait for it, or cancel it") from error
    return job


def hold(session: Session, event_id: str, kind: Kind, payload: Mapping[str, Any], upload: bytes) -> Job:
    """Returns work that waits until the organizer has looked at it; what was held of this kind before is dropped."""
    session.execute(delete(Job).where(Job.event_id == event_id, Job.kind == kind, Job.state == "held"))
    job = Job(event_id=event_id, kind=kind, payload=dict(payload), upload=upload, state="held")
    session.add(job)
    session.flush()
    return job


def release(session: Session, job: Job, payload: Mapping[str, Any]) -> None:
    """Queues work that was held.

    Raises:
        Conflict: it is not held any more, or the event has other work under way.
    """
    if job.state != "held":
        raise Conflict(f"this job is {job.state}", "one that waits to be looked at", "upload the file again")
    job.state, job.payload, job.created_at = "queued", dict(payload), now()
    try:
        session.flush()
    except IntegrityError as error:
        raise Conflict("this event has other work under way", "one piece of work at a time", "wait for it, or cancel it") from error


def drop_held(session: Session) -> None:
    """Drops uploads that were looked at and then forgotten: nobody's data lies about for longer than `HELD`."""
    session.execute(delete(Job).where(Job.state == "held", Job.created_at < now() - HELD))


def job_of(session: Session, event_id: str, job_id: str) -> Job:
    """Returns a piece of work of the event.

    Raises:
        NotFound: there is none with this id in this event.
    """
    job = session.get(Job, job_id)
    if job is None or job.event_id != event_id:
        raise NotFound("no such job in this event")
    return job


def jobs_of(session: Session, event_id: str, limit: int = 20) -> list[Job]:
    """Returns the latest work of an event, newest first; not what is still looked at."""
    query = select(Job).where(Job.event_id == event_id, Job.state != "held").order_by(Job.created_at.desc(), Job.id).limit(limit)
    return list(session.scalars(query))


def claim(database: Database) -> str | None:
    """Returns the id of the oldest queued work, now leased to the caller; None where nothing waits."""
    with database.writing() as session:
        query = select(Job).where(Job.state == "queued").order_by(Job.created_at, Job.id).limit(1).with_for_update(skip_locked=True)
        job = session.scalar(query)
        if job is None:
            return None
        job.state, job.attempts, job.lease_until = "running", job.attempts + 1, now() + LEASE
        job.started_at = job.started_at or now()
        return job.id


def renew(database: Database, job_id: str) -> bool:
    """Renews the lease; returns False where the work was cancelled or belongs to nobody any more."""
    with database.writing() as session:
        job = session.get(Job, job_id)
        if job is None or job.state != "running" or job.cancel:
            return False
        job.lease_until = now() + LEASE
        return True


def release_lost(database: Database) -> int:
    """Queues the work again whose process died, or marks it as failed after `ATTEMPTS`; returns how much there was."""
    with database.writing() as session:
        lost = session.scalars(select(Job).where(Job.state == "running", Job.lease_until < now())).all()
        for job in lost:
            if job.cancel:
                _over(job, "cancelled")
            elif job.attempts < ATTEMPTS:
                job.state, job.stage, job.done, job.total = "queued", "", 0, 0
            else:
                _over(job, "failed", f"stopped {job.attempts} times without an error, perhaps for want of memory; see the log")
        return len(lost)


def finish(database: Database, job_id: str, result: Mapping[str, Any]) -> None:
    """Marks the work as done. What is over stays as it is: a process that was thought dead may come late."""
    with database.writing() as session:
        job = session.get(Job, job_id)
        if job is not None and job.state in AT_WORK:
            job.result = dict(result)
            _over(job, "done")


def fail(database: Database, job_id: str, error: str, state: Literal["failed", "cancelled"] = "failed") -> None:
    """Marks the work as failed or cancelled, with the reason, unless it is over already."""
    with database.writing() as session:
        job = session.get(Job, job_id)
        if job is not None and job.state in AT_WORK:
            _over(job, state, error)


def give_back(database: Database, job_id: str) -> None:
    """Queues the work again that a graceful stop has cut off; it does not count as an attempt."""
    with database.writing() as session:
        job = session.get(Job, job_id)
        if job is not None and job.state == "running" and not job.cancel:
            job.state, job.attempts, job.stage, job.done, job.total = "queued", job.attempts - 1, "", 0, 0


def request_cancel(session: Session, job: Job) -> None:
    """Asks for the work to stop; what only waits is cancelled at once.

    Raises:
        Conflict: it is over already.
    """
    if job.state in {"queued", "held"}:
        _over(job, "cancelled")
    elif job.state == "running":
        job.cancel = True
    else:
        raise Conflict(f"this job is {job.state}", "one that is queued or running")


def _over(job: Job, state: str, error: str = "") -> None:
    job.state, job.error, job.finished_at, job.lease_until, job.upload = state, error, now(), None, None


class Progress:
    """Tells the store how far the work is, and the work whether to stop."""

    def __init__(self, database: Database, job_id: str) -> None:
        self._database = database
        self._job_id = job_id

    def __call__(self, stage: str, done: int = 0, total: int = 0) -> None:
        """Keeps the stage, and how much of it is done.

        Raises:
            Cancelled: the organizer cancelled the work.
        """
        with self._database.writing() as session:
            values = {"stage": stage, "done": done, "total": total, "lease_until": now() + LEASE}
            session.execute(update(Job).where(Job.id == self._job_id, Job.state == "running").values(**values))
            if session.scalar(select(Job.cancel).where(Job.id == self._job_id)) is not False:
                raise Cancelled
