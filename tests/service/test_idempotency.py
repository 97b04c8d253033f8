"""Equal POSTs with one Idempotency-Key, at the same moment, on several workers, and after a crash: the work is done once."""

import threading
import time
from types import SimpleNamespace

import pytest
from at_once import at_once
from fastapi.testclient import TestClient
from matcher.service.api import idempotency
from matcher.service.store import AuditEntry, Reply
from matcher.service.store.table import now
from matcher.service.usecases import replies
from sqlalchemy import func, select
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

ADA = {"name": "Ada Lovelace", "seeking": "Somebody who builds engines"}
ONCE = {"Idempotency-Key": "once"}


class Counting:
    """Two workers on one store, whose only route counts how often it ran; it may be slow, or fail."""

    def __init__(self, database, seconds=0.3):
        self.ran, self.seconds, self.status = 0, seconds, 201
        self.begun = threading.Event()

        def work(_request):
            self.ran += 1
            self.begun.set()
            time.sleep(self.seconds)
            return JSONResponse({"number": self.ran}, self.status)

        def worker():
            app = Starlette(routes=[Route("/api/things", work, methods=["POST"])])
            app.state.service = SimpleNamespace(database=database)
            app.add_middleware(idempotency.Idempotency)
            return TestClient(app, headers=ONCE)

        self.workers = [worker(), worker()]

    def post(self, which=0):
        return self.workers[which].post("/api/things", json={})


@pytest.fixture
def counting(database):
    made = Counting(database)
    with made.workers[0], made.workers[1]:
        yield made


def held(database, seconds):
    """What a first attempt leaves behind when its process dies: a row without an answer, held for so long still."""
    with database.writing() as session:
        for row in session.scalars(select(Reply)):
            row.status, row.body, row.held_until = 0, "", now() + seconds * (replies.LEASE / replies.LEASE.total_seconds())


def test_equal_posts_at_once_on_two_workers_are_done_once(client, machine, event):
    from matcher.service.pages import create_site

    def post():
        with lock:
            worker = workers.pop()
        answer = worker.post(f"{event.path}/attendees", json=ADA, headers={**event.headers, **ONCE})
        return answer.status_code, answer.json()["ref"]

    lock = threading.Lock()
    with TestClient(create_site(machine, work=False), base_url="http://testserver") as second:
        workers = 3 * [client, second]
        told = at_once(6, post)
    assert len(set(told)) == 1, told
    assert told[0][0] == 201
    found = client.get(f"{event.path}/attendees?search=Lovelace", headers=event.headers).json()["items"]
    assert [each["ref"] for each in found] == [told[0][1]]


def test_the_others_wait_for_the_first_ones_answer(counting):
    ways = iter([0, 0, 1, 1])
    told = at_once(4, lambda: counting.post(next(ways)))
    assert counting.ran == 1
    assert [answer.json() for answer in told] == 4 * [{"number": 1}]
    assert sorted(answer.headers.get("idempotency-replayed", "") for answer in told) == ["", "true", "true", "true"]


def test_who_waited_for_long_is_told_to_ask_again(counting, monkeypatch):
    monkeypatch.setattr(idempotency, "WAIT_SECONDS", 0.1)
    counting.seconds = 2
    first = threading.Thread(target=counting.post)
    first.start()
    counting.begun.wait()
    late = counting.post(1)
    assert (late.status_code, late.json()["title"], late.headers["retry-after"]) == (409, "Under way", "5")
    first.join()
    assert (counting.post(1).json(), counting.ran) == ({"number": 1}, 1)


def test_a_failed_attempt_frees_the_key(counting):
    counting.status = 503
    assert counting.post().status_code == 503
    counting.status = 201
    assert counting.post(1).json() == {"number": 2}
    assert counting.post(0).json() == {"number": 2}


def test_an_attempt_that_died_holds_the_key_for_no_longer_than_its_lease(counting, database, monkeypatch):
    monkeypatch.setattr(idempotency, "WAIT_SECONDS", 0.1)
    counting.post()
    held(database, 30)
    assert counting.post(1).status_code == 409
    held(database, -1)
    assert counting.post(1).json() == {"number": 2}


def test_slow_work_keeps_its_key(counting, monkeypatch):
    monkeypatch.setattr(replies, "LEASE", replies.LEASE / 60)
    monkeypatch.setattr(idempotency, "BEAT_SECONDS", 0.2)
    counting.seconds = 2.5
    told = at_once(2, counting.post)
    assert (counting.ran, [answer.json() for answer in told]) == (1, 2 * [{"number": 1}])


def test_an_attempt_that_was_thought_dead_does_not_overwrite_the_answer_of_the_next(database):
    first = replies.claim(database, "me", "once", "x", "first")
    replies.answer(database, first, 201, "of the first")
    held(database, -1)
    second = replies.claim(database, "me", "once", "x", "second")
    replies.answer(database, first, 201, "late")
    replies.give_up(database, first)
    replies.answer(database, second, 201, "of the second")
    assert replies.claim(database, "me", "once", "x", "third").body == "of the second"


def test_a_secret_is_told_once_and_kept_nowhere(client, event, database, owner):
    path, headers = f"{event.path}/keys", {**owner, **ONCE}
    first = client.post(path, json={"label": "door"}, headers=headers)
    again = client.post(path, json={"label": "door"}, headers=headers)
    assert (first.status_code, again.status_code, again.json()["title"]) == (201, 409, "Done already")
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(AuditEntry).where(AuditEntry.action == "key.create")) == 1
        assert first.json()["key"] not in session.scalars(select(Reply.body)).one()
