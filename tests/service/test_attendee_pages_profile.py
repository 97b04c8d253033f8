"""An attendee's own page: changes, advice, the forms of goals, who is new on the list, privacy, erasure, leaving."""

import re

import pytest
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
def closed(event, database):
    """The event before anything is published: nobody is shown, so nothing has to be found."""
    from matcher.service.store import Event

    with database.writing() as session:
        session.get(Event, event.id).options = {"open": False}
    return event


def stored_person(database, event, index):
    from matcher.service.store import Person

    with database.reading() as session:
        return session.get(Person, event.refs[index])


def goals(html):
    """The goals that the page shows: text, and the chosen form or nothing."""
    found = re.findall(r'name="goal-\d+" value="([^"]*)">.*?<select[^>]*>(.*?)</select>', html, re.DOTALL)
    return [(text, chosen[1] if (chosen := re.search(r'value="(\w+)" selected', select)) else "") for text, select in found]


def test_advice_without_scripts_keeps_the_draft_and_saves_nothing(enter, closed, database):
    page = enter(closed, 0).open("/profile").send("/profile/check", seeking="networking", offering="Kilns")
    assert 'You seek "networking": say which kind' in page.text
    assert 'You offer "Kilns": say for whom it is' in page.text
    assert ">networking</textarea>" in page.html
    assert stored_person(database, closed, 0).edits == {}


def test_each_goal_has_a_form_that_can_be_chosen(enter, closed, database):
    text = "A pilot customer in Spain. A mentor who has led a sales team."
    page = enter(closed, 0).open("/profile").send("/profile/check", seeking=text)
    assert goals(page.html) == [("A pilot customer in Spain.", ""), ("A mentor who has led a sales team.", "")]
    chosen = {"goal-1": "A pilot customer in Spain.", "form-1": "", "goal-2": "A mentor who has led a sales team."}
    page.send("/profile", seeking=text, **chosen, **{"form-2": "strategic"}).open("/profile")
    assert goals(page.html) == [("A pilot customer in Spain.", ""), ("A mentor who has led a sales team.", "strategic")]
    page.send("/profile", **chosen, **{"form-2": ""}).open("/profile")
    assert goals(page.html)[1][1] == ""


def test_only_what_was_changed_is_kept_so_the_rest_follows_the_registration(enter, closed, database, registration):
    told = registration.attendees[0]
    page = (
        enter(closed, 0).open("/profile").send("/profile", offering="Cold stores to try things in.", bio=told.bio, title=told.title)
    )
    assert stored_person(database, closed, 0).edits == {"offering": "Cold stores to try things in."}
    assert "Saved." in page.text
    assert "Nothing was changed." in page.send("/profile", bio=told.bio).text


def test_lists_are_read_with_commas_and_lines(enter, closed, database):
    enter(closed, 0).open("/profile").send("/profile", interests="Heat, pumps,,Heat", blocked="Ada Berg\n\n Ben Roe ")
    assert stored_person(database, closed, 0).edits == {"interests": ["Heat", "pumps"], "blocked": ["Ada Berg", "Ben Roe"]}


def test_fields_of_the_organizers_cannot_be_sent(enter, closed, database):
    enter(closed, 0).open("/profile").send("/profile", name="Somebody Else", email="x@y.z", group="speaker", bio="New.")
    assert stored_person(database, closed, 0).edits == {"bio": "New."}


def test_what_cannot_be_saved_is_told_and_the_text_stays(enter, closed, database):
    page = enter(closed, 0).open("/profile").send("/profile", title="x" * 300, bio="A new line.")
    assert page.page.status_code == 422
    assert "This could not be saved: title" in page.text
    assert ">A new line.</textarea>" in page.html
    assert stored_person(database, closed, 0).edits == {}


def test_two_changes_at_once_do_not_overwrite_each_other(enter, closed, database):
    page = enter(closed, 0).open("/profile")
    version = re.search(r'name="version" value="(\d+)"', page.html)[1]
    page.send("/profile", version=version, bio="From the phone.").open("/profile")
    page.send("/profile", version=version, bio="From the laptop.")
    assert "changed elsewhere" in page.text
    assert ">From the laptop.</textarea>" in page.html
    assert stored_person(database, closed, 0).edits == {"bio": "From the phone."}


