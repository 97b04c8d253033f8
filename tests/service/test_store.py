"""The store: its tables, its migrations, and what its two doors keep."""

import subprocess
import sys
from importlib.resources import files

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from at_once import at_once
from matcher.service.store import Database, Event, Instance, Table
from sqlalchemy import inspect, select, text

from matcher.errors import MatcherError


@pytest.fixture
def empty(empty_url):
    database = Database(empty_url)
    yield database
    database.close()


def differences(database):
    """What autogenerate would still change to make the database fit the code."""
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        return compare_metadata(context, Table.metadata)


def test_the_migrations_make_exactly_the_tables_of_the_code(empty):
    empty.migrate()
    assert differences(empty) == []
    assert set(inspect(empty.engine).get_table_names()) == set(Table.metadata.tables) | {"alembic_version"}


def test_migrating_again_changes_nothing_and_keeps_what_is_there(empty):
    empty.migrate()
    with empty.writing() as session:
        session.add(Event(id="e" * 20, name="Climate"))
    empty.migrate()
    with empty.reading() as session:
        assert session.get(Event, "e" * 20).name == "Climate"


def test_a_database_of_every_earlier_version_is_migrated(empty):
    config = Config()
    config.set_main_option("script_location", str(files("matcher.service.store") / "migrations"))
    revisions = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()][::-1]
    assert revisions
    for revision in revisions:
        with empty.engine.execution_options(writes=True).connect() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, revision)
            connection.commit()
    empty.migrate()
    assert differences(empty) == []


def test_a_database_of_a_newer_version_is_refused_and_left_alone(empty):
    empty.migrate()
    with empty.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(MatcherError, match=r"newer version.*update event-matcher"):
        empty.migrate()
    with empty.reading() as session:
        assert session.scalar(text("SELECT version_num FROM alembic_version")) == "9999"


START = """
import sys
from matcher.service.identity import instance_secret
from matcher.service.store import Database
database = Database(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
database.migrate()
with database.writing() as session:
    print(instance_secret(session))
"""


def test_workers_that_start_at_once_share_tables_and_secret(empty):
    workers = [
        subprocess.Popen([sys.executable, "-c", START, empty.url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    assert [worker.stdout.readline() for worker in workers] == ["ready\n"] * 3
    for worker in workers:
        worker.stdin.write("go\n")
        worker.stdin.flush()
    secrets = [worker.communicate(timeout=120)[0] for worker in workers]
    assert [worker.returncode for worker in workers] == [0, 0, 0]
    assert len(set(secrets)) == 1
    with empty.reading() as session:
        assert list(session.scalars(select(Instance.secret))) == [secrets[0].strip()]


def test_what_a_reader_changes_is_not_kept(database):
    with database.reading() as session:
        session.add(Event(id="e" * 20, name="Climate"))
        session.flush()
    with database.reading() as session:
        assert session.get(Event, "e" * 20) is None


def test_a_writer_that_fails_leaves_nothing(database):
    def fail():
        with database.writing() as session:
            session.add(Event(id="e" * 20, name="Climate"))
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with database.reading() as session:
        assert session.get(Event, "e" * 20) is None


def test_writers_wait_for_each_other_and_none_is_lost(database):
    with database.writing() as session:
        session.add(Event(id="e" * 20, name="Climate", revision=0))

    def raise_it():
        with database.writing() as session:
            event = session.scalars(select(Event).with_for_update()).one()
            event.revision += 1

    assert at_once(8, raise_it) == [None] * 8
    with database.reading() as session:
        assert session.get(Event, "e" * 20).revision == 8


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("nonsense", "no database URL"),
        ("mysql://u@h/d", r"kind 'mysql'.*SQLite or PostgreSQL"),
        ("sqlite://", "in memory"),
        ("sqlite:///:memory:", "in memory"),
    ],
)
def test_a_url_of_anything_else_is_told(url, told):
    with pytest.raises(MatcherError, match=told):
        Database(url)


def test_a_database_that_does_not_answer_is_told_without_its_password():
    database = Database("postgresql://u:geheim@127.0.0.1:1/d?connect_timeout=2")
    with pytest.raises(MatcherError, match="cannot be reached") as told:
        database.migrate()
    assert "geheim" not in str(told.value)
