"""The organizer's desk: what an organizer does there, form by form."""

import json
import re
from importlib.resources import files

import pytest
from at_desk import AtDesk, fields_of, words
from matcher.service.pages.desk.records import ACTIONS
from matcher.service.store import AuditEntry, Event, Introduced, Job, PairRule, Person, RunRecord
from small_event import RUN_ID, as_csv, bearer, rows


@pytest.fixture
def kind():
    """SQLite only: the pages go through the use cases, which are tested on both."""
    return "sqlite"


@pytest.fixture
def desk(client, owner):
    """The desk, opened with a key for everything."""
    return AtDesk(client, owner["Authorization"].removeprefix("Bearer "))


def at(event, path=""):
    return f"/desk/events/{event.id}{path}"


def stored(database, kind, key):
    with database.reading() as session:
        return session.get(kind, key)


def actions(database):
    with database.reading() as session:
        return [entry.action for entry in session.query(AuditEntry).order_by(AuditEntry.id)]


def test_a_wrong_key_opens_nothing_and_a_right_one_shows_when_it_was_used(client, event, database):
    page = client.get("/desk/login")
    answer = client.post("/desk/login", data={"key": "mk_wrong", "form_token": fields_of(page.text, "/desk/login")["form_token"]})
    assert (answer.status_code, "unknown or revoked" in answer.text) == (401, True)
    desk = AtDesk(client, event.key)
    assert client.get("/desk").headers["location"] == at(event)
    assert "never" not in desk.words(at(event, "/keys"))


def test_logging_out_ends_the_session(desk, client):
    assert desk.send("/desk/logout").headers["location"] == "/desk/login"
    client.cookies.delete("organizer")
    assert client.get("/desk").headers["location"] == "/desk/login"


def test_an_event_is_made_and_set_up(desk, database):
    answer = desk.send("/desk/events", name="Harbour Days")
    page = desk.follow(answer)
    path = answer.headers["location"].split("?")[0]
    form = fields_of(page.text, path)
    changed = {"starts_on": "2026-05-04", "ends_on": "2026-05-05", "timezone": "Europe/Lisbon", "min": "2", "max": "6"}
    changed |= {"fairness": "4", "contacts": "open", "list_length": "8", "retention_days": "30", "consent": "required"}
    assert "Saved." in words(desk.follow(desk.send(path, **(form | changed))).text)
    event = stored(database, Event, path.split("/")[3])
    assert event.settings["introductions"] == {"min": 2, "max": 6, "fairness": 4.0}
    assert event.settings["consent"] == "required"
    kept = {key: event.options[key] for key in ("starts_on", "timezone", "contacts", "list_length", "retention_days", "open")}
    assert kept == {
        "starts_on": "2026-05-04",
        "timezone": "Europe/Lisbon",
        "contacts": "open",
        "list_length": 8,
        "retention_days": 30,
        "open": False,
    }
    assert actions(database) == ["event.create", "event.change"]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"min": "7", "max": "3"}, "min (7) is larger than max (3)"),
        ({"timezone": "Europe/Atlantis"}, "no time zone"),
        ({"timezone": "../etc"}, "no time zone"),
        ({"starts_on": "2026-05-04", "ends_on": "2026-05-01"}, "is before starts_on"),
        ({"list_length": "99"}, "less than or equal to 50"),
        ({"name": "  "}, "Expected 1 to 200"),
    ],
)
def test_a_setting_that_does_not_fit_is_told_beside_what_was_typed(desk, event, database, wrong, told):
    form = fields_of(desk.page(at(event, "/settings")).text, at(event, "/settings"))
    answer = desk.send(at(event, "/settings"), **(form | wrong))
    assert (answer.status_code, told in words(answer.text)) == (422, True)
    again = fields_of(answer.text, at(event, "/settings"))
    assert {key: again[key] for key in wrong} == wrong
    assert stored(database, Event, event.id).version == 1