def test_after_a_change_the_list_says_who_is_new(enter, event):
    page = enter(event, 0)
    page.open("/profile").send("/profile", seeking="Compressors and cold stores near Moerdijk with a quarter-hour peak.")
    assert page.where == "/people"
    assert "Your list has changed. New on it:" in page.text or "The same people fit you best" in page.text


def test_pausing_hides_both_ways_and_can_be_undone(enter, event, database):
    page = enter(event, 0).open("/profile/privacy").send("/profile/part", part="pause")
    assert "You are paused" in page.text
    assert stored_person(database, event, 0).paused
    assert "Show me people again" in page.open("/people").text
    page.send("/profile/part", part="resume")
    assert (page.where, stored_person(database, event, 0).paused) == ("/people", False)
    assert "Welcome back" in page.text


def test_opting_out_takes_consent_back_and_it_can_be_given_again(enter, closed, database):
    page = enter(closed, 0).open("/profile/privacy").send("/profile/part", part="leave")
    person = stored_person(database, closed, 0)
    assert (person.visible, person.edits["consent"]) == (False, False)
    assert "You take no part" in page.open("/people").text
    page.open("/profile/privacy").send("/profile/part", part="join")
    person = stored_person(database, closed, 0)
    assert (person.visible, person.edits["consent"]) == (True, True)


def test_the_export_is_a_file_of_everything(enter, closed):
    answer = enter(closed, 0).open("/profile/export.json").page
    assert answer.headers["content-disposition"] == 'attachment; filename="my-data.json"'
    assert answer.json()["profile"]["name"] == closed.names[0]


def test_erasing_asks_first_and_then_nothing_is_left(enter, closed, database, link):
    page = enter(closed, 0).open("/profile/erase").send("/profile/erase")
    assert (page.page.status_code, stored_person(database, closed, 0) is None) == (422, False)
    assert "Tick the box" in page.text
    token = link(closed, 0)
    page.send("/profile/erase", sure="yes")
    assert (page.where, stored_person(database, closed, 0)) == ("/link", None)
    assert "Everything of yours has been erased." in page.text
    assert page.open("/people").where == "/link"
    assert page.open(f"/me/{token}").page.status_code == 401


def test_leaving_forgets_the_link_in_this_browser(enter, closed):
    page = enter(closed, 0).open("/profile/privacy").send("/profile/log-out")
    assert (page.where, page.open("/people").where) == ("/link", "/link")


@pytest.mark.parametrize(
    "path", ["/profile", "/profile/check", "/profile/advice", "/profile/part", "/profile/erase", "/profile/log-out"]
)
def test_every_form_needs_its_token(enter, closed, database, path):
    before = stored_person(database, closed, 0).version
    refused = enter(closed, 0).send(path, token="0" * 40, bio="x", part="pause", sure="yes")
    assert refused.page.status_code == 403
    assert stored_person(database, closed, 0).version == before


@pytest.mark.parametrize("path", ["/people", "/search", "/profile", "/profile/privacy", "/profile/export.json", "/profile/erase"])
def test_without_a_link_every_page_tells_how_to_get_in(client, path):
    page = Browser(client).open(path)
    assert (page.page.status_code, page.where) == (200, "/link")
    assert "Open your personal link" in page.text


def test_a_revoked_link_is_told_to_people_as_a_page_and_to_programs_as_a_problem(client, closed, link):
    token = link(closed, 0)
    client.delete(f"{closed.path}/attendees/{closed.refs[0]}/link", headers=closed.headers)
    page = Browser(client, token)
    assert (page.page.status_code, page.page.headers["content-type"]) == (401, "text/html; charset=utf-8")
    assert "ask the organizers for a new one" in page.text
    plain = client.get(f"/me/{token}", headers={"accept": "application/json"})
    assert (plain.status_code, plain.headers["content-type"]) == (401, "application/problem+json")
    api = client.get("/api/v1/me/profile", headers={"accept": "text/html", "authorization": "Bearer nonsense"})
    assert api.headers["content-type"] == "application/problem+json"


def test_what_people_write_is_never_taken_for_markup(enter, closed):
    page = (
        enter(closed, 0)
        .open("/profile")
        .send("/profile", bio="<script>alert(1)</script>", seeking='"><img src=x>')
        .open("/profile")
    )
    assert "<script>alert" not in page.html
    assert "<img" not in page.html
