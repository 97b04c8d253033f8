"""Runs: make, look at, edit, publish, compare, export."""

from __future__ import annotations

import tempfile
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from fastapi.responses import Response as Bytes
from matcher.service import jobs
from matcher.service.api.access import AnyId, EventId, OrganizerOf, PersonRef, Reading, Service, Writing, note
from matcher.service.api.jobs import JobOut
from matcher.service.api.paging import After, Limit, Page
from matcher.service.api.problems import documented
from matcher.service.api.versions import Version, etag
from matcher.service.store import RunRecord
from matcher.service.usecases import pairs
from matcher.service.usecases import runs as usecase
from matcher.service.usecases.events import event_of
from matcher.service.usecases.people import person_of
from pydantic import BaseModel, ConfigDict, Field

from matcher.changes import Diff, diff
from matcher.run import Introduction

routes = APIRouter(prefix="/api/v1/events/{event_id}", tags=["runs"], responses=documented(401, 403, 404, 422))
EXPORTS = {
    "report.html": "text/html; charset=utf-8",
    "lists.html": "text/html; charset=utf-8",
    "lists.csv": "text/csv; charset=utf-8",
    "introductions.csv": "text/csv; charset=utf-8",
    "introductions.xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "run.json": "application/json",
}
ExportName = Literal["report.html", "lists.html", "lists.csv", "introductions.csv", "introductions.xlsx", "run.json"]


class RunOut(BaseModel):
    """A run, with the figures to look at before publishing."""

    id: str
    number: int
    state: str
    version: int
    created_at: datetime
    published_at: datetime | None
    figures: dict[str, Any]
    allocation: dict[str, Any]
    """Objective, proven bound, gap, what is missing to the minimums."""


class PairRuleIn(BaseModel):
    """What is fixed for a pair."""

    model_config = ConfigDict(extra="forbid")
    rule: Literal["locked", "must_meet", "forbidden"]


class RunIn(BaseModel):
    """How a run is made."""

    model_config = ConfigDict(extra="forbid")
    keep_published: bool = Field(True, description="What attendees were told stays; late registrants are fitted in")


class WhyOut(BaseModel):
    """Why two people are, or are not, introduced."""

    a_id: str
    b_id: str
    rule: str = Field("", description="The hard rule that forbids the pair, or empty")
    introduction: Introduction | None = Field(None, description="What each would get from the other, with reasons")


def shown(record: RunRecord) -> RunOut:
    """Returns a run as the API shows it."""
    return RunOut(
        id=record.id,
        number=record.number,
        state=record.state,
        version=record.version,
        created_at=record.created_at,
        published_at=record.published_at,
        figures=record.figures,
        allocation=record.facts.get("allocation", {}),
    )


@routes.post("/runs", status_code=202, summary="Make introductions", responses=documented(409))
def start_run(session: Writing, who: OrganizerOf, event_id: EventId, how: RunIn | None = None) -> JobOut:
    """In the background; the finished run is a draft with the id of the job."""
    event_of(session, event_id)
    job = jobs.enqueue(session, event_id, "run", (how or RunIn(keep_published=True)).model_dump())
    note(session, who, "run.start", event_id, job.id)
    return JobOut.model_validate(job, from_attributes=True)


@routes.get("/runs", summary="List runs")
def list_runs(session: Reading, _who: OrganizerOf, event_id: EventId) -> Page[RunOut]:
    """Newest first."""
    return Page(items=[shown(record) for record in usecase.runs(session, event_id)])


@routes.get("/runs/{run_id}", summary="Read a run")
def read_run(session: Reading, _who: OrganizerOf, event_id: EventId, run_id: AnyId, response: Response) -> RunOut:
    """With its audit."""
    record = usecase.run_of(session, event_id, run_id)
    response.headers.update(etag(record.version))
    return shown(record)


@routes.delete("/runs/{run_id}", status_code=204, summary="Delete a draft", responses=documented(409))
def delete_run(session: Writing, who: OrganizerOf, event_id: EventId, run_id: AnyId) -> None:
    """Published runs stay."""
    usecase.delete_run(session, usecase.run_of(session, event_id, run_id))
    note(session, who, "run.delete", event_id, run_id)


@routes.get("/runs/{run_id}/introductions", summary="The introductions of a run")
def list_introductions(
    session: Reading,
    _who: OrganizerOf,
    event_id: EventId,
    run_id: AnyId,
    ref: Annotated[str, Query(max_length=20, description="Only those of this person")] = "",
    after: After = "",
    limit: Limit = 50,
) -> Page[Introduction]:
    """Best first, with the reasons for both sides."""
    usecase.run_of(session, event_id, run_id)
    start = int(after) if after.isdigit() and len(after) < 10 else 0
    found = usecase.introductions(session, run_id, ref, start, limit)
    return Page(items=found, next=str(start + limit) if len(found) == limit else "")


@routes.post("/runs/{run_id}/publish", summary="Publish a run", responses=documented(409, 412, 428))
def publish_run(
    session: Writing, state: Service, who: OrganizerOf, event_id: EventId, run_id: AnyId, version: Version, response: Response
) -> RunOut:
    """From now on attendees see its introductions; the run before is superseded. Publishing twice changes nothing."""
    record = usecase.publish(session, event_of(session, event_id), usecase.run_of(session, event_id, run_id), version)
    note(session, who, "run.publish", event_id, run_id)
    state.live.warm(event_id)  # attendees come next
    response.headers.update(etag(record.version))
    return shown(record)


