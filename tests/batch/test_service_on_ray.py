"""The service's long work on a Ray cluster."""

import pytest
from clusters import started
from matcher.service.jobs.__main__ import main
from matcher.service.jobs.queue import claim, enqueue
from matcher.service.store import Database, Job, Person
from matcher.service.usecases.events import create_event
from seasons import people, write
from sqlalchemy import func, select

# Ray leaves its own sockets and log files to the garbage collector when it stops, which Python calls a ResourceWarning.
pytestmark = [
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture
def database(tmp_path, monkeypatch):
    monkeypatch.setenv("MATCHER_DATABASE", f"sqlite:///{tmp_path / 'matcher.db'}")
    opened = Database(f"sqlite:///{tmp_path / 'matcher.db'}")
    opened.migrate()
    yield opened
    opened.close()


def importing(database, tmp_path):
    write(tmp_path / "people.csv", people("climate", 5))
    with database.writing() as session:
        event = create_event(session, "Climate", {}, {})
        payload = {"filename": "people.csv", "mode": "add", "columns": {}}
        enqueue(session, event.id, "import", payload, (tmp_path / "people.csv").read_bytes())
    return claim(database)


def test_a_job_is_done_by_a_worker_of_the_cluster(database, tmp_path, monkeypatch):
    cluster = started(num_cpus=1)
    monkeypatch.setenv("MATCHER_RAY", cluster.address)
    job_id = importing(database, tmp_path)
    try:
        assert main(job_id) == 0
    finally:
        cluster.shutdown()
    with database.reading() as session:
        assert session.get(Job, job_id).state == "done"
        assert session.scalar(select(func.count()).select_from(Person)) == 5


def test_a_cluster_that_is_not_there_is_told_to_the_organizer(database, tmp_path, monkeypatch):
    monkeypatch.setenv("MATCHER_RAY", "nonsense")
    job_id = importing(database, tmp_path)
    assert main(job_id) == 1
    with database.reading() as session:
        assert session.get(Job, job_id).error.startswith("no Ray cluster answers at MATCHER_RAY")
