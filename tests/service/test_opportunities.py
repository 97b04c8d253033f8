"""Opportunities: who among one's contacts wants it, and who reads that somebody thought of them."""

import pytest

TEXT = "Somebody looks for help with heat pumps"


@pytest.fixture
def kind():
    """One kind of store is enough: what is stored is tested beside the contacts."""
    return "sqlite"


@pytest.fixture
def met(database, event):
    """0 has met 1, 2 and 3; 2 looks for help with heat pumps, and so does 5, whom 0 never met."""
    from matcher.service.store import Person, Response
    from matcher.service.usecases.events import event_of
    from matcher.service.usecases.people import change_person

    with database.writing() as session:
        stored = event_of(session, event.id)
        for other in (2, 5):
            wish = {"seeking": "Somebody who gives me help with heat pumps"}
            change_person(session, stored, session.get(Person, event.refs[other]), wish)
        for other in (1, 2, 3):
            session.add(Response(event_id=event.id, ref=event.refs[0], other=event.refs[other], met=True))
    return event


@pytest.fixture
def ask(client, met, attendee):
    """Asks the API as a person: `ask(0, "GET", "opportunities")`."""

    def asked(who, method, path, **body):
        answer = client.request(method, f"/api/v1/me/{path}", headers=attendee(met, who), json=body or None)
        while answer.status_code == 503:  # the event is being loaded
            answer = client.request(method, f"/api/v1/me/{path}", headers=attendee(met, who), json=body or None)
        return answer.json() if answer.content and answer.status_code < 400 else answer

    return asked


@pytest.fixture
def written(ask):
    """The id of an opportunity that 0 wrote."""
    return ask(0, "POST", "opportunities", text=TEXT)["id"]


def test_contacts_who_want_it_are_quoted_and_nobody_else(met, ask, written):
    fits = ask(0, "GET", f"opportunities/{written}/fits")["items"]
    assert fits[0]["person"]["ref"] == met.refs[2]
    assert "heat pumps" in fits[0]["words"]
    assert fits[0]["goal"] is True
    assert met.refs[5] not in {fit["person"]["ref"] for fit in fits}
    assert {fit["person"]["ref"] for fit in fits} <= {met.refs[other] for other in (1, 2, 3)}


def test_nothing_is_told_as_a_fit_that_shares_nothing(met, ask):
    far = ask(0, "POST", "opportunities", text="Zwölf Boxkämpfer jagen Viktor")["id"]
    assert ask(0, "GET", f"opportunities/{far}/fits")["items"] == []


def test_who_is_nominated_reads_it_and_who_thought_of_them(met, ask, written):
    told = ask(0, "PUT", f"opportunities/{written}/nominations/{met.refs[2]}", note="Sounds like you")
    assert [(each["ref"], each["note"]) for each in told["nominees"]] == [(met.refs[2], "Sounds like you")]
    (seen,) = ask(2, "GET", "nominations")["items"]
    assert (seen["text"], seen["note"], seen["by"]["name"]) == (TEXT, "Sounds like you", met.names[0])
    assert ask(1, "GET", "nominations")["items"] == []
    assert [fit["nominated"] for fit in ask(0, "GET", f"opportunities/{written}/fits")["items"]][:1] == [True]


def test_nominations_are_told_once_and_can_be_taken_back(database, met, ask, written):
    from matcher.service.store import Delivery, Webhook
    from sqlalchemy import select

    with database.writing() as session:
        session.add(Webhook(event_id=met.id, url="https://example.org", topics={"names": ["opportunity.nominated"]}))
    for note in ("one", "two"):
        ask(0, "PUT", f"opportunities/{written}/nominations/{met.refs[2]}", note=note)
    with database.reading() as session:
        told = [each.payload for each in session.scalars(select(Delivery))]
    assert told == [{"opportunity": written, "by": met.refs[0], "nominated": met.refs[2]}]
    assert ask(2, "GET", "nominations")["items"][0]["note"] == "two"
    ask(0, "DELETE", f"opportunities/{written}/nominations/{met.refs[2]}")
    assert ask(2, "GET", "nominations")["items"] == []


def test_only_contacts_can_be_nominated(met, ask, written):
    assert ask(0, "PUT", f"opportunities/{written}/nominations/{met.refs[5]}", note="x").status_code == 404


def test_nothing_comes_from_somebody_whom_one_declined(database, met, ask, written):
    from matcher.service.store import Response

    ask(0, "PUT", f"opportunities/{written}/nominations/{met.refs[2]}", note="x")
    with database.writing() as session:
        session.add(Response(event_id=met.id, ref=met.refs[2], other=met.refs[0], answer="no_thanks"))
    assert ask(2, "GET", "nominations")["items"] == []
    assert len(ask(0, "GET", "opportunities")["items"][0]["nominees"]) == 1  # and 0 does not learn of it


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", ""), ("GET", "/fits"), ("DELETE", ""), ("PUT", "/nominations/{ref}"), ("DELETE", "/nominations/{ref}")],
)
def test_what_one_wrote_is_out_of_reach_of_others(met, ask, written, method, path):
    body = {"note": "x"} if method == "PUT" else {}
    answer = ask(1, method, f"opportunities/{written}{path.format(ref=met.refs[2])}", **body)
    assert answer.status_code == 404


def test_those_who_left_are_no_fit_and_not_named(database, met, ask, written):
    from matcher.service.usecases.events import event_of
    from matcher.service.usecases.people import change_person, person_of

    ask(0, "PUT", f"opportunities/{written}/nominations/{met.refs[2]}", note="x")
    with database.writing() as session:
        change_person(session, event_of(session, met.id), person_of(session, met.id, met.refs[2]), {"visible": False})
    assert met.refs[2] not in {fit["person"]["ref"] for fit in ask(0, "GET", f"opportunities/{written}/fits")["items"]}
    assert [each["person"] for each in ask(0, "GET", "opportunities")["items"][0]["nominees"]] == [None]


def test_what_is_deleted_is_read_by_nobody(met, ask, written):
    ask(0, "PUT", f"opportunities/{written}/nominations/{met.refs[2]}", note="x")
    ask(0, "DELETE", f"opportunities/{written}")
    assert ask(2, "GET", "nominations")["items"] == []
    assert ask(0, "GET", "opportunities")["items"] == []