def test_a_stale_form_overwrites_nothing_and_is_told_so(desk, event, database):
    form = fields_of(desk.page(at(event, "/settings")).text, at(event, "/settings"))
    desk.follow(desk.send(at(event, "/settings"), **(form | {"max": "9"})))
    answer = desk.send(at(event, "/settings"), **(form | {"name": "Mine"}))
    assert (answer.status_code, "somebody else changed this event" in words(answer.text)) == (412, True)
    assert "max 5 9" in words(answer.text)  # field, what they had, what it is now
    assert "name Mine Climate" in words(answer.text)
    event = stored(database, Event, event.id)
    assert (event.name, event.settings["introductions"]["max"]) == ("Climate", 9)


def test_all_settings_are_a_text_that_comes_back_as_it_went(desk, event, database):
    path = at(event, "/settings/toml#all")
    form = fields_of(desk.page(at(event, "/settings")).text, path)
    assert "[introductions]\nmin = 1\nmax = 5" in form["toml"]
    own = 'consent = "required"\n[introductions]\nmax = 4\n[introductions.groups]\npress = { min = 0, max = 2 }\n'
    desk.follow(desk.send(at(event, "/settings/toml"), **(form | {"toml": own})))
    again = fields_of(desk.page(at(event, "/settings")).text, path)
    assert "[introductions.groups.press]\nmin = 0\nmax = 2" in again["toml"]
    desk.follow(desk.send(at(event, "/settings/toml"), **again))
    assert fields_of(desk.page(at(event, "/settings")).text, path)["toml"] == again["toml"]
    desk.follow(desk.send(at(event, "/settings/toml"), **(again | {"version": "3", "toml": ""})))
    assert fields_of(desk.page(at(event, "/settings")).text, path)["toml"] == form["toml"]


@pytest.mark.parametrize(
    ("text", "told"),
    [("max = = 5", "This is no TOML"), ("[introductions]\nmaxx = 5", "Introductions.maxx: Extra inputs are not permitted")],
)
def test_settings_that_are_wrong_are_told_field_by_field(desk, event, database, text, told):
    form = fields_of(desk.page(at(event, "/settings")).text, at(event, "/settings/toml#all"))
    answer = desk.send(at(event, "/settings/toml"), **(form | {"toml": text}))
    assert (answer.status_code, told in words(answer.text)) == (422, True)
    assert fields_of(answer.text, at(event, "/settings/toml#all"))["toml"] == text
    assert stored(database, Event, event.id).version == 1


def test_a_file_is_looked_at_put_right_and_then_imported(desk, event, database, work):
    people = [{"Full name": row["first_name"] + " " + row["last_name"], "Ticket": row["attendee_id"]} for row in rows(3, 20)]
    for row, person in zip(rows(3, 20), people, strict=True):
        person["My wish"] = row["seeking"]
    people.append(people[0] | {"Full name": ""})
    answer = desk.send(at(event, "/import"), files={"file": ("guests.csv", as_csv(people))})
    held = answer.headers["location"]
    page = desk.follow(answer)
    assert "3 people" in words(page.text)
    assert {person["Full name"] for person in people[:3]} <= set(page.text.replace("<", ">").split(">"))
    form = fields_of(page.text, f"{held}/columns")
    assert form["column.2"] != "seeking"
    desk.follow(desk.send(f"{held}/columns", **(form | {"column.2": "seeking"})))
    again = fields_of(desk.page(held).text, f"{held}/columns")
    assert again["column.2"] == "seeking"
    assert stored(database, Job, held.rsplit("/", 1)[1]).state == "held"
    assert actions(database) == []  # looking keeps nothing
    answer = desk.send(held, mode="add")
    assert work() == [0]
    assert "3 new" in words(desk.follow(answer).text)
    assert desk.client.get(held).status_code == 404
    found = desk.client.get(f"{event.path}/attendees?search={people[0]['Full name']}", headers=event.headers).json()["items"]
    assert [person["profile"]["seeking"] for person in found] == [people[0]["My wish"]]
    assert actions(database) == ["import.add"]


