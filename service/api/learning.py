"""Learning from an event's own answers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import APIRouter
from matcher.service import jobs
from matcher.service.api.access import AnyId, EventId, OrganizerOf, Reading, Writing, note
from matcher.service.api.jobs import JobOut
from matcher.service.api.paging import Page
from matcher.service.api.problems import documented
from matcher.service.usecases import learning as usecase
from matcher.service.usecases.events import event_of
from pydantic import BaseModel

routes = APIRouter(prefix="/api/v1/events/{event_id}/models", tags=["learning"], responses=documented(401, 403, 404, 422))


class ModelOut(BaseModel):
    """A model that the event has learned, beside the one before it on answers that neither had seen."""

    id: str
    number: int
    active: bool
    created_at: datetime
    report: dict[str, Any]


class InUse(BaseModel):
    """The model that the event uses now; empty for the one of its settings."""

    model_id: str


@routes.get("", summary="The models that the event has learned")
def list_models(session: Reading, _who: OrganizerOf, event_id: EventId) -> Page[ModelOut]:
    """Newest first; only such as told held-back answers better than the model of the settings."""
    return Page(items=[ModelOut.model_validate(model, from_attributes=True) for model in usecase.models_of(session, event_id)])


@routes.post("/train", status_code=202, summary="Learn from the answers so far", responses=documented(409))
def train_model(session: Writing, who: OrganizerOf, event_id: EventId) -> JobOut:
    """In the background. The job's result says whether it helps and by how much; nothing is put in use by itself."""
    event_of(session, event_id)
    job = jobs.enqueue(session, event_id, "train", {})
    note(session, who, "model.train", event_id, job.id)
    return JobOut.model_validate(job, from_attributes=True)


@routes.post("/rollback", summary="Use the model before", responses=documented(409))
def roll_back_model(session: Writing, who: OrganizerOf, event_id: EventId) -> InUse:
    """Down to the model of the settings."""
    model = usecase.roll_back(session, event_of(session, event_id))
    note(session, who, "model.rollback", event_id, model.id if model else "")
    return InUse(model_id=model.id if model else "")


@routes.post("/{model_id}/activate", summary="Use a model that was learned")
def activate_model(session: Writing, who: OrganizerOf, event_id: EventId, model_id: AnyId) -> InUse:
    """From now on for lists and later runs; published introductions stay."""
    model = usecase.activate(session, event_of(session, event_id), model_id)
    note(session, who, "model.activate", event_id, model_id)
    return InUse(model_id=model.id)
