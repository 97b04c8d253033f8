"""The real server, killed at the worst moments and started again: nothing lost, nothing doubled. Then stopped as one should."""

import contextlib
import email
import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import httpx
from aiosmtpd.controller import Controller
from small_event import as_csv, bearer, rows

COMMAND = [sys.executable, "-c", "from matcher.service.cli import main; main()", "serve", "--port"]
PATIENCE = 240
"""Seconds for anything; a lease alone is 15."""


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


class Served:
    """`matcher serve` on a database, with all its processes in one group."""

    def __init__(self, url, folder, smtp):
        self.port = free_port()
        self.log = folder / f"log-{self.port}"
        self._said = folder / f"said-{self.port}"
        self._environment = os.environ | {
            "MATCHER_DATABASE": url, "MATCHER_CACHE": str(folder), "MATCHER_RATE": "0",
            "MATCHER_SMTP": smtp, "MATCHER_MAIL_FROM": "us@example.org", "OMP_NUM_THREADS": "1",
        }  # fmt: skip

    def start(self):
        """Starts it, and waits until it is ready."""
        with self._said.open("a") as said, self.log.open("a") as log:
            command = [*COMMAND, str(self.port)]
            self._process = subprocess.Popen(command, env=self._environment, stdout=said, stderr=log, start_new_session=True)
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=60)
        until(lambda: self._answers())
        return self

    def _answers(self):
        assert self._process.poll() is None, self.log.read_text()
        with contextlib.suppress(httpx.TransportError):
            return self.client.get("/ready").status_code == 200

    def said(self):
        return self._said.read_text()

    def kill(self, children=True):
        """SIGKILL, to all its processes or to the serving one alone."""
        (os.killpg if children else os.kill)(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self.client.close()

    def stop(self):
        """SIGTERM; gives the seconds that it took."""
        begin = time.monotonic()
        self._process.terminate()
        assert self._process.wait(timeout=30) in {0, -signal.SIGTERM}
        self.client.close()
        return time.monotonic() - begin

    def end(self):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self.client.close()


def until(holds):
    """Waits until it holds, and gives what it gave."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if found := holds():
            return found
        time.sleep(0.05)
    raise AssertionError("it never came to hold")


class Inbox:
    """A slow mail server, and whom it has got mail for."""

    def __init__(self):
        self.to = []

    async def handle_DATA(self, server, session, envelope):
        import asyncio

        self.to.append(str(email.message_from_bytes(envelope.content)["To"]))
        await asyncio.sleep(0.3)
        return "250 taken"


def story(url, folder):
    """Import, run, publish and mail, each cut off by kill -9 and taken up again."""
    inbox = Inbox()
    mail = Controller(inbox, hostname="127.0.0.1", port=free_port())
    mail.start()
    server = Served(url, folder, f"smtp://127.0.0.1:{mail.port}").start()
    try:
        return _story(server, inbox)
    finally:
        server.end()
        mail.stop()


def _story(server, inbox):
    first = server.said()
    assert f"http://127.0.0.1:{server.port}/desk" in first
    organizer = bearer(first.split("keep it): ")[1].split()[0])

    def get(path):
        answer = server.client.get(path, headers=organizer)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(path, status=202, **values):
        answer = server.client.post(path, headers=organizer | values.pop("headers", {}), **values)
        assert answer.status_code == status, answer.text
        return answer.json()

    event = "/api/v1/events/" + post("/api/v1/events", 201, json={"name": "Climate"})["id"]

    def state(job):
        return get(f"{event}/jobs/{job}")

    def over(job):
        return until(lambda: (found := state(job))["state"] in {"done", "failed", "cancelled"} and found)

    def work(start, moment, children):
        job = start()["id"]
        until(lambda: moment(state(job)))
        server.kill(children)
        server.start()
        done = over(job)
        assert (done["state"], done["error"]) == ("done", ""), done
        return done

    file = {"file": ("a.csv", as_csv(rows()))}
    done = work(lambda: post(f"{event}/imports", files=file), lambda job: job["state"] == "running", True)
    people = get(f"{event}/attendees?limit=200")["items"]
    assert Counter(person["external_id"] for person in people) == Counter(row["attendee_id"] for row in rows())
    assert done["result"]["added"] + done["result"]["unchanged"] == len(rows())

    for number, children in enumerate((True, False), start=1):
        begun = lambda job: job["state"] == "running" and job["stage"]  # noqa: E731
        done = work(lambda: post(f"{event}/runs"), begun, children)
        made = get(f"{event}/runs")["items"]
        assert [run["number"] for run in made] == list(range(number, 0, -1))
        assert made[0]["id"] == done["id"]
    found = get(f"{event}/runs/{made[0]['id']}/introductions?limit=200")["items"]
    assert len({(pair["a_id"], pair["b_id"]) for pair in found}) == len(found) == done["result"]["introductions"]

    publish = {"headers": {"If-Match": '"1"'}}
    with ThreadPoolExecutor(1) as beside:
        sent = beside.submit(lambda: post(f"{event}/runs/{made[0]['id']}/publish", 200, **publish))
        time.sleep(0.01)
        server.kill()
        with contextlib.suppress(httpx.TransportError, AssertionError):
            sent.result()
    server.start()
    assert get(f"{event}/runs/{made[0]['id']}")["state"] in {"draft", "published"}
    assert get(f"{event}/runs/{made[1]['id']}")["state"] == "draft"
    post(f"{event}/runs/{made[0]['id']}/publish", 200, **publish)
    assert [run["state"] for run in get(f"{event}/runs")["items"]] == ["published", "draft"]
    token = post(f"{event}/attendees/{people[0]['ref']}/link", 200)["token"]
    shown = until(
        lambda: (answer := server.client.get("/api/v1/me/suggestions", headers=bearer(token))).status_code == 200 and answer
    )
    assert shown.json()["items"]

    mailing = post(f"{event}/mailings", 201, json={"subject": "Hello", "body": "Hello {name}, {link}", "audience": "everybody"})[
        "id"
    ]
    work(lambda: post(f"{event}/mailings/{mailing}/send"), lambda _: len(inbox.to) >= 3, True)
    mailed = Counter(inbox.to)
    assert max(mailed.values()) == 1, "somebody was mailed twice"
    counts = next(one for one in get(f"{event}/mailings")["items"] if one["id"] == mailing)
    assert counts["recipients"]["waiting"] == counts["recipients"]["sending"] == counts["recipients"]["failed"] == 0
    assert counts["recipients"]["sent"] + counts["recipients"]["unclear"] == len(rows())
    assert counts["recipients"]["unclear"] <= 1

    log = server.log.read_text()
    for row in rows():
        assert row["last_name"] not in log
        assert row["email"] not in log
    assert token not in log
    assert server.said() == first, "a key is told once"

    job = post(f"{event}/runs")["id"]
    until(lambda: state(job)["state"] == "running")
    assert server.stop() < 20
    server.start()
    assert over(job)["state"] == "done"
    return True


def test_killed_and_started_again_nothing_is_lost_or_doubled(cluster, tmp_path):
    urls = [f"sqlite:///{tmp_path / 'matcher.db'}", cluster.new()]
    folders = [tmp_path / "sqlite", tmp_path / "postgresql"]
    for folder in folders:
        folder.mkdir()
    with ThreadPoolExecutor(2) as both:
        assert list(both.map(story, urls, folders)) == [True, True]
