"""What each kind of work does. Each can be repeated without harm: what it keeps, it keeps in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from matcher.service.identity import Identity, instance_secret
from matcher.service.jobs.queue import Progress
from matcher.service.options import settings_of
from matcher.service.settings import MachineSettings
from matcher.service.store import Database, Job
from matcher.service.usecases.telling import tell
from sqlalchemy import select
from sqlalchemy.orm import undefer

from matcher.errors import MatcherError

Work = Callable[[Database, Job, Progress, MachineSettings], Mapping[str, Any]]


def load_job(database: Database, job_id: str) -> Job:
    """Returns the work with its upload."""
    with database.reading() as session:
        job = session.scalar(select(Job).options(undefer(Job.upload)).where(Job.id == job_id))
        if job is None:
            raise MatcherError("the job was deleted with its event")
        return job


def import_people(database: Database, job: Job, progress: Progress, machine: MachineSettings) -> Mapping[str, Any]:
    """Reads the uploaded registration and brings its people into the event."""
    from matcher.service.usecases.events import event_of
    from matcher.service.usecases.imports import apply_registration, erased_ids, problem_rows, read_upload
    from matcher.service.usecases.redaction import redacted

    progress("reading")
    registration = read_upload(job.upload or b"", job.payload["filename"], job.payload["columns"], machine.max_rows)
    progress("saving", 0, len(registration.attendees))
    with database.writing() as session:
        event = event_of(session, job.event_id)
        identity = Identity(instance_secret(session))
        done = apply_registration(session, identity, event, registration, job.payload["mode"] == "sync")
        tell(session, event.id, "import.finished", {"job_id": job.id, **asdict(done)})
        erased = erased_ids(session, identity, event, registration)
    gone = [person for person in registration.attendees if person.id in erased]
    handles = {handle for person in gone for handle in (person.id, person.email, person.name) if handle}
    problems = redacted(problem_rows(registration), handles)
    return {**asdict(done), "problems": problems, "mapping": [list(pair) for pair in registration.mapping]}


def make_run(database: Database, job: Job, progress: Progress, machine: MachineSettings) -> Mapping[str, Any]:
    """Makes the introductions of the event: a draft for the organizer to look at."""
    from matcher.service.usecases.erasure import erase_from_runs
    from matcher.service.usecases.events import event_of
    from matcher.service.usecases.learning import active_reranker
    from matcher.service.usecases.pairs import own_lists, settled
    from matcher.service.usecases.people import engine_people, gone
    from matcher.service.usecases.runs import drop_old_scores, load, pack, published_run, save_run
    from matcher.service.vectors import KeptEncoder

    from matcher.changes import as_told
    from matcher.matching import matched
    from matcher.pipeline import Stopwatch, prepare
    from matcher.profiles import Registration

    class Told(Stopwatch):
        @contextmanager
        def stage(self, name: str) -> Iterator[None]:
            progress(name)
            with super().stage(name):
                yield

    with database.reading() as session:
        event = event_of(session, job.event_id)
        settings, revision = settings_of(event), event.revision
        people = engine_people(session, event, settings)
        if len(people) < 2:
            raise MatcherError(f"{len(people)} people take part", "at least two", "import the registrations first")
        settings = own_lists(session, event, settings)
        locked, forbidden = settled(session, event)
        record = published_run(session, event.id) if job.payload.get("keep_published", True) else None
        before = load(session, event, record) if record else None
        encoder = KeptEncoder(session, event.id, settings, lambda done, total: progress("texts and vectors", done, total))
        reranker = active_reranker(session, event.id, settings)
    registration = Registration(tuple(people), layout="service", rows=len(people))
    prepared = prepare(registration, settings, encoder, reranker, watch=Told())
    told = [(i.a_id, i.b_id) for i in before.introductions] if before else []
    run, scored = matched(prepared, registration, event.name, [*locked, *told], forbidden)
    run = as_told(run, before) if before else run
    progress("saving")
    with database.writing() as session:
        event = event_of(session, job.event_id)
        record = save_run(session, event, job.id, run, pack(prepared, scored), revision)
        tell(session, event.id, "run.finished", {"run_id": record.id, "introductions": len(run.introductions)})
        drop_old_scores(session, event.id, record.id)
        for ref in gone(session, event.id, (attendee.id for attendee in people)):
            erase_from_runs(session, event.id, ref)
        encoder.keep(session, event.id, prepared.attendees)
    return {"run_id": job.id, "introductions": len(run.introductions), "left": len(run.left)}


def make_schedule(database: Database, job: Job, progress: Progress, machine: MachineSettings) -> Mapping[str, Any]:
    """Places the published introductions into slots and at tables, as drafts."""
    from matcher.service.usecases.drafts import keep
    from matcher.service.usecases.events import event_of
    from matcher.service.usecases.planning import place, prepare

    progress("reading")
    with database.reading() as session:
        event = event_of(session, job.event_id)
        plan = prepare(session, event)
    progress("placing", 0, len(plan.pairs) - plan.standing)
    found = place(event, plan)
    progress("saving")
    with database.writing() as session:
        return keep(session, event_of(session, job.event_id), plan, found)


def send_mails(database: Database, job: Job, progress: Progress, machine: MachineSettings) -> Mapping[str, Any]:
    """Sends what is left of a mailing."""
    from matcher.service.usecases.mail import send_mailing

    return send_mailing(database, machine, job.payload["mailing_id"], progress)


def train(database: Database, job: Job, progress: Progress, machine: MachineSettings) -> Mapping[str, Any]:
    """Learns from the event's answers."""
    from matcher.service.usecases.learning import train_event

    return train_event(database, job.event_id, progress)


WORK: dict[str, Work] = {
    "import": import_people,
    "run": make_run,
    "schedule": make_schedule,
    "mail": send_mails,
    "train": train,
}
