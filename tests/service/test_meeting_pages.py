"""The pages of meetings, contacts and opportunities, as a browser without scripts uses them."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from attendee_browser import Browser

DAY = (datetime.now(UTC) + timedelta(days=2)).date()
SLOTS = [f"{DAY.isoformat()}T10:00", f"{DAY.isoformat()}T10:20"]


@pytest.fixture
def kind():
    """The pages ask nothing of the store that the API does not; one kind is enough."""
    return "sqlite"


@pytest.fixture
def pair(database, published, finished):
    """Two people whom the published run introduces, in an event with two slots."""
    from matcher.service.store import Event

    with database.writing() as session:
        stored = session.get(Event, published.id)
        stored.settings = {"schedule": {"slots": SLOTS, "tables": 1}}
        stored.options = {**stored.options, "timezone": "Europe/Berlin"}
    first = finished[0].introductions[0]
    return published.refs.index(first.a_id), published.refs.index(first.b_id)


@pytest.fixture
def two(client, link, published, pair):
    """The browsers of both."""
    return tuple(Browser(client, link(published, index)) for index in pair)


@pytest.fixture
def asked(published, pair, two):
    """The id of a meeting that the first proposed to the second, through the pages."""
    path = f"/meetings/with/{published.refs[pair[1]]}"
    page = two[0].open(f"/people/{published.refs[pair[1]]}")
    assert f'href="{path}"' in page.html
    page.open(path).send(path, slot=SLOTS[0], message="Coffee at the fountain?")
    assert "Asked." in page.text
    return re.search(r"/meetings/(\w{20})/", two[1].open("/meetings").html)[1]


def test_a_meeting_is_proposed_and_accepted(two, asked):
    me, them = two
    assert "Coffee at the fountain?" in them.text
    assert f"{DAY:%A} {DAY.day} {DAY:%B}, 10:00" in them.text  # the clock of the place
    them.send(f"/meetings/{asked}/answer", step="accept")
    assert "Agreed." in them.text
    assert "Table 1" in me.open("/meetings").text


def test_only_free_slots_are_offered(published, pair, two, asked):
    them = two[1].send(f"/meetings/{asked}/answer", step="accept")
    page = them.open(f"/meetings/{asked}/move")
    assert re.findall(r'name="slot" value="([^"]+)"', page.html) == SLOTS[1:]
    page.send(f"/meetings/{asked}/move", slot=SLOTS[1])
    assert "They are asked again" in page.text
    two[0].open("/meetings").send(f"/meetings/{asked}/answer", step="decline")
    assert "Declined." in two[0].text


def test_a_form_from_elsewhere_is_refused(published, pair, two, asked):
    two[1].send(f"/meetings/{asked}/answer", token="x" * 40, step="accept")
    assert two[1].page.status_code == 403


def test_the_calendar_is_subscribed_to_and_revoked(two, asked, client):
    page = two[0].open("/meetings").send("/meetings/calendar", calendar="open")
    address = re.search(r'value="(http://testserver/calendar/[^"]+)"', page.html)[1]
    assert b"Meeting with" in client.get(address).content
    page.send("/meetings/calendar", calendar="close")
    assert client.get(address).status_code == 404
    assert page.open(f"/meetings/{asked}/meeting.ics").page.headers["content-type"] == "text/calendar; charset=utf-8"


def test_who_met_is_a_contact_with_notes(database, published, pair, two, asked):
    from matcher.service.store import Meeting

    me, them = two
    them.send(f"/meetings/{asked}/answer", step="accept")
    with database.writing() as session:
        session.get(Meeting, asked).starts_at = datetime.now(UTC) - timedelta(hours=1)
    assert "Did you meet?" in me.open("/meetings").text
    me.send(f"/meetings/{asked}/answer", step="held")
    other = published.refs[pair[1]]
    page = me.open("/contacts")
    assert published.names[pair[1]] in page.text
    assert published.emails[pair[1]] not in page.html
    page.send(f"/contacts/{other}", note="Has a pilot in Graz", looks_for="Funding", follow_up_on="2026-01-05")
    assert "Write to them now: you wanted to by 05 Jan 2026." in page.text
    assert "Has a pilot in Graz" in page.text
    assert "Has a pilot in Graz" not in them.open("/contacts").text
    assert page.open(f"/contacts/{other}/contact.vcf").page.text.startswith("BEGIN:VCARD")
    assert page.open(f"/people/{other}").page.status_code == 200


def test_an_opportunity_finds_its_way_to_a_contact(database, published, pair, two):
    from matcher.service.store import Response

    me, them = two
    other = published.refs[pair[1]]
    with database.writing() as session:
        session.add(Response(event_id=published.id, ref=published.refs[pair[0]], other=other, met=True))
    page = me.open("/opportunities").send("/opportunities", text="A board seat opened")
    assert "Whom it would suit" in page.text
    page.send(f"{page.where}/nominate", ref=other, note="You came to mind")
    assert "They read it now" in page.text
    told = them.open("/opportunities").text
    assert "Somebody thought of you A board seat opened You came to mind" in told
    assert published.names[pair[0]] in told


def test_who_can_introduce_stands_on_the_page_of_a_person(database, published, pair, two):
    from matcher.service.store import Response

    between = next(index for index in range(12) if index not in pair)
    with database.writing() as session:
        for one in pair:
            refs = {"ref": published.refs[one], "other": published.refs[between]}
            session.add(Response(event_id=published.id, met=True, **refs))
    page = two[0].open(f"/people/{published.refs[pair[1]]}")
    path = f"You → {published.names[between]} → {published.names[pair[1]]}"
    assert f"Who can introduce you {path}" in page.text
