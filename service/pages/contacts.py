"""The attendee's contacts after the event: whom they met, their notes, when to follow up."""

from __future__ import annotations

from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from matcher.service.api.access import Reading, Service
from matcher.service.api.contacts import card_file
from matcher.service.api.meetings import us
from matcher.service.pages.attendee_shell import attendee_page
from matcher.service.pages.sessions import Form, Visitor, see_other
from matcher.service.usecases import contacts as usecase
from matcher.service.usecases import responses
from matcher.service.usecases.people import person_of

from matcher.errors import MatcherError

routes = APIRouter(prefix="/contacts")


@routes.get("")
def my_contacts(request: Request, session: Reading, state: Service, me: Visitor) -> Response:
    """By follow-up date; on request also those with whom one is mutual and has not met."""
    mutual = request.query_params.get("mutual") == "1"
    found = usecase.contacts(session, *us(session, me), mutual)
    return attendee_page(
        request, session, state, me, "contacts.html", "/contacts", contacts=found, mutual=mutual, today=date.today()
    )


@routes.get("/contacts.vcf")
def cards(session: Reading, me: Visitor) -> Response:
    """All contacts for an address book."""
    event, person = us(session, me)
    return card_file(usecase.address_book(event, usecase.contacts(session, event, person)), "contacts.vcf")


@routes.get("/{ref}/contact.vcf")
def card(session: Reading, me: Visitor, ref: str) -> Response:
    """One contact for an address book."""
    event, person = us(session, me)
    return card_file(usecase.address_book(event, [usecase.contact(session, event, person, ref)]), "contact.vcf")


@routes.post("/{ref}")
def note(state: Service, me: Visitor, form: Form, ref: str) -> Response:
    """Keeps the notes about a contact."""
    told = form.get("follow_up_on", "").strip()
    try:
        when = date.fromisoformat(told) if told else None
    except ValueError as error:
        raise MatcherError("a follow-up date that is none", "a day such as 2026-05-04") from error
    words: dict[str, Any] = {key: form.get(key, "").strip()[:5000] for key in ("note", "looks_for")}
    with state.database.writing() as session:
        usecase.keep_contact(session, *us(session, me), ref, **words, follow_up_on=when, no_follow_up=when is None)
    return see_other("/contacts?notice=saved")


@routes.post("/{ref}/met")
def met(state: Service, me: Visitor, form: Form, ref: str) -> Response:
    """Notes that one met somebody with whom one is mutual, or takes that back."""
    with state.database.writing() as session:
        event, person = us(session, me)
        usecase.contact(session, event, person, ref)
        responses.respond(session, event, person, person_of(session, me.event_id, ref), met=form.get("met") == "yes")
    return see_other("/contacts?notice=saved")
