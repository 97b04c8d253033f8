"""Load on one event: `python -m benchmarks.service [--people 10000] [--at-once 200] [--seconds 60]`.

The people are invented (`data/generator`); their vectors are RANDOM unit vectors put into the store beforehand, so that setting
up takes seconds: times are real, whom they are shown is not. The client runs on the same machine, in this process. Each of the
attendees at once reads their list or (one time in five) answers about somebody on it, then thinks: exponential, 5 s on average.

The organizer first makes a run, looks at it for 10 s and publishes it, through the API as well, and the attendees come at once;
with `--unpublished` there is no run, and every first list is found live, one by one.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import httpx
import numpy as np

from benchmarks.machine import machine

THINK = 5.0


@dataclass(frozen=True, slots=True)
class Filled:
    """What is in the store."""

    event_id: str
    key: str
    """The organizer's."""
    tokens: list[str]
    """Of the personal links."""


def fill(url: str, count: int) -> Filled:
    """Makes the event."""
    from matcher.data.generator import people
    from matcher.service.identity import Identity, Link, instance_secret
    from matcher.service.options import settings_of
    from matcher.service.store import Database
    from matcher.service.usecases.events import create_event
    from matcher.service.usecases.imports import apply_registration, read_upload
    from matcher.service.usecases.keys import create_key
    from matcher.service.usecases.people import engine_people
    from matcher.service.vectors import KeptEncoder, text_key

    from matcher.texts import event_texts

    database = Database(url)
    database.migrate()
    rng = np.random.default_rng(7)
    rows = [dict(row) for row in people(count)]
    registration = read_upload(json.dumps(rows).encode(), "people.json", {}, count + 1)
    with database.writing() as session:
        identity = Identity(instance_secret(session))
        event = create_event(session, "Load", {}, {"open": True})
        _, key = create_key(session, event.id, "benchmark")
        apply_registration(session, identity, event, registration, sync=True)
    with database.writing() as session:
        attendees = engine_people(session, event, settings_of(event))
        encoder = KeptEncoder(session, event.id, settings_of(event))
        for text in event_texts(attendees).distinct:
            vector = rng.standard_normal(encoder.dimension, dtype=np.float32)
            encoder._known[text_key(text)] = vector / np.linalg.norm(vector)
        encoder.keep(session, event.id, attendees)
    database.close()
    return Filled(event.id, key, [identity.link_token(Link(event.id, attendee.id, 1)) for attendee in attendees])


