"""Long work: what it does, how far it is, and stopping it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

from anyio import to_thread
from fastapi import APIRouter
from fastapi.sse import EventSourceResponse, ServerSentEvent
from matcher.service import jobs
from matcher.service.api.access import AnyId, EventId, OrganizerOf, Reading, Service, Writing, note
from matcher.service.api.paging import Page
from matcher.service.api.problems import documented
from matcher.service.api.state import State
from matcher.service.jobs.queue import jobs_of
from pydantic import BaseModel

routes = APIRouter(prefix="/api/v1/events/{event_id}/jobs", tags=["jobs"], responses=documented(401, 403, 404, 422))
OVER = {"done", "failed", "cancelled"}


class JobOut(BaseModel):
    """A piece of long work."""

    id: str
    kind: str
    state: str
    """queued, running, done, failed, cancelled."""
    stage: str
    done: int
    total: int
    error: str
    result: dict[str, Any]
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


@routes.get("", summary="The latest work of an event")
def list_jobs(session: Reading, _who: OrganizerOf, event_id: EventId) -> Page[JobOut]:
    """Newest first."""
    return Page(items=[JobOut.model_validate(job, from_attributes=True) for job in jobs_of(session, event_id)])


@routes.get("/{job_id}", summary="Read a job")
def read_job(session: Reading, _who: OrganizerOf, event_id: EventId, job_id: AnyId) -> JobOut:
    """State, stage and result."""
    return JobOut.model_validate(jobs.job_of(session, event_id, job_id), from_attributes=True)


@routes.post("/{job_id}/cancel", summary="Cancel a job", responses=documented(409))
def cancel_job(session: Writing, who: OrganizerOf, event_id: EventId, job_id: AnyId) -> JobOut:
    """What runs stops within seconds; nothing of it is kept."""
    job = jobs.job_of(session, event_id, job_id)
    jobs.request_cancel(session, job)
    note(session, who, "job.cancel", event_id, job_id)
    return JobOut.model_validate(job, from_attributes=True)


def _read(state: State, event_id: str, job_id: str) -> JobOut:
    with state.database.reading() as session:
        return JobOut.model_validate(jobs.job_of(session, event_id, job_id), from_attributes=True)


@routes.get("/{job_id}/progress", summary="Follow a job", response_class=EventSourceResponse)
async def follow_job(state: Service, _who: OrganizerOf, event_id: EventId, job_id: AnyId) -> AsyncIterator[ServerSentEvent]:
    """Server-sent events: the job at each change, until it is over."""
    last: JobOut | None = None
    while not state.stopping.is_set():
        job = await to_thread.run_sync(_read, state, event_id, job_id)
        if job != last:
            yield ServerSentEvent(
                data=job.model_dump(mode="json", exclude={"result"}), event="over" if job.state in OVER else "progress"
            )
            last = job
        if job.state in OVER:
            return
        await asyncio.sleep(0.3)
