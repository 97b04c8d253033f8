"""Colleagues stand in for each other in the schedule, but nobody before somebody from whom anything keeps them."""

import pytest
from matcher.service.store import Person, Response
from scheduling import SLOTS, introduced, listed, places, schedule, set_up


@pytest.fixture
def kind():
    """SQLite only: the planning is the same on both."""
    return "sqlite"


@pytest.fixture
def three(client, published):
    """Somebody, whom they are introduced to, and somebody who is introduced to neither."""
    pairs = introduced(client, published)
    one, other = sorted(pairs)[0]
    between = {ref for pair in pairs if {one, other} & set(pair) for ref in pair}
    return one, other, next(ref for ref in published.refs if ref not in between)


def colleagues(database, *refs, group="Exhibitor"):
    """Makes these people colleagues, in a group that stands in for each other."""
    with database.writing() as session:
        for ref in refs:
            person = session.get(Person, ref)
            person.edits = {**person.edits, "group": group, "organization": "Acme", "organization_key": "acme"}
            person.group = group


def away(client, published, attendee, ref):
    """Somebody who can never come."""
    answer = client.put("/api/v1/me/availability", json={"away": SLOTS}, headers=attendee(published, published.refs.index(ref)))
    assert answer.status_code == 200


def met(client, event):
    return {frozenset(pair) for pair in places(listed(client, event))}


@pytest.fixture
def absent(client, database, published, attendee, three):
    """The first of the three cannot come, and has the third as a colleague."""
    set_up(database, published, stand_ins=["exhibitor"])
    colleagues(database, three[0], three[2])
    away(client, published, attendee, three[0])
    return three


def test_a_colleague_takes_the_meeting_of_who_cannot_come(client, published, absent, work):
    one, other, colleague = absent
    result = schedule(client, published, work)
    assert frozenset((colleague, other)) in met(client, published)
    assert not any(one in pair for pair in met(client, published))
    assert result["stood_in"] >= 1
    again = schedule(client, published, work)
    assert (again["moved"], again["stood_in"]) == (0, result["stood_in"])


def test_without_the_group_in_the_settings_nobody_stands_in(client, database, published, absent, work):
    set_up(database, published)
    result = schedule(client, published, work)
    assert result["stood_in"] == 0
    assert met(client, published) <= {frozenset(pair) for pair in introduced(client, published)}


@pytest.mark.parametrize("kept_from", ["declined", "was declined", "blocked", "met before", "forbidden", "called off"])
def test_nobody_stands_in_before_whom_something_keeps_them_from(client, database, published, absent, work, kept_from):
    _, other, colleague = absent
    with database.writing() as session:
        them = session.get(Person, other)
        if kept_from in {"declined", "was declined"}:
            ref, about = (colleague, other) if kept_from == "declined" else (other, colleague)
            session.add(Response(event_id=published.id, ref=ref, other=about, answer="no_thanks"))
        elif kept_from in {"blocked", "met before"}:
            field = kept_from.replace(" ", "_")
            them.edits = {**them.edits, field: [session.get(Person, colleague).email]}
    if kept_from == "forbidden":
        client.put(f"{published.path}/pairs/{colleague}/{other}", json={"rule": "forbidden"}, headers=published.headers)
    if kept_from == "called off":
        schedule(client, published, work)
        (draft,) = [each for each in listed(client, published) if {each["a"], each["b"]} == {colleague, other}]
        client.post(f"{published.path}/meetings/{draft['id']}/cancel", headers=published.headers)
    result = schedule(client, published, work)
    assert {each["status"] for each in listed(client, published) if {each["a"], each["b"]} == {colleague, other}} <= {"cancelled"}
    assert {absent[0], other} in [{each["a"], each["b"]} for each in result["unscheduled"]]


def test_two_of_a_team_do_not_both_meet_the_same_person(client, database, published, work):
    pairs = introduced(client, published)
    shared = next(ref for ref in published.refs if sum(ref in pair for pair in pairs) > 1)
    two = [next(iter(set(pair) - {shared})) for pair in sorted(pairs) if shared in pair][:2]
    set_up(database, published, stand_ins=["Exhibitor"])
    colleagues(database, *two)
    result = schedule(client, published, work)
    assert sum(frozenset((one, shared)) in met(client, published) for one in two) == 1
    (left,) = [each for each in result["unscheduled"] if {each["a"], each["b"]} in [{one, shared} for one in two]]
    assert left["why"] == [["a colleague meets the other one already", ""]]


def test_two_who_stand_in_for_each_other_do_not_meet(client, database, published, three, work):
    set_up(database, published, stand_ins=["Exhibitor"])
    colleagues(database, *three[:2])
    result = schedule(client, published, work)
    assert frozenset(three[:2]) not in met(client, published)
    assert ["stand in for each other", ""] in [why for each in result["unscheduled"] for why in each["why"]]


def test_what_a_colleague_has_confirmed_is_not_planned_again(client, published, absent, work):
    one, other, colleague = absent
    schedule(client, published, work)
    told = client.post(f"{published.path}/schedule/confirm", headers=published.headers).json()
    assert told["left"] == []
    result = schedule(client, published, work)
    assert result["standing"] == told["confirmed"]
    assert frozenset((one, other)) not in met(client, published)
    assert frozenset((colleague, other)) in met(client, published)


def test_the_most_meetings_hold_for_stand_ins_too(client, database, published, absent, work):
    from matcher.service.store import Event

    with database.writing() as session:
        session.get(Event, published.id).options = {"open": True, "meetings": 1}
    schedule(client, published, work)
    people = [ref for pair in met(client, published) for ref in pair]
    assert len(people) == len(set(people))