@routes.get("/runs/{run_id}/diff/{other_id}", summary="What changes from one run to another")
def diff_runs(session: Reading, _who: OrganizerOf, event_id: EventId, run_id: AnyId, other_id: AnyId) -> Diff:
    """From `run_id` to `other_id`: who gained and lost whom, and how much it is worth to them; ids are refs."""
    event = event_of(session, event_id)
    before, after = (usecase.load(session, event, usecase.run_of(session, event_id, each)) for each in (run_id, other_id))
    return diff(before, after)


@routes.put("/pairs/{a}/{b}", status_code=204, summary="Fix a pair for later runs", responses=documented(409))
def fix_pair(session: Writing, who: OrganizerOf, event_id: EventId, a: PersonRef, b: PersonRef, rule: PairRuleIn) -> None:
    """locked and must_meet: introduced in every later run; forbidden: never, and on no list from now on."""
    pairs.set_rule(session, event_of(session, event_id), a, b, rule.rule)
    note(session, who, f"pair.{rule.rule}", event_id, f"{a} {b}")


@routes.delete("/pairs/{a}/{b}", status_code=204, summary="Free a pair", responses=documented(409))
def free_pair(session: Writing, who: OrganizerOf, event_id: EventId, a: PersonRef, b: PersonRef) -> None:
    """Later runs decide about it."""
    pairs.set_rule(session, event_of(session, event_id), a, b, None)
    note(session, who, "pair.free", event_id, f"{a} {b}")


@routes.post(
    "/runs/{run_id}/pairs/{a}/{b}", status_code=201, summary="Add a pair to a run", responses=documented(409, 412, 428, 503)
)
def add_pair(
    session: Writing,
    state: Service,
    who: OrganizerOf,
    event_id: EventId,
    run_id: AnyId,
    a: PersonRef,
    b: PersonRef,
    version: Version,
) -> Introduction:
    """By hand, with reasons for both; it is also locked for later runs. Hard rules hold all the same."""
    event, record = event_of(session, event_id), _editable(session, event_id, run_id, version)
    for ref in (a, b):
        person_of(session, event_id, ref)
    introduction = usecase.by_hand(session, state.live.get(session, event), event, a, b)
    usecase.add_pair(session, record, introduction)
    pairs.set_rule(session, event, a, b, "locked")
    note(session, who, "run.add_pair", event_id, f"{run_id} {a} {b}")
    return introduction


@routes.delete("/runs/{run_id}/pairs/{a}/{b}", status_code=204, summary="Take a pair out of a run", responses=documented(412, 428))
def remove_pair(
    session: Writing, who: OrganizerOf, event_id: EventId, run_id: AnyId, a: PersonRef, b: PersonRef, version: Version
) -> None:
    """Only out of this run; forbid the pair to keep it out of later ones."""
    usecase.remove_pair(session, _editable(session, event_id, run_id, version), a, b)
    note(session, who, "run.remove_pair", event_id, f"{run_id} {a} {b}")


def _editable(session: Writing, event_id: str, run_id: str, version: int) -> RunRecord:
    from matcher.service.usecases.faults import Stale

    record = usecase.run_of(session, event_id, run_id)
    if record.version != version:
        raise Stale("somebody else changed this run since", f"version {record.version}", "read it again and repeat the change")
    return record


@routes.get("/why", summary="Why, or why not, these two", response_model=WhyOut, responses=documented(503))
def why(
    session: Reading,
    state: Service,
    _who: OrganizerOf,
    event_id: EventId,
    a: Annotated[str, Query(pattern="^[a-z2-7]{20}$")],
    b: Annotated[str, Query(pattern="^[a-z2-7]{20}$")],
) -> Any:
    """The rule that forbids them, or both chances that they welcome each other, with the reasons."""
    event = event_of(session, event_id)
    for ref in (a, b):
        person_of(session, event_id, ref)
    return usecase.explained(session, state.live.get(session, event), event, a, b)


@routes.get(
    "/runs/{run_id}/exports/{name}",
    summary="A run as a file",
    response_class=Bytes,
    responses={200: {"description": "The file", "content": {kind.split(";")[0]: {} for kind in EXPORTS.values()}}},
)
def export(session: Reading, _who: OrganizerOf, event_id: EventId, run_id: AnyId, name: ExportName) -> Bytes:
    """The files of the command line, of the people who are in the event now."""
    return Bytes(
        exported(session, event_id, run_id, name),
        media_type=EXPORTS[name],
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Content-Security-Policy": "sandbox allow-scripts",  # a report opens as a file of its own, with its own scripts
        },
    )


def exported(session: Reading, event_id: str, run_id: str, name: str) -> bytes:
    """Returns one export of a run."""
    from matcher.export import write_outputs

    event = event_of(session, event_id)
    run = usecase.load(session, event, usecase.run_of(session, event_id, run_id), own_ids=True)
    with tempfile.TemporaryDirectory() as folder:
        write_outputs(run, Path(folder))
        return (Path(folder) / name).read_bytes()
