"""The whole way in a real browser, with a real process, the real encoder and the whole climate event."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from small_event import FILE

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
QUIET = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
PHONE = {"width": 390, "height": 844}
SLOTS = ["2031-05-04T10:00+02:00", "2031-05-04T10:20+02:00", "2031-05-04T10:40+02:00"]


class Served:
    """`matcher serve` in a process of its own, with an empty SQLite file."""

    def __init__(self, folder):
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.address, self.file = f"http://127.0.0.1:{port}", folder / "matcher.db"
        told = {"MATCHER_DATABASE": f"sqlite:///{self.file}", "MATCHER_RATE": "0"}
        command = [Path(sys.executable).with_name("matcher"), "serve", "--port", str(port)]
        self.log = (folder / "log").open("w+")
        self.process = subprocess.Popen(command, env={**os.environ, **told}, stdout=subprocess.PIPE, stderr=self.log, text=True)
        self.key = re.search(r"mk_\S+", self.process.stdout.readline() + self.process.stdout.readline())[0]
        self.api = httpx.Client(base_url=f"{self.address}/api/v1", headers={"Authorization": f"Bearer {self.key}"}, timeout=60)
        for _ in range(200):
            try:
                httpx.get(f"{self.address}/ready").raise_for_status()
                break
            except httpx.HTTPError:
                time.sleep(0.1)

    def stop(self):
        self.api.close()
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(30) in {0, -signal.SIGTERM}  # uvicorn ends with the signal once all is closed
        self.process.stdout.close()
        self.log.close()


@pytest.fixture
def served(tmp_path):
    running = Served(tmp_path)
    yield running
    running.stop()


@pytest.fixture
def browser():
    from playwright.sync_api import sync_playwright

    assert CHROMIUM, "no Chromium found; install the package chromium"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield started
        started.close()


def over(page, seconds):
    """Waits, as the organizer does, until the work is over."""
    page.locator("progress").wait_for(state="detached", timeout=1000 * seconds)


def pressed(page, name):
    """Presses a button and waits for the page that comes of it."""
    with page.expect_navigation():
        page.get_by_role("button", name=re.compile(name)).first.click()


def published(page, served):
    """The organizer's part: from the file to published introductions. Returns the event's id."""
    page.goto(f"{served.address}/desk")
    page.get_by_label("Your key").fill(served.key)
    page.get_by_role("button", name="Open the desk").click()
    page.get_by_label("Name").fill("Climate Days")
    page.get_by_role("button", name="Make the event").click()
    event_id = re.search(r"events/([0-9a-f]{20})", page.url)[1]
    page.get_by_role("link", name="Import", exact=True).click()
    page.get_by_label("File").set_input_files(FILE)
    page.get_by_role("button", name="Look at the file").click()
    page.get_by_role("button", name=re.compile("Import 159 people")).click()
    over(page, 60)
    page.get_by_role("link", name="Make introductions").click()
    page.get_by_role("button", name="Make introductions").click()
    over(page, 500)
    page.get_by_role("link", name="Look at the run").click()
    page.get_by_role("link", name="Publish …").click()
    page.get_by_role("button", name="Publish run 1").click()
    assert "Attendees see their introductions now." in page.get_by_role("status").inner_text()
    return event_id


def feed_of(page, served):
    """Turns on the calendar feed of an attendee, and returns how to read it."""
    page.goto(f"{served.address}/meetings")
    pressed(page, "Give me an address to subscribe to")
    address = re.search(r"/calendar/[\w-]+\.ics", page.content())[0]
    return lambda: httpx.get(served.address + address).text


def test_the_climate_event_from_the_file_to_an_erasure(served, browser, tmp_path):
    desk = browser.new_page()
    event_id = published(desk, served)
    served.api.patch(
        f"/events/{event_id}", json={"settings": {"schedule": {"slots": SLOTS, "tables": 9}}}, headers={"If-Match": "1"}
    )
    best = served.api.get(f"/events/{event_id}/runs").json()["items"][0]["id"]
    pair = served.api.get(f"/events/{event_id}/runs/{best}/introductions?limit=1").json()["items"][0]
    refs = [pair["a_id"], pair["b_id"]]
    people = [served.api.get(f"/events/{event_id}/attendees/{ref}").json() for ref in refs]
    pages = []
    for ref in refs:
        page = browser.new_context(viewport=PHONE).new_page()
        page.goto(served.api.post(f"/events/{event_id}/attendees/{ref}/link").json()["link"])
        page.get_by_role("heading", name="Whom to meet").wait_for(timeout=120_000)  # the event is being loaded at first
        pages.append(page)

    first, second = pages
    for page, other in ((first, people[1]), (second, people[0])):
        assert other["email"] not in page.content()
        page.goto(f"{served.address}/people/{other['ref']}")
        pressed(page, "^Interested")
    assert people[0]["email"] in second.content()
    first.reload()
    assert people[1]["email"] in first.content()

    read = feed_of(second, served)
    assert "BEGIN:VEVENT" not in read()
    first.goto(f"{served.address}/meetings/with/{refs[1]}")
    first.get_by_role("radio").first.check()
    pressed(first, "Propose the meeting")
    second.goto(f"{served.address}/meetings")
    pressed(second, "^Accept")
    agreed = read()
    assert agreed.count("BEGIN:VEVENT") == 1
    second.goto(f"{served.address}/meetings")
    pressed(second, "^Call off")
    called_off = read()
    assert "STATUS:CANCELLED" in called_off
    number = [int(re.search(r"SEQUENCE:(\d+)", text)[1]) for text in (agreed, called_off)]
    assert number[1] > number[0]
    assert re.search(r"UID:(\S+)", agreed)[1] == re.search(r"UID:(\S+)", called_off)[1]

    first.goto(f"{served.address}/profile/erase")
    first.get_by_role("checkbox").check()
    pressed(first, "Erase everything of mine")
    gone = people[0]
    assert served.api.get(f"/events/{event_id}/attendees/{gone['ref']}").status_code == 404
    for path in ("/people", "/meetings", "/contacts"):
        second.goto(served.address + path)
        assert gone["name"] not in second.content()
    for name in ("lists.csv", "introductions.csv", "report.html", "run.json"):
        assert gone["name"] not in served.api.get(f"/events/{event_id}/runs/{best}/exports/{name}").text
    assert "BEGIN:VEVENT" not in read() or gone["name"] not in read()
    time.sleep(1)
    for file in tmp_path.glob("matcher.db*"):
        data = Path(file).read_bytes()
        assert gone["name"].encode() not in data, file.name
        assert gone["email"].encode() not in data, file.name
    served.log.seek(0)
    said = served.log.read()
    for person in people:
        assert person["name"] not in said
        assert person["email"] not in said
