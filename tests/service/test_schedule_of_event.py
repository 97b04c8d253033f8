"""The organizer's schedule: drafts from the published run, confirmed ones that stay, and what attendees see of it."""

import pytest
from scheduling import SLOTS, introduced, listed, places, schedule, set_up


def test_introductions_become_drafts_that_keep_the_rules(client, planned):
    found = listed(client, planned)
    assert {(each["status"], each["draft"]) for each in found} == {("proposed", True)}
    assert set(places(found)) <= introduced(client, planned)
    seats = [(each["slot"], each["table"]) for each in found]
    people = [(each["slot"], ref) for each in found for ref in (each["a"], each["b"])]
    assert len(set(seats)) == len(seats)
    assert len(set(people)) == len(people)
    use = client.get(f"{planned.path}/schedule", headers=planned.headers).json()["items"]
    assert [(slot["name"], slot["capacity"], slot["booked"]) for slot in use] == [(name, 3, 0) for name in SLOTS]
    assert sum(slot["drafts"] for slot in use) == len(found)


def test_what_finds_no_place_is_told_with_the_reason(client, database, published, work):
    set_up(database, published, slots=SLOTS[:1], tables=1)
    result = schedule(client, published, work)
    assert result["scheduled"] == 1
    assert len(result["unscheduled"]) == len(introduced(client, published)) - 1
    assert all(each["why"] for each in result["unscheduled"])


def test_attendees_see_a_meeting_once_it_is_confirmed(client, planned, attendee):
    first = listed(client, planned)[0]
    me = attendee(planned, planned.refs.index(first["a"]))
    assert client.get("/api/v1/me/meetings", headers=me).json()["items"] == []
    assert client.get(f"/api/v1/me/meetings/{first['id']}", headers=me).status_code == 404
    told = client.post(f"{planned.path}/schedule/confirm", headers=planned.headers).json()
    assert told == {"confirmed": len(listed(client, planned)), "left": []}
    seen = client.get(f"/api/v1/me/meetings/{first['id']}", headers=me).json()
    assert (seen["status"], seen["slot"], seen["table"]) == ("confirmed", first["slot"], first["table"])
    assert seen["actions"] == ["cancel"]


def test_confirmed_meetings_stay_when_the_schedule_is_made_again(client, database, planned, work):
    first, *others = listed(client, planned)
    client.post(f"{planned.path}/meetings/{first['id']}/confirm", headers=planned.headers)
    set_up(database, planned, slots=SLOTS, tables=2)  # a table fewer, so that others have to move
    result = schedule(client, planned, work)
    assert result["standing"] == 1
    again = {each["id"]: each for each in listed(client, planned)}
    assert places([again[first["id"]]]) == places([first])
    assert again[first["id"]]["sequence"] == 1  # the confirmation
    assert {each["table"] for each in again.values() if each["draft"]} <= {"1", "2"}
    kept = [each["id"] for each in others if each["id"] in again]
    assert kept  # a draft keeps its id, and with it its entry in calendars


def test_the_same_schedule_again_moves_nothing(client, planned, work):
    before = listed(client, planned)
    result = schedule(client, planned, work)
    assert (result["scheduled"], result["moved"]) == (len(before), 0)
    assert places(listed(client, planned)) == places(before)


def test_a_cancelled_pair_is_not_placed_again(client, planned, work):
    first = listed(client, planned)[0]
    assert client.post(f"{planned.path}/meetings/{first['id']}/cancel", headers=planned.headers).json()["status"] == "cancelled"
    schedule(client, planned, work)
    pair = (first["a"], first["b"])
    assert [each["status"] for each in listed(client, planned) if (each["a"], each["b"]) == pair] == ["cancelled"]


def test_a_pair_that_declined_is_not_placed(client, database, published, work, attendee):
    set_up(database, published)
    a, b = sorted(introduced(client, published))[0]
    from matcher.service.store import Response

    with database.writing() as session:
        session.add(Response(event_id=published.id, ref=a, other=b, answer="no_thanks"))
    schedule(client, published, work)
    assert (a, b) not in places(listed(client, published))