def test_problem_rows_are_a_file_before_the_import_and_after(desk, event, work):
    broken = [*rows(3), dict.fromkeys(rows(1)[0], "") | {"email": "nobody@example.org"}]
    answer = desk.send(at(event, "/import"), files={"file": ("guests.csv", as_csv(broken))})
    held = answer.headers["location"]
    before = desk.page(f"{held}/problems.csv")
    assert before.headers["content-disposition"] == 'attachment; filename="problems.csv"'
    assert before.text.startswith("row,column,found,action,used,attendee_id\n5,")
    desk.send(held, mode="sync")
    assert work() == [0]
    assert desk.page(f"{held}/problems.csv").text == before.text
    assert "9 no longer registered" in words(desk.page(held.replace("/import/", "/jobs/")).text)


def test_a_file_that_is_none_is_told_and_one_that_was_only_looked_at_can_be_dropped(desk, event, database):
    answer = desk.send(at(event, "/import"), files={"file": ("guests.csv", b"\x00\x01nothing")})
    assert (answer.status_code, "This file cannot be read" in words(answer.text)) == (422, True)
    assert desk.send(at(event, "/import")).status_code == 422
    held = desk.send(at(event, "/import"), files={"file": ("guests.csv", as_csv(rows(3)))}).headers["location"]
    newer = desk.send(at(event, "/import"), files={"file": ("guests.csv", as_csv(rows(3)))}).headers["location"]
    assert desk.client.get(held).status_code == 404  # only the latest waits
    desk.follow(desk.send(f"{newer}/drop"))
    with database.reading() as session:
        assert session.query(Job).count() == 0


def test_an_upload_that_waits_goes_with_somebody_who_is_erased(desk, event, database):
    desk.send(at(event, "/import"), files={"file": ("guests.csv", as_csv(rows(3)))})
    desk.follow(desk.send(at(event, f"/people/{event.refs[0]}/erase")))
    with database.reading() as session:
        assert session.query(Job).count() == 0
        assert session.get(Person, event.refs[0]) is None


def test_people_are_searched_and_paged(desk, event, monkeypatch):
    monkeypatch.setattr("matcher.service.pages.desk.people.PAGE", 5)
    path, seen = at(event, "/people"), []
    while path:
        page = desk.page(path).text
        seen += [name for name in sorted(event.names) if f"<bdi>{name}</bdi>" in page]
        onward = page.split('">Next page')[0].rsplit('href="', 1)[1] if "Next page" in page else ""
        path = onward.replace("&amp;", "&")
    assert seen == sorted(event.names)
    assert event.names[0] in desk.words(at(event, f"/people?search={event.emails[0]}"))
    assert "Nobody fits" in desk.words(at(event, "/people?search=xyzzy"))


def test_only_what_was_changed_is_kept_by_hand(desk, event, database):
    path = at(event, f"/people/{event.refs[0]}/edit")
    form = fields_of(desk.page(path).text, path)
    desk.follow(desk.send(path, **(form | {"title": "Pilot", "consent": "no"})))
    person = stored(database, Person, event.refs[0])
    assert (person.edits, person.version) == ({"title": "Pilot", "consent": False}, 2)
    said = desk.words(at(event, f"/people/{event.refs[0]}"))
    assert "said no" in said
    desk.follow(desk.send(path, **fields_of(desk.page(path).text, path)))
    assert stored(database, Person, event.refs[0]).version == 2  # nothing was changed
    stale = desk.send(path, **(form | {"organization": "Mine"}))
    assert (stale.status_code, "somebody else changed this person" in words(stale.text)) == (412, True)
    assert stored(database, Person, event.refs[0]).edits == {"title": "Pilot", "consent": False}
    wrong = desk.send(path, **(form | {"version": "2", "email": "no address"}))
    assert (wrong.status_code, "Email:" in words(wrong.text)) == (422, True)


