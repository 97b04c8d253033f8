"""Whether the service lives, is ready, and how it fares."""

from __future__ import annotations

from fastapi import APIRouter, Response
from matcher.service.api.access import Owner, Reading, Service
from matcher.service.api.metrics import EVENTS, JOBS, exposition
from matcher.service.api.problems import documented
from matcher.service.store import Job
from pydantic import BaseModel
from sqlalchemy import func, select, text

routes = APIRouter(tags=["health"])


class Health(BaseModel):
    """The service lives."""

    status: str = "ok"


@routes.get("/health", summary="The process lives")
def health() -> Health:
    """Answers as long as the process does."""
    return Health()


@routes.get("/ready", summary="Requests can be answered", responses=documented(503))
def ready(session: Reading) -> Health:
    """Answers when the store does."""
    session.execute(text("SELECT 1"))
    return Health()


@routes.get(
    "/metrics",
    summary="Figures for Prometheus",
    response_class=Response,
    responses={
        **documented(401, 403),
        200: {"content": {"text/plain": {"schema": {"type": "string"}}}, "description": "Text format"},
    },
)
def metrics(state: Service, session: Reading, _who: Owner) -> Response:
    """Returns counters and times by route, and the queue. Needs a key for the whole installation."""
    states = dict.fromkeys(("queued", "running", "failed"), 0)
    for name, count in session.execute(select(Job.state, func.count()).group_by(Job.state)):
        if name in states:
            states[name] = count
    for name, count in states.items():
        JOBS.labels(name).set(count)
    EVENTS.set(len(state.live.loaded()))
    return Response(exposition(), media_type="text/plain; version=0.0.4")
