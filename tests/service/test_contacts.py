"""Contacts after the event: whom one met, private notes, follow-up dates, vCards."""

import pytest
import vobject


@pytest.fixture
def met(database, event):
    """0 has met 1, 2 and 3; mutual with 1 and 4. Gives a function that answers for one about another."""
    from matcher.service.store import Response

    def answer(who, other, **values):
        with database.writing() as session:
            key = (event.id, event.refs[who], event.refs[other])
            row = session.get(Response, key) or Response(event_id=key[0], ref=key[1], other=key[2])
            for name, value in values.items():
                setattr(row, name, value)
            session.add(row)

    for other in (1, 2, 3):
        answer(0, other, met=True)
    for other in (1, 4):
        answer(0, other, answer="interested")
        answer(other, 0, answer="interested")
    return answer


@pytest.fixture
def listed(client, event, attendee):
    """Lists the contacts of a person."""
    return lambda who=0, **query: client.get("/api/v1/me/contacts", params=query, headers=attendee(event, who)).json()["items"]


def numbers(event, found):
    return [event.refs.index(each["ref"]) for each in found]


def note(client, event, attendee, other, **values):
    return client.patch(f"/api/v1/me/contacts/{event.refs[other]}", json=values, headers=attendee(event, 0))


def test_whom_one_met_and_on_request_with_whom_one_is_mutual(event, met, listed):
    assert sorted(numbers(event, listed())) == [1, 2, 3]
    assert sorted(numbers(event, listed(mutual=True))) == [1, 2, 3, 4]
    assert {each["ref"]: each["mutual"] for each in listed()}[event.refs[1]] is True
    assert listed(1) == []  # 1 did not say that they met


def test_the_next_to_follow_up_comes_first(client, event, met, listed, attendee):
    note(client, event, attendee, 3, follow_up_on="2026-12-01")
    note(client, event, attendee, 2, follow_up_on="2026-11-30", note="Send the heat-pump paper", looks_for="A pilot city")
    found = listed()
    assert numbers(event, found) == [2, 3, 1]
    assert (found[0]["note"], found[0]["looks_for"], found[0]["follow_up_on"]) == (
        "Send the heat-pump paper",
        "A pilot city",
        "2026-11-30",
    )
    note(client, event, attendee, 2, follow_up_on=None)
    assert (listed()[0]["follow_up_on"], listed()[-1]["note"] or listed()[1]["note"]) == ("2026-12-01", "Send the heat-pump paper")


def test_details_only_where_both_want_it(client, database, event, met, listed):
    from matcher.service.store import Event

    emails = {each["ref"]: each["email"] for each in listed()}
    assert emails == {event.refs[1]: event.emails[1], event.refs[2]: "", event.refs[3]: ""}
    with database.writing() as session:
        session.get(Event, event.id).options = {"open": True, "contacts": "open"}
    met(3, 0, answer="no_thanks")  # they stay a contact, and nothing says why there is no address
    emails = {each["ref"]: each["email"] for each in listed()}
    assert emails == {event.refs[1]: event.emails[1], event.refs[2]: event.emails[2], event.refs[3]: ""}


def test_notes_are_private(client, event, met, listed, attendee):
    note(client, event, attendee, 1, note="Knows the mayor")
    met(1, 0, met=True)
    assert [each["note"] for each in listed(1)] == [""]
    assert "Knows the mayor" not in client.get("/api/v1/me/export", headers=attendee(event, 1)).text
    assert "Knows the mayor" in client.get("/api/v1/me/export", headers=attendee(event, 0)).text


def test_somebody_whom_one_never_met_is_no_contact(client, event, met, attendee):
    assert note(client, event, attendee, 7, note="x").status_code == 404
    assert client.get(f"/api/v1/me/contacts/{event.refs[7]}", headers=attendee(event, 0)).status_code == 404


def test_of_those_who_left_only_the_own_notes_stay(client, database, event, met, listed, attendee):
    from matcher.service.store import Person

    note(client, event, attendee, 2, note="Ask about the grant")
    with database.writing() as session:
        for other in (2, 3):
            session.get(Person, event.refs[other]).visible = False
    left = [each for each in listed() if each["person"] is None]
    assert [(each["note"], each["email"]) for each in left] == [("Ask about the grant", "")]
    assert numbers(event, left) == [2]


def test_blocked_people_stand_nowhere(client, database, event, met, listed):
    from matcher.service.store import PairRule, Person

    with database.writing() as session:
        session.get(Person, event.refs[2]).edits = {"blocked": [event.emails[0].upper()]}
        a, b = sorted((event.refs[0], event.refs[3]))
        session.add(PairRule(event_id=event.id, a=a, b=b, rule="forbidden"))
    assert numbers(event, listed()) == [1]


def test_vcards_hold_what_may_be_seen(client, event, met, attendee):
    note(client, event, attendee, 1, note="Coffee in May")
    answer = client.get("/api/v1/me/contacts/vcards", headers=attendee(event, 0))
    assert answer.headers["content-type"] == "text/vcard; charset=utf-8"
    cards = {card.fn.value: card for card in vobject.readComponents(answer.text)}
    assert set(cards) == {event.names[other] for other in (1, 2, 3)}
    assert cards[event.names[1]].email.value == event.emails[1]
    assert cards[event.names[1]].note.value == "Climate\nCoffee in May"
    assert not hasattr(cards[event.names[2]], "email")
    one = client.get(f"/api/v1/me/contacts/{event.refs[2]}/vcard", headers=attendee(event, 0))
    assert [card.fn.value for card in vobject.readComponents(one.text)] == [event.names[2]]


def test_notes_are_deleted_and_the_meeting_stays(client, event, met, listed, attendee):
    note(client, event, attendee, 2, note="x")
    assert client.delete(f"/api/v1/me/contacts/{event.refs[2]}", headers=attendee(event, 0)).status_code == 204
    assert [each["note"] for each in listed() if each["ref"] == event.refs[2]] == [""]
