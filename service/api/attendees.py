"""The people of an event, for its organizers: import, sync, single changes, links, erasure."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, BackgroundTasks, File, Form, Query, Response, UploadFile
from matcher.service import jobs
from matcher.service.api.access import EventId, OrganizerOf, PersonRef, Reading, Service, Writing, note
from matcher.service.api.jobs import JobOut
from matcher.service.api.paging import After, Limit, Page
from matcher.service.api.problems import documented
from matcher.service.api.versions import Version, etag
from matcher.service.identity import Link
from matcher.service.options import settings_of
from matcher.service.store import Person
from matcher.service.usecases import erasure
from matcher.service.usecases import people as usecase
from matcher.service.usecases.events import event_of
from matcher.service.usecases.imports import described, read_upload
from pydantic import BaseModel, ConfigDict, Field

from matcher.errors import MatcherError
from matcher.profiles import GoalForm

routes = APIRouter(prefix="/api/v1/events/{event_id}", tags=["attendees"], responses=documented(401, 403, 404, 422))
Text = Annotated[str, Field(max_length=20_000)]
Word = Annotated[str, Field(max_length=200)]


class GoalIn(BaseModel):
    """A goal and the form that was chosen for it."""

    model_config = ConfigDict(extra="forbid")
    text: Text
    form: GoalForm
    form_stated: Literal[True] = True


class Changes(BaseModel):
    """Fields of a person; those that are not given stay."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"minProperties": 1})
    name: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    email: Annotated[str, Field(max_length=320, pattern=r"^$|^[^@\s]+@[^@\s]+$")] | None = None
    organization: Word | None = None
    title: Word | None = None
    bio: Text | None = None
    offering: Text | None = None
    seeking: Text | None = None
    goals: Annotated[list[GoalIn], Field(max_length=20)] | None = None
    goal_form: GoalForm | None = None
    industry: Word | None = None
    seniority: Word | None = None
    country: Word | None = None
    languages: Annotated[list[Word], Field(max_length=50)] | None = None
    interests: Annotated[list[Word], Field(max_length=100)] | None = None
    group: Word | None = None
    consent: bool | None = None
    min_introductions: Annotated[int, Field(ge=0, le=1000)] | None = None
    max_introductions: Annotated[int, Field(ge=0, le=1000)] | None = None
    met_before: Annotated[list[Word], Field(max_length=1000)] | None = None
    blocked: Annotated[list[Word], Field(max_length=1000)] | None = None
    visible: bool | None = None
    paused: bool | None = None

    def given(self) -> dict[str, Any]:
        """Returns what was given; null takes back what was changed by hand, where the field allows nothing."""
        given = {
            key: value
            for key, value in self.model_dump(mode="json", exclude_unset=True).items()
            if value is not None or key in {"goal_form", "consent", "min_introductions", "max_introductions"}
        }
        return given | ({"goals": [goal.model_dump(mode="json") for goal in self.goals]} if self.goals is not None else {})


class PersonIn(Changes):
    """A new person, entered by hand."""

    external_id: Word = ""
    name: Annotated[str, Field(min_length=1, max_length=200)]


class PersonOut(BaseModel):
    """A person, for the organizer."""

    ref: str
    external_id: str
    name: str
    email: str
    group: str
    takes_part: bool
    visible: bool
    paused: bool
    missing_since: datetime | None
    version: int
    profile: dict[str, Any]


class Preview(BaseModel):
    """How a file would be read."""

    layout: str
    rows: int
    attendees: int
    mapping: list[dict[str, str]]
    sample: list[dict[str, Any]]
    problems: list[dict[str, Any]]


class LinkOut(BaseModel):
    """A personal link; who has it is let in as that person."""

    link: str
    token: str


def shown(person: Person, takes_part: bool) -> PersonOut:
    """Returns a person as organizers see them."""
    attendee = usecase.attendee_of(person)
    profile = usecase.stored(attendee)
    profile["goals"] = [{"text": goal.text, "form": goal.form, "inferred": goal.inferred} for goal in attendee.goals]
    return PersonOut(
        ref=person.ref,
        external_id=person.external_id,
        name=person.name,
        email=person.email,
        group=person.group,
        takes_part=takes_part,
        visible=person.visible,
        paused=person.paused,
        missing_since=person.missing_since,
        version=person.version,
        profile=profile,
    )


def _columns(text: str) -> dict[str, str]:
    try:
        columns = json.loads(text or "{}")
    except ValueError as error:
        raise MatcherError("the columns are no JSON", 'an object such as {"Looking for": "seeking"}') from error
    if not isinstance(columns, dict) or not all(isinstance(value, str) for value in columns.values()):
        raise MatcherError("the columns are no object of texts", 'an object such as {"Looking for": "seeking"}')
    return columns


Upload = Annotated[UploadFile, File(description="A registration export: CSV, XLSX or JSON")]
Columns = Annotated[str, Form(description="JSON object: heading -> field, for headings that are not recognised")]


