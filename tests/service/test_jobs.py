"""The queue: nothing hangs, nothing is done twice, nothing is lost."""

from datetime import timedelta

import pytest
from at_once import at_once
from matcher.service.jobs import Cancelled, Progress, claim, enqueue, fail, finish, release_lost, request_cancel
from matcher.service.jobs.queue import ATTEMPTS, give_back, renew
from matcher.service.store import Job
from matcher.service.store.table import now
from matcher.service.usecases.faults import Conflict


@pytest.fixture
def queue(database, event):
    """Puts work of the event into the queue and gives its id."""

    def put(kind="run", **values):
        with database.writing() as session:
            return enqueue(session, event.id, kind, {}, **values).id

    return put


def job(database, job_id):
    with database.reading() as session:
        found = session.get(Job, job_id)
        assert found is not None
        return found


def expire(database, job_id):
    """The process that held the lease has died."""
    with database.writing() as session:
        session.get(Job, job_id).lease_until = now() - timedelta(seconds=1)


def test_an_event_has_one_piece_of_work_at_a_time(database, queue):
    first = queue()
    with pytest.raises(Conflict, match="other work under way"):
        queue("import")
    claim(database)
    with pytest.raises(Conflict):
        queue()
    finish(database, first, {})
    assert queue() != first


def test_two_events_do_not_wait_for_each_other(database, queue, other_event):
    queue()
    with database.writing() as session:
        enqueue(session, other_event.id, "run", {})


def test_many_who_ask_at_once_leave_one_piece_of_work(database, queue):
    answers = at_once(6, queue)
    assert sum(isinstance(answer, str) for answer in answers) == 1
    assert sum(isinstance(answer, Conflict) for answer in answers) == 5


def test_each_piece_of_work_is_claimed_once(database, queue, other_event):
    mine = queue()
    with database.writing() as session:
        other = enqueue(session, other_event.id, "run", {}).id
    assert sorted(filter(None, at_once(6, lambda: claim(database)))) == sorted([mine, other])


def test_work_whose_process_died_is_done_again_and_given_up_after_three_attempts(database, queue):
    job_id = queue()
    for attempt in range(1, ATTEMPTS + 1):
        assert claim(database) == job_id
        assert job(database, job_id).attempts == attempt
        assert release_lost(database) == 0, "its lease still runs"
        expire(database, job_id)
        assert release_lost(database) == 1
    over = job(database, job_id)
    assert (over.state, over.error[:15]) == ("failed", "stopped 3 times")
    assert claim(database) is None


def test_a_graceful_stop_is_no_attempt(database, queue):
    job_id = queue()
    for _ in range(ATTEMPTS + 2):
        assert claim(database) == job_id
        give_back(database, job_id)
    assert (job(database, job_id).state, job(database, job_id).attempts) == ("queued", 0)


def test_a_lease_is_renewed_by_work_and_not_after_it_is_over(database, queue):
    job_id = queue()
    claim(database)
    expire(database, job_id)
    assert renew(database, job_id)
    assert release_lost(database) == 0
    finish(database, job_id, {})
    assert not renew(database, job_id)


def test_progress_is_told_and_stops_cancelled_work(database, queue):
    job_id = queue()
    claim(database)
    progress = Progress(database, job_id)
    progress("scores", 3, 7)
    told = job(database, job_id)
    assert (told.stage, told.done, told.total) == ("scores", 3, 7)
    with database.writing() as session:
        request_cancel(session, session.get(Job, job_id))
    with pytest.raises(Cancelled):
        progress("scores", 4, 7)
    assert job(database, job_id).done == 3


def test_work_that_waits_is_cancelled_at_once_and_its_file_dropped(database, queue):
    job_id = queue("import", upload=b"id,name\n1,Marit\n")
    with database.writing() as session:
        request_cancel(session, session.get(Job, job_id))
    with database.reading() as session:
        over = session.get(Job, job_id)
        assert (over.state, over.upload) == ("cancelled", None)
        with pytest.raises(Conflict, match="this job is cancelled"):
            request_cancel(session, over)


def test_cancelled_work_whose_process_died_is_cancelled(database, queue):
    job_id = queue()
    claim(database)
    with database.writing() as session:
        request_cancel(session, session.get(Job, job_id))
    expire(database, job_id)
    release_lost(database)
    assert job(database, job_id).state == "cancelled"


def test_what_is_over_stays_so_when_a_process_thought_dead_comes_late(database, queue):
    job_id = queue()
    claim(database)
    finish(database, job_id, {"run_id": job_id})
    fail(database, job_id, "", "cancelled")
    assert (job(database, job_id).state, job(database, job_id).result) == ("done", {"run_id": job_id})
    finish(database, job_id, {})
    assert job(database, job_id).result == {"run_id": job_id}


def test_work_of_an_event_that_was_deleted_meanwhile_ends_quietly(database, client, event, owner, work):
    client.post(f"{event.path}/runs", headers=owner)
    assert client.delete(event.path, headers=owner).status_code == 204
    assert work() == []


def test_a_job_that_fails_says_why_and_keeps_no_file(client, event, work):
    told = client.post(f"{event.path}/imports", headers=event.headers, files={"file": ("people.csv", b"\x00\x01\x02")}).json()
    assert work() == [1]
    over = client.get(f"{event.path}/jobs/{told['id']}", headers=event.headers).json()
    assert over["state"] == "failed"
    assert over["error"]
