"""Mails: written once, sent to each by a real server, resumed without mailing anybody twice."""

import csv
import email
import io
import socket
from dataclasses import replace

import pytest
from aiosmtpd.controller import Controller
from matcher.service.store import MailRecipient, Person
from matcher.service.usecases import mail
from matcher.service.usecases.events import event_of
from matcher.service.usecases.faults import Conflict
from sqlalchemy import select

from matcher.errors import MatcherError


class Inbox:
    """What a mail server was given; it refuses the addresses in `refused`, and dies after `most` mails."""

    def __init__(self):
        self.mails = []
        self.refused = set()
        self.most = 1000

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.refused:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if len(self.mails) >= self.most:
            server.transport.close()
            return "421 gone"
        self.mails.append(email.message_from_bytes(envelope.content))
        return "250 taken"

    @property
    def to(self):
        return [str(message["To"]) for message in self.mails]


@pytest.fixture
def inbox():
    return Inbox()


@pytest.fixture
def with_mail(machine, inbox):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = Controller(inbox, hostname="127.0.0.1", port=port)
    server.start()
    yield replace(machine, smtp=f"smtp://127.0.0.1:{port}", mail_from="Organizers <hello@example.org>")
    server.stop()


def written(database, event, subject="{event}", body="Hello {first_name}: {link}\n{list}", audience="everybody"):
    with database.writing() as session:
        return mail.create_mailing(session, event_of(session, event.id), subject, body, audience).id


def quiet(stage, done=0, total=0):
    """Nobody follows the progress."""


def states(database, mailing_id):
    with database.reading() as session:
        return {state: count for state, count in mail.states(session, mailing_id).items() if count}


def test_everybody_with_an_address_gets_one_mail_with_their_own_link(database, event, with_mail, inbox, identity):
    mailing_id = written(database, event)
    assert mail.send_mailing(database, with_mail, mailing_id, quiet)["sent"] == len(event.emails)
    assert sorted(inbox.to) == sorted(event.emails)
    first = inbox.mails[0]
    text = first.get_payload(decode=True).decode()
    token = text.split("/me/")[1].split()[0]
    assert identity.read_link(token).ref == event.refs[event.emails.index(str(first["To"]))]
    assert first["From"] == "Organizers <hello@example.org>"


def test_a_second_start_mails_nobody_again(database, event, with_mail, inbox):
    mailing_id = written(database, event)
    mail.send_mailing(database, with_mail, mailing_id, quiet)
    mail.send_mailing(database, with_mail, mailing_id, quiet)
    assert len(inbox.to) == len(set(inbox.to)) == len(event.emails)


def test_a_server_that_dies_is_told_and_the_next_start_goes_on(database, event, with_mail, inbox):
    inbox.most = 3
    mailing_id = written(database, event)
    with pytest.raises(MatcherError, match="goes on where it stopped"):
        mail.send_mailing(database, with_mail, mailing_id, quiet)
    assert states(database, mailing_id) == {"sent": 3, "unclear": 1, "waiting": len(event.emails) - 4}
    inbox.most = 1000
    mail.send_mailing(database, with_mail, mailing_id, quiet)
    assert states(database, mailing_id) == {"sent": len(event.emails) - 1, "unclear": 1}
    with database.writing() as session:
        assert mail.try_again(session, mail.mailing_of(session, event.id, mailing_id), unclear=True) == 1
    mail.send_mailing(database, with_mail, mailing_id, quiet)
    assert sorted(inbox.to) == sorted(event.emails)


def test_a_process_that_stopped_while_the_server_had_the_mail_leaves_it_unclear(database, event, with_mail, inbox):
    mailing_id = written(database, event)
    with database.writing() as session:
        session.get(MailRecipient, (mailing_id, event.refs[0])).state = "sending"
    mail.send_mailing(database, with_mail, mailing_id, quiet)
    assert states(database, mailing_id) == {"sent": len(event.emails) - 1, "unclear": 1}
    assert event.emails[0] not in inbox.to


def test_a_refused_address_fails_alone(database, event, with_mail, inbox):
    inbox.refused = {event.emails[2]}
    mailing_id = written(database, event)
    mail.send_mailing(database, with_mail, mailing_id, quiet)
    assert states(database, mailing_id) == {"sent": len(event.emails) - 1, "failed": 1}


def test_who_left_meanwhile_gets_no_mail(database, event, with_mail, inbox):
    mailing_id = written(database, event)
    with database.writing() as session:
        session.get(Person, event.refs[1]).paused = True
    mail.send_mailing(database, with_mail, mailing_id, quiet)
    assert event.emails[1] not in inbox.to


def test_an_unknown_field_and_an_empty_audience_are_told(database, event):
    with pytest.raises(MatcherError, match=r"fields \{surname\}; expected some of \{name\}"):
        written(database, event, body="Dear {surname}")
    with pytest.raises(MatcherError, match="nobody would get this mail"):
        written(database, event, audience="introduced")


def test_without_a_mail_server_the_merge_file_remains(database, event, machine, identity):
    mailing_id = written(database, event, subject="=1+1")
    with pytest.raises(Conflict, match="MATCHER_SMTP"):
        mail.send_mailing(database, machine, mailing_id, quiet)
    with database.reading() as session:
        found = mail.mailing_of(session, event.id, mailing_id)
        text = mail.merge_file(session, identity, machine.address, event_of(session, event.id), found)
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert sorted(row["email"] for row in rows) == sorted(event.emails)
    assert all(not row["subject"].startswith("=") for row in rows)
    with database.reading() as session:
        assert set(session.scalars(select(MailRecipient.state))) == {"waiting"}


def test_the_api_writes_previews_and_refuses_to_send_without_a_server(client, event):
    made = client.post(f"{event.path}/mailings", json={"audience": "everybody"}, headers=event.headers)
    assert made.status_code == 201
    assert made.json()["recipients"]["waiting"] == len(event.emails)
    shown = client.post(f"{event.path}/mailings/preview?ref={event.refs[0]}", json={}, headers=event.headers).json()
    assert event.names[0].split()[0] in shown["text"]
    assert "/me/" in shown["text"]
    sent = client.post(f"{event.path}/mailings/{made.json()['id']}/send", headers=event.headers)
    assert sent.status_code == 409
    assert "MATCHER_SMTP" in sent.json()["detail"]
    assert client.get(f"{event.path}/mailings/{made.json()['id']}/merge.csv", headers=event.headers).text.count("\r\n") > 12
