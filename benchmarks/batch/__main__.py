"""Many events: what Ray costs beside processes of this machine, what a second node gives, and what one event costs a worker."""

from __future__ import annotations

import csv
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from posixpath import basename
from tempfile import TemporaryDirectory

from matcher.data.generator import COLUMNS, people
from matcher.service.batch.engines import Call, Engine, LocalEngine
from matcher.service.batch.events import find_events
from matcher.service.batch.running import run_batch
from matcher.service.batch.storage import Place
from matcher.service.batch.tasks import Batch

from benchmarks.machine import machine, peak_mib

EVENTS, SIZE, SMALL = 3, 30, 100
NODE = {"num_cpus": 1, "memory": 6 << 30, "object_store_memory": 80 << 20}


def write_event(path: Path, count: int, seed: int) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS)
        writer.writeheader()
        writer.writerows(people(count, seed))


def seconds_of(engine: Engine, source: Path, out: Path, **settings: int) -> tuple[float, float]:
    """Wall seconds of a batch, and the sum of its workers' seconds for matching."""
    start = time.perf_counter()
    outcomes = run_batch(Batch(Place.of(str(out)), **settings), find_events(str(source)), engine)
    assert all(each.status == "done" for each in outcomes), outcomes
    return time.perf_counter() - start, sum(each.seconds for each in outcomes)


def small_tasks(engine: Engine) -> float:
    """Milliseconds of a task that does nothing, workers being started."""
    calls, ended = [Call(basename, (str(number),), 1 << 20) for number in range(SMALL)], 0
    start = time.perf_counter()
    while ended < SMALL:
        while calls and engine.room() > 0:
            engine.submit(calls.pop())
        ended += len(engine.ended())
    return 1000 * (time.perf_counter() - start) / SMALL


def results(folder: Path) -> dict[str, bytes]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.name.startswith("batch."))
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def engines(folder: Path) -> list[tuple[str, float, float, float, float]]:
    """For each engine: start-up, batch with cold workers, the same again with warm ones (seconds), and ms of an empty task."""
    from matcher.service.batch.ray_engine import RayEngine

    os.environ |= {"RAY_USAGE_STATS_ENABLED": "0", "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0"}
    from ray.cluster_utils import Cluster

    source, found, reference = folder / "in", [], {}
    for name in ("local, 1 worker", "local, 2 workers", "Ray, 1 node", "Ray, 2 nodes"):
        count = int(name.split(", ")[1][0])
        start = time.perf_counter()
        cluster = None
        if name.startswith("Ray"):
            cluster = Cluster(initialize_head=True, head_node_args={**NODE, "num_cpus": 0, "include_dashboard": False})
            for _ in range(count):
                cluster.add_node(**NODE)
            cluster.wait_for_nodes()
        engine: Engine = RayEngine(cluster.address) if cluster else LocalEngine(count)
        begun = time.perf_counter() - start
        cold, _ = seconds_of(engine, source, folder / f"{name} cold")
        warm, _ = seconds_of(engine, source, folder / f"{name} warm")
        found.append((name, begun, cold, warm, small_tasks(engine)))
        engine.close()
        if cluster:
            cluster.shutdown()
        for run in ("cold", "warm"):
            reference = reference or results(folder / f"{name} {run}")
            assert results(folder / f"{name} {run}") == reference, "other bytes"
    return found


def unit(count: int, folder: Path) -> dict[str, float]:
    """Processor seconds by stage and peak memory of one event in one process of one thread, models loaded first."""
    import torch
    from matcher.models.encoder import Encoder
    from matcher.models.reranker import Reranker
    from matcher.service.batch.encoding import BlockEncoder
    from threadpoolctl import threadpool_limits

    from matcher.event import EventSettings
    from matcher.export import write_outputs
    from matcher.features import FEATURE_NAMES
    from matcher.goals import complete
    from matcher.matching import match
    from matcher.pipeline import prepare
    from matcher.registration import read_registration
    from matcher.texts import event_texts

    torch.set_num_threads(1)
    write_event(folder / "event.csv", count, 11)
    encoder, reranker = Encoder(None, folder / "vectors.sqlite"), Reranker.load(None, FEATURE_NAMES)
    encoder.encode(["warm"])
    before, clock = peak_mib(), time.process_time()
    registration = read_registration(folder / "event.csv")
    texts = event_texts([complete(each) for each in registration.attendees]).distinct
    reading, clock = time.process_time() - clock, time.process_time()
    BlockEncoder(encoder, 2_000, None).encode(texts)
    encoding, clock = time.process_time() - clock, time.process_time()
    with threadpool_limits(1):
        run = match(prepare(registration, EventSettings(), encoder, reranker), registration, "Unit")
    rest, clock = time.process_time() - clock, time.process_time()
    write_outputs(run, folder / "out")
    files = time.process_time() - clock
    return {"people": count, "texts": len(texts), "reading": reading, "encoding": encoding, "rest": rest, "files": files,
            "models MiB": before, "peak MiB": peak_mib()}  # fmt: skip


def main() -> None:
    if len(sys.argv) > 1 and sys.argv[1] == "unit":
        with TemporaryDirectory() as name:
            print(json.dumps(unit(int(sys.argv[2]), Path(name))))
        return
    print(machine(), f"load {os.getloadavg()[0]:.1f}", sep="; ")
    print("\n| people | distinct texts | reading | encoding | all else | files | models MiB | peak MiB |")
    print("|---|---|---|---|---|---|---|---|")
    for count in () if sys.argv[1:] == ["engines"] else (250, 500):
        command = [sys.executable, "-m", "benchmarks.batch", "unit", str(count)]
        told = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1])
        print("| " + " | ".join(f"{value:,.0f}" if value >= 100 else f"{value:.1f}" for value in told.values()) + " |", flush=True)
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "in").mkdir()
        for number in range(EVENTS):
            write_event(folder / "in" / f"event{number}.csv", SIZE, number)
        print(f"\n{EVENTS} events of {SIZE} people; every row gave the same bytes")
        print("\n| engine | start | cold workers | warm workers | ms of an empty task |\n|---|---|---|---|---|")
        for row in engines(folder):
            print(f"| {row[0]} | {row[1]:.1f} | {row[2]:.1f} | {row[3]:.1f} | {row[4]:.1f} |", flush=True)
    print(f"\npeak of this process {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


if __name__ == "__main__":
    main()
