"""Who is at the desk, of which event, and a page with what every page of the desk shows."""

from __future__ import annotations

from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse
from matcher.service.api.access import EventId, Organizer, organizer_of_event, owner
from matcher.service.api.state import State
from matcher.service.options import options_of
from matcher.service.pages.html import page
from matcher.service.pages.sessions import AtDesk, form_token
from matcher.service.store import Event


def at_desk_of(who: AtDesk, event_id: EventId) -> Organizer:
    """Returns the organizer, if their key opens the event in the address; events of others do not exist for them."""
    return organizer_of_event(who, event_id)


def owner_at_desk(who: AtDesk) -> Organizer:
    """Returns the organizer, if their key opens everything."""
    return owner(who)


AtDeskOf = Annotated[Organizer, Depends(at_desk_of)]
OwnerAtDesk = Annotated[Organizer, Depends(owner_at_desk)]


def desk_page(
    request: Request, state: State, who: Organizer, template: str, event: Event | None = None, status: int = 200, **values: Any
) -> HTMLResponse:
    """Returns a page of the desk: with the event's own navigation, its clock, and a token for the forms."""
    return page(
        request,
        f"desk/{template}",
        status=status,
        event=event,
        zone=zone_of(event),
        all_events=who.event_id is None,
        token=form_token(request, state),
        **values,
    )


def zone_of(event: Event | None) -> ZoneInfo:
    """Returns the time zone in which times of an event are shown."""
    return ZoneInfo(options_of(event).timezone if event is not None else "UTC")
