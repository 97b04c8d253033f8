"""Webhooks: signed, retried, replayed; told by a real server."""

import hashlib
import hmac
import json
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import httpx
import pytest
from matcher.service.deliverer import deliver
from matcher.service.store import Delivery, Person
from matcher.service.store.table import now
from matcher.service.usecases import erasure, webhooks
from matcher.service.usecases.events import event_of
from matcher.service.usecases.telling import tell
from sqlalchemy import select

from matcher.errors import MatcherError


class Receiver:
    """A server that keeps what it is told, and answers with `status`."""

    def __init__(self):
        self.got = []
        self.status = 204
        told = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                told.got.append((dict(self.headers), body))
                self.send_response(told.status)
                self.end_headers()

            def log_message(self, *_):
                pass

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self):
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def receiver():
    running = Receiver()
    yield running
    running.stop()


def hooked(database, event, receiver, topics=("run.published",)):
    with database.writing() as session:
        return webhooks.create_webhook(session, event.id, receiver.url, topics, private=True)


def told(database, event, topic="run.published"):
    with database.writing() as session:
        return tell(session, event.id, topic, {"run_id": "r"})


def delivered(database):
    with httpx.Client() as client:
        for message in webhooks.take_due(database):
            webhooks.settle(database, message, *deliver(client, message, private=True))
    with database.reading() as session:
        return session.scalars(select(Delivery)).all()


def test_a_message_is_signed_and_comes_once(database, event, receiver):
    hook = hooked(database, event, receiver)
    assert told(database, event) == 1
    assert told(database, event, "attendee.erased") == 0
    (kept,) = delivered(database)
    assert (kept.status, kept.attempts, kept.next_at) == (204, 1, None)
    assert delivered(database)[0].attempts == 1
    ((headers, body),) = receiver.got
    assert json.loads(body)["data"] == {"run_id": "r"}
    seconds, proof = (part.split("=")[1] for part in headers["Matcher-Signature"].split(","))
    assert proof == hmac.new(hook.secret.encode(), f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()


def test_what_fails_is_tried_again_later_and_given_up_at_last(database, event, receiver):
    receiver.status = 500
    hooked(database, event, receiver)
    told(database, event)
    (kept,) = delivered(database)
    assert kept.status == 500
    assert now() + timedelta(seconds=5) < kept.next_at < now() + timedelta(seconds=15)
    assert delivered(database)[0].attempts == 1
    for _ in range(webhooks.ATTEMPTS):
        with database.writing() as session:
            row = session.scalars(select(Delivery)).one()
            row.next_at = row.next_at and now()
        (kept,) = delivered(database)
    assert (kept.attempts, kept.next_at, kept.delivered_at) == (webhooks.ATTEMPTS, None, None)
    receiver.status = 200
    with database.writing() as session:
        webhooks.replay(session, event.id, kept.id)
    assert delivered(database)[0].delivered_at is not None


def test_a_receiver_that_is_away_is_no_error_of_ours(database, event, receiver):
    hooked(database, event, receiver)
    receiver.stop()
    told(database, event)
    (kept,) = delivered(database)
    assert (kept.status, kept.error) == (None, "ConnectError")


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1/x", "http://localhost:8000/", "http://[::1]/", "ftp://example.org/", "http://u:p@h/"]
)
def test_the_servers_own_network_is_not_told(database, event, address):
    with database.writing() as session, pytest.raises(MatcherError):
        webhooks.create_webhook(session, event.id, address, ["run.published"])


def test_an_erasure_is_told_with_an_id_only(database, event, receiver):
    hooked(database, event, receiver, ["attendee.erased"])
    with database.writing() as session:
        erasure.erase(session, event_of(session, event.id), session.get(Person, event.refs[0]))
    delivered(database)
    body = receiver.got[0][1].decode()
    assert event.refs[0] in body
    assert event.names[0] not in body
    assert event.emails[0] not in body


def test_the_api_tells_the_secret_once(client, event):
    refused = client.post(
        f"{event.path}/webhooks", json={"url": "http://127.0.0.1/", "topics": ["run.published"]}, headers=event.headers
    )
    assert refused.status_code == 422
    unknown = client.post(f"{event.path}/webhooks", json={"url": "http://127.0.0.1/", "topics": ["x"]}, headers=event.headers)
    assert unknown.status_code == 422
    assert client.get(f"{event.path}/webhooks", headers=event.headers).json()["items"] == []
