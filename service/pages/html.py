"""Templates to pages."""

from __future__ import annotations

from functools import cache
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined


@cache
def environment() -> Environment:
    """Returns the templates; everything that is put into them is escaped."""
    env = Environment(
        loader=PackageLoader("matcher.service.pages", "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    env.filters["moment"] = lambda value: f"{value:%d %b %Y, %H:%M}" if value else ""
    env.filters["day"] = lambda value: f"{value:%d %b %Y}" if value else ""
    return env


def page(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """Returns a page; `notice` is what the last form said, if it said anything."""
    notice = request.query_params.get("notice", "")
    text = environment().get_template(template).render(notice=NOTICES.get(notice, ""), **values)
    return HTMLResponse(text, status)


NOTICES = {
    "saved": "Saved.",
    "sent": "Sent.",
    "erased": "Everything of yours has been erased.",
    "paused": "You are paused: nobody is shown to you, and you are shown to nobody.",
    "same": "Nothing was changed.",
    "interested": "Noted. When they say yes too, you both see how to reach each other.",
    "aside": "Put aside. They are not told.",
    "undone": "Your answer is taken back.",
    "mutual": "You both said yes: here is how to reach each other.",
    "resumed": "Welcome back. People are shown to you again.",
    "left": "You take no part any more: nobody sees you, and you see nobody.",
    "joined": "You take part now.",
    "out": "You have left on this device. Your personal link lets you in again.",
    "asked": "Asked. You see here when they answer.",
    "accepted": "Agreed. It stands in your calendar.",
    "declined": "Declined.",
    "cancelled": "Called off. Their calendar is told.",
    "moved": "Moved. They are asked again.",
    "held": "Noted. You are each other's contacts now.",
    "no_show": "Noted. Nobody is told who did not come.",
    "calendar": "Subscribe to this address in your calendar.",
    "revoked": "The address is worthless now.",
    "nominated": "They read it now, and that you thought of them.",
    "published": "Published. Attendees see their introductions now.",
    "started": "Under way.",
    "removed": "Removed.",
}
"""What a form can say after it was sent; named in the address, so that no text comes from there."""
