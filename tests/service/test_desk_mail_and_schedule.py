"""The desk's mail and schedule, form by form."""

import re

import pytest
from at_desk import AtDesk
from matcher.service.store import Event


@pytest.fixture
def kind():
    """SQLite only: the pages go through the use cases, which are tested on both."""
    return "sqlite"


@pytest.fixture
def desk(client, owner):
    """The desk, opened with a key for everything."""
    return AtDesk(client, owner["Authorization"].removeprefix("Bearer "))


def test_a_mail_is_looked_at_kept_and_taken_as_a_file(desk, client, published):
    mail = f"/desk/events/{published.id}/mail"
    assert "No mail server is set" in desk.words(mail)
    text = {"subject": "{event}", "body": "Hello {name}: {link}", "audience": "everybody"}
    look = desk.send(mail, look="yes", **text).text
    assert "How it looks" in look
    assert "Hello " in look
    assert "/me/" in look
    wrong = desk.send(mail, **(text | {"body": "{surname}"}))
    assert (wrong.status_code, "{surname}" in wrong.text) == (422, True)
    assert desk.send(mail, **text).headers["location"] == f"{mail}?notice=merge"
    page = client.get(mail).text
    assert f"For {len(published.emails)} people" in page
    assert re.findall(r'class="(?:button )?main"[^>]*>([^<]+)<', page) == ["File for a mail merge", "Make the mail-merge file"]
    assert "Send to the" not in page
    where = page.split(f'href="{mail}/')[1].split('"')[0]
    assert client.get(f"{mail}/{where}").text.count("/me/") == len(published.emails)


def test_a_schedule_needs_slots_is_placed_confirmed_and_moved(desk, client, database, published, work):
    schedule = f"/desk/events/{published.id}/schedule"
    assert "This event has no slots yet" in desk.words(schedule)
    with database.writing() as session:
        slots = ["2027-05-04T10:00+02:00", "2027-05-04T10:20+02:00", "2027-05-04T10:40+02:00", "2027-05-04T11:00+02:00"]
        session.get(Event, published.id).settings = {"schedule": {"slots": slots, "tables": 6}}
    job = desk.send(schedule).headers["location"]
    assert work() == [0]
    assert "Look at the schedule" in desk.words(job)
    page = client.get(schedule).text
    assert "draft" in page
    assert "Confirm all" in page
    desk.send(f"{schedule}/confirm")
    page = client.get(schedule).text
    assert "Confirm all" not in page
    meeting = page.split(f'action="{schedule}/')[1].split("/")[0]
    refused = desk.send(f"{schedule}/{meeting}/move", slot="nowhere")
    assert refused.status_code == 409
    desk.send(f"{schedule}/{meeting}/cancel")
    assert "cancelled" in client.get(schedule).text
