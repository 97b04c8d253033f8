"""The list of an attendee, and the page of one person: who is shown, what can be answered, and what stays unsaid."""

import re

import pytest
import vobject
from attendee_browser import Browser


@pytest.fixture
def kind():
    """The pages ask nothing of the store that the API does not; one kind is enough."""
    return "sqlite"


@pytest.fixture
def enter(client, link):
    """Gives the browser of a person: `enter(event, 0)`."""
    return lambda event, index: Browser(client, link(event, index))


@pytest.fixture
def pair(published, finished):
    """Places of two people whom the published run introduces to each other."""
    first = finished[0].introductions[0]
    return published.refs.index(first.a_id), published.refs.index(first.b_id)


def test_the_link_leaves_the_address_and_opens_the_list(enter, published, pair, finished):
    page = enter(published, pair[0])
    told = finished[0].introductions[0].side(published.refs[pair[0]])
    assert (page.page.status_code, page.where) == (200, "/people")
    assert published.names[pair[1]] in page.text
    assert told.reason in page.text
    assert told.introduction.side(told.other_id).reason in page.text
    assert told.opening in page.text
    assert published.emails[pair[1]] not in page.text


def test_contact_details_appear_when_both_said_yes_and_not_before(enter, published, pair):
    a, b = pair
    ours, theirs = enter(published, a), enter(published, b)
    before = theirs.text
    ours.send(f"/people/{published.refs[b]}/answer", answer="interested", back="list")
    assert "Noted. When they say yes too" in ours.text
    assert published.names[b] in ours.part("You said yes")
    assert published.emails[b] not in ours.html
    assert ours.open(f"/people/{published.refs[b]}/contact.vcf").page.status_code == 404
    assert theirs.open("/people").text == before

    theirs.send(f"/people/{published.refs[a]}/answer", answer="interested", back="list")
    assert "You both said yes: here is how to reach each other." in theirs.text
    for page, other in ((theirs, a), (ours.open("/people"), b)):
        assert published.emails[other] in page.part("You both said yes")
        assert f"/meetings/with/{published.refs[other]}" in page.html
    card = vobject.readOne(ours.open(f"/people/{published.refs[b]}/contact.vcf").page.text)
    assert (card.fn.value, card.email.value) == (published.names[b], published.emails[b])


def test_an_answer_can_be_taken_back(enter, published, pair):
    a, b = pair
    page, name, path = enter(published, a), published.names[b], f"/people/{published.refs[b]}/answer"
    page.send(path, answer="no_thanks", back="list")
    assert "Put aside. They are not told." in page.text
    assert name in page.part("Put aside (1)")
    assert name not in page.part("People for you") + page.part("Less sure")
    page.send(path, answer="")
    assert "Your answer is taken back." in page.text
    assert name in page.part("People for you") + page.part("Less sure")


def test_the_button_that_holds_is_pressed_and_pressing_it_again_takes_it_back(enter, published, pair):
    a, b = pair
    page = enter(published, a).send(f"/people/{published.refs[b]}/answer", answer="interested", back="person")
    assert page.where == f"/people/{published.refs[b]}"
    assert re.findall(r'value="(\w*)" aria-pressed="(\w+)"', page.html) == [
        ("", "true"),
        ("no_thanks", "false"),
        ("already_know", "false"),
    ]


def test_a_decline_is_never_shown_to_the_other(enter, published, pair):
    a, b = pair
    ours, theirs = enter(published, a), enter(published, b)
    ours.send(f"/people/{published.refs[b]}/answer", answer="interested")
    waiting = ours.open("/people").part("You said yes"), ours.open(f"/people/{published.refs[b]}").text
    theirs.send(f"/people/{published.refs[a]}/answer", answer="no_thanks")
    assert published.names[a] not in theirs.part("People for you") + theirs.part("Less sure")
    assert (ours.open("/people").part("You said yes"), ours.open(f"/people/{published.refs[b]}").text) == waiting


def test_who_declined_first_is_not_found_any_more(enter, published, pair):
    a, b = pair
    theirs = enter(published, b)
    theirs.send(f"/people/{published.refs[a]}/answer", answer="no_thanks")
    ours = enter(published, a)
    assert published.names[b] not in ours.text
    assert ours.open(f"/people/{published.refs[b]}").page.status_code == 404


def test_a_page_shows_the_whole_profile_and_nothing_private(enter, published, pair, registration):
    a, b = pair
    other = registration.attendees[b]
    text = enter(published, a).open(f"/people/{published.refs[b]}").text
    for words in (other.name, other.title, other.organization, other.bio, other.seeking, other.offering):
        assert " ".join(words.split()) in text
    assert other.email not in text


def test_blocked_people_find_each_other_nowhere(enter, published, pair, registration):
    a, b = pair
    enter(published, b).open("/profile").send("/profile", blocked=published.names[a])
    ours = enter(published, a)
    assert published.names[b] not in ours.text
    assert ours.open(f"/people/{published.refs[b]}").page.status_code == 404
    assert published.names[b] not in ours.open(f"/search?q={registration.attendees[b].bio[:80]}").text


@pytest.mark.parametrize("change", [{"paused": True}, {"visible": False}, {"consent": False}])
def test_who_takes_no_part_is_nowhere_not_even_among_those_who_said_yes(enter, published, pair, change, database):
    from matcher.service.usecases.events import event_of
    from matcher.service.usecases.people import change_person, person_of

    a, b = pair
    ours, theirs = enter(published, a), enter(published, b)
    ours.send(f"/people/{published.refs[b]}/answer", answer="interested")
    theirs.send(f"/people/{published.refs[a]}/answer", answer="interested")
    assert published.emails[b] in ours.open("/people").text
    with database.writing() as session:
        change_person(session, event_of(session, published.id), person_of(session, published.id, published.refs[b]), change)
    assert published.names[b] not in ours.open("/people").text
    assert ours.open(f"/people/{published.refs[b]}").page.status_code == 404
    assert ours.open(f"/people/{published.refs[b]}/contact.vcf").page.status_code == 404


def test_people_of_other_events_do_not_exist(enter, published, other_event):
    page = enter(published, 0).open(f"/people/{other_event.refs[1]}")
    assert page.page.status_code == 404
    assert page.send(f"/people/{other_event.refs[1]}/answer", answer="interested").page.status_code != 200


def test_search_finds_by_words_and_links_to_the_page(enter, published, registration):
    page = enter(published, 0).open("/search?q=compressors quarter-hour peak cold stores")
    assert "closest first" in page.text
    assert registration.attendees[2].name in page.text
    assert page.open("/search?q=").page.status_code == 200


def test_before_the_list_is_published_the_page_says_what_will_happen(enter, drafted, database):
    from matcher.service.store import Event

    with database.writing() as session:
        session.get(Event, drafted.id).options = {"open": False, "starts_on": "2027-03-04"}
    page = enter(drafted, 0)
    assert "Your list is not published yet. The organizers publish it before 04 Mar 2027" in page.text
    assert page.open(f"/people/{drafted.refs[1]}").page.status_code == 404
    assert "once your list is published" in page.open("/search?q=storage").text


def test_a_form_without_the_token_of_this_browser_changes_nothing(enter, published, pair):
    a, b = pair
    page = enter(published, a)
    refused = page.send(f"/people/{published.refs[b]}/answer", token="0" * 40, answer="no_thanks")
    assert refused.page.status_code == 403
    assert "open the page again" in refused.text
    assert published.names[b] in page.open("/people").text