def resident(pid: int) -> float:
    """MiB that a process holds."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024


async def attendee(client: httpx.AsyncClient, token: str, end: float, times: dict[str, list[float]], faults: list[str]) -> None:
    headers, chance = {"Authorization": f"Bearer {token}"}, random.Random(token)
    others: list[str] = []
    await asyncio.sleep(chance.expovariate(1 / THINK))
    while time.perf_counter() < end:
        begin = time.perf_counter()
        try:
            if others and chance.random() < 0.2:
                kind, other = "answer", others.pop(0)
                answer = await client.put(f"/api/v1/me/responses/{other}", json={"answer": "interested"}, headers=headers)
            else:
                kind = "suggestions"
                answer = await client.get("/api/v1/me/suggestions", headers=headers)
                others = [line["person"]["ref"] for line in answer.json()["items"]] if answer.status_code == 200 else []
            times[kind].append(time.perf_counter() - begin)
            if answer.status_code != 200:
                faults.append(f"{kind} {answer.status_code}")
        except httpx.HTTPError as error:
            faults.append(type(error).__name__)
        await asyncio.sleep(chance.expovariate(1 / THINK))


def changed_goal(client: httpx.Client, token: str, number: int) -> tuple[float, bool]:
    """Seconds from sending a new goal until the list that follows is here, and whether that list differs."""
    headers = {"Authorization": f"Bearer {token}"}
    before = [line["person"]["ref"] for line in client.get("/api/v1/me/suggestions", headers=headers).json()["items"]]
    begin = time.perf_counter()
    goal = f"A partner for a pilot with hospital number {number}, to begin in spring"
    client.patch("/api/v1/me/profile", json={"seeking": goal}, headers=headers).raise_for_status()
    after = [line["person"]["ref"] for line in client.get("/api/v1/me/suggestions", headers=headers).json()["items"]]
    return time.perf_counter() - begin, before != after


def publish(client: httpx.Client, filled: Filled, look: float) -> tuple[float, int]:
    """Makes a run, looks at it for some seconds and publishes it: seconds that the run took, and introductions."""
    headers, event = {"Authorization": f"Bearer {filled.key}"}, f"/api/v1/events/{filled.event_id}"
    begin = time.perf_counter()
    job = client.post(f"{event}/runs", headers=headers).raise_for_status().json()
    while job["state"] not in {"done", "failed", "cancelled"}:
        time.sleep(0.5)
        job = client.get(f"{event}/jobs/{job['id']}", headers=headers).raise_for_status().json()
    seconds = time.perf_counter() - begin
    time.sleep(look)
    run = client.get(f"{event}/runs/{job['id']}", headers=headers).raise_for_status()
    client.post(f"{event}/runs/{job['id']}/publish", headers=headers | {"If-Match": run.headers["ETag"]}).raise_for_status()
    return seconds, int(job["result"]["introductions"])


async def load(address: str, tokens: list[str], seconds: float) -> tuple[dict[str, list[float]], list[str]]:
    times: dict[str, list[float]] = {"suggestions": [], "answer": []}
    faults: list[str] = []
    end = time.perf_counter() + seconds
    limits = httpx.Limits(max_connections=len(tokens))
    async with httpx.AsyncClient(base_url=address, timeout=60, limits=limits) as client:
        await asyncio.gather(*(attendee(client, token, end, times, faults) for token in tokens))
    return times, faults


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--at-once", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--unpublished", action="store_true", help="without a run: every first list is found live")
    parser.add_argument("--look", type=float, default=10.0, help="seconds between a finished run and its publication")
    parser.add_argument("--database", help="a URL; a temporary SQLite file where none is given")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as free:
        url, port = given.database or f"sqlite:///{folder}/matcher.db", free.getsockname()[1]
        free.close()
        begin = time.perf_counter()
        filled = fill(url, given.people)
        print(
            f"{machine()}; load {os.getloadavg()[0]:.1f}\n{len(filled.tokens)} people stored in {time.perf_counter() - begin:.0f} s"
        )
        environment = os.environ | {"MATCHER_DATABASE": url, "MATCHER_CACHE": folder, "MATCHER_RATE": "0"}
        command = [sys.executable, "-c", "from matcher.service.cli import main; main()", "serve", "--port", str(port)]
        server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        address = f"http://127.0.0.1:{port}"
        try:
            _measure(server.pid, address, filled, given)
        finally:
            server.terminate()
            server.wait(timeout=30)


def _measure(pid: int, address: str, filled: Filled, given: argparse.Namespace) -> None:
    tokens = filled.tokens
    with httpx.Client(base_url=address, timeout=60) as client:
        while not _answers(client, "/ready", None):
            time.sleep(0.1)
        empty, begin = resident(pid), time.perf_counter()
        while not _answers(client, "/api/v1/me/suggestions", tokens[0]):
            time.sleep(0.2)
        print(f"event loaded in {time.perf_counter() - begin:.1f} s; memory {empty:.0f} -> {resident(pid):.0f} MiB")
        if not given.unpublished:
            seconds, count = publish(client, filled, given.look)
            print(f"run made in {seconds:.1f} s and published: {count} introductions; memory {resident(pid):.0f} MiB")
        times, faults = asyncio.run(load(address, random.Random(7).sample(tokens, min(given.at_once, len(tokens))), given.seconds))
        for kind, found in times.items():
            if found:
                p50, p99 = (1000 * np.percentile(found, at) for at in (50, 99))
                print(f"{kind}: {len(found)} requests, p50 {p50:.1f} ms, p99 {p99:.1f} ms, max {1000 * max(found):.0f} ms")
        print(f"errors: {len(faults)} {sorted(set(faults))[:5]}; memory {resident(pid):.0f} MiB")
        goals = [changed_goal(client, tokens[number], number) for number in range(20)]
        seconds = sorted(second for second, _ in goals)
        print(
            f"a changed goal shows in the list: p50 {1000 * seconds[10]:.0f} ms, max {1000 * seconds[-1]:.0f} ms; "
            f"the list differs in {sum(differs for _, differs in goals)} of {len(goals)}"
        )


def _answers(client: httpx.Client, path: str, token: str | None) -> bool:
    try:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return client.get(path, headers=headers).status_code == 200
    except httpx.TransportError:
        return False


if __name__ == "__main__":
    main()