def test_a_person_is_entered_hidden_and_let_back(desk, event, database):
    path = at(event, "/people/new")
    form = fields_of(desk.page(path).text, path)
    answer = desk.send(path, **(form | {"name": "Ada <b>Byron</b>", "languages": "en\r\nfr\r\n"}))
    page = desk.follow(answer)
    assert "Ada &lt;b&gt;Byron&lt;/b&gt;" in page.text
    ref = answer.headers["location"].split("?")[0].rsplit("/", 1)[1]
    assert stored(database, Person, ref).edits == {"name": "Ada <b>Byron</b>", "languages": ["en", "fr"]}
    path = at(event, f"/people/{ref}/edit")
    form = fields_of(desk.page(path).text, path)
    hidden = {key: value for key, value in form.items() if key != "visible"}
    desk.follow(desk.send(path, **hidden))
    assert stored(database, Person, ref).visible is False
    form = fields_of(desk.page(path).text, path)
    assert "visible" not in form
    desk.follow(desk.send(path, **form, visible="on"))
    assert stored(database, Person, ref).visible is True


def test_pausing_links_and_erasing(desk, event, client, database):
    path = at(event, f"/people/{event.refs[0]}")
    assert "paused" in words(desk.follow(desk.send(f"{path}/pause", paused="yes")).text)
    desk.follow(desk.send(f"{path}/pause", paused="no"))
    assert stored(database, Person, event.refs[0]).paused is False
    page = desk.send(f"{path}/link").text
    link = page.split('id="address" value="http://testserver')[1].split('"')[0]
    assert client.get(link).status_code == 303
    desk.follow(desk.send(f"{path}/link/revoke"))
    assert client.get(link).status_code == 401
    assert "cannot be undone" in desk.words(f"{path}/erase")
    assert event.names[0] not in desk.follow(desk.send(f"{path}/erase")).text
    assert client.get(path).status_code == 404
    assert event.names[0] not in desk.words(at(event, "/audit-log"))
    kept = ["attendee.change", "attendee.change", "link.issue", "link.revoke", "attendee.erase"]
    assert actions(database) == kept


def test_a_run_is_followed_reviewed_and_published(desk, event, database, work):
    answer = desk.send(at(event, "/runs"))
    waiting = desk.follow(answer).text
    assert "Waiting for its turn" in words(waiting)
    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in waiting
    assert "Work is under way" in desk.words(at(event, "/runs"))
    assert work() == [0]
    over = desk.page(answer.headers["location"]).text
    run = at(event, f"/runs/{answer.headers['location'].rsplit('/', 1)[1]}")
    assert run in over
    told = desk.page(run).text
    assert all(
        label in words(told) for label in ("coverage: 12 of 12", "left out", "only weak", "one-sided", "Gini", "busiest tenth")
    )
    assert told.count("<circle class=") == 12 + told.split('class="legend"')[1].split("</ul>")[0].count("<circle")
    publish = desk.page(f"{run}/publish").text
    version = fields_of(publish, f"{run}/publish")["version"]
    page = desk.follow(desk.send(f"{run}/publish", version=version))
    assert "Attendees see their introductions now." in words(page.text)
    assert stored(database, RunRecord, run.rsplit("/", 1)[1]).state == "published"
    assert actions(database) == ["run.start", "run.publish"]


def test_work_is_cancelled_and_a_draft_deleted(desk, drafted, database):
    job = desk.send(at(drafted, "/runs")).headers["location"]
    assert "Cancelled." in words(desk.follow(desk.send(f"{job}/cancel")).text)
    desk.follow(desk.send(at(drafted, f"/runs/{RUN_ID}/delete")))
    assert stored(database, RunRecord, RUN_ID) is None


def test_progress_comes_as_events_to_a_browser_with_its_cookie(desk, drafted, client):
    job = desk.send(at(drafted, "/runs")).headers["location"]
    desk.send(f"{job}/cancel")
    events = client.get(f"{job}/progress")
    assert events.headers["content-type"].startswith("text/event-stream")
    assert "event: over" in events.text
    data = json.loads(events.text.split("data: ")[1].split("\n")[0])
    assert (data["kind"], data["state"]) == ("run", "cancelled")
    client.cookies.clear()
    assert client.get(f"{job}/progress").headers["location"] == "/desk/login"


