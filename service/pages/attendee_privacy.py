"""The attendee's say over their data: pause, take no part, take everything along, erase, leave."""

from __future__ import annotations

import json
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from matcher.service.api.access import Reading, Service
from matcher.service.options import options_of, settings_of
from matcher.service.pages.attendee_shell import attendee_page
from matcher.service.pages.sessions import ATTENDEE, Form, Visitor, forget, see_other
from matcher.service.usecases import erasure, ownership
from matcher.service.usecases import people as usecase
from matcher.service.usecases.events import event_of
from matcher.service.usecases.faults import NotFound

routes = APIRouter(prefix="/profile")
SWITCHES: dict[str, tuple[dict[str, Any], str]] = {
    "pause": ({"paused": True}, "paused"),
    "resume": ({"paused": False}, "resumed"),
    "leave": ({"visible": False, "consent": False}, "left"),
    "join": ({"visible": True, "consent": True, "paused": False}, "joined"),
}
"""What each button changes, and what the page then says."""


@routes.get("/privacy")
def privacy(request: Request, session: Reading, state: Service, me: Visitor) -> Response:
    """What is kept, who sees it, and the buttons to change that."""
    event, person = event_of(session, me.event_id), usecase.person_of(session, me.event_id, me.ref)
    settings, options = settings_of(event), options_of(event)
    return attendee_page(
        request,
        session,
        state,
        me,
        "attendee_privacy.html",
        "/profile",
        part=usecase.takes_part(person, settings),
        open_contacts=options.contacts == "open",
        ends_on=options.ends_on,
        retention_days=options.retention_days,
    )


@routes.post("/part")
def part(state: Service, me: Visitor, form: Form) -> Response:
    """Pauses, resumes, leaves or joins the matchmaking."""
    if form.get("part", "") not in SWITCHES:
        raise NotFound("no such choice", fix="go back to the page")
    changes, notice = SWITCHES[form["part"]]
    with state.database.writing() as session:
        usecase.change_person(session, event_of(session, me.event_id), usecase.person_of(session, me.event_id, me.ref), changes)
    return see_other(f"/people?notice={notice}" if form["part"] in ("resume", "join") else f"/profile/privacy?notice={notice}")


@routes.get("/export.json")
def export(session: Reading, me: Visitor) -> Response:
    """Everything that is kept about oneself, as a file."""
    held = ownership.everything(session, event_of(session, me.event_id), usecase.person_of(session, me.event_id, me.ref))
    return Response(
        json.dumps(held, ensure_ascii=False, indent=1, default=str),
        media_type="application/json",
        headers={"Content-Disposition": 'attachment; filename="my-data.json"'},
    )


@routes.get("/erase")
def erase_page(request: Request, session: Reading, state: Service, me: Visitor) -> Response:
    """Asks whether one is sure."""
    return attendee_page(request, session, state, me, "attendee_erase.html", "/profile", unsure=False)


@routes.post("/erase")
def erase(request: Request, state: Service, me: Visitor, form: Form) -> Response:
    """Erases everything of the attendee, if they are sure, and closes their page."""
    if form.get("sure") != "yes":
        with state.database.reading() as session:
            return attendee_page(request, session, state, me, "attendee_erase.html", "/profile", 422, unsure=True)
    with state.database.writing() as session:
        erasure.erase(session, event_of(session, me.event_id), usecase.person_of(session, me.event_id, me.ref))
    state.database.forget_pages()
    return _gone("erased")


@routes.post("/log-out")
def log_out(_me: Visitor, _form: Form) -> Response:
    """Takes the link out of this browser."""
    return _gone("out")


def _gone(notice: str) -> Response:
    answer = see_other(f"/link?notice={notice}")
    forget(answer, ATTENDEE)
    return answer
