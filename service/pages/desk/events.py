"""Logging in and out, the events, one event at a glance, and its deletion."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response
from matcher.service.api.access import EventId, Reading, Service, Writing, key_of, note
from matcher.service.jobs.queue import jobs_of
from matcher.service.pages.desk.access import AtDeskOf, OwnerAtDesk, desk_page
from matcher.service.pages.html import page
from matcher.service.pages.sessions import ORGANIZER, AtDesk, Form, forget, form_token, keep, see_other
from matcher.service.store.table import now
from matcher.service.usecases.events import counts, create_event, delete_event, event_of, events
from matcher.service.usecases.runs import published_run, runs

from matcher.errors import MatcherError

routes = APIRouter(prefix="/desk")
SESSION_HOURS = 12
MOST_EVENTS = 500


@routes.get("/login")
def login_page(request: Request, state: Service) -> Response:
    """Asks for the key."""
    return page(request, "desk/login.html", token=form_token(request, state), wrong=False)


@routes.post("/login")
def login(request: Request, session: Writing, state: Service, form: Form) -> Response:
    """Opens the desk with a key."""
    key = key_of(session, form.get("key", "").strip())
    if key is None:
        return page(request, "desk/login.html", status=401, token=form_token(request, state), wrong=True)
    key.last_used_at = now()
    answer = see_other("/desk")
    keep(answer, state, ORGANIZER, state.identity.session_token(key.id), SESSION_HOURS)
    return answer


@routes.post("/logout")
def logout(_form: Form) -> Response:
    """Takes the session out of the browser."""
    answer = see_other("/desk/login")
    forget(answer, ORGANIZER)
    return answer


@routes.get("")
def all_events(request: Request, session: Reading, state: Service, who: AtDesk) -> Response:
    """The events that the key opens; where it opens one, that one at once."""
    if who.event_id:
        return see_other(f"/desk/events/{who.event_id}")
    return _events_page(request, session, state, who)


def _events_page(request: Request, session: Reading, state: Service, who: OwnerAtDesk, name: str = "", fault: str = "") -> Response:
    found = sorted(events(session, "", MOST_EVENTS), key=lambda event: event.created_at, reverse=True)
    rows = [(event, counts(session, event.id)) for event in found]
    return desk_page(
        request, state, who, "events.html", status=422 if fault else 200, events=rows, name=name, faults=[fault] if fault else []
    )


@routes.post("/events")
def make_event(request: Request, state: Service, who: OwnerAtDesk, form: Form) -> Response:
    """Makes an event, and goes on to its settings."""
    name = form.get("name", "").strip()
    if not 1 <= len(name) <= 200:
        with state.database.reading() as session:
            return _events_page(request, session, state, who, name, "The name needs 1 to 200 letters.")
    with state.database.writing() as session:
        event = create_event(session, name, {}, {})
        note(session, who, "event.create", event.id)
    return see_other(f"/desk/events/{event.id}/settings?notice=made")


@routes.get("/events/{event_id}")
def overview(request: Request, session: Reading, state: Service, who: AtDeskOf, event_id: EventId) -> Response:
    """Where the event stands, and what comes next."""
    event = event_of(session, event_id)
    made = runs(session, event_id)
    return desk_page(
        request,
        state,
        who,
        "overview.html",
        event,
        counts=counts(session, event_id),
        published=published_run(session, event_id),
        draft=next((run for run in made if run.state == "draft"), None),
        jobs=jobs_of(session, event_id, 8),
    )


@routes.get("/events/{event_id}/delete")
def ask_delete(request: Request, session: Reading, state: Service, who: OwnerAtDesk, _at: AtDeskOf, event_id: EventId) -> Response:
    """Asks for the event's name before everything of it goes."""
    event = event_of(session, event_id)
    return desk_page(request, state, who, "delete_event.html", event, counts=counts(session, event_id), faults=[])


@routes.post("/events/{event_id}/delete")
def delete(
    request: Request, session: Writing, state: Service, who: OwnerAtDesk, _at: AtDeskOf, event_id: EventId, form: Form
) -> Response:
    """Deletes the event, where its name was typed."""
    event = event_of(session, event_id)
    if " ".join(form.get("name", "").split()) != " ".join(event.name.split()):
        said = ["This is not the name of the event. Nothing was deleted."]
        held = counts(session, event_id)
        return desk_page(request, state, who, "delete_event.html", event, 422, counts=held, faults=said)
    delete_event(session, event_id)
    note(session, who, "event.delete", subject=event_id)
    return see_other("/desk?notice=event_deleted")


def lines_of(error: MatcherError) -> list[str]:
    """Returns what is wrong as one line for each value, without the words of the validator."""
    lines = (line.strip().replace("Value error, ", "") for line in error.found.split(" | "))
    told = [line[:1].upper() + line[1:] for line in lines if line]
    return [*told, *(f"{part[:1].upper()}{part[1:]}." for part in (f"expected {error.expected}",) if error.expected)]
