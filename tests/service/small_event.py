"""A small event: who is in it, and how it comes into a store."""

import csv
import io
from dataclasses import dataclass
from pathlib import Path

PEOPLE = 12
FILE = Path(__file__).parents[2] / "data" / "judged" / "climate" / "attendees.csv"
EVENT_ID, OTHER_EVENT_ID = "e" * 20, "0" * 20
SECRET = "the secret of this installation, the same in every test so that refs are the same too"
RUN_ID = "a" * 20


def rows(count=PEOPLE, start=0):
    """Rows of the climate event's registration, as dictionaries."""
    with FILE.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))[start : start + count]


def as_csv(people):
    """Rows as a registration file."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(people[0]))
    writer.writeheader()
    writer.writerows(people)
    return out.getvalue().encode()


@dataclass(frozen=True)
class SmallEvent:
    """An event in the store, and who is in it."""

    id: str
    refs: list[str]
    """In the order of the file."""
    key: str
    """Opens this event only."""
    names: list[str]
    emails: list[str]
    external_ids: list[str]

    @property
    def path(self):
        """Where the API knows it."""
        return f"/api/v1/events/{self.id}"

    @property
    def headers(self):
        """Those of its organizer."""
        return bearer(self.key)


def bearer(token):
    """The header that says who asks."""
    return {"Authorization": f"Bearer {token}"}


def fill(database, identity, event_id, name, registration):
    """Makes an event with these people, open for its attendees, and a key for it."""
    from matcher.service.store import Event
    from matcher.service.usecases.imports import apply_registration
    from matcher.service.usecases.keys import create_key

    with database.writing() as session:
        event = Event(id=event_id, name=name, settings={}, options={"open": True})
        session.add(event)
        session.flush()
        apply_registration(session, identity, event, registration, sync=True)
        key = create_key(session, event_id, "of the event")[1]
    people = registration.attendees
    return SmallEvent(
        event_id,
        [identity.ref(event_id, person.id) for person in people],
        key,
        [person.name for person in people],
        [person.email for person in people],
        [person.id for person in people],
    )
