"""Which program wrote an export, told from its headings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matcher.registration.headings import normal


@dataclass(frozen=True, slots=True)
class _Layout:
    name: str
    all_of: frozenset[str]
    any_of: frozenset[str] = frozenset()


def _layout(name: str, all_of: str, any_of: str = "") -> _Layout:
    split = [frozenset(part.strip() for part in text.split(",") if part.strip()) for text in (all_of, any_of)]
    return _Layout(name, split[0], split[1])


_LAYOUTS = (
    _layout("tito", "", "ticket full name, unique ticket url, void status, unique order url"),
    _layout("luma", "approval status", "api id, qr code url, user name, user email, registered at, ticket type id, name"),
    _layout("eventbrite", "attendee status", "order number, order type, attendee number, ticket type"),
    _layout("eventbrite", "attendee number", "order number, order type, ticket type"),
    _layout("brella", "", "join code, join url"),
    _layout("b2match", "", "participation type, areas of activities, organization description"),
    _layout("swapcard", "", "exhibitor id, session ids, sessions ids, badge number"),
    _layout("cvent", "confirmation number"),
    _layout("pretix", "order code", "attendee name, product, secret, order status, status, e mail, email"),
    _layout("pretix", "attendee name, product"),
    _layout("pretix", "bestellnummer", "produkt, teilnehmername, name des teilnehmers, geheimnis"),
    _layout("pretix", "order", "attendee name, attendee email, positionid"),
    _layout("pretalx", "code, name", "biography, submissions, avatar"),
    _layout("pretalx", "name", "talks, submissions"),
)
"""Checked from the top: the most telling headings first."""

SPREADSHEET = "spreadsheet"


def layout_of(headings: Sequence[str]) -> str:
    """The name of the layout, or `spreadsheet`.

    >>> layout_of(["Order #", "Attendee Status", "Ticket Type"]), layout_of(["Name", "E-Mail"])
    ('eventbrite', 'spreadsheet')
    """
    found = {normal(heading) for heading in headings}
    for layout in _LAYOUTS:
        if layout.all_of <= found and (not layout.any_of or layout.any_of & found):
            return layout.name
    return SPREADSHEET
