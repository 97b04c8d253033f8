"""Long work as the organizer follows it: live with JavaScript, by reloading without."""

from __future__ import annotations

from collections.abc import AsyncIterator

from fastapi import APIRouter, Request
from fastapi.responses import Response
from fastapi.sse import EventSourceResponse, ServerSentEvent
from matcher.service import jobs
from matcher.service.api.access import AnyId, EventId, Reading, Service, Writing, note
from matcher.service.api.jobs import OVER, follow_job
from matcher.service.pages.desk.access import AtDeskOf, desk_page
from matcher.service.pages.sessions import Form, see_other
from matcher.service.usecases.events import event_of

routes = APIRouter(prefix="/desk/events/{event_id}/jobs/{job_id}")


@routes.get("")
def show(request: Request, session: Reading, state: Service, who: AtDeskOf, event_id: EventId, job_id: AnyId) -> Response:
    """How far the work is, or what came of it."""
    job = jobs.job_of(session, event_id, job_id)
    if job.state == "held":
        return see_other(f"/desk/events/{event_id}/import/{job_id}")
    return desk_page(request, state, who, "job.html", event_of(session, event_id), job=job, over=job.state in OVER)


@routes.get("/progress", response_class=EventSourceResponse)
async def progress(state: Service, who: AtDeskOf, event_id: EventId, job_id: AnyId) -> AsyncIterator[ServerSentEvent]:
    """The API's events for a browser, which sends its cookie and no key."""
    async for event in follow_job(state, who, event_id, job_id):
        yield event


@routes.post("/cancel")
def cancel(session: Writing, who: AtDeskOf, event_id: EventId, job_id: AnyId, _form: Form) -> Response:
    """Asks for the work to stop."""
    jobs.request_cancel(session, jobs.job_of(session, event_id, job_id))
    note(session, who, "job.cancel", event_id, job_id)
    return see_other(f"/desk/events/{event_id}/jobs/{job_id}?notice=job_cancelled")