@routes.post("/imports/preview", summary="How a registration file would be read", responses=documented(409))
def preview_import(
    session: Reading, state: Service, _who: OrganizerOf, event_id: EventId, file: Upload, columns: Columns = ""
) -> Preview:
    """Nothing is kept: the mapping of columns, the first people, and the rows that need a look."""
    wanted = {**settings_of(event_of(session, event_id)).columns, **_columns(columns)}
    registration = read_upload(file.file.read(), file.filename or "upload", wanted, state.machine.max_rows)
    return Preview.model_validate(described(registration))


@routes.post("/imports", status_code=202, summary="Import a registration file", responses=documented(409))
def import_file(
    session: Writing,
    who: OrganizerOf,
    event_id: EventId,
    file: Upload,
    mode: Annotated[Literal["add", "sync"], Form(description="sync also marks who is no longer in the file")] = "add",
    columns: Columns = "",
) -> JobOut:
    """The same file twice changes nothing. What was edited by hand stays, and who was erased does not come back."""
    event = event_of(session, event_id)
    wanted = {**settings_of(event).columns, **_columns(columns)}
    payload = {"filename": file.filename or "upload", "mode": mode, "columns": wanted}
    job = jobs.enqueue(session, event_id, "import", payload, file.file.read())
    note(session, who, f"import.{mode}", event_id, job.id)
    return JobOut.model_validate(job, from_attributes=True)


@routes.get("/attendees", summary="List attendees")
def list_attendees(
    session: Reading,
    _who: OrganizerOf,
    event_id: EventId,
    search: Annotated[str, Query(max_length=200, description="Part of a name, e-mail, id or group")] = "",
    after: After = "",
    limit: Limit = 50,
) -> Page[PersonOut]:
    """By name."""
    settings = settings_of(event_of(session, event_id))
    name, _, ref = after.rpartition("|")
    found = usecase.people(session, event_id, search, (name, ref), limit)
    items = [shown(person, usecase.takes_part(person, settings)) for person in found]
    return Page(items=items, next=f"{found[-1].name}|{found[-1].ref}" if len(found) == limit else "")


@routes.post("/attendees", status_code=201, summary="Enter a person by hand", responses=documented(409))
def create_attendee(
    session: Writing, state: Service, who: OrganizerOf, event_id: EventId, new: PersonIn, response: Response
) -> PersonOut:
    """Somebody who is in no registration file."""
    event = event_of(session, event_id)
    given = new.given()
    given.pop("external_id", None)
    switches = {key: given.pop(key) for key in ("visible", "paused") if key in given}
    person = usecase.create_person(session, state.identity, event, new.external_id, given)
    for key, value in switches.items():
        setattr(person, key, value)
    note(session, who, "attendee.create", event_id, person.ref)
    response.headers.update(etag(person.version))
    return shown(person, usecase.takes_part(person, settings_of(event)))


@routes.get("/attendees/{ref}", summary="Read a person")
def read_attendee(session: Reading, _who: OrganizerOf, event_id: EventId, ref: PersonRef, response: Response) -> PersonOut:
    """With the whole profile."""
    person = usecase.person_of(session, event_id, ref)
    response.headers.update(etag(person.version))
    return shown(person, usecase.takes_part(person, settings_of(event_of(session, event_id))))


@routes.patch("/attendees/{ref}", summary="Change a person", responses=documented(412, 428))
def change_attendee(
    session: Writing, who: OrganizerOf, event_id: EventId, ref: PersonRef, changes: Changes, version: Version, response: Response
) -> PersonOut:
    """Later imports do not undo it."""
    event = event_of(session, event_id)
    person = usecase.change_person(session, event, usecase.person_of(session, event_id, ref), changes.given(), version)
    note(session, who, "attendee.change", event_id, ref)
    response.headers.update(etag(person.version))
    return shown(person, usecase.takes_part(person, settings_of(event)))


@routes.delete("/attendees/{ref}", status_code=204, summary="Erase a person")
def erase_attendee(
    session: Writing, state: Service, who: OrganizerOf, event_id: EventId, ref: PersonRef, after: BackgroundTasks
) -> None:
    """Everything of theirs is gone, and a later import does not bring them back."""
    erasure.erase(session, event_of(session, event_id), usecase.person_of(session, event_id, ref))
    note(session, who, "attendee.erase", event_id, ref)
    after.add_task(state.database.forget_pages)


@routes.post("/attendees/{ref}/link", summary="The personal link of a person")
def issue_link(session: Writing, state: Service, who: OrganizerOf, event_id: EventId, ref: PersonRef) -> LinkOut:
    """Opens their page without a password."""
    person = usecase.person_of(session, event_id, ref)
    token = state.identity.link_token(Link(event_id, ref, person.link_generation))
    note(session, who, "link.issue", event_id, ref)
    return LinkOut(link=f"{state.machine.address}/me/{token}", token=token)


@routes.delete("/attendees/{ref}/link", status_code=204, summary="Revoke all personal links of a person")
def revoke_link(session: Writing, who: OrganizerOf, event_id: EventId, ref: PersonRef) -> None:
    """The next link that is issued works again."""
    usecase.person_of(session, event_id, ref).link_generation += 1
    note(session, who, "link.revoke", event_id, ref)
