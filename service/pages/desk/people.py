"""The people of an event: found, looked at, changed, paused, erased, and their personal links."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from matcher.service.api.access import EventId, Organizer, PersonRef, Reading, Service, Writing, note
from matcher.service.api.attendees import Changes, issue_link, revoke_link
from matcher.service.api.state import State
from matcher.service.options import settings_of
from matcher.service.pages.desk.access import AtDeskOf, desk_page
from matcher.service.pages.desk.events import lines_of
from matcher.service.pages.sessions import Form, see_other
from matcher.service.store import Person
from matcher.service.usecases import erasure
from matcher.service.usecases.events import event_of
from matcher.service.usecases.faults import Stale
from matcher.service.usecases.people import attendee_of, change_person, create_person, people, person_of, takes_part
from matcher.service.usecases.review import named
from matcher.service.usecases.runs import introductions, published_id
from matcher.service.usecases.timetable import slots_of
from pydantic import ValidationError
from sqlalchemy.orm import Session

from matcher.errors import MatcherError
from matcher.profiles import SENIORITIES, Attendee, GoalForm

routes = APIRouter(prefix="/desk/events/{event_id}/people")
PAGE = 50
TEXTS = ("name", "email", "organization", "title", "industry", "country", "group", "seniority", "bio", "offering", "seeking")
LISTS = ("languages", "interests", "met_before", "blocked")
NUMBERS = ("min_introductions", "max_introductions")
CONSENT = {"": None, "yes": True, "no": False}
After = Annotated[str, Query(max_length=400)]


@routes.get("")
def show_all(
    request: Request,
    session: Reading,
    state: Service,
    who: AtDeskOf,
    event_id: EventId,
    search: Annotated[str, Query(max_length=200)] = "",
    after: After = "",
) -> Response:
    """People by name, a page at a time."""
    event = event_of(session, event_id)
    name, _, ref = after.rpartition("|")
    found = people(session, event_id, search.strip(), (name, ref), PAGE + 1)
    settings = settings_of(event)
    more = len(found) > PAGE
    last = found[PAGE - 1] if more else None
    return desk_page(
        request,
        state,
        who,
        "people.html",
        event,
        rows=[(person, attendee_of(person), takes_part(person, settings)) for person in found[:PAGE]],
        search=search,
        first=not after,
        next=urlencode({"search": search, "after": f"{last.name}|{last.ref}"}) if last else "",
    )


@routes.get("/new")
def ask_new(request: Request, session: Reading, state: Service, who: AtDeskOf, event_id: EventId) -> Response:
    """A form for somebody who is in no registration file."""
    return _form_page(request, session, state, who, event_id, None, values_of(Attendee("", "")), [])


@routes.post("/new")
def make(request: Request, state: Service, who: AtDeskOf, event_id: EventId, form: Form) -> Response:
    """Enters somebody by hand."""
    try:
        with state.database.writing() as session:
            changes = changes_of(form, values_of(Attendee("", "")))
            visible = changes.pop("visible", True)
            event = event_of(session, event_id)
            person = create_person(session, state.identity, event, form.get("external_id", "").strip()[:200], changes)
            person.visible = visible
            note(session, who, "attendee.create", event_id, person.ref)
    except MatcherError as error:
        with state.database.reading() as session:
            return _form_page(request, session, state, who, event_id, None, form, lines_of(error))
    return see_other(f"/desk/events/{event_id}/people/{person.ref}?notice=saved")


@routes.get("/{ref}")
def show(request: Request, session: Reading, state: Service, who: AtDeskOf, event_id: EventId, ref: PersonRef) -> Response:
    """One person: profile, introductions, link."""
    return _person_page(request, session, state, who, event_id, ref)


def _person_page(
    request: Request, session: Session, state: State, who: Organizer, event_id: str, ref: str, link: str = ""
) -> Response:
    event, person = event_of(session, event_id), person_of(session, event_id, ref)
    run_id = published_id(session, event_id)
    sides = [found.side(ref) for found in introductions(session, run_id, ref)] if run_id else []
    return desk_page(
        request,
        state,
        who,
        "person.html",
        event,
        person=person,
        profile=attendee_of(person),
        part=takes_part(person, settings_of(event)),
        run=run_id,
        sides=sides,
        names=named(session, event_id, {side.other_id for side in sides}),
        link=link,
        days=event.options.get("link_days", 120),
        away=[slot for slot in slots_of(event) if slot.name in person.away],
    )


@routes.get("/{ref}/edit")
def ask_change(request: Request, session: Reading, state: Service, who: AtDeskOf, event_id: EventId, ref: PersonRef) -> Response:
    """The profile as a form."""
    person = person_of(session, event_id, ref)
    return _form_page(request, session, state, who, event_id, person, values_of(attendee_of(person), person.visible), [])


@routes.post("/{ref}/edit")
def change(request: Request, state: Service, who: AtDeskOf, event_id: EventId, ref: PersonRef, form: Form) -> Response:
    """Keeps what was changed; the rest goes on following the registration."""
    version = int(form["version"]) if form.get("version", "").isdigit() else 0
    try:
        with state.database.writing() as session:
            event, person = event_of(session, event_id), person_of(session, event_id, ref)
            changes = changes_of(form, values_of(attendee_of(person), person.visible))
            if changes:
                change_person(session, event, person, changes, version)
                note(session, who, "attendee.change", event_id, ref)
    except Stale:  # what they typed was based on values that hold no more, so the form shows those of now
        with state.database.reading() as session:
            person = person_of(session, event_id, ref)
            now = values_of(attendee_of(person), person.visible)
            lost = {key: (form.get(key, "").replace("\r\n", "\n").strip(), value) for key, value in now.items()}
            return _form_page(request, session, state, who, event_id, person, now, [], lost)
    except MatcherError as error:
        with state.database.reading() as session:
            return _form_page(request, session, state, who, event_id, person_of(session, event_id, ref), form, lines_of(error))
    return see_other(f"/desk/events/{event_id}/people/{ref}?notice=saved")


def _form_page(
    request: Request,
    session: Session,
    state: State,
    who: Organizer,
    event_id: str,
    person: Person | None,
    values: Mapping[str, str],
    faults: list[str],
    lost: Mapping[str, tuple[str, str]] | None = None,
) -> Response:
    event = event_of(session, event_id)
    shown = {key: values.get(key, "") for key in (*TEXTS, *LISTS, *NUMBERS, "consent", "goal_form", "visible", "external_id")}
    return desk_page(
        request,
        state,
        who,
        "person_form.html",
        event,
        422 if faults else 200 if lost is None else 412,
        person=person,
        values=shown,
        stale=lost is not None,
        lost={key: pair for key, pair in (lost or {}).items() if pair[0] != pair[1]},
        seniorities=[("", "not known"), *((level, level) for level in SENIORITIES)],
        forms=[("", "as each goal reads"), *((form.value, form.value) for form in GoalForm)],
        faults=faults,
    )


def values_of(attendee: Attendee, visible: bool = True) -> dict[str, str]:
    """Returns a profile as a form shows it."""
    answer = {None: "", True: "yes", False: "no"}[attendee.consent]
    return {
        **{key: str(getattr(attendee, key)) for key in TEXTS},
        **{key: "\n".join(getattr(attendee, key)) for key in LISTS},
        **{key: "" if (number := getattr(attendee, key)) is None else str(number) for key in NUMBERS},
        "consent": answer,
        "goal_form": attendee.goal_form.value if attendee.goal_form else "",
        "visible": "on" if visible else "",
    }


def changes_of(form: Mapping[str, str], before: Mapping[str, str]) -> dict[str, Any]:
    """Returns the fields that a form changes, as the API takes them; what is as before is no change.

    Raises:
        MatcherError: a value does not fit.
    """
    typed = {key: form.get(key, "").replace("\r\n", "\n").strip() for key in before}
    changed = {key for key, value in typed.items() if value != before[key].strip()}
    told: dict[str, Any] = {key: typed[key] for key in changed & set(TEXTS)}
    told |= {key: [line.strip() for line in typed[key].split("\n") if line.strip()] for key in changed & set(LISTS)}
    told |= {key: typed[key] or None for key in changed & {*NUMBERS, "goal_form"}}
    if "consent" in changed:
        told["consent"] = CONSENT.get(typed["consent"])
    if "seeking" in changed:
        told["goals"] = []  # they are read from the new words
    if "visible" in changed:
        told["visible"] = typed["visible"] == "on"
    try:
        return Changes.model_validate(told).given()
    except ValidationError as error:
        wrong = " | ".join(f"{str(item['loc'][0]).replace('_', ' ')}: {item['msg']}" for item in error.errors())
        raise MatcherError(wrong) from error


@routes.post("/{ref}/pause")
def pause(session: Writing, who: AtDeskOf, event_id: EventId, ref: PersonRef, form: Form) -> Response:
    """Takes a person off all lists for a while, or lets them back."""
    paused = form.get("paused") == "yes"
    change_person(session, event_of(session, event_id), person_of(session, event_id, ref), {"paused": paused})
    note(session, who, "attendee.change", event_id, ref)
    return see_other(f"/desk/events/{event_id}/people/{ref}?notice={'person_paused' if paused else 'person_back'}")


@routes.post("/{ref}/link")
def link(
    request: Request, session: Writing, state: Service, who: AtDeskOf, event_id: EventId, ref: PersonRef, _form: Form
) -> Response:
    """Shows the person's link, to be copied; who has it is let in as that person."""
    issued = issue_link(session, state, who, event_id, ref)
    return _person_page(request, session, state, who, event_id, ref, issued.link)


@routes.post("/{ref}/link/revoke")
def revoke(session: Writing, who: AtDeskOf, event_id: EventId, ref: PersonRef, _form: Form) -> Response:
    """Makes all links of the person open nothing."""
    revoke_link(session, who, event_id, ref)
    return see_other(f"/desk/events/{event_id}/people/{ref}?notice=links_revoked")


@routes.get("/{ref}/erase")
def ask_erase(request: Request, session: Reading, state: Service, who: AtDeskOf, event_id: EventId, ref: PersonRef) -> Response:
    """Says what goes, and asks."""
    person = person_of(session, event_id, ref)
    return desk_page(request, state, who, "erase.html", event_of(session, event_id), person=person)


@routes.post("/{ref}/erase")
def erase(session: Writing, who: AtDeskOf, event_id: EventId, ref: PersonRef, _form: Form) -> Response:
    """Deletes everything of the person."""
    erasure.erase(session, event_of(session, event_id), person_of(session, event_id, ref))
    note(session, who, "attendee.erase", event_id, ref)
    return see_other(f"/desk/events/{event_id}/people?notice=person_erased")
