"""Nobody comes to the desk without a key, sends its forms from elsewhere, or sees another event."""

import re

import pytest
from at_desk import AtDesk, words
from matcher.service.pages import desk
from matcher.service.store import AuditEntry
from small_event import RUN_ID

OPEN = {("GET", "/desk/login"), ("POST", "/desk/login"), ("POST", "/desk/logout")}
EVERY = sorted((method, route.path) for part in desk.PARTS for route in part.routes.routes for method in route.methods - {"HEAD"})
CLOSED = [route for route in EVERY if route not in OPEN]
OF_EVENT = [route for route in CLOSED if "{event_id}" in route[1]]
OF_OWNER = [route for route in CLOSED if "{event_id}" not in route[1] and route != ("GET", "/desk")]
FORMS = [path for method, path in EVERY if method == "POST"]


@pytest.fixture
def kind():
    """SQLite only: who may do what is decided before the store is asked."""
    return "sqlite"


def address(path, event):
    """A path with ids of things that exist, where they do."""
    names = {"event_id": event.id, "ref": event.refs[0], "run_id": RUN_ID, "name": "run.json"}
    return re.sub(r"\{(\w+)\}", lambda found: names.get(found[1], "0" * 20), path)


def actions(database):
    with database.reading() as session:
        return session.query(AuditEntry).count()


def test_all_pages_of_the_desk_are_looked_at_here():
    assert len(OF_EVENT) > 35
    assert sorted(OF_OWNER) == [
        ("GET", "/desk/audit-log"),
        ("GET", "/desk/keys"),
        ("POST", "/desk/events"),
        ("POST", "/desk/keys"),
        ("POST", "/desk/keys/{key_id}/revoke"),
    ]


@pytest.mark.parametrize("cookie", [None, "forged", "revoked"])
def test_without_a_session_every_page_leads_to_the_login(client, drafted, database, cookie):
    if cookie == "revoked":
        desk = AtDesk(client, drafted.key)
        keys = desk.page(f"/desk/events/{drafted.id}/keys").text
        desk.send(re.search(r'action="(/desk/events/\w+/keys/\w+/revoke)"', keys)[1])
    elif cookie:
        client.cookies.set("organizer", "InAxMjM0NTY3ODkwMTIzNDU2Nzg5Ig.aSYJzA.forgedforgedforgedforgedforg")
    before = actions(database)
    for method, path in CLOSED:
        answer = client.request(method, address(path, drafted), data={} if method == "POST" else None)
        assert (path, answer.status_code, answer.headers.get("location")) == (path, 303, "/desk/login")
    assert actions(database) == before


def test_a_form_without_the_browsers_own_token_is_refused(client, drafted, database, owner):
    desk = AtDesk(client, owner["Authorization"].removeprefix("Bearer "))
    for path in FORMS:
        for token in ("", "0" * 40):
            answer = client.post(address(path, drafted), data={"form_token": token, "name": "Climate", "key": drafted.key})
            assert (path, answer.status_code) == (path, 403)
            assert "too old or not from here" in words(answer.text)
    assert actions(database) == 0
    assert desk.send(f"/desk/events/{drafted.id}/people/{drafted.refs[0]}/pause", paused="yes").status_code == 303


def test_a_token_of_another_browser_is_refused(client, drafted, owner):
    foreign = AtDesk(client, drafted.key).token
    client.cookies.clear()
    AtDesk(client, owner["Authorization"].removeprefix("Bearer "))
    answer = client.post(f"/desk/events/{drafted.id}/people/{drafted.refs[0]}/pause", data={"form_token": foreign, "paused": "yes"})
    assert answer.status_code == 403


def test_another_event_does_not_exist_for_the_key_of_one(client, drafted, other_event, database):
    desk = AtDesk(client, other_event.key)
    for method, path in OF_EVENT:
        fields = {"data": {"form_token": desk.token, "name": "Climate"}} if method == "POST" else {}
        answer = client.request(method, address(path, drafted), **fields)
        # deleting an event is for keys that open everything, whatever the event
        assert (path, answer.status_code) == (path, 403 if path.endswith("{event_id}/delete") else 404)
        assert drafted.names[0] not in answer.text
    for method, path in OF_OWNER:
        fields = {"data": {"form_token": desk.token, "name": "Mine", "label": "x"}} if method == "POST" else {}
        assert (path, client.request(method, address(path, drafted), **fields).status_code) == (path, 403)
    assert actions(database) == 0


def test_things_of_another_event_are_not_found_under_ones_own(client, drafted, other_event, database):
    desk = AtDesk(client, other_event.key)
    for method, path in OF_EVENT:
        if not re.search(r"\{(ref|run_id)\}", path):
            continue
        fields = {"data": {"form_token": desk.token, "action": "remove", "a": "x", "b": "y"}} if method == "POST" else {}
        place = address(path, drafted).replace(drafted.id, other_event.id)
        answer = client.request(method, place, **fields)
        assert (path, answer.status_code) == (path, 404)
        assert drafted.names[0] not in answer.text
    pairs = desk.words(f"/desk/events/{other_event.id}/pairs?a={drafted.refs[0]}&b={drafted.names[5]}")
    assert drafted.names[5] not in pairs.replace(f"“{drafted.names[5]}”", "")
    assert actions(database) == 0


def test_an_attendee_with_a_personal_link_is_no_organizer(client, drafted, link):
    assert client.get(f"/me/{link(drafted, 0)}").status_code == 303
    for method, path in CLOSED:
        answer = client.request(method, address(path, drafted))
        assert (path, answer.headers.get("location")) == (path, "/desk/login")


def test_pages_say_what_went_wrong_in_words_and_keep_the_headers(client, drafted):
    desk = AtDesk(client, drafted.key)
    answer = client.get(f"/desk/events/{drafted.id}/people/{'a' * 20}")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "No such attendee in this event." in words(answer.text)
    assert client.get("/desk/events/no-event").status_code == 404
    headers = desk.page(f"/desk/events/{drafted.id}").headers
    assert headers["content-security-policy"].startswith("default-src 'none'; style-src 'self'; script-src 'self';")
    assert headers["cache-control"] == "no-store"
    api = client.get(f"{drafted.path}/attendees/{'a' * 20}", headers=drafted.headers)
    assert (api.status_code, api.headers["content-type"]) == (404, "application/problem+json")
