"""The calendar that attendees subscribe to: it updates, it tells what was called off, and its address tells nothing."""

from datetime import UTC, datetime, timedelta

import pytest
from icalendar import Calendar

DAY = (datetime.now(UTC) + timedelta(days=2)).date().isoformat()
SLOTS = [f"{DAY}T10:00", f"{DAY}T10:20", f"{DAY}T10:40"]


@pytest.fixture
def meeting(database, event):
    """A proposal of the first person to the second."""
    from matcher.service.store import Event, Person, Response
    from matcher.service.usecases.meetings import propose

    a, b = event.refs[:2]
    with database.writing() as session:
        stored = session.get(Event, event.id)
        stored.settings, stored.options = {"schedule": {"slots": SLOTS, "tables": 2}}, {"open": True, "timezone": "Europe/Berlin"}
        session.add_all(Response(event_id=event.id, ref=x, other=y, answer="interested") for x, y in ((a, b), (b, a)))
        session.flush()
        return propose(session, stored, session.get(Person, a), session.get(Person, b), SLOTS[0]).id


def entries(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    return list(Calendar.from_ical(answer.content).walk("VEVENT"))


def told(entry):
    return str(entry["status"]), entry["sequence"], entry["dtstart"].dt.isoformat(), str(entry.get("location", ""))


def test_the_feed_follows_every_change_of_a_meeting(client, event, meeting, attendee):
    me, them = attendee(event, 0), attendee(event, 1)
    address = client.post("/api/v1/me/calendar", headers=me).json()["address"]
    first = entries(client, address)
    hour = "09" if first[0]["dtstart"].dt.hour == 9 else "08"  # ten o'clock in Berlin
    begins = [f"{DAY}T{hour}:{minute}:00+00:00" for minute in ("00", "20")]
    assert [told(entry) for entry in first] == [("TENTATIVE", 0, begins[0], "")]
    assert str(first[0]["summary"]).startswith(f"Meeting with {event.names[1]}")
    steps = [
        (them, "accept", None, ("CONFIRMED", 1, begins[0], "Table 1")),
        (me, "move", {"slot": SLOTS[1]}, ("TENTATIVE", 2, begins[1], "")),
        (them, "accept", None, ("CONFIRMED", 3, begins[1], "Table 1")),
        (them, "cancel", None, ("CANCELLED", 4, begins[1], "Table 1")),
    ]
    for who, step, body, wanted in steps:
        assert client.post(f"/api/v1/me/meetings/{meeting}/{step}", json=body, headers=who).status_code == 200
        found = entries(client, address)
        assert [told(entry) for entry in found] == [wanted]
        assert found[0]["uid"] == first[0]["uid"]


def test_the_address_holds_no_name_and_can_be_revoked(client, event, meeting, attendee):
    me = attendee(event, 0)
    old = client.post("/api/v1/me/calendar", headers=me).json()["address"]
    assert client.post("/api/v1/me/calendar", headers=me).json()["address"] == old
    assert not {event.refs[0], event.names[0], event.emails[0]} & set(old.replace(".", "/").split("/"))
    assert client.delete("/api/v1/me/calendar", headers=me).status_code == 204
    assert client.get(old).status_code == 404
    new = client.post("/api/v1/me/calendar", headers=me).json()["address"]
    assert new != old
    assert len(entries(client, new)) == 1


def test_an_unknown_address_is_not_found(client, event):
    assert client.get(f"/calendar/{'x' * 43}.ics").status_code == 404
    assert client.get("/calendar/.ics").status_code == 404


def test_the_feed_tells_a_proposal_that_expired_as_cancelled(client, database, event, meeting, attendee):
    from matcher.service.store import Meeting

    address = client.post("/api/v1/me/calendar", headers=attendee(event, 1)).json()["address"]
    with database.writing() as session:
        session.get(Meeting, meeting).expires_at = datetime.now(UTC)
    assert [str(entry["status"]) for entry in entries(client, address)] == ["CANCELLED"]


def test_who_withdrew_is_not_named(client, database, event, meeting, attendee):
    from matcher.service.store import Person

    address = client.post("/api/v1/me/calendar", headers=attendee(event, 0)).json()["address"]
    with database.writing() as session:
        session.get(Person, event.refs[1]).visible = False
    assert [str(entry["summary"]) for entry in entries(client, address)] == ["Meeting with somebody who takes no part any more"]


def test_an_erased_person_is_gone_from_the_feeds_of_others(client, event, meeting, attendee):
    address = client.post("/api/v1/me/calendar", headers=attendee(event, 0)).json()["address"]
    assert client.delete("/api/v1/me", headers=attendee(event, 1)).status_code == 204
    assert entries(client, address) == []


def test_one_meeting_as_a_file_for_its_two_people_only(client, event, meeting, attendee):
    path = f"/api/v1/me/meetings/{meeting}/calendar"
    answer = client.get(path, headers=attendee(event, 1))
    assert answer.headers["content-disposition"] == 'attachment; filename="meeting.ics"'
    assert [str(entry["uid"]) for entry in Calendar.from_ical(answer.content).walk("VEVENT")] == [f"{meeting}@event-matcher"]
    assert client.get(path, headers=attendee(event, 2)).status_code == 404


def test_an_unchanged_feed_is_not_sent_again(client, event, meeting, attendee):
    address = client.post("/api/v1/me/calendar", headers=attendee(event, 0)).json()["address"]
    first = client.get(address)
    tag = first.headers["etag"]
    assert first.headers["cache-control"] == "private, no-cache"
    for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = client.get(address, headers={"If-None-Match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert client.post(f"/api/v1/me/meetings/{meeting}/accept", headers=attendee(event, 1)).status_code == 200
    changed = client.get(address, headers={"If-None-Match": tag})
    assert (changed.status_code, changed.headers["etag"] == tag) == (200, False)
    assert b"CONFIRMED" in changed.content
