"""Erased means gone from memory too: a search through everything that a serving process holds of an event."""

import gc
import time
from contextlib import ExitStack

import numpy as np
import pytest
from fastapi.testclient import TestClient
from matcher.service.store import Database, Person
from matcher.service.usecases.events import event_of
from sqlalchemy.orm import Session

WHO = 0
"""The person who is erased: the first of the file."""
UNIQUE = "Quidditas"
"""A word that nobody else uses."""
BEYOND = (type, Database, Session, type(gc), type(lambda: None))
"""What leads out of the memory of events: to code, and to the store, which has a test of its own."""


def held(root, words):
    """The texts with one of the words among everything that `root` refers to, with arrays and what is packed in them."""
    seen, todo, found = {}, [root], []
    while todo:
        thing = todo.pop()
        if id(thing) in seen or isinstance(thing, BEYOND):
            continue
        seen[id(thing)] = thing  # kept, so that no other thing gets its id
        if isinstance(thing, bytes | bytearray):
            thing = thing.decode("utf-8", errors="replace")
        if isinstance(thing, str):
            found += [thing for word in words if word.casefold() in thing.casefold()]
        elif isinstance(thing, np.ndarray):
            todo += thing.ravel().tolist() if thing.dtype == object or thing.dtype.kind in "SU" else []
            todo.append(thing.base)
        todo += gc.get_referents(thing)
    return found


@pytest.fixture
def told(published):
    """What must be found nowhere."""
    return [published.names[WHO], published.emails[WHO], UNIQUE]


@pytest.fixture
def named(database, published):
    """The event, where others and the organizer's settings name the person, who wrote something that nobody else did."""
    own_id, email, name = published.external_ids[WHO], published.emails[WHO], published.names[WHO]
    with database.writing() as session:
        event_of(session, published.id).settings = {"rules": {"exclusions": [[email, published.external_ids[4]], [own_id, "c006"]]}}
        one, two = session.get(Person, published.refs[WHO]), session.get(Person, published.refs[1])
        one.edits = {"seeking": f"Somebody who knows {UNIQUE} well. I look for {UNIQUE} partners.", "bio": f"I love {UNIQUE}."}
        two.edits = {"blocked": [email], "met_before": [name]}
    return published


@pytest.fixture
def workers(machine, named):
    """Two processes' worth of service on the same store."""
    from matcher.service.pages import create_site

    with ExitStack() as stack:
        yield [stack.enter_context(TestClient(create_site(machine, work=False))) for _ in range(2)]


def memory(worker):
    """What a serving process holds of events."""
    state = worker.app.state.service
    return [state.live, state.shown]


def read(worker, event, attendee):
    """Everybody else reads their list and searches, so that whatever is kept for next time is kept."""
    for index in range(2, 8):
        headers = attendee(event, index)
        assert worker.get("/api/v1/me/suggestions", headers=headers).status_code == 200
        assert worker.get("/api/v1/me/search?q=Quidditas partners", headers=headers).status_code == 200


def forgotten(worker, words, seconds=15):
    """What is still held when the process has had some seconds, in which nobody asks it anything."""
    until = time.monotonic() + seconds
    while (found := held(memory(worker), words)) and time.monotonic() < until:
        time.sleep(0.5)
    return found


def test_an_erased_person_is_in_no_memory_though_nobody_asks(workers, named, attendee, told):
    for worker in workers:
        read(worker, named, attendee)
        for word in told:
            assert held(memory(worker), [word]), word
    answer = workers[0].delete(f"{named.path}/attendees/{named.refs[WHO]}", headers=named.headers)
    assert answer.status_code == 204
    for worker in workers:
        assert forgotten(worker, told) == []
        assert worker.app.state.service.live.loaded() == [named.id]  # it was kept up, not dropped
        assert held(memory(worker), [named.names[2]])


def test_a_deleted_event_is_in_no_memory(workers, named, attendee, owner, told):
    read(workers[1], named, attendee)
    assert workers[0].delete(named.path, headers=owner).status_code == 204
    assert forgotten(workers[1], [*told, *named.names]) == []
    assert workers[1].app.state.service.live.loaded() == []
