"""The attendee's people: the list, one person, answers, search, contact details."""

from __future__ import annotations

from typing import Any

from anyascii import anyascii
from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from matcher.service.api.access import Attendance, Reading, Service, attendance_of
from matcher.service.api.me import found, my_list, reachable
from matcher.service.api.paths import paths_to
from matcher.service.api.state import State
from matcher.service.options import options_of, settings_of
from matcher.service.pages.attendee_shell import attendee_page
from matcher.service.pages.html import page
from matcher.service.pages.sessions import ATTENDEE, Form, Visitor, form_token, keep, see_other
from matcher.service.store import Event, Person
from matcher.service.usecases import lists, responses
from matcher.service.usecases.business_card import vcard
from matcher.service.usecases.events import event_of
from matcher.service.usecases.faults import NotFound
from matcher.service.usecases.meetings import may_propose
from matcher.service.usecases.overview import may_open, overview
from matcher.service.usecases.people import person_of, takes_part
from sqlalchemy.orm import Session

from matcher.mutual import FAIR, MEANING

BEFORE = "before"
"""Cookie with the refs of the list before a change of the profile, for a few minutes: the list then marks who is new."""
FOUND = 12
"""People that a search shows: two screens of a phone."""
_SAID = {"interested": "interested", "no_thanks": "aside", "already_know": "aside", "": "undone"}
routes = APIRouter()


@routes.get("/me/{token}")
def open_link(state: Service, token: str) -> Response:
    """Opens a personal link: the browser keeps it, and the address no longer shows it."""
    attendance_of(state, token)
    answer = RedirectResponse("/people", 303)
    keep(answer, state, ATTENDEE, token, 24 * 120)
    return answer


@routes.get("/link")
def link_needed(request: Request, state: Service) -> Response:
    """For browsers that have opened no personal link, or have left."""
    return page(request, "attendee_link.html", token=form_token(request, state))


@routes.get("/people")
def people(request: Request, session: Reading, state: Service, me: Visitor) -> Response:
    """Whom to meet."""
    event, person = event_of(session, me.event_id), person_of(session, me.event_id, me.ref)
    options = options_of(event)
    shown: dict[str, Any] = {"open": options.open, "starts_on": options.starts_on, "part": takes_part(person, settings_of(event))}
    if shown["open"] and shown["part"]:
        live = state.live.get(session, event)
        shown["groups"] = overview(session, live, event, person, my_list(session, state, me))
        before = request.cookies.get(BEFORE, "")
        shown["changed"] = bool(before)
        shown["new"] = {line.other.id for line in shown["groups"].fresh} - set(before.split(".")) if before else set()
    undo = request.query_params.get("undo", "")
    mine, _ = lists.answers_of(session, event.id, me.ref)
    undone = mine[undo].answer if undo in mine else ""
    return attendee_page(
        request, session, state, me, "people.html", "/people", **shown, undo=undo if undone else "", meaning=MEANING, fair=FAIR
    )


def opened(session: Session, state: State, me: Attendance, ref: str) -> tuple[Event, Person, Person, lists.Line]:
    """Returns the event, the attendee, another person whose page they may open, and what they are told about them.

    Raises:
        NotFound: there is no such person, or the attendee may not know of them.
    """
    event, person = event_of(session, me.event_id), person_of(session, me.event_id, me.ref)
    other, line = session.get(Person, ref), None
    if other is not None and other.event_id == event.id and options_of(event).open:
        live = state.live.get(session, event)
        line = lists.line_about(session, live, event, person, other) if may_open(session, live, event, person, other) else None
    if other is None or line is None:
        raise NotFound("this person is not among those whom you can see", fix="go back to your list")
    return event, person, other, line


@routes.get("/people/{ref}")
def one_person(request: Request, session: Reading, state: Service, me: Visitor, ref: str) -> Response:
    """Everything that one may know of somebody."""
    event, person, other, line = opened(session, state, me, ref)
    more: dict[str, Any] = {"paths": paths_to(session, state, me, ref), "may_ask": may_propose(session, event, person, other)}
    return attendee_page(request, session, state, me, "people_one.html", "/people", line=line, fair=FAIR, **more)


@routes.post("/people/{ref}/answer")
def answer(state: Service, me: Visitor, form: Form, ref: str) -> Response:
    """Interested, not for me, already know, or none of these again."""
    said = form.get("answer", "")
    if said not in _SAID:
        raise NotFound("no such answer", fix="go back to your list")
    with state.database.reading() as session:  # the event may have to be loaded, so this is not done while writing
        reachable(session, state, me, ref)
    with state.database.writing() as session:
        event, person, other = (
            event_of(session, me.event_id),
            person_of(session, me.event_id, me.ref),
            person_of(session, me.event_id, ref),
        )
        responses.respond(session, event, person, other, said)  # type: ignore[arg-type]
        notice = "mutual" if responses.are_mutual(session, event.id, me.ref, ref) else _SAID[said]
    where = f"/people/{ref}" if form.get("back") == "person" and said in ("interested", "") else "/people"
    return see_other(f"{where}?notice={notice}" + (f"&undo={ref}" if where == "/people" and said else ""))


@routes.get("/people/{ref}/contact.vcf")
def business_card(session: Reading, state: Service, me: Visitor, ref: str) -> Response:
    """Their contact details for an address book, where they may be seen."""
    event, _, _, line = opened(session, state, me, ref)
    if line.contact is None:
        raise NotFound("contact details are shown when you both said yes", fix="go back to your list")
    name = "-".join(anyascii(line.other.name).replace('"', "").split()) or "contact"
    return Response(
        vcard(line.other, line.contact.email, f"{event.name}. {line.reason}"),
        media_type="text/vcard; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.vcf"'},
    )


@routes.get("/search")
def search(request: Request, session: Reading, state: Service, me: Visitor) -> Response:
    """People whose words meet what is looked for, among those whom one may see."""
    text = request.query_params.get("q", "").strip()[:500]
    event, person = event_of(session, me.event_id), person_of(session, me.event_id, me.ref)
    may = options_of(event).open and takes_part(person, settings_of(event))
    hits = found(session, state, me, text, FOUND) if may and len(text) > 1 else []
    return attendee_page(request, session, state, me, "people_search.html", "/people", q=text, may=may, hits=hits)
