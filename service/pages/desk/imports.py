"""Importing registrations: the file is looked at first, headings are put right, then its people come in."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, File, Request, UploadFile
from fastapi.responses import Response
from matcher.service import jobs
from matcher.service.api.access import AnyId, EventId, Organizer, Reading, Service, Writing, note
from matcher.service.api.state import State
from matcher.service.jobs.queue import jobs_of
from matcher.service.options import settings_of
from matcher.service.pages.desk.access import AtDeskOf, desk_page
from matcher.service.pages.desk.events import lines_of
from matcher.service.pages.sessions import Form, see_other
from matcher.service.store import Job
from matcher.service.usecases.events import event_of
from matcher.service.usecases.faults import NotFound
from matcher.service.usecases.imports import described, read_upload
from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from matcher.errors import MatcherError, RegistrationError
from matcher.profiles import Problem, Registration
from matcher.registration import write_problems
from matcher.registration.columns import FIELDS

routes = APIRouter(prefix="/desk/events/{event_id}/import")
Uploaded = Annotated[UploadFile | None, File()]
MOST_SHOWN = 100
"""Problem rows on the page; the file has all of them."""


@routes.get("")
def show(request: Request, session: Reading, state: Service, who: AtDeskOf, event_id: EventId) -> Response:
    """Asks for a file, and tells what earlier ones brought."""
    return _import_page(request, session, state, who, event_id, [])


def _import_page(request: Request, session: Session, state: State, who: Organizer, event_id: str, faults: list[str]) -> Response:
    earlier = [job for job in jobs_of(session, event_id, 50) if job.kind == "import"]
    event = event_of(session, event_id)
    return desk_page(
        request, state, who, "import.html", event, 422 if faults else 200, jobs=earlier, faults=faults, most=state.machine.max_body
    )


@routes.post("")
def upload(request: Request, state: Service, who: AtDeskOf, event_id: EventId, _form: Form, file: Uploaded = None) -> Response:
    """Holds the file and goes on to look at it."""
    data = file.file.read() if file is not None else b""
    try:
        if not data:
            raise RegistrationError("no file, or an empty one", "a registration export: CSV, XLSX or JSON")
        with state.database.reading() as session:
            columns = settings_of(event_of(session, event_id)).columns
        name = (file.filename if file is not None else "") or "upload"
        read_upload(data, name, columns, state.machine.max_rows)
        with state.database.writing() as session:
            job = jobs.hold(session, event_id, "import", {"filename": name, "columns": columns, "mode": "add"}, data)
    except MatcherError as error:
        with state.database.reading() as session:
            return _import_page(request, session, state, who, event_id, lines_of(error))
    return see_other(f"/desk/events/{event_id}/import/{job.id}")


@routes.get("/{job_id}")
def preview(request: Request, session: Reading, state: Service, who: AtDeskOf, event_id: EventId, job_id: AnyId) -> Response:
    """How the file is read: what each heading became, the first people, the rows that need a look."""
    job = held(session, event_id, job_id)
    return _preview_page(request, session, state, who, job, _registration(state, job), [])


def _preview_page(
    request: Request, session: Session, state: State, who: Organizer, job: Job, registration: Registration, faults: list[str]
) -> Response:
    told = described(registration)
    return desk_page(
        request,
        state,
        who,
        "preview.html",
        event_of(session, job.event_id),
        422 if faults else 200,
        job=job,
        told=told,
        problems=told["problems"][:MOST_SHOWN],
        fields=[*sorted(field for field in FIELDS if field not in {"answer", "ignored"}), "answer", "ignored"],
        faults=faults,
    )


@routes.post("/{job_id}/columns")
def read_anew(request: Request, state: Service, who: AtDeskOf, event_id: EventId, job_id: AnyId, form: Form) -> Response:
    """Reads the file again, with headings meaning what the organizer chose."""
    with state.database.reading() as session:
        job = held(session, event_id, job_id)
        before = _registration(state, job)
        columns = {**job.payload["columns"], **_chosen(before, form)}
        payload = {**job.payload, "columns": columns}
        try:
            read_upload(job.upload or b"", payload["filename"], columns, state.machine.max_rows)
        except RegistrationError as error:
            return _preview_page(request, session, state, who, job, before, lines_of(error))
    with state.database.writing() as session:
        held(session, event_id, job_id).payload = payload
    return see_other(f"/desk/events/{event_id}/import/{job_id}#headings")


def _chosen(registration: Registration, form: Mapping[str, str]) -> dict[str, str]:
    """Heading -> field, where it was changed."""
    chosen = {heading: form.get(f"column.{place}", field) for place, (heading, field) in enumerate(registration.mapping)}
    return {heading: chosen[heading] for heading, field in registration.mapping if chosen[heading] != field}


@routes.post("/{job_id}")
def confirm(session: Writing, who: AtDeskOf, event_id: EventId, job_id: AnyId, form: Form) -> Response:
    """Brings the people of the file in."""
    job = held(session, event_id, job_id)
    mode = "sync" if form.get("mode") == "sync" else "add"
    jobs.release(session, job, {**job.payload, "mode": mode})
    note(session, who, f"import.{mode}", event_id, job.id)
    return see_other(f"/desk/events/{event_id}/jobs/{job.id}")


@routes.post("/{job_id}/drop")
def drop(session: Writing, _who: AtDeskOf, event_id: EventId, job_id: AnyId, _form: Form) -> Response:
    """Forgets the file."""
    session.delete(held(session, event_id, job_id))
    return see_other(f"/desk/events/{event_id}/import?notice=removed")


@routes.get("/{job_id}/problems.csv")
def problems(session: Reading, state: Service, _who: AtDeskOf, event_id: EventId, job_id: AnyId) -> Response:
    """The problem rows, as a file to put right and import again."""
    job = jobs.job_of(session, event_id, job_id)
    if job.state == "held":
        found: Any = _registration(state, held(session, event_id, job_id)).problems
    else:
        found = [Problem(**row) for row in job.result.get("problems", [])]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "problems.csv"
        write_problems(found, path)
        text = path.read_bytes()
    return Response(
        text, media_type="text/csv; charset=utf-8", headers={"Content-Disposition": 'attachment; filename="problems.csv"'}
    )


def held(session: Session, event_id: str, job_id: str) -> Job:
    """Returns an upload that is being looked at, with its file.

    Raises:
        NotFound: it was imported, replaced by another or forgotten.
    """
    query = select(Job).options(undefer(Job.upload)).where(Job.id == job_id, Job.event_id == event_id, Job.state == "held")
    job = session.scalar(query)
    if job is None:
        raise NotFound("this upload is not here any more", fix="upload the file again")
    return job


def _registration(state: State, job: Job) -> Registration:
    return read_upload(job.upload or b"", job.payload["filename"], job.payload["columns"], state.machine.max_rows)
