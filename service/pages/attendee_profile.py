"""The attendee's own profile: what they want and offer, with advice on it, and the form of each goal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from matcher.service.api.access import Attendance, Reading, Service
from matcher.service.api.attendees import Changes
from matcher.service.api.me import my_list
from matcher.service.api.state import State
from matcher.service.options import options_of, settings_of
from matcher.service.pages.attendee import BEFORE
from matcher.service.pages.attendee_shell import attendee_page
from matcher.service.pages.html import environment
from matcher.service.pages.sessions import Form, Visitor, see_other
from matcher.service.usecases import people as usecase
from matcher.service.usecases.events import event_of
from matcher.service.usecases.faults import NotReady, Stale
from matcher.service.usecases.lists import seen
from pydantic import ValidationError
from sqlalchemy.orm import Session

from matcher.errors import MatcherError
from matcher.goals import split
from matcher.profiles import SENIORITIES, Attendee, GoalForm

routes = APIRouter(prefix="/profile")
TEXTS = ("seeking", "offering", "bio", "title", "organization", "industry", "seniority", "country")
COMMA_LISTS = ("interests", "languages")
LINE_LISTS = ("met_before", "blocked")
FORMS = (
    ("operational", "Today’s work", "buy, sell, hire, solve a problem. We look for a close fit in your field."),
    ("personal", "Peers and advice", "people in a place like yours, referrals, a sounding board. We look for common ground."),
    ("strategic", "Where I want to be", "a next step, a new field. We look further away: other organizations, other trades."),
)
"""The three forms of a goal in plain words (Ibarra and Hunter, Harvard Business Review, 2007)."""
MINUTES_NEW = 10
"""How long the list marks who came onto it."""


def told(me: Attendee) -> dict[str, Any]:
    """Returns the fields of the form as they are now."""
    texts = {name: getattr(me, name) for name in TEXTS}
    lists = {name: ", ".join(getattr(me, name)) for name in COMMA_LISTS} | {
        name: "\n".join(getattr(me, name)) for name in LINE_LISTS
    }
    return texts | lists


def chosen_forms(me: Attendee) -> dict[str, str]:
    """Returns the forms that the attendee has chosen, by the text of the goal."""
    return {goal.text: str(goal.form) for goal in me.goals if goal.form_stated and not goal.inferred}


def changes_of(form: Mapping[str, str], me: Attendee) -> dict[str, Any]:
    """Returns what the form changes; a field that was left alone still follows the registration.

    Raises:
        ValidationError: a value is too long or of the wrong kind.
    """
    before = told(me)
    given: dict[str, Any] = {}
    for name in (*TEXTS, *COMMA_LISTS, *LINE_LISTS):
        text = _trimmed(form.get(name, before[name]))
        if text == _trimmed(before[name]):
            continue
        parts = text.splitlines() if name in LINE_LISTS else text.replace("\n", ",").split(",")
        given[name] = text if name in TEXTS else list(dict.fromkeys(part.strip() for part in parts if part.strip()))
    if given.get("seniority") and given["seniority"] not in SENIORITIES:
        raise MatcherError(f"the level {given['seniority']!r}", f"one of {', '.join(SENIORITIES)}")
    if any(name.startswith("goal-") for name in form) or "seeking" in given:
        here = set(split(given.get("seeking", me.seeking)).wanted)
        numbers = [name.removeprefix("goal-") for name in form if name.startswith("goal-")]
        wanted = {form[f"goal-{number}"]: form.get(f"form-{number}", "") for number in numbers}
        forms = {text: kind for text, kind in wanted.items() if text in here and kind in set(GoalForm)}
        if forms != chosen_forms(me):
            given["goals"] = [{"text": text, "form": kind} for text, kind in forms.items()]
            given |= {"goal_form": None} if me.goal_form else {}
    return Changes.model_validate(given).given() if given else {}


def _trimmed(text: str) -> str:
    """The text without what browsers and people add at the ends of lines."""
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def draft_of(form: Mapping[str, str], person: Any, me: Attendee) -> Attendee:
    """Returns the attendee as they would be with the form; what does not fit the schema is left as it was."""
    try:
        return usecase.drafted(person, changes_of(form, me))
    except (ValidationError, MatcherError):
        return me


def profile_page(
    request: Request,
    session: Session,
    state: State,
    me: Attendance,
    draft: Attendee | None = None,
    form: Mapping[str, str] | None = None,
    fault: str = "",
    checked: bool = False,
) -> HTMLResponse:
    """Returns the form, filled with what is kept or with a draft."""
    person = usecase.person_of(session, me.event_id, me.ref)
    kept = usecase.attendee_of(person)
    draft = draft or kept
    return attendee_page(
        request,
        session,
        state,
        me,
        "attendee_profile.html",
        "/profile",
        422 if fault else 200,
        fields=told(kept) | {name: value for name, value in (form or {}).items() if name in told(kept)},
        goals=[goal for goal in draft.goals if not goal.inferred],
        advice=draft.advice,
        forms=FORMS,
        levels=SENIORITIES,
        seen=seen(person),
        part=usecase.takes_part(person, settings_of(event_of(session, me.event_id))),
        fault=fault,
        checked=checked,
    )


@routes.get("")
def profile(request: Request, session: Reading, state: Service, me: Visitor) -> Response:
    """What one wants and offers, to change."""
    return profile_page(request, session, state, me)


@routes.post("/check")
def check(request: Request, session: Reading, state: Service, me: Visitor, form: Form) -> Response:
    """The same page with advice on the draft; nothing is kept."""
    person = usecase.person_of(session, me.event_id, me.ref)
    draft = draft_of(form, person, usecase.attendee_of(person))
    return profile_page(request, session, state, me, draft, form, checked=True)


@routes.post("/advice")
def advice(session: Reading, me: Visitor, form: Form) -> Response:
    """Only the advice, for the page to show while one types; nothing is kept."""
    person = usecase.person_of(session, me.event_id, me.ref)
    draft = draft_of(form, person, usecase.attendee_of(person))
    goals = [goal for goal in draft.goals if not goal.inferred]
    text = environment().get_template("attendee_advice.html").render(goals=goals, advice=draft.advice, forms=FORMS)
    return HTMLResponse(text)


@routes.post("")
def save(request: Request, session: Reading, state: Service, me: Visitor, form: Form) -> Response:
    """Keeps the profile; the list shows at once who is new on it."""
    event, person = event_of(session, me.event_id), usecase.person_of(session, me.event_id, me.ref)
    attendee = usecase.attendee_of(person)
    try:
        changes = changes_of(form, attendee)
    except ValidationError as error:
        fault = "; ".join(f"{item['loc'][0]}: {item['msg']}" for item in error.errors())
        return profile_page(request, session, state, me, None, form, f"This could not be saved: {fault}.")
    except MatcherError as error:
        return profile_page(request, session, state, me, None, form, f"This could not be saved: {error}.")
    if not changes:
        return see_other("/profile?notice=same")
    before = _shown(session, state, me) if options_of(event).open and usecase.takes_part(person, settings_of(event)) else None
    try:
        with state.database.writing() as writing:
            version = int(form["version"]) if form.get("version", "").isdigit() else None
            kept = usecase.person_of(writing, me.event_id, me.ref)
            usecase.change_person(writing, event_of(writing, me.event_id), kept, changes, version)
    except Stale:
        with state.database.reading() as fresh:
            fault = (
                "Your profile was changed elsewhere since you opened this page. Your text stands below; look at it and save again."
            )
            return profile_page(request, fresh, state, me, None, form, fault)
    if before is None:
        return see_other("/profile?notice=saved")
    answer = see_other("/people")
    answer.set_cookie(
        BEFORE, before or ".", max_age=MINUTES_NEW * 60, httponly=True, secure=state.machine.secure, samesite="lax", path="/people"
    )
    return answer


def _shown(session: Session, state: State, me: Attendance) -> str | None:
    """The refs on the list now; None where it cannot be made at once, as the change must not wait for it."""
    try:
        return ".".join(line.other.id for line in my_list(session, state, me))
    except NotReady:
        return None
