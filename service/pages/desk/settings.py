"""The settings of an event: the usual ones as a form, all of them as TOML. A form that is stale overwrites nothing."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any
from zoneinfo import available_timezones

import tomli_w
from fastapi import APIRouter, Request
from fastapi.responses import Response
from matcher.service.api.access import EventId, Organizer, Reading, Service, note
from matcher.service.api.state import State
from matcher.service.options import options_of
from matcher.service.pages.desk.access import AtDeskOf, desk_page
from matcher.service.pages.desk.events import lines_of
from matcher.service.pages.sessions import Form, see_other
from matcher.service.store import Event
from matcher.service.usecases.events import change_event, event_of
from matcher.service.usecases.faults import Stale

from matcher.errors import MatcherError, SettingsError
from matcher.event import EventSettings

routes = APIRouter(prefix="/desk/events/{event_id}/settings")
OPTIONS = (
    *("starts_on", "ends_on", "timezone", "contacts", "list_length", "link_days", "request_hours", "meetings"),
    "retention_days",
)
INTRODUCTIONS = ("min", "max", "fairness")


@dataclass(frozen=True, slots=True)
class Typed:
    """What an organizer typed and could not be kept."""

    values: Mapping[str, str]
    faults: list[str]
    toml: str | None = None
    """The text of all settings, where that was what they sent."""
    stale: bool = False


@routes.get("")
def show(request: Request, session: Reading, state: Service, who: AtDeskOf, event_id: EventId) -> Response:
    """The settings as they are."""
    return _settings_page(request, state, who, event_of(session, event_id))


@routes.post("")
def save(request: Request, state: Service, who: AtDeskOf, event_id: EventId, form: Form) -> Response:
    """Keeps the usual settings."""

    def parts(event: Event) -> tuple[dict[str, Any], dict[str, Any]]:
        introductions = {**event.settings.get("introductions", {}), **{key: form.get(key, "") for key in INTRODUCTIONS}}
        rules = {**event.settings.get("rules", {}), "same_organization": "same_organization" in form}
        settings = {"introductions": introductions, "rules": rules, "consent": form.get("consent", "")}
        options = {key: form.get(key, "").strip() or None for key in OPTIONS}
        return settings, {**options, "open": "open" in form}

    return _save(request, state, who, event_id, form, parts, Typed(form, []))


@routes.post("/toml")
def save_all(request: Request, state: Service, who: AtDeskOf, event_id: EventId, form: Form) -> Response:
    """Keeps all settings of the engine, as they were typed."""
    text = form.get("toml", "").replace("\r\n", "\n")

    def parts(_event: Event) -> tuple[dict[str, Any], dict[str, Any]]:
        return all_settings(text), {}

    return _save(request, state, who, event_id, form, parts, Typed({}, [], text))


def _save(
    request: Request, state: State, who: Organizer, event_id: str, form: Mapping[str, str], parts: Any, typed: Typed
) -> Response:
    version = int(form["version"]) if form.get("version", "").isdigit() else 0
    try:
        with state.database.writing() as session:
            settings, options = parts(event_of(session, event_id))
            change_event(session, event_id, version, _name(form), settings, options)
            note(session, who, "event.change", event_id)
    except Stale:
        typed = Typed(typed.values, [], typed.toml, stale=True)
    except MatcherError as error:
        typed = Typed(typed.values, lines_of(error), typed.toml)
    else:
        return see_other(f"/desk/events/{event_id}/settings?notice=saved")
    with state.database.reading() as session:
        return _settings_page(request, state, who, event_of(session, event_id), typed)


def _name(form: Mapping[str, str]) -> str | None:
    name = form.get("name")
    if name is not None and not 1 <= len(name.strip()) <= 200:
        raise SettingsError(f"a name of {len(name.strip())} letters", "1 to 200")
    return name.strip() if name is not None else None


def _settings_page(request: Request, state: State, who: Organizer, event: Event, typed: Typed | None = None) -> Response:
    now = current(event)
    shown = typed is not None and not typed.stale
    values = {**now, **{key: typed.values.get(key, "") for key in now}} if typed and shown and typed.values else now
    lost = {key: (typed.values.get(key, ""), now[key]) for key in now} if typed and typed.stale and typed.values else {}
    return desk_page(
        request,
        state,
        who,
        "settings.html",
        event,
        status=200 if typed is None else 412 if typed.stale else 422,
        values=values,
        version=event.version,
        zones=_zones(),
        toml=typed.toml if typed and shown and typed.toml is not None else as_toml(event),
        fields=_fields(),
        faults=typed.faults if typed else [],
        stale=typed.stale if typed else False,
        of_toml=typed is not None and typed.toml is not None,
        lost={key: pair for key, pair in lost.items() if pair[0] != pair[1]},
        lost_toml=typed.toml if typed and typed.stale else None,
    )


def current(event: Event) -> dict[str, str]:
    """Returns the usual settings of an event as a form shows them."""
    settings, options = EventSettings.model_validate(event.settings), options_of(event)
    numbers = {key: f"{getattr(settings.introductions, key):g}" for key in INTRODUCTIONS}
    own = {key: "" if (value := getattr(options, key)) is None else str(value) for key in OPTIONS}
    return {
        "name": event.name,
        **own,
        **numbers,
        "consent": settings.consent,
        "same_organization": "on" if settings.rules.same_organization else "",
        "open": "on" if options.open else "",
    }


def as_toml(event: Event) -> str:
    """Returns all settings of an event as TOML."""
    settings = EventSettings.model_validate(event.settings)
    return tomli_w.dumps(settings.model_dump(mode="json", exclude_none=True))


def all_settings(text: str) -> dict[str, Any]:
    """Returns every part of the settings that a text in TOML says; what it leaves out is at its default.

    Raises:
        SettingsError: it is no TOML. What does not validate is told when it is stored.
    """
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"this is no TOML: {error}", "lines such as  max = 5") from error
    defaults = EventSettings().model_dump(mode="json")
    return {**defaults, **told}


@cache
def _zones() -> list[str]:
    return sorted(available_timezones())


@cache
def _fields() -> str:
    return files("matcher.data").joinpath("event.example.toml").read_text(encoding="utf-8")