def introduced(database):
    with database.reading() as session:
        return session.query(Introduced).order_by(Introduced.mutual_score.desc(), Introduced.a, Introduced.b).all()


def test_introductions_are_searched_and_filtered(desk, drafted, database):
    rows = introduced(database)
    names = dict(zip(drafted.refs, drafted.names, strict=True))
    path = at(drafted, f"/runs/{RUN_ID}")
    one = rows[0].a
    expected = sum(one in (row.a, row.b) for row in rows)
    assert f"{expected} introduction" in desk.words(f"{path}?search={names[one]}")
    for strength in ("strong", "fair", "weak"):
        expected = sum(row.details["strength"] == strength for row in rows)
        assert f"{expected} introduction" in desk.words(f"{path}?strength={strength}")
    one_sided = sum(row.details["one_sided"] for row in rows)
    assert f"{one_sided} introduction" in desk.words(f"{path}?kind=one_sided")
    assert "0 introductions" in desk.words(f"{path}?kind=locked")
    assert desk.client.get(f"{path}?strength=odd").status_code == 422


def test_a_pair_is_locked_forbidden_freed_and_taken_out(desk, drafted, database):
    row = introduced(database)[0]
    pair = {"a": row.b, "b": row.a}
    for rule in ("locked", "must_meet", "forbidden"):
        desk.follow(desk.send(at(drafted, "/pairs"), **pair, rule=rule, run=RUN_ID))
        assert stored(database, PairRule, (drafted.id, row.a, row.b)).rule == rule
    assert "1 introduction fits" not in desk.words(at(drafted, f"/runs/{RUN_ID}?kind=locked"))
    desk.follow(desk.send(at(drafted, "/pairs"), **pair, rule="locked"))
    assert "1 introduction fits" in desk.words(at(drafted, f"/runs/{RUN_ID}?kind=locked"))
    assert "locked: in every later run" in desk.words(at(drafted, "/pairs"))
    desk.follow(desk.send(at(drafted, "/pairs"), **pair, rule="free"))
    assert stored(database, PairRule, (drafted.id, row.a, row.b)) is None
    assert desk.send(at(drafted, "/pairs"), **pair, rule="odd").status_code == 422
    desk.follow(desk.send(at(drafted, f"/runs/{RUN_ID}/pairs"), **pair, action="remove", version="1"))
    assert stored(database, Introduced, (RUN_ID, row.a, row.b)) is None
    stale = desk.send(at(drafted, f"/runs/{RUN_ID}/pairs"), **pair, action="remove", version="1")
    assert (stale.status_code, "Changed by somebody else" in words(stale.text)) == (412, True)
    assert "since then it was changed by hand" in desk.words(at(drafted, f"/runs/{RUN_ID}"))


def test_publishing_tells_what_comes_what_goes_and_who_had_answered(desk, published, database, work):
    from matcher.service.store import Response

    row = introduced(database)[0]
    with database.writing() as session:
        session.add(Response(event_id=published.id, ref=row.a, other=row.b, answer="interested"))
    desk.send(at(published, "/pairs"), a=row.a, b=row.b, rule="forbidden")
    job = desk.send(at(published, "/runs"), keep_published="on").headers["location"]
    assert work() == [0]
    run = job.replace("/jobs/", "/runs/")
    told = desk.words(f"{run}/publish")
    names = dict(zip(published.refs, published.names, strict=True))
    assert "1 of those that go have answers" in told
    assert f"{names[row.a]} and {names[row.b]} one interested" in told
    version = fields_of(desk.page(f"{run}/publish").text, f"{run}/publish")["version"]
    desk.send(f"{run}/pairs", a=(other := introduced_in(database, run)).a, b=other.b, action="remove", version=version)
    stale = desk.send(f"{run}/publish", version=version)
    assert (stale.status_code, "Not published" in words(stale.text)) == (412, True)
    assert stored(database, RunRecord, RUN_ID).state == "published"
    version = fields_of(stale.text, f"{run}/publish")["version"]
    desk.follow(desk.send(f"{run}/publish", version=version))
    assert stored(database, RunRecord, RUN_ID).state == "superseded"


