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
    env.filters["at"] = lambda value, zone: f"{value.astimezone(zone):%d %b %Y, %H:%M}" if value else ""
    env.filters["share"] = lambda value: f"{100 * value:.0f} %" if value is not None else "–"
    env.filters["format_field"] = lambda name: "{" + name + "}"
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
    "called_off": "Called off. Their calendar is told.",
    "moved": "Moved. They are asked again.",
    "held": "Noted. You are each other's contacts now.",
    "no_show": "Noted. Nobody is told who did not come.",
    "times": "Noted. Nobody can ask you for these times.",
    "calendar": "Subscribe to this address in your calendar.",
    "revoked": "The address is worthless now.",
    "nominated": "They read it now, and that you thought of them.",
    "published": "Published. Attendees see their introductions now.",
    "started": "Under way.",
    "removed": "Removed.",
    "done": "Done.",
    "made": "Made.",
    "merge": "The mail is ready: take its file for the mail merge.",
    "person_erased": "Everything of this person has been erased, and a later import does not bring them back.",
    "person_paused": "Paused: on nobody's list, and no suggestions, until it is lifted.",
    "person_back": "Takes part again.",
    "links_revoked": "All links of this person are revoked. The next one you issue works again.",
    "key_revoked": "Revoked: it opens nothing from now on.",
    "event_deleted": "The event is deleted, with everything of it.",
    "job_cancelled": "Cancelled. What runs stops within seconds, and nothing of it is kept.",
    "added": "Added to this run, and locked for later ones.",
    "taken_out": "Taken out of this run. Forbid the pair to keep it out of later ones too.",
    "locked": "Locked: they are introduced in every later run.",
    "must_meet": "They must meet: they are introduced in every later run.",
    "forbidden": "Forbidden: they are never introduced, and on no list of each other from now on.",
    "freed": "Freed: later runs decide about them.",
    "webhook_deleted": "Deleted: it is told nothing from now on.",
    "replayed": "On its way again. Reload in a moment to see how it went.",
    "model_used": "In use: lists and later runs follow this model. What is published stays.",
    "model_back": "The model before is in use again.",
    "run_deleted": "The draft is deleted.",
}
"""What a form can say after it was sent; named in the address, so that no text comes from there."""
