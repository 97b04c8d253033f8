"""A person as a vCard, for the reader's address book."""

from __future__ import annotations

import vobject

from matcher.profiles import Attendee


def vcard(person: Attendee, email: str, note: str) -> bytes:
    """Returns a vCard 3.0 (RFC 2426), which all phones read.

    Args:
        person: whose card it is.
        email: where they can be reached; only given where the reader may know it.
        note: where the reader knows them from.
    """
    card = vobject.vCard()
    given, _, family = person.name.rpartition(" ")
    card.add("n").value = vobject.vcard.Name(family=person.last_name or family, given=person.first_name or given)
    card.add("fn").value = person.name
    if email:
        card.add("email").value = email
        card.email.type_param = "INTERNET"
    if person.organization:
        card.add("org").value = [person.organization]
    if person.title:
        card.add("title").value = person.title
    card.add("note").value = note
    return str(card.serialize()).encode()
