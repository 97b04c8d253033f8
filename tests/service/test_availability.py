"""People say when they cannot come: nothing is proposed to them then, and nothing of the organizer's is placed there."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from at_desk import AtDesk
from attendee_browser import Browser
from scheduling import SLOTS, introduced, listed, schedule, set_up

AWAY = SLOTS[:3]


def says(client, headers, away):
    """A person says when they cannot come."""
    return client.put("/api/v1/me/availability", json={"away": list(away)}, headers=headers)


def can_come(answer):
    return {slot["name"] for slot in answer.json()["items"] if slot["available"]}


@pytest.fixture
def timed(database, published):
    """The published event with six slots."""
    set_up(database, published)
    return published


@pytest.fixture
def pair(client, timed):
    """Two people who are introduced to each other."""
    return sorted(introduced(client, timed))[0]


@pytest.fixture
def headers(timed, pair, attendee):
    return [attendee(timed, timed.refs.index(ref)) for ref in pair]


def test_everybody_can_always_come_until_they_say_otherwise(client, headers):
    assert can_come(client.get("/api/v1/me/availability", headers=headers[0])) == set(SLOTS)
    assert can_come(says(client, headers[0], reversed(AWAY))) == set(SLOTS[3:])
    assert can_come(client.get("/api/v1/me/availability", headers=headers[0])) == set(SLOTS[3:])
    assert can_come(says(client, headers[0], [])) == set(SLOTS)
    wrong = says(client, headers[0], ["noon"])
    assert (wrong.status_code, wrong.json()["detail"]) == (422, "a slot that this event does not have; expected names of its slots")


@pytest.mark.parametrize("who", [0, 1])
def test_only_slots_in_which_both_can_come_are_free(client, pair, headers, who):
    says(client, headers[who], AWAY)
    free = client.get(f"/api/v1/me/meetings/slots?ref={pair[1]}", headers=headers[0]).json()["items"]
    assert [slot["name"] for slot in free] == SLOTS[3:]
    asked = client.post("/api/v1/me/meetings", json={"ref": pair[1], "slot": AWAY[0]}, headers=headers[0])
    told = f"{'you' if who == 0 else 'they'} cannot come at this time; choose another slot"
    assert (asked.status_code, asked.json()["detail"]) == (409, told)
    assert client.post("/api/v1/me/meetings", json={"ref": pair[1], "slot": SLOTS[3]}, headers=headers[0]).status_code == 201


def test_what_is_agreed_stays(client, pair, headers):
    meeting = client.post("/api/v1/me/meetings", json={"ref": pair[1], "slot": AWAY[0]}, headers=headers[0]).json()["id"]
    client.post(f"/api/v1/me/meetings/{meeting}/accept", headers=headers[1])
    says(client, headers[1], AWAY)
    seen = client.get(f"/api/v1/me/meetings/{meeting}", headers=headers[1]).json()
    assert (seen["status"], seen["slot"]) == ("accepted", AWAY[0])
    assert client.post(f"/api/v1/me/meetings/{meeting}/move", json={"slot": AWAY[1]}, headers=headers[0]).status_code == 409


def test_the_schedule_places_nobody_where_they_cannot_come(client, timed, pair, headers, work):
    says(client, headers[0], AWAY)
    says(client, headers[1], SLOTS[4:])
    schedule(client, timed, work)
    slots = {ref: {each["slot"] for each in listed(client, timed) if ref in (each["a"], each["b"])} for ref in pair}
    assert slots[pair[0]]
    assert slots[pair[1]]
    assert slots[pair[0]] <= set(SLOTS[3:])
    assert slots[pair[1]] <= set(SLOTS[:4])


def test_why_there_is_no_place_names_who_cannot_come(client, timed, pair, headers, work):
    says(client, headers[0], SLOTS[:-1])
    says(client, headers[1], SLOTS[-1:])
    result = schedule(client, timed, work)
    (left,) = [each for each in result["unscheduled"] if {each["a"], each["b"]} == set(pair)]
    assert "cannot come" in {what for what, _ in left["why"]}


def test_drafts_in_a_time_that_was_closed_since_are_left_over(client, timed, work, attendee):
    schedule(client, timed, work)
    draft = listed(client, timed)[0]
    says(client, attendee(timed, timed.refs.index(draft["a"])), [draft["slot"]])
    told = client.post(f"{timed.path}/schedule/confirm", headers=timed.headers).json()
    assert [each["meeting_id"] for each in told["left"]] == [draft["id"]]
    assert told["left"][0]["why"].startswith("one of them cannot come at this time")
    schedule(client, timed, work)
    assert [each["slot"] for each in listed(client, timed, ref=draft["a"]) if each["draft"]] != [draft["slot"]]


def test_the_organizer_sees_it_and_can_say_it_for_them(client, timed, pair, headers):
    path = f"{timed.path}/attendees/{pair[0]}/availability"
    says(client, headers[0], AWAY)
    assert can_come(client.get(path, headers=timed.headers)) == set(SLOTS[3:])
    page = f"/desk/events/{timed.id}/people/{pair[0]}"
    assert "Cannot come" in AtDesk(client, timed.key).words(page)
    assert can_come(client.put(path, json={"away": SLOTS[5:]}, headers=timed.headers)) == set(SLOTS[:5])
    assert can_come(client.get("/api/v1/me/availability", headers=headers[0])) == set(SLOTS[:5])


def test_it_is_in_ones_own_data_and_outlives_a_sync(client, timed, pair, headers, work):
    from small_event import as_csv, rows

    says(client, headers[0], AWAY)
    client.post(f"{timed.path}/imports", files={"file": ("a.csv", as_csv(rows()))}, data={"mode": "sync"}, headers=timed.headers)
    assert work() == [0]
    assert client.get("/api/v1/me/export", headers=headers[0]).json()["cannot_come"] == AWAY


def test_times_are_ticked_on_the_page_without_scripts(client, timed, pair, link, database):
    from matcher.service.store import Person

    page = Browser(client, link(timed, timed.refs.index(pair[0]))).open("/meetings")
    assert "You can come at any time of the event." in page.text
    page.open("/meetings/times")
    assert page.html.count('type="checkbox"') == len(SLOTS)
    page.send("/meetings/times", **{"away-0": "on", "away-2": "on"})
    assert "Noted." in page.text
    assert "You cannot come at 2 of 6 times." in page.text
    assert re.findall(r'name="away-(\d)" checked', page.open("/meetings/times").html) == ["0", "2"]
    with database.reading() as session:
        assert session.get(Person, pair[0]).away == [SLOTS[0], SLOTS[2]]


def test_times_that_are_over_are_not_asked_and_stay_as_they_were(client, database, timed, pair, link):
    from matcher.service.store import Person

    before = (datetime.now(UTC) - timedelta(days=1)).date().isoformat()
    slots = [f"{before}T10:00", *SLOTS]
    set_up(database, timed, slots=slots)
    with database.writing() as session:
        session.get(Person, pair[0]).away = [slots[0]]
    page = Browser(client, link(timed, timed.refs.index(pair[0]))).open("/meetings/times")
    assert page.html.count('type="checkbox"') == len(SLOTS)
    page.send("/meetings/times", **{"away-1": "on"})
    with database.reading() as session:
        assert session.get(Person, pair[0]).away == slots[:2]


def test_an_event_without_slots_asks_for_none(client, published, link):
    page = Browser(client, link(published, 0)).open("/meetings")
    assert "Your times" not in page.text
    assert "There are no times to come" in page.open("/meetings/times").text
