"""Lists in memory begin with what the newest run has weighed, and forget nothing that has changed since."""

import pytest
from matcher.service.store import Person
from matcher.service.usecases.events import event_of
from matcher.service.usecases.runs import publish, run_of, save_run
from small_event import RUN_ID


def lists_known(state, event_id):
    return set(state.live._entries[event_id].live._lists.readers())


@pytest.fixture
def state(client):
    return client.app.state.service


def test_a_run_made_while_the_event_is_in_memory_is_taken_up_before_it_is_published(client, state, event, database, finished):
    with database.reading() as session:
        live = state.live.get(session, event_of(session, event.id))
    assert not lists_known(state, event.id)
    with database.writing() as session:
        stored = event_of(session, event.id)
        save_run(session, stored, RUN_ID, *finished, stored.revision)
    state.live.keep_up()
    assert len(lists_known(state, event.id)) == len(event.refs)
    with database.writing() as session:
        publish(session, event_of(session, event.id), run_of(session, event.id, RUN_ID), 1)
    with database.reading() as session:
        assert state.live.get(session, event_of(session, event.id)) is live
    assert len(lists_known(state, event.id)) == len(event.refs)


def test_whoever_changed_after_the_run_does_not_begin_with_it(client, state, published, database):
    changed = published.refs[3]
    with database.writing() as session:
        event = event_of(session, published.id)
        event.revision += 1
        session.get(Person, changed).revision = event.revision
    with database.reading() as session:
        live = state.live.get(session, event_of(session, published.id))
    assert len(lists_known(state, published.id)) == len(published.refs) - 1
    assert live._slot(changed) not in lists_known(state, published.id)


def test_other_weights_than_those_of_the_run_begin_with_nothing(client, state, published, database):
    with database.writing() as session:
        event_of(session, published.id).settings = {"weights": {"goals": 2.0}}
    with database.reading() as session:
        state.live.get(session, event_of(session, published.id))
    assert not lists_known(state, published.id)
