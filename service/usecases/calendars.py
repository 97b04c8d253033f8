"""Meetings as calendars (RFC 5545): a feed that each person subscribes to by a secret address, and single meetings.

An entry's UID is the meeting's id and its SEQUENCE rises with every change, so calendars update what they have. What was called
off stays in the feed as cancelled. The address tells nothing about the person, and a new one makes the old one worthless.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import UTC, timedelta
from typing import Any

from matcher.service.store import Event, Person
from matcher.service.usecases.agenda import MyMeeting, my_meetings
from matcher.service.usecases.faults import NotFound
from sqlalchemy import select
from sqlalchemy.orm import Session

REFRESH = timedelta(minutes=15)
"""How often calendars are asked to look again."""
_STATUS = {"proposed": "TENTATIVE", "accepted": "CONFIRMED", "confirmed": "CONFIRMED", "held": "CONFIRMED"}
"""Every other status is CANCELLED."""


def open_calendar(session: Session, person: Person) -> str:
    """Returns the secret in the address of a person's calendar; made when it is first asked for."""
    if not person.calendar_token:
        person.calendar_token = secrets.token_urlsafe(32)
        session.flush()
    return person.calendar_token


def close_calendar(session: Session, person: Person) -> None:
    """Makes the address of a person's calendar worthless; the next one is another."""
    person.calendar_token = ""
    session.flush()


def calendar_owner(session: Session, token: str) -> Person:
    """Returns whose calendar this is.

    Raises:
        NotFound: the address is unknown or was revoked.
    """
    person = session.scalar(select(Person).where(Person.calendar_token == token)) if token else None
    if person is None:
        raise NotFound("no such calendar", fix="take the address from your meetings page again")
    return person


def calendar_of(session: Session, event: Event, person: Person) -> bytes:
    """Returns the calendar of a person with all their meetings that have a time, called off ones included."""
    return calendar(event, my_meetings(session, event, person))


def calendar(event: Event, meetings: Iterable[MyMeeting]) -> bytes:
    """Returns meetings as a calendar; those without a time are not in it."""
    from icalendar import Calendar

    book = Calendar()
    book.add("prodid", "-//event-matcher//meetings//EN")
    book.add("version", "2.0")
    book.add("method", "PUBLISH")
    book.add("x-wr-calname", event.name)
    book.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    book.add("x-published-ttl", "PT15M")
    for meeting in meetings:
        if meeting.meeting.starts_at is not None:
            book.add_component(_entry(event, meeting))
    return bytes(book.to_ical())


def _entry(event: Event, my: MyMeeting) -> Any:
    from icalendar import Event as Entry

    meeting, entry = my.meeting, Entry()
    begins = meeting.starts_at
    assert begins is not None
    entry.add("uid", f"{meeting.id}@event-matcher")
    entry.add("sequence", meeting.sequence)
    entry.add("dtstamp", meeting.changed_at.astimezone(UTC))
    entry.add("last-modified", meeting.changed_at.astimezone(UTC))
    entry.add("dtstart", begins.astimezone(UTC))
    entry.add("dtend", (begins + timedelta(minutes=meeting.minutes)).astimezone(UTC))
    entry.add("summary", f"Meeting with {_who(my)}")
    entry.add("description", event.name)
    if meeting.table:
        entry.add("location", f"Table {meeting.table}")
    entry.add("status", _STATUS.get(my.status, "CANCELLED"))
    entry.add("transp", "OPAQUE" if my.status in _STATUS else "TRANSPARENT")
    return entry


def _who(my: MyMeeting) -> str:
    if my.other is None:
        return "somebody who takes no part any more"
    return f"{my.other.name}, {my.other.organization}" if my.other.organization else my.other.name
