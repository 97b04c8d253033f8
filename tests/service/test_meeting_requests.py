"""Meetings through the API: what an attendee asks for, with the status of each refusal."""

from datetime import UTC, datetime, timedelta

import pytest

DAY = (datetime.now(UTC) + timedelta(days=2)).date().isoformat()
SLOTS = [f"{DAY}T10:00", f"{DAY}T10:20"]


@pytest.fixture
def pair(database, published, finished):
    """Places of two people whom the published run introduces, in an event with two slots."""
    from matcher.service.store import Event

    with database.writing() as session:
        session.get(Event, published.id).settings = {"schedule": {"slots": SLOTS, "tables": 1}}
    first = finished[0].introductions[0]
    return published.refs.index(first.a_id), published.refs.index(first.b_id)


@pytest.fixture
def ask(client, published, attendee):
    """Asks as a person: `ask(0, "GET", "meetings")`."""

    def asked(who, method, path, **body):
        headers = attendee(published, who)
        while (answer := client.request(method, f"/api/v1/me/{path}", headers=headers, json=body or None)).status_code == 503:
            continue  # the event is being loaded
        return answer

    return asked


def test_a_meeting_from_the_free_slots_to_the_calendar(published, pair, ask):
    a, b = pair
    free = ask(a, "GET", f"meetings/slots?ref={published.refs[b]}").json()["items"]
    assert [slot["name"] for slot in free] == SLOTS
    made = ask(a, "POST", "meetings", ref=published.refs[b], slot=SLOTS[1], message="Coffee?")
    assert made.status_code == 201
    meeting = made.json()["id"]
    seen = ask(b, "GET", "meetings").json()["items"]
    assert [(each["id"], each["status"], each["message"], each["proposed_by_me"]) for each in seen] == [
        (meeting, "proposed", "Coffee?", False)
    ]
    assert ask(a, "POST", f"meetings/{meeting}/accept").status_code == 409
    agreed = ask(b, "POST", f"meetings/{meeting}/accept").json()
    assert (agreed["status"], agreed["table"], agreed["actions"]) == ("accepted", "1", ["move", "cancel"])
    assert ask(a, "POST", "meetings", ref=published.refs[b], slot=SLOTS[0]).status_code == 409
    assert ask(a, "GET", f"meetings/slots?ref={published.refs[b]}").json()["items"][0]["name"] == SLOTS[0]


def test_a_slot_that_there_is_not_is_refused(published, pair, ask):
    answer = ask(pair[0], "POST", "meetings", ref=published.refs[pair[1]], slot="tomorrow")
    assert (answer.status_code, answer.json()["detail"]) == (
        422,
        "a slot that this event does not have; expected one of the free slots of both",
    )


def test_rules_of_the_event_hold_for_people_who_are_mutual_too(database, published, pair, ask):
    from matcher.service.usecases.events import event_of, touch

    b = published.refs[pair[1]]
    with database.writing() as session:
        stored = event_of(session, published.id)
        stored.settings = {**stored.settings, "rules": {"exclusions": [[published.external_ids[index] for index in pair]]}}
        touch(stored)
    assert ask(pair[0], "POST", "meetings", ref=b, slot=SLOTS[0]).status_code in (404, 409)
    assert ask(pair[0], "GET", "meetings").json()["items"] == []


def test_others_neither_see_nor_change_a_meeting(published, pair, ask):
    meeting = ask(pair[0], "POST", "meetings", ref=published.refs[pair[1]], slot=SLOTS[0]).json()["id"]
    stranger = next(index for index in range(12) if index not in pair)
    for method, path in (("GET", ""), ("POST", "/accept"), ("POST", "/decline"), ("POST", "/cancel"), ("POST", "/held")):
        assert ask(stranger, method, f"meetings/{meeting}{path}").status_code == 404


def test_paths_are_told_by_name(database, published, pair, ask):
    from matcher.service.store import Response

    between = next(index for index in range(12) if index not in pair)
    with database.writing() as session:
        for one in pair:
            refs = {"ref": published.refs[one], "other": published.refs[between]}
            session.add(Response(event_id=published.id, met=True, **refs))
    told = ask(pair[0], "GET", f"paths/{published.refs[pair[1]]}").json()
    assert told["direct"] is False
    assert [[one["name"] for one in path] for path in told["paths"]] == [[published.names[between]]]
