"""What came of an event, as JSON and as a table."""

from __future__ import annotations

import csv
import io

from fastapi import APIRouter, Response
from matcher.service.api.access import EventId, OrganizerOf, Reading
from matcher.service.api.problems import documented
from matcher.service.usecases.events import event_of
from matcher.service.usecases.outcomes import Outcome, as_rows, outcome

routes = APIRouter(prefix="/api/v1/events/{event_id}", tags=["outcome"], responses=documented(401, 403, 404, 422))


@routes.get("/outcome", summary="What came of the event")
def read_outcome(session: Reading, _who: OrganizerOf, event_id: EventId) -> Outcome:
    """Who was asked, answered, met and how they rated it, so far; measured shares carry their 95 % interval."""
    return outcome(session, event_of(session, event_id))


@routes.get(
    "/outcome.csv",
    summary="What came of the event, as a table",
    response_class=Response,
    responses={200: {"description": "part, name, value, unit, of, low, high", "content": {"text/csv": {}}}},
)
def outcome_table(session: Reading, _who: OrganizerOf, event_id: EventId) -> Response:
    """The same figures, one a row."""
    text = io.StringIO()
    writer = csv.DictWriter(text, ("part", "name", "value", "unit", "of", "low", "high"), lineterminator="\n")
    writer.writeheader()
    writer.writerows(as_rows(outcome(session, event_of(session, event_id))))
    headers = {"Content-Disposition": 'attachment; filename="outcome.csv"'}
    return Response(text.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)
