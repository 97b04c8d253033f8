"""An attendee's contacts: whom they met, their notes, when to follow up, vCards."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from matcher.service.api.access import Me, PersonRef, Reading, Writing
from matcher.service.api.me import SeenPerson, person_seen
from matcher.service.api.meetings import us
from matcher.service.api.paging import Page
from matcher.service.api.problems import documented
from matcher.service.usecases import contacts as usecase
from matcher.service.usecases.contacts import MyContact
from pydantic import BaseModel, ConfigDict, Field

routes = APIRouter(prefix="/api/v1/me", tags=["contacts"], responses=documented(401, 404, 422))
CARDS = "text/vcard; charset=utf-8"
_CARDS: dict[int | str, dict[str, Any]] = {200: {"description": "vCards", "content": {"text/vcard": {}}}}
Own = Annotated[str, Field(max_length=5000)]
AlsoMutual = Annotated[bool, Query(description="Also those with whom you are mutual, met or not")]


class ContactOut(BaseModel):
    """Somebody whom you met, and what you noted about them; nobody else reads it."""

    ref: str
    person: SeenPerson | None = Field(description="null where they take no part any more")
    met: bool
    mutual: bool
    note: str
    looks_for: str
    follow_up_on: date | None
    email: str = Field("", description="Only when both said interested, or the event's lists are open")


class NotesIn(BaseModel):
    """What you note; what is not given stays, a date of null takes the date away."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"minProperties": 1})
    note: Own | None = None
    looks_for: Own | None = None
    follow_up_on: date | None = None


def shown(found: MyContact) -> ContactOut:
    """Returns a contact as the API shows it."""
    names = ("ref", "met", "mutual", "note", "looks_for", "follow_up_on")
    return ContactOut(
        person=person_seen(found.other) if found.other else None,
        email=found.contact.email if found.contact else "",
        **{name: getattr(found, name) for name in names},
    )


@routes.get("/contacts", summary="Your contacts")
def my_contacts(session: Reading, me: Me, mutual: AlsoMutual = False) -> Page[ContactOut]:
    """Whom you met, by the date on which you want to follow up."""
    return Page(items=[shown(each) for each in usecase.contacts(session, *us(session, me), mutual)])


@routes.get("/contacts/vcards", summary="Your contacts for an address book", response_class=Response, responses=_CARDS)
def contact_cards(session: Reading, me: Me, mutual: AlsoMutual = False) -> Response:
    """All in one file."""
    event, person = us(session, me)
    return card_file(usecase.address_book(event, usecase.contacts(session, event, person, mutual)), "contacts.vcf")


@routes.get("/contacts/{ref}", summary="One contact")
def my_contact(session: Reading, me: Me, ref: PersonRef) -> ContactOut:
    """With your notes."""
    return shown(usecase.contact(session, *us(session, me), ref))


@routes.get("/contacts/{ref}/vcard", summary="One contact for an address book", response_class=Response, responses=_CARDS)
def contact_card(session: Reading, me: Me, ref: PersonRef) -> Response:
    """With the e-mail where you may see it, and your notes."""
    event, person = us(session, me)
    return card_file(usecase.address_book(event, [usecase.contact(session, event, person, ref)]), "contact.vcf")


@routes.patch("/contacts/{ref}", summary="Note something about a contact", responses=documented(409))
def change_contact(session: Writing, me: Me, ref: PersonRef, notes: NotesIn) -> ContactOut:
    """Yours alone: the other does not see it, and the organizers do not."""
    given = notes.model_dump(exclude_unset=True)
    dropped = "follow_up_on" in given and given["follow_up_on"] is None
    return shown(usecase.keep_contact(session, *us(session, me), ref, **given, no_follow_up=dropped))


@routes.delete("/contacts/{ref}", status_code=204, summary="Delete your notes about a contact")
def drop_contact(session: Writing, me: Me, ref: PersonRef) -> None:
    """Whom you met stays met."""
    usecase.drop_notes(session, us(session, me)[0], us(session, me)[1], ref)


def card_file(data: bytes, name: str) -> Response:
    """Returns vCards as a response."""
    return Response(data, media_type=CARDS, headers={"Content-Disposition": f'attachment; filename="{name}"'})
