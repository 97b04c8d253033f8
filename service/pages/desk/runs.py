"""Runs: make one, list them, publish with a look at what changes, delete a draft, take files."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response
from matcher.service.api.access import AnyId, EventId, Organizer, Reading, Service, Writing, note
from matcher.service.api.runs import ExportName as Name
from matcher.service.api.runs import RunIn, export, start_run
from matcher.service.api.state import State
from matcher.service.jobs.queue import jobs_of
from matcher.service.pages.desk.access import AtDeskOf, desk_page
from matcher.service.pages.sessions import Form, see_other
from matcher.service.usecases import review
from matcher.service.usecases import runs as usecase
from matcher.service.usecases.events import counts, event_of
from matcher.service.usecases.faults import Stale
from sqlalchemy.orm import Session

routes = APIRouter(prefix="/desk/events/{event_id}/runs")
ExportName = Annotated[Name, Path()]
MOST_SHOWN = 300
"""Pairs and people of a diff on the page."""


@routes.get("")
def show_all(request: Request, session: Reading, state: Service, who: AtDeskOf, event_id: EventId) -> Response:
    """The runs, newest first, and what is under way."""
    at_work = [job for job in jobs_of(session, event_id) if job.state in {"queued", "running"}]
    return desk_page(
        request,
        state,
        who,
        "runs.html",
        event_of(session, event_id),
        runs=usecase.runs(session, event_id),
        job=at_work[0] if at_work else None,
        published=usecase.published_run(session, event_id) is not None,
        people=counts(session, event_id)["attendees"],
    )


@routes.post("")
def start(session: Writing, who: AtDeskOf, event_id: EventId, form: Form) -> Response:
    """Makes introductions, in the background, as the API does."""
    job = start_run(session, who, event_id, RunIn(keep_published="keep_published" in form))
    return see_other(f"/desk/events/{event_id}/jobs/{job.id}")


@routes.get("/{run_id}/publish")
def ask_publish(request: Request, session: Reading, state: Service, who: AtDeskOf, event_id: EventId, run_id: AnyId) -> Response:
    """What changes for attendees if this run is published."""
    return _publish_page(request, session, state, who, event_id, run_id, stale=False)


def _publish_page(
    request: Request, session: Session, state: State, who: Organizer, event_id: str, run_id: str, stale: bool
) -> Response:
    record, before = usecase.run_of(session, event_id, run_id), usecase.published_run(session, event_id)
    changes = review.changes(session, event_id, before.id if before else None, record.id)
    per_person = list(changes.per_person().items())
    gained, lost = changes.gained[:MOST_SHOWN], changes.lost[:MOST_SHOWN]
    refs = {ref for pair in (*gained, *lost) for ref in pair} | {ref for ref, _ in per_person[:MOST_SHOWN]}
    return desk_page(
        request,
        state,
        who,
        "publish.html",
        event_of(session, event_id),
        412 if stale else 200,
        run=record,
        before=before,
        changes=changes,
        gained=gained,
        lost=sorted(lost, key=lambda pair: -changes.answered.get(pair, 0)),
        per_person=per_person,
        most=MOST_SHOWN,
        names=review.named(session, event_id, refs),
        stale=stale,
    )


@routes.post("/{run_id}/publish")
def publish(request: Request, state: Service, who: AtDeskOf, event_id: EventId, run_id: AnyId, form: Form) -> Response:
    """Shows the introductions to attendees."""
    version = int(form["version"]) if form.get("version", "").isdigit() else 0
    try:
        with state.database.writing() as session:
            usecase.publish(session, event_of(session, event_id), usecase.run_of(session, event_id, run_id), version)
            note(session, who, "run.publish", event_id, run_id)
        state.live.warm(event_id)  # attendees come next
    except Stale:
        with state.database.reading() as session:
            return _publish_page(request, session, state, who, event_id, run_id, stale=True)
    return see_other(f"/desk/events/{event_id}/runs/{run_id}?notice=published")


@routes.post("/{run_id}/delete")
def delete(session: Writing, who: AtDeskOf, event_id: EventId, run_id: AnyId, _form: Form) -> Response:
    """Deletes a draft."""
    usecase.delete_run(session, usecase.run_of(session, event_id, run_id))
    note(session, who, "run.delete", event_id, run_id)
    return see_other(f"/desk/events/{event_id}/runs?notice=run_deleted")


@routes.get("/{run_id}/exports/{name}")
def take_file(session: Reading, who: AtDeskOf, event_id: EventId, run_id: AnyId, name: ExportName) -> Response:
    """A file of the run, as the API gives it."""
    return export(session, who, event_id, run_id, name)


FILES = {
    "report.html": "Report, with the map to click on",
    "lists.html": "Lists to print, one page a person",
    "introductions.xlsx": "Workbook",
    "introductions.csv": "Introductions",
    "lists.csv": "Lists, for mail merge",
    "run.json": "The whole run, for programs",
}
"""What each file is, in the order of the page."""
