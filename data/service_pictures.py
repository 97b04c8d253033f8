"""The pictures of the service for the README, from a real one: `python -m matcher.data.service_pictures data/pictures`."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

import httpx
from matcher.data.pictures import QUIET

SLOTS = [f"2031-05-04T{hour:02}:{minute:02}+02:00" for hour in (10, 11) for minute in (0, 20, 40)]

ATTENDEE = (
    "people",
    "profile",
    "profile/privacy",
    "meetings",
    "meetings/times",
    "contacts",
    "opportunities",
    "search?q=knows how to finance heat pumps",
)
"""Pages of an attendee, in the order in which they are pictured."""
DESK = (
    *("", "people", "import", "runs", "pairs", "schedule", "mail", "responses", "learning", "outcome", "settings", "webhooks"),
    *("keys", "audit-log"),
)
"""Pages of an event at the desk."""


@contextmanager
def served(folder: Path) -> Iterator[tuple[str, str]]:
    """Gives the address of a service of its own with an empty store, and the organizer's key."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [str(Path(sys.executable).with_name("matcher")), "serve", "--port", str(port)]
    told = {**os.environ, "MATCHER_DATABASE": f"sqlite:///{folder / 'matcher.db'}", "MATCHER_RATE": "0"}
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(command, env=told, stdout=subprocess.PIPE, stderr=log, text=True)
        try:
            assert process.stdout is not None
            printed = process.stdout.readline() + process.stdout.readline()
            found = re.search(r"mk_\S+", printed)
            if found is None:
                raise SystemExit(f"the service did not start: {printed}")
            yield f"http://127.0.0.1:{port}", found[0]
        finally:
            process.terminate()
            process.wait(30)


def done(api: httpx.Client, event: str, job: dict[str, Any]) -> dict[str, Any]:
    """Returns the finished job."""
    while job["state"] in {"queued", "running"}:
        time.sleep(0.5)
        job = api.get(f"{event}/jobs/{job['id']}").json()
    if job["state"] != "done":
        raise SystemExit(f"{job['kind']} {job['state']}: {job['error']}")
    return job


def ready(address: str) -> None:
    """Waits until the service answers."""
    for _ in range(300):
        try:
            httpx.get(f"{address}/ready").raise_for_status()
            return
        except httpx.HTTPError:
            time.sleep(0.1)


def published(api: httpx.Client) -> tuple[str, dict[str, Any]]:
    """Makes the sample event with published introductions; returns its path and the best introduction with goals of both."""
    settings = {"schedule": {"slots": SLOTS, "tables": 40}}
    made = api.post("/events", json={"name": "Climate Technology Days", "settings": settings}).json()
    event = f"/events/{made['id']}"
    with (Path(str(files("matcher.data"))) / "judged" / "climate" / "attendees.csv").open("rb") as stream:
        done(api, event, api.post(f"{event}/imports", files={"file": ("registrations.csv", stream)}, data={"mode": "sync"}).json())
    run = done(api, event, api.post(f"{event}/runs").json())["result"]["run_id"]
    api.post(f"{event}/runs/{run}/publish", headers={"If-Match": '"1"'}).raise_for_status()
    found: list[dict[str, Any]] = api.get(f"{event}/runs/{run}/introductions?limit=100").json()["items"]
    clear = next(each for each in found if all(each[f"reason_{side}"].startswith("You look for") for side in "ab"))
    return event, clear | {"run": run}


def visit(page: Any, address: str, paths: Iterable[str], out: Path) -> None:
    """Takes a picture of each page."""
    kind = "desk" if "/desk" in address else "attendee"
    for path in paths:
        page.goto(f"{address}/{path}".rstrip("/"))
        page.screenshot(path=out / f"{kind}-{path.split('?')[0].replace('/', '-') or 'event'}.png")


def main() -> None:
    """Takes pictures of the desk and of an attendee's pages into the folder given first."""
    from playwright.sync_api import sync_playwright

    out = Path(sys.argv[1])
    (out / "pages").mkdir(parents=True, exist_ok=True)
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with tempfile.TemporaryDirectory() as name, served(Path(name)) as (address, key), sync_playwright() as playwright:
        ready(address)
        api = httpx.Client(base_url=f"{address}/api/v1", headers={"Authorization": f"Bearer {key}"}, timeout=60)
        event, best = published(api)
        links = [api.post(f"{event}/attendees/{best[side]}/link").json()["link"] for side in ("a_id", "b_id")]
        browser = playwright.chromium.launch(executable_path=chromium, args=list(QUIET))
        pages: list[Any] = []
        for link, other in zip(links, (best["b_id"], best["a_id"]), strict=True):
            page = browser.new_context(viewport={"width": 390, "height": 844}).new_page()
            page.goto(link)
            page.get_by_role("heading", name="Whom to meet").wait_for(timeout=120_000)
            if not pages:
                page.screenshot(path=out / "people.png")
            page.goto(f"{address}/people/{other}")
            with page.expect_navigation():
                page.get_by_role("button", name=re.compile("^Interested")).first.click()
            pages.append(page)
        visit(pages[0], address, ATTENDEE, out / "pages")
        pages[0].goto(f"{address}/people/{best['b_id']}")
        pages[0].screenshot(path=out / "pages" / "attendee-person.png")
        desk = browser.new_page(viewport={"width": 1100, "height": 1180})
        desk.goto(f"{address}/desk")
        desk.get_by_label("Your key").fill(key)
        desk.get_by_role("button", name="Open the desk").click()
        visit(desk, f"{address}/desk{event}", DESK, out / "pages")
        desk.goto(f"{address}/desk{event}/runs/{best['run']}")
        desk.screenshot(path=out / "desk.png")
        browser.close()


if __name__ == "__main__":
    main()
