"""Erased means gone: a search for the person in everything that there is."""

import base64
import json

import pytest
from matcher.service.store import (
    Contact,
    Job,
    Mailing,
    MailRecipient,
    Meeting,
    Nomination,
    Opportunity,
    PairRule,
    Person,
    Reply,
    Response,
    Shown,
    Table,
)
from matcher.service.usecases.erasure import erase
from matcher.service.usecases.events import event_of
from matcher.service.usecases.runs import unpack
from small_event import RUN_ID, as_csv, rows
from sqlalchemy import select

WHO = 0
"""The person who is erased: the first of the file."""


@pytest.fixture
def told(registration):
    """What must be found nowhere: name, e-mail, registration id, and words of every text of theirs."""
    person = registration.attendees[WHO]
    texts = [sentence.split(".")[0] for sentence in (person.bio, person.offering, person.seeking)]
    return [person.name, person.email, person.id, *(words for words in texts if words)]


def stored_values(database):
    """Every value of every column of every table, as text; what is packed is unpacked."""
    with database.engine.connect() as connection:
        for table in Table.metadata.sorted_tables:
            for row in connection.execute(select(table)):
                for name, value in row._mapping.items():
                    if table.name == "replies" and name == "body":
                        value = base64.b64decode(value.partition("\n")[2])
                    if table.name == "runs" and name == "scored" and value:
                        value = {"refs": unpack(value)["refs"].tolist()}
                    if isinstance(value, bytes):
                        value = value.decode("utf-8", errors="replace")
                    yield (
                        f"{table.name}.{name}",
                        value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False),
                    )


def places(database, words):
    """Where one of the words stands in the store."""
    return sorted({place for place, value in stored_values(database) for word in words if says(value, word)})


def says(value, word):
    return word.casefold() in value.casefold() if len(word) > 6 else f'"{word}"' in value or value == word


@pytest.fixture
def full(database, published, registration):
    """The published event, with something of and about the person in every table that can hold it."""
    one, two, three = (published.refs[index] for index in (WHO, 1, 2))
    name, email, own_id = published.names[WHO], published.emails[WHO], published.external_ids[WHO]
    event_id = published.id
    with database.writing() as session:
        event = event_of(session, event_id)
        lists = {"must_meet": [[own_id, published.external_ids[1]]], "exclusions": [[email, "c003"], ["c004", "c005"]]}
        event.settings = {"rules": lists}
        for a, b in ((one, two), (two, one), (two, three)):
            words = f"{name} was kind" if one in (a, b) else "kind"
            session.add(Response(event_id=event_id, ref=a, other=b, answer="interested", comment=words))
            session.add(Shown(event_id=event_id, ref=a, other=b, rank=1))
            session.add(Contact(event_id=event_id, ref=a, other=b, note=words))
        session.add(Meeting(event_id=event_id, a=two, b=one, message=f"Dear {name}", table="1"))
        session.add(Opportunity(id="1" * 20, event_id=event_id, ref=one, text=f"{name} heard of a board seat"))
        session.add(Opportunity(id="2" * 20, event_id=event_id, ref=two, text="hiring a data engineer"))
        session.add(Nomination(opportunity_id="1" * 20, other=two, event_id=event_id, note=f"{name} thought of you"))
        session.add(Nomination(opportunity_id="2" * 20, other=one, event_id=event_id, note=f"something for {name}?"))
        session.add(PairRule(event_id=event_id, a=min(one, two), b=max(one, two), rule="locked"))
        session.add(Mailing(id="3" * 20, event_id=event_id, subject="Hello", body="Hello {name}"))
        session.add(MailRecipient(mailing_id="3" * 20, ref=one, event_id=event_id, error=f"refused {email}"))
        problems = [
            {"row": 2, "found": "x", "attendee_id": own_id},
            {"row": 3, "found": f"again {email}"},
            {"row": 17, "found": "kept"},
        ]
        result = {"added": 12, "mapping": [["attendee_id", "id"]], "problems": problems}
        session.add(Job(event_id=event_id, kind="import", state="done", result=result))
        answer = base64.b64encode(json.dumps({"name": name, "email": email}, ensure_ascii=False).encode()).decode()
        session.add(Reply(caller="c", key="k", request_hash="h", status=201, body=f"application/json\n{answer}"))
        other = session.get(Person, two)
        other.profile = {**other.profile, "met_before": [own_id, "c003"], "blocked": [email, name]}
    return published


def check_gone(database, event, told, client):
    assert places(database, told) == []
    remaining = {place for place, value in stored_values(database) if event.refs[WHO] in value}
    assert remaining <= {"removals.mark", "audit_log.subject", "deliveries.payload"}
    for name in ("report.html", "lists.html", "lists.csv", "introductions.csv", "run.json"):
        file = client.get(f"{event.path}/runs/{RUN_ID}/exports/{name}", headers=event.headers)
        assert file.status_code == 200
        for word in told:
            assert not says(file.text, word), (name, word)
    found = client.get(f"{event.path}/attendees?search={event.emails[WHO]}", headers=event.headers).json()
    assert found["items"] == []


