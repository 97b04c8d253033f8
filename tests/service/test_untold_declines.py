"""Whoever has answered about somebody finds the same at every door, whether that one has said nothing yet or has declined."""

import pytest
from attendee_browser import Browser


@pytest.fixture
def kind():
    """What is compared comes from above the store; one kind is enough."""
    return "sqlite"


def say(database, event, ref, other, answer, met=False):
    from matcher.service.store import Response

    with database.writing() as session:
        session.merge(Response(event_id=event.id, ref=ref, other=other, answer=answer, met=met))


def found_at(client, headers, page, ref):
    """What all doors that lead to a meeting with somebody say to the one who asks."""
    api = "/api/v1/me"
    ask = {"ref": ref, "message": "Coffee?"}
    doors = {
        "slots": client.get(f"{api}/meetings/slots?ref={ref}", headers=headers),
        "paths": client.get(f"{api}/paths/{ref}", headers=headers),
        "ask": client.post(f"{api}/meetings", json=ask, headers=headers),
        "person": page.open(f"/people/{ref}").page,
        "form": page.open(f"/meetings/with/{ref}").page,
        "sent": page.open("/meetings").send(f"/meetings/with/{ref}", message="Coffee?").page,
        "people": page.open("/people").page,
    }
    return {door: (answer.status_code, answer.text) for door, answer in doors.items()}


@pytest.mark.parametrize(("mine", "met"), [("interested", False), ("interested", True), ("", True)])
@pytest.mark.parametrize("theirs", ["no_thanks", "already_know"])
def test_a_decline_changes_nothing_that_the_declined_can_see(
    client, database, published, finished, attendee, link, mine, met, theirs
):
    first = finished[0].introductions[0]
    me, other = first.a_id, first.b_id
    index = published.refs.index(me)
    headers, page = attendee(published, index), Browser(client, link(published, index))
    say(database, published, me, other, mine, met)
    before = found_at(client, headers, page, other)
    assert before["ask"][0] == 409
    assert before["person"][0] == before["form"][0] == 200
    say(database, published, other, me, theirs)
    assert found_at(client, headers, page, other) == before


def test_who_has_not_answered_or_has_a_yes_may_ask(client, database, published, finished, attendee):
    first = finished[0].introductions[0]
    me, other = first.a_id, first.b_id
    headers = attendee(published, published.refs.index(me))

    def asked():
        return client.post("/api/v1/me/meetings", json={"ref": other, "message": "Coffee?"}, headers=headers).status_code

    say(database, published, me, other, "interested")
    assert asked() == 409
    say(database, published, other, me, "interested")
    assert asked() == 201
