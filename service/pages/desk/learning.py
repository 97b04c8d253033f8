"""Learning at the desk: train from the event's answers, compare what was learned with what was before, use it, go back."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response
from matcher.service.api.access import AnyId, EventId, Reading, Service, Writing
from matcher.service.api.learning import activate_model, roll_back_model, train_model
from matcher.service.jobs.queue import AT_WORK, jobs_of
from matcher.service.pages.desk.access import AtDeskOf, desk_page
from matcher.service.pages.sessions import Form, see_other
from matcher.service.usecases import learning
from matcher.service.usecases.events import event_of

routes = APIRouter(prefix="/desk/events/{event_id}/learning")


@routes.get("")
def show(request: Request, session: Reading, state: Service, who: AtDeskOf, event_id: EventId) -> Response:
    """What is used now, what there is to learn from, what the latest attempt came to, and the models that were kept."""
    models, work = learning.models_of(session, event_id), jobs_of(session, event_id)
    attempts = [job for job in work if job.kind == "train" and job.state == "done"]
    return desk_page(
        request,
        state,
        who,
        "learning.html",
        event_of(session, event_id),
        models=models,
        active=next((model for model in models if model.active), None),
        heard=learning.heard(session, event_id),
        enough=learning.ENOUGH,
        latest=attempts[0] if attempts else None,
        job=next((job for job in work if job.state in AT_WORK), None),
    )


@routes.post("")
def train(session: Writing, who: AtDeskOf, event_id: EventId, _form: Form) -> Response:
    """Learns from the answers so far, in the background."""
    return see_other(f"/desk/events/{event_id}/jobs/{train_model(session, who, event_id).id}")


@routes.post("/rollback")
def roll_back(session: Writing, who: AtDeskOf, event_id: EventId, _form: Form) -> Response:
    """Uses the model before."""
    roll_back_model(session, who, event_id)
    return see_other(f"/desk/events/{event_id}/learning?notice=model_back")


@routes.post("/{model_id}/activate")
def activate(session: Writing, who: AtDeskOf, event_id: EventId, model_id: AnyId, _form: Form) -> Response:
    """Uses a model that was learned."""
    activate_model(session, who, event_id, model_id)
    return see_other(f"/desk/events/{event_id}/learning?notice=model_used")
