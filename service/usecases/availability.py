"""When a person cannot come: no proposal to them and no meeting of the organizer's is placed then.

Kept as names of the event's slots. What was agreed before stays: whoever has changed their mind calls it off or moves it. To
others such a slot is not free, as if a meeting were in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from matcher.service.store import Event, Person
from matcher.service.usecases.timetable import slots_of
from sqlalchemy.orm import Session

from matcher.errors import MatcherError


def availability(event: Event, person: Person) -> Mapping[str, bool]:
    """Returns each slot's name, in order of time, with True where the person can come."""
    away = set(person.away)
    return {slot.name: slot.name not in away for slot in slots_of(event)}


def set_away(session: Session, event: Event, person: Person, names: Iterable[str]) -> None:
    """Notes the slots in which a person cannot come; in all others they can.

    Raises:
        MatcherError: the event has no such slot.
    """
    wanted, known = set(names), [slot.name for slot in slots_of(event)]
    if wanted - set(known):
        raise MatcherError("a slot that this event does not have", "names of its slots")
    person.away = [name for name in known if name in wanted]
    session.flush()
