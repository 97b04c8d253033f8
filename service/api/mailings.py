"""Mails to the attendees of an event."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from fastapi.responses import Response
from matcher.service import jobs
from matcher.service.api.access import AnyId, EventId, OrganizerOf, Reading, Service, Writing, note
from matcher.service.api.jobs import JobOut
from matcher.service.api.paging import Page
from matcher.service.api.problems import documented
from matcher.service.store import Mailing
from matcher.service.usecases import mail as usecase
from matcher.service.usecases.events import event_of
from matcher.service.usecases.people import person_of
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

routes = APIRouter(prefix="/api/v1/events/{event_id}/mailings", tags=["mail"], responses=documented(401, 403, 404, 422))


class MailText(BaseModel):
    """What is written; {name}, {first_name}, {event}, {link} and {list} are filled in for each."""

    model_config = ConfigDict(extra="forbid")
    subject: Annotated[str, Field(min_length=1, max_length=200)] = usecase.SUBJECT
    body: Annotated[str, Field(min_length=1, max_length=20_000)] = usecase.BODY


class MailingIn(MailText):
    """A new mailing."""

    audience: Literal["everybody", "introduced"] = "introduced"


class MailingOut(BaseModel):
    """A mailing, and how many recipients are in which state."""

    id: str
    subject: str
    created_at: datetime
    recipients: dict[str, int]


class Rendered(BaseModel):
    """A mail as one person gets it."""

    subject: str
    text: str


def shown(session: Session, mailing: Mailing) -> MailingOut:
    """Returns a mailing as the API shows it."""
    found = usecase.states(session, mailing.id)
    return MailingOut(id=mailing.id, subject=mailing.subject, created_at=mailing.created_at, recipients=found)


@routes.get("", summary="List mailings")
def list_mailings(session: Reading, _who: OrganizerOf, event_id: EventId) -> Page[MailingOut]:
    """Newest first."""
    return Page(items=[shown(session, mailing) for mailing in usecase.mailings(session, event_id)])


@routes.post("", status_code=201, summary="Write a mailing")
def create_mailing(session: Writing, who: OrganizerOf, event_id: EventId, new: MailingIn) -> MailingOut:
    """Nothing is sent yet."""
    mailing = usecase.create_mailing(session, event_of(session, event_id), new.subject, new.body, new.audience)
    note(session, who, "mailing.create", event_id, mailing.id)
    return shown(session, mailing)


@routes.post("/preview", summary="A mail as one person would get it")
def preview_mail(
    session: Reading,
    state: Service,
    _who: OrganizerOf,
    event_id: EventId,
    text: MailText,
    ref: Annotated[str, Query(pattern="^[a-z2-7]{20}$", description="Whose mail to show")],
) -> Rendered:
    """Nothing is kept."""
    usecase.check_template(text.subject)
    usecase.check_template(text.body)
    event, person = event_of(session, event_id), person_of(session, event_id, ref)
    subject, body = usecase.rendered(session, state.identity, state.machine.address, event, person, text.subject, text.body)
    return Rendered(subject=subject, text=body)


@routes.post("/{mailing_id}/send", status_code=202, summary="Send a mailing", responses=documented(409))
def send_mailing(session: Writing, state: Service, who: OrganizerOf, event_id: EventId, mailing_id: AnyId) -> JobOut:
    """In the background, to all who wait; started again it goes on where it stopped, and mails nobody twice."""
    mailing = usecase.mailing_of(session, event_id, mailing_id)
    usecase.check_server(state.machine)
    job = jobs.enqueue(session, event_id, "mail", {"mailing_id": mailing.id})
    note(session, who, "mailing.send", event_id, mailing_id)
    return JobOut.model_validate(job, from_attributes=True)


@routes.post("/{mailing_id}/retry", summary="Put failed mails in line again")
def retry_mailing(
    session: Writing,
    who: OrganizerOf,
    event_id: EventId,
    mailing_id: AnyId,
    unclear: Annotated[bool, Query(description="Also those who may have got it when the service stopped")] = False,
) -> MailingOut:
    """They are sent with the next start."""
    mailing = usecase.mailing_of(session, event_id, mailing_id)
    usecase.try_again(session, mailing, unclear)
    note(session, who, "mailing.retry", event_id, mailing_id)
    return shown(session, mailing)


@routes.get(
    "/{mailing_id}/merge.csv",
    summary="The mailing for a mail-merge program",
    response_class=Response,
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}, "description": "One row per recipient"}},
)
def merge_file(session: Reading, state: Service, _who: OrganizerOf, event_id: EventId, mailing_id: AnyId) -> Response:
    """Holds personal links: treat it so."""
    mailing = usecase.mailing_of(session, event_id, mailing_id)
    text = usecase.merge_file(session, state.identity, state.machine.address, event_of(session, event_id), mailing)
    return Response(text, media_type="text/csv; charset=utf-8", headers={"Content-Disposition": 'attachment; filename="merge.csv"'})