def test_what_attendees_agree_on_beats_a_draft(client, database, planned, attendee, work):
    """Two agree on a slot in which the schedule has drafts for them: theirs stands, the draft is left over, and then moves."""
    from matcher.service.store import Event, Person
    from matcher.service.usecases import meetings

    draft = listed(client, planned)[0]
    slot, a = draft["slot"], draft["a"]
    other = next(
        b if one == a else one for one, b in sorted(introduced(client, planned)) if a in (one, b) and draft["b"] not in (one, b)
    )
    with database.writing() as session:
        event = session.get(Event, planned.id)
        one, two = session.get(Person, a), session.get(Person, other)
        agreed = meetings.propose(session, event, one, two, slot)
        meetings.accept(session, event, two, agreed.id)
    told = client.post(f"{planned.path}/schedule/confirm", headers=planned.headers).json()
    assert draft["id"] in [each["meeting_id"] for each in told["left"]]
    assert told["left"][0]["why"].startswith(("one of them cannot come", "the other one cannot come"))
    result = schedule(client, planned, work)
    assert result["standing"] == told["confirmed"] + 1
    moved = [each for each in listed(client, planned) if each["id"] == draft["id"]]
    assert all(each["slot"] != slot for each in moved)


def test_the_most_meetings_hold_for_the_schedule(client, database, published, work):
    from matcher.service.store import Event

    set_up(database, published)
    with database.writing() as session:
        session.get(Event, published.id).options = {"open": True, "meetings": 1}
    result = schedule(client, published, work)
    refs = [ref for pair in places(listed(client, published)) for ref in pair]
    assert len(set(refs)) == len(refs)
    reasons = {why for each in result["unscheduled"] for why, _ in each["why"]}
    assert "has as many meetings as the event allows" in reasons


def test_the_organizer_moves_a_confirmed_meeting_and_calendars_follow(client, planned, attendee):
    first = listed(client, planned)[0]
    path = f"{planned.path}/meetings/{first['id']}"
    client.post(f"{path}/confirm", headers=planned.headers)
    busy = {each["slot"] for each in listed(client, planned) if {first["a"], first["b"]} & {each["a"], each["b"]}}
    free = next(slot for slot in SLOTS if slot not in busy)
    moved = client.post(f"{path}/move", json={"slot": free, "table": "3"}, headers=planned.headers).json()
    assert (moved["status"], moved["slot"], moved["table"], moved["sequence"]) == ("confirmed", free, "3", 2)
    wrong = client.post(f"{path}/move", json={"slot": free, "table": "9"}, headers=planned.headers)
    assert (wrong.status_code, wrong.json()["detail"]) == (422, "a table where these two do not meet; expected 1 to 3")


def test_meetings_are_listed_by_slot_and_by_table(client, planned):
    found = listed(client, planned)
    by_slot = [(each["starts_at"], int(each["table"])) for each in found]
    by_table = [(int(each["table"]), each["starts_at"]) for each in listed(client, planned, order="table")]
    assert by_slot == sorted(by_slot)
    assert by_table == sorted(by_table)
    assert {each["slot"] for each in listed(client, planned, slot=SLOTS[1])} == {SLOTS[1]}
    ref = found[0]["a"]
    assert all(ref in (each["a"], each["b"]) for each in listed(client, planned, ref=ref))
    first = client.get(f"{planned.path}/meetings?limit=2", headers=planned.headers).json()
    second = client.get(f"{planned.path}/meetings?limit=2&after={first['next']}", headers=planned.headers).json()
    assert first["items"] + second["items"] == found[:4]


def test_groups_meet_where_the_settings_say(client, database, published, work):
    from matcher.service.store import Person

    with database.writing() as session:
        for ref in published.refs[:4]:
            session.get(Person, ref).group = "investor"
    set_up(database, published, locations=[{"name": "Lounge", "groups": ["Investor"], "tables": 2}])
    schedule(client, published, work)
    investors = set(published.refs[:4])
    for each in listed(client, published):
        assert each["table"].startswith("Lounge ") == bool({each["a"], each["b"]} & investors)


@pytest.mark.parametrize(
    ("slots", "published_too", "words"), [([], True, "this event has no slots"), (SLOTS, False, "no run is published")]
)
def test_what_is_missing_is_told_at_once(client, database, drafted, slots, published_too, words):
    from matcher.service.usecases.events import event_of
    from matcher.service.usecases.runs import publish, run_of

    set_up(database, drafted, slots=slots)
    if published_too:
        with database.writing() as session:
            publish(session, event_of(session, drafted.id), run_of(session, drafted.id, "a" * 20), 1)
    answer = client.post(f"{drafted.path}/schedule", headers=drafted.headers)
    assert answer.status_code == 409
    assert answer.json()["detail"].startswith(words)


def test_other_organizers_and_attendees_do_not_reach_it(client, planned, other_event, attendee):
    first = listed(client, planned)[0]["id"]
    for headers, status in ((other_event.headers, 404), (attendee(planned, 0), 401), ({}, 401)):
        for method, path in (("GET", "schedule"), ("GET", "meetings"), ("POST", "schedule"), ("POST", f"meetings/{first}/confirm")):
            assert client.request(method, f"{planned.path}/{path}", headers=headers).status_code == status