def introduced_in(database, run):
    with database.reading() as session:
        return session.query(Introduced).filter(Introduced.run_id == run.rsplit("/", 1)[1]).first()


@pytest.mark.parametrize("name", ["report.html", "lists.html", "introductions.xlsx", "introductions.csv", "lists.csv", "run.json"])
def test_every_export_can_be_taken(desk, drafted, name):
    path = at(drafted, f"/runs/{RUN_ID}")
    assert f'href="{path}/exports/{name}"' in desk.page(path).text
    answer = desk.page(f"{path}/exports/{name}")
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
    assert len(answer.content) > 500


def test_people_are_looked_up_by_name_for_why(desk, drafted):
    page = desk.page(at(drafted, f"/pairs?a={drafted.names[0]}&b=e")).text
    assert f'value="{drafted.names[0]}"' in page
    assert "who of these?" in words(page)
    assert "Nobody fits “xyzzy”" in desk.words(at(drafted, "/pairs?a=xyzzy"))
    assert "These are one person" in desk.words(at(drafted, f"/pairs?a={drafted.names[0]}&b={drafted.refs[0]}"))


def test_why_two_people_are_introduced_and_why_others_are_not(desk, drafted, database):
    row = introduced(database)[0]
    names = dict(zip(drafted.refs, drafted.names, strict=True))
    said = desk.words(at(drafted, f"/pairs?run={RUN_ID}&a={row.a}&b={row.b}"))
    assert "Run 1 introduces them." in said
    assert f"{names[row.a]} welcomes {names[row.b]} with a chance of" in said
    desk.send(at(drafted, "/pairs"), a=row.a, b=row.b, rule="forbidden")
    assert "They are not introduced: one of them has declined" in desk.words(at(drafted, f"/pairs?a={row.a}&b={row.b}"))
    desk.send(at(drafted, f"/people/{row.a}/pause"), paused="yes")
    said = desk.words(at(drafted, f"/pairs?a={row.a}&b={row.b}"))
    assert "takes no part" in said
    assert row.a not in said


def test_a_pair_is_added_by_hand_with_reasons_and_stays_in_later_runs(desk, drafted, database):
    there = {(row.a, row.b) for row in introduced(database)}
    everybody = sorted(drafted.refs)
    pairs = [(a, b) for a in everybody for b in everybody if a < b and (a, b) not in there]
    page = next(
        page for a, b in pairs if "Add to run 1" in (page := desk.page(at(drafted, f"/pairs?run={RUN_ID}&a={a}&b={b}")).text)
    )
    form = fields_of(page, at(drafted, f"/runs/{RUN_ID}/pairs"))
    assert "Added to this run" in words(desk.follow(desk.send(at(drafted, f"/runs/{RUN_ID}/pairs"), **form)).text)
    added = stored(database, Introduced, (RUN_ID, *sorted((form["a"], form["b"]))))
    assert (added.details["status"], bool(added.details["reason_a"])) == ("must_meet", True)
    assert stored(database, PairRule, (drafted.id, added.a, added.b)).rule == "locked"
    assert "1 introduction fits" in desk.words(at(drafted, f"/runs/{RUN_ID}?kind=must_meet"))


def test_keys_are_shown_once_and_revoked(desk, event, client):
    page = desk.send(at(event, "/keys"), label="scanner").text
    secret = page.split('id="secret" value="')[1].split('"')[0]
    assert secret not in desk.page(at(event, "/keys")).text
    assert client.get(event.path, headers=bearer(secret)).status_code == 200
    revoke = page.split(' scanner"')[0].rsplit('action="', 1)[1].split('"')[0]
    desk.follow(desk.send(revoke))
    assert client.get(event.path, headers=bearer(secret)).status_code == 401
    said = desk.words(at(event, "/audit-log"))
    assert said.index("revoked a key") < said.index("made a key")
    everything = desk.send("/desk/keys", label="second").text
    assert client.get("/api/v1/events", headers=bearer(everything.split('id="secret" value="')[1].split('"')[0])).status_code == 200


