"""The attendee's opportunities: write one, see which contacts want it, nominate them; and for what others thought of oneself."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response
from matcher.service.api.access import Reading, Service
from matcher.service.api.meetings import us
from matcher.service.api.opportunities import fits_of
from matcher.service.pages.attendee_shell import attendee_page
from matcher.service.pages.sessions import Form, Visitor, see_other
from matcher.service.usecases import opportunities as usecase
from matcher.service.usecases.contacts import contacts

routes = APIRouter(prefix="/opportunities")
SHOWN = 8
"""Contacts told as a fit: more than a screen of them are no answer."""


@routes.get("")
def my_opportunities(request: Request, session: Reading, state: Service, me: Visitor) -> Response:
    """What others thought of the reader for, and what the reader wrote."""
    event, person = us(session, me)
    mine, for_me = usecase.written(session, event, person), usecase.for_me(session, event, person)
    return attendee_page(
        request, session, state, me, "opportunities.html", "/opportunities", mine=mine, for_me=for_me, longest=usecase.LONGEST
    )


@routes.post("")
def write(state: Service, me: Visitor, form: Form) -> Response:
    """Keeps a new one, and shows whom it would suit."""
    with state.database.writing() as session:
        made = usecase.write(session, *us(session, me), form.get("text", ""))
    return see_other(f"/opportunities/{made.id}")


@routes.get("/{opportunity_id}")
def opportunity(request: Request, session: Reading, state: Service, me: Visitor, opportunity_id: str) -> Response:
    """Who among the reader's contacts might want it, and why."""
    event, person = us(session, me)
    found = usecase.one(session, event, person, opportunity_id)
    fits = fits_of(session, state, me, opportunity_id, SHOWN)
    known = {fit.other.id for fit in fits} | {nominee.ref for nominee in found.nominees}
    others = [each for each in contacts(session, event, person, mutual=True) if each.other is not None and each.ref not in known]
    return attendee_page(
        request,
        session,
        state,
        me,
        "opportunities_one.html",
        "/opportunities",
        one=found,
        fits=[fit for fit in fits if not fit.nominated],
        others=others,
    )


@routes.post("/{opportunity_id}/nominate")
def nominate(state: Service, me: Visitor, form: Form, opportunity_id: str) -> Response:
    """Nominates a contact."""
    with state.database.writing() as session:
        usecase.nominate(session, *us(session, me), opportunity_id, form.get("ref", ""), form.get("note", ""))
    return see_other(f"/opportunities/{opportunity_id}?notice=nominated")


@routes.post("/{opportunity_id}/take-back")
def take_back(state: Service, me: Visitor, form: Form, opportunity_id: str) -> Response:
    """Takes a nomination back."""
    with state.database.writing() as session:
        usecase.take_back(session, *us(session, me), opportunity_id, form.get("ref", ""))
    return see_other(f"/opportunities/{opportunity_id}?notice=removed")


@routes.post("/{opportunity_id}/delete")
def delete(state: Service, me: Visitor, form: Form, opportunity_id: str) -> Response:
    """Deletes one."""
    with state.database.writing() as session:
        usecase.remove(session, *us(session, me), opportunity_id)
    return see_other("/opportunities?notice=removed")
