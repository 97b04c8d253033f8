"""The address of the service itself, and where a page that does not exist leads on to."""

import re

import pytest
from at_desk import AtDesk
from attendee_browser import Browser


@pytest.fixture
def kind():
    """The start page asks nothing of the store."""
    return "sqlite"


def links(browser):
    return re.findall(r'<a (?:class="button" )?href="(/[^"]*)"', browser.html.split("</header>")[1])


def test_a_stranger_is_told_both_ways_in(client):
    browser = Browser(client).open("/")
    assert (browser.page.status_code, links(browser)) == (200, ["/link", "/desk/login"])
    assert "Open the personal link that its organizers have sent you" in browser.text


def test_an_attendee_comes_to_their_list(client, event, link):
    assert Browser(client, link(event, 0)).open("/").where == "/people"


def test_an_organizer_comes_to_the_desk(client, event):
    AtDesk(client, event.key)
    assert client.get("/").headers["location"] == "/desk"


def test_who_is_both_chooses(client, event, link):
    AtDesk(client, event.key)
    client.get(f"/me/{link(event, 0)}")
    answer = client.get("/")
    assert (answer.status_code, re.findall('class="button" href="([^"]*)"', answer.text)) == (200, ["/desk", "/people"])


def test_a_cookie_that_is_not_ours_opens_nothing(client):
    client.cookies.update({"organizer": "forged", "attendee": "forged"})
    assert "/desk/login" in client.get("/").text


def test_a_missing_page_offers_what_fits(client, event, link):
    assert links(Browser(client).open("/no-such-page")) == ["/"]
    assert links(Browser(client, link(event, 0)).open("/no-such-page")) == ["/people"]
    AtDesk(client, event.key)
    answer = client.get("/no-such-page", headers={"accept": "text/html"})
    assert (answer.status_code, re.findall('class="button" href="([^"]*)"', answer.text)) == (404, ["/desk"])
