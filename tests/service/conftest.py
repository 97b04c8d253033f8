"""A small event in a real store, and the doors to it.

Everything that takes `machine` (or what stands on it: `client`, `event`, `published`) runs twice, on SQLite and on PostgreSQL.
"""

import shutil
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient
from postgres import Cluster
from scheduling import schedule, set_up
from small_event import EVENT_ID, OTHER_EVENT_ID, RUN_ID, SECRET, as_csv, bearer, fill, rows
from tiny_encoder import TinyEncoder


@pytest.fixture(scope="session")
def cluster():
    """A PostgreSQL of our own, with an empty, migrated database to copy."""
    from matcher.service.store import Database

    running = Cluster()
    running._execute("CREATE DATABASE migrated")
    database = Database(running.url("migrated"))
    database.migrate()
    database.close()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory):
    """An empty, migrated SQLite file to copy."""
    from matcher.service.store import Database

    file = tmp_path_factory.mktemp("template") / "matcher.db"
    database = Database(f"sqlite:///{file}")
    database.migrate()
    database.forget_pages()
    database.close()
    return file


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request):
    """The kind of database."""
    return request.param


@pytest.fixture
def empty_url(kind, tmp_path, request):
    """The URL of a database without tables."""
    if kind == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    cluster = request.getfixturevalue("cluster")
    url = cluster.new()
    yield url
    cluster.drop(url)


@pytest.fixture
def url(kind, tmp_path, request):
    """The URL of an empty, migrated database."""
    if kind == "sqlite":
        file = tmp_path / "matcher.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), file)
        yield f"sqlite:///{file}"
        return
    cluster = request.getfixturevalue("cluster")
    url = cluster.new("migrated")
    yield url
    cluster.drop(url)


@pytest.fixture
def machine(url, tmp_path):
    """The settings of a machine with its own empty store; there is no limit of rate."""
    from matcher.service.settings import MachineSettings

    return MachineSettings(cache=tmp_path / "cache", database=url, address="http://testserver", rate=0)


@pytest.fixture
def database(machine):
    """The store."""
    from matcher.service.identity import instance_secret
    from matcher.service.store import Database, Instance

    opened = Database(machine.database)
    with opened.writing() as session:
        session.add(Instance(id=1, secret=SECRET))
        session.flush()
        assert instance_secret(session) == SECRET
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def identity():
    """Signs links as the installation of the tests does."""
    from matcher.service.identity import Identity

    return Identity(SECRET)


@pytest.fixture(scope="session")
def registration():
    """Twelve people of the climate event."""
    from matcher.service.usecases.imports import read_upload

    return read_upload(as_csv(rows()), "attendees.csv", {}, 1000)


@pytest.fixture(autouse=True)
def tiny_encoder(monkeypatch):
    """Texts become vectors in no time; a test that needs their meaning starts real processes."""
    import matcher.service.vectors

    tiny = TinyEncoder()
    monkeypatch.setattr(matcher.service.vectors, "shared_encoder", lambda model: tiny)
    return tiny


@pytest.fixture
def event(database, identity, registration):
    """An open event of twelve people, without a run."""
    return fill(database, identity, EVENT_ID, "Climate", registration)


@pytest.fixture
def other_event(database, identity, registration):
    """Another event of the same installation, with three of the same people."""
    return fill(database, identity, OTHER_EVENT_ID, "Other", replace(registration, attendees=registration.attendees[:3]))


@pytest.fixture(scope="session")
def finished(registration, identity):
    """A finished run over the twelve, as a job makes it: the run, and its scored pairs as they are kept."""
    from matcher.service.usecases.runs import pack
    from matcher.service.vectors import shared_reranker

    from matcher.event import EventSettings
    from matcher.goals import complete
    from matcher.matching import matched
    from matcher.pipeline import prepare

    people = [complete(replace(person, id=identity.ref(EVENT_ID, person.id))) for person in registration.attendees]
    people = replace(registration, attendees=tuple(sorted(people, key=lambda person: person.id)), problems=())
    prepared = prepare(people, EventSettings(), TinyEncoder(), shared_reranker(""))
    run, scored = matched(prepared, people, "Climate")
    return run, pack(prepared, scored)


@pytest.fixture
def drafted(database, event, finished):
    """The event with a run that is still a draft."""
    from matcher.service.usecases.events import event_of
    from matcher.service.usecases.runs import save_run

    with database.writing() as session:
        stored = event_of(session, event.id)
        save_run(session, stored, RUN_ID, *finished, stored.revision)
    return event


@pytest.fixture
def published(database, drafted):
    """The event with a published run."""
    from matcher.service.usecases.events import event_of
    from matcher.service.usecases.runs import publish, run_of

    with database.writing() as session:
        publish(session, event_of(session, drafted.id), run_of(session, drafted.id, RUN_ID), 1)
    return drafted


@pytest.fixture
def client(machine, database):
    """The whole service, API and pages; nobody works through its queue (see `work`)."""
    from matcher.service.pages import create_site

    with TestClient(create_site(machine, work=False), base_url="http://testserver", follow_redirects=False) as opened:
        yield opened


@pytest.fixture
def owner(database):
    """The headers of an organizer whose key opens everything."""
    from matcher.service.usecases.keys import create_key

    with database.writing() as session:
        return bearer(create_key(session, None, "of the house")[1])


@pytest.fixture
def link(database, identity):
    """Gives the token of a person's personal link: `link(event, 0)` for the first person of the file."""
    from matcher.service.identity import Link
    from matcher.service.store import Person

    def token(event, index):
        with database.reading() as session:
            return identity.link_token(Link(event.id, event.refs[index], session.get(Person, event.refs[index]).link_generation))

    return token


@pytest.fixture
def attendee(link):
    """Gives the headers of an attendee: `attendee(event, 0)`."""
    return lambda event, index: bearer(link(event, index))


@pytest.fixture
def work(machine, database, monkeypatch):
    """Works through the queue here and now, as the processes of the service would; gives the finished jobs' exit statuses."""
    from matcher.service.jobs.__main__ import main
    from matcher.service.jobs.queue import claim

    monkeypatch.setenv("MATCHER_DATABASE", machine.database)

    def through():
        statuses = []
        while job_id := claim(database):
            statuses.append(main(job_id))
        return statuses

    return through


@pytest.fixture
def planned(client, database, published, work):
    """The published event with six slots at three tables, and its schedule made once."""
    set_up(database, published)
    schedule(client, published, work)
    return published
