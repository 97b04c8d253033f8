"""`lists.html` and `report.html`: self-contained pages that open offline."""

from __future__ import annotations

import html
import json
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from matcher import mutual
from matcher.audit import audit, told
from matcher.profiles import Attendee
from matcher.run import LITTLE, Run

if TYPE_CHECKING:
    from jinja2 import Environment

PALETTE = ("#1f6f78", "#e07a3f", "#6a4c93", "#3a7d44", "#b23a48", "#4a7fb5", "#8a6d3b", "#c2588f", "#5b6770", "#2a9d8f")


def write_lists_page(run: Run, path: Path) -> None:
    """Writes `lists.html`: printable, one page an attendee."""
    write_page(path, "lists.html", run.title, run.attendees, run=run, lists=run.lists(), left={each.id: each for each in run.left})


def write_report_page(run: Run, path: Path) -> None:
    """Writes `report.html`: what an organizer wants to see before publishing."""
    from plotly.offline import get_plotlyjs

    figures = audit(run)
    names = {attendee.id: attendee.name for attendee in run.attendees}
    shown = {key: run.facts[key] for key in ("settings", "versions", "allocation", "encoder", "reranker")}
    write_page(
        path,
        "report.html",
        run.title,
        run.attendees,
        run=run,
        audit=figures,
        little=LITTLE,
        unmet=told.unmet(figures, names),
        filler=told.filler(figures, names),
        most_people=max(figures.per_person.values(), default=1),
        most_forms=max(*figures.forms.values(), 1),
        meaning=mutual.MEANING,
        map=_map(run),
        facts=json.dumps(shown, indent=1, ensure_ascii=False),
        plotly=_trusted(get_plotlyjs()),
    )


def write_page(path: Path, template: str, title: str, attendees: Iterable[Attendee], **values: Any) -> None:
    """Writes a template with the event's title, its people by id and the style sheet, so that the page opens by itself."""
    style = files("matcher.templates").joinpath("style.css").read_text(encoding="utf-8")
    page = _pages().get_template(template)
    people = {attendee.id: attendee for attendee in attendees}
    path.write_text(page.render(title=title, people=people, style=_trusted(style), **values), encoding="utf-8", newline="\n")


@cache
def _pages() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    pages = Environment(loader=PackageLoader("matcher", "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    pages.filters["clip"] = clip
    pages.filters["line"] = line
    return pages


def line(parts: Iterable[str]) -> str:
    """Returns what is there of the parts, with commas between.

    >>> line(["Welder", "", "Arc"])
    'Welder, Arc'
    """
    return ", ".join(part for part in parts if part)


def clip(text: str, length: int) -> str:
    """Returns the text on one line, cut with an ellipsis where it is longer than `length`.

    >>> clip("one  two three", 9)
    'one two…'
    """
    text = " ".join(text.split())
    return text if len(text) <= length else text[:length].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"


def _trusted(text: str) -> str:
    from markupsafe import Markup

    return Markup(text)  # our own style sheet and Plotly's script, never anything from a profile


def _map(run: Run) -> dict[str, Any]:
    place = {attendee.id: number for number, attendee in enumerate(run.attendees)}
    groups = sorted({attendee.group or "attendee" for attendee in run.attendees})
    lists = run.lists()
    return {
        "x": [x for x, _ in run.positions],
        "y": [y for _, y in run.positions],
        "names": [attendee.name for attendee in run.attendees],
        # Plotly reads a few tags in hover texts, so these are escaped here; everything else is set as text
        "hover": [
            html.escape(attendee.name)
            + "<br>"
            + html.escape(clip(", ".join(filter(None, (attendee.title, attendee.organization))), 70))
            for attendee in run.attendees
        ],
        "degree": [len(lists[attendee.id]) for attendee in run.attendees],
        "groups": [groups.index(attendee.group or "attendee") for attendee in run.attendees],
        "group_names": [html.escape(group) for group in groups],
        "palette": list(PALETTE),
        "edges": [[place[i.a_id], place[i.b_id], i.strength.value] for i in run.introductions],
    }