def test_the_audit_log_has_words_for_every_action_that_is_noted():
    noted = {
        name
        for file in files("matcher.service").joinpath("api").iterdir()
        if file.name.endswith(".py")
        for name in re.findall(r'note\(session, who, "([a-z_.]+)"', file.read_text(encoding="utf-8"))
    }
    assert len(noted) > 25
    assert noted - ACTIONS.keys() == set()


def test_an_event_is_deleted_only_where_its_name_was_typed(desk, event, database):
    assert desk.send(at(event, "/delete"), name="Climat").status_code == 422
    assert stored(database, Event, event.id) is not None
    desk.follow(desk.send(at(event, "/delete"), name=" Climate "))
    assert stored(database, Event, event.id) is None
    assert actions(database) == ["event.delete"]
    assert f"deleted an event {event.id}" in desk.words("/desk/audit-log")


def test_responses_and_outcome_are_there_before_anybody_answered_and_after(desk, published, database):
    from matcher.service.store import Response, Shown

    assert "Nobody has opened their list yet" in desk.words(at(published, "/responses"))
    desk.page(at(published, "/outcome"))
    row = introduced(database)[0]
    with database.writing() as session:
        for ref, other, answer in ((row.a, row.b, "interested"), (row.b, row.a, "no_thanks")):
            session.add(Shown(event_id=published.id, ref=ref, other=other, rank=1))
            session.add(Response(event_id=published.id, ref=ref, other=other, answer=answer))
    names = dict(zip(published.refs, published.names, strict=True))
    said = desk.words(at(published, "/responses"))
    assert f"{names[row.a]} {names[row.b]} interested" in said
    assert f"{names[row.b]} {names[row.a]}" not in said  # a no is nobody's business
    assert (
        desk.page(at(published, "/outcome.csv")).text
        == desk.client.get(f"{published.path}/outcome.csv", headers=published.headers).text
    )
    assert (
        desk.page(at(published, "/outcome.json")).json()
        == desk.client.get(f"{published.path}/outcome", headers=published.headers).json()
    )


def test_exports_name_people_by_their_own_ids_and_leave_out_who_is_paused(desk, drafted):
    desk.send(at(drafted, f"/people/{drafted.refs[0]}/pause"), paused="yes")
    files = {
        name: desk.page(at(drafted, f"/runs/{RUN_ID}/exports/{name}")).text for name in ("run.json", "report.html", "lists.csv")
    }
    for text in files.values():
        assert not [ref for ref in drafted.refs if ref in text]
        assert drafted.names[0] not in text


def test_who_has_little_is_told_by_kind(desk, drafted, database):
    with database.writing() as session:
        made = session.query(Introduced).filter_by(run_id=RUN_ID).all()
        for number, each in enumerate(made):
            each.details = {**each.details, "strength": "weak" if number else "fair"}
        served = made[0].a
        nobody, weak = [ref for ref in drafted.refs if ref not in (made[0].a, made[0].b)][:2]
        left = {weak: [5, "no clear match"], served: [1, "caps are full"], nobody: [0, "the profile says nothing"]}
        session.get(RunRecord, RUN_ID).left = left
    name = dict(zip(drafted.refs, drafted.names, strict=True))
    told = desk.words(at(drafted, f"/runs/{RUN_ID}"))
    told = told[told.index("Who has little, and why") : told.index("Introductions per person")]
    lines = (
        ("Nobody to meet: 1 person", f"{name[nobody]} 0 the profile says nothing"),
        ("Fewer than the minimum: 1 person", f"{name[served]} 1 caps are full"),
        ("Only weak introductions: 1 person", f"{name[weak]} 5 no clear match"),
    )
    places = [told.index(part) for line in lines for part in line]
    assert places == sorted(places)
