"""Responses as they come, and the report of what came of the event."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from matcher.service.api.access import EventId, Reading, Service
from matcher.service.api.outcome import outcome_table
from matcher.service.pages.desk.access import AtDeskOf, desk_page
from matcher.service.usecases.events import event_of
from matcher.service.usecases.outcomes import Outcome, latest, outcome
from matcher.service.usecases.review import named
from pydantic import TypeAdapter

routes = APIRouter(prefix="/desk/events/{event_id}")
MOST_LATEST = 50


@routes.get("/responses")
def responses(request: Request, session: Reading, state: Service, who: AtDeskOf, event_id: EventId) -> Response:
    """How many were asked, said interested, met; and the latest answers, a no never by name."""
    event = event_of(session, event_id)
    rows = latest(session, event_id, MOST_LATEST)
    names = named(session, event_id, {ref for row in rows for ref in (row.ref, row.other)})
    report = outcome(session, event)
    return desk_page(request, state, who, "responses.html", event, report=report, rows=rows, names=names)


@routes.get("/outcome")
def show(request: Request, session: Reading, state: Service, who: AtDeskOf, event_id: EventId) -> Response:
    """The report."""
    event = event_of(session, event_id)
    return desk_page(request, state, who, "outcome.html", event, report=outcome(session, event))


@routes.get("/outcome.csv")
def as_table(session: Reading, who: AtDeskOf, event_id: EventId) -> Response:
    """The report as a table."""
    return outcome_table(session, who, event_id)


@routes.get("/outcome.json")
def as_json(session: Reading, _who: AtDeskOf, event_id: EventId) -> Response:
    """The report for programs."""
    report = TypeAdapter(Outcome).dump_python(outcome(session, event_of(session, event_id)), mode="json")
    return JSONResponse(report, headers={"Content-Disposition": 'attachment; filename="outcome.json"'})