def test_the_search_finds_the_person_everywhere_before(database, full, told):
    assert set(places(database, told)) >= {
        "people.profile", "people.name", "people.email", "people.external_id", "introductions.details", "responses.comment",
        "contacts.note", "meetings.message", "opportunities.text", "nominations.note", "mail_recipients.error", "jobs.result",
        "replies.body", "events.settings",
    }  # fmt: skip
    for word in told:
        assert places(database, [word]), word
    holding = {place for place, value in stored_values(database) if full.refs[WHO] in value}
    assert holding >= {"runs.scored", "runs.positions", "runs.facts"}


def test_erased_by_the_organizer_everything_is_gone(database, client, full, told):
    assert client.delete(f"{full.path}/attendees/{full.refs[WHO]}", headers=full.headers).status_code == 204
    check_gone(database, full, told, client)


def test_erased_by_themselves_everything_is_gone_and_the_link_with_it(database, client, full, told, attendee):
    mine = attendee(full, WHO)
    assert client.delete("/api/v1/me", headers=mine).status_code == 204
    check_gone(database, full, told, client)
    assert client.get("/api/v1/me/profile", headers=mine).status_code == 401


def test_others_keep_what_is_theirs(database, client, full):
    client.delete(f"{full.path}/attendees/{full.refs[WHO]}", headers=full.headers)
    two, three = full.refs[1], full.refs[2]
    with database.reading() as session:
        assert session.get(Response, (full.id, two, three)).answer == "interested"
        assert session.get(Contact, (full.id, two, three)) is not None
        assert session.get(Opportunity, "2" * 20).text == "hiring a data engineer"
        assert session.get(Person, two).profile["met_before"] == ["c003"]
        assert event_of(session, full.id).settings["rules"] == {"must_meet": [], "exclusions": [["c004", "c005"]]}
        job = session.scalars(select(Job)).one()
        assert job.result == {"added": 12, "mapping": [["attendee_id", "id"]], "problems": [{"row": 17, "found": "kept"}]}


def test_no_byte_of_them_is_in_the_files_of_sqlite(database, client, full, told, tmp_path, kind):
    if kind != "sqlite":
        pytest.skip("PostgreSQL overwrites what was deleted when it vacuums; its files are its own")
    client.delete(f"{full.path}/attendees/{full.refs[WHO]}", headers=full.headers)
    held = b"".join(file.read_bytes() for file in tmp_path.iterdir() if file.name.startswith("matcher.db"))
    assert held
    for word in (word for word in told if len(word) > 6):
        assert word.encode() not in held, word
        assert json.dumps(word)[1:-1].encode() not in held, word


def test_a_later_import_does_not_bring_them_back(database, client, full, told, work):
    client.delete(f"{full.path}/attendees/{full.refs[WHO]}", headers=full.headers)
    again = rows()
    again[WHO]["email"] = again[WHO]["email"].upper()
    moved = {**again[WHO], "attendee_id": "another-id"}
    answer = client.post(
        f"{full.path}/imports", headers=full.headers, data={"mode": "sync"}, files={"file": ("a.csv", as_csv([*again, moved]))}
    )
    assert work() == [0]
    result = client.get(f"{full.path}/jobs/{answer.json()['id']}", headers=full.headers).json()["result"]
    assert (result["added"], result["erased"]) == (0, 1), result
    check_gone(database, full, told, client)


def test_a_run_that_was_under_way_does_not_bring_them_back(database, client, event, told, monkeypatch, work):
    """The person has themselves erased after the run has read the people and before it is saved."""
    import matcher.matching

    matched = matcher.matching.matched

    def erased_meanwhile(*arguments):
        made = matched(*arguments)
        with database.writing() as session:
            erase(session, event_of(session, event.id), session.get(Person, event.refs[WHO]))
        return made

    monkeypatch.setattr(matcher.matching, "matched", erased_meanwhile)
    client.post(f"{event.path}/runs", headers=event.headers)
    assert work() == [0]
    assert places(database, told) == []
    held = {place: value for place, value in stored_values(database) if event.refs[WHO] in value}
    assert held.keys() <= {"removals.mark"}, held


def test_deleting_an_event_leaves_nothing_of_it(database, client, full, owner):
    assert client.delete(full.path, headers=owner).status_code == 204
    assert places(database, [*full.names, *full.emails]) == []
    kept = {place for place, value in stored_values(database) if full.id in value}
    assert kept == {"audit_log.subject"}


def test_events_whose_time_is_over_are_erased(database, event, other_event):
    from matcher.service.usecases.events import erase_expired

    with database.writing() as session:
        event_of(session, event.id).options = {"ends_on": "2020-01-01", "retention_days": 90}
        event_of(session, other_event.id).options = {"ends_on": "2020-01-01", "retention_days": 0}
    with database.writing() as session:
        assert erase_expired(session) == 1
    assert {value for place, value in stored_values(database) if place == "events.id"} == {other_event.id}
