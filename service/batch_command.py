"""`matcher batch`: many events, on this machine or on a Ray cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:  # heavy modules are imported when the command runs, so that --help answers at once
    from matcher.service.batch.engines import Engine
    from matcher.service.batch.running import Outcome


@click.command()
@click.argument("source", metavar="DIR_OR_MANIFEST")
@click.option("--out", required=True, help="Folder for the results, a path or any fsspec URL; every worker must see it.")
@click.option("--engine", "engine_name", type=click.Choice(["local", "ray"]), default="local", show_default=True)
@click.option("--address", default="", help="Of a running Ray cluster; without one, Ray starts on this machine.")
@click.option("--workers", type=click.IntRange(0, 10_000), help="Processes; default one a processor; 0: this process.")
@click.option("--retries", type=click.IntRange(0, 100), default=2, show_default=True, help="Of a task whose worker is lost.")
@click.option("--worker-memory", type=click.FloatRange(min=1.5), default=8.0, show_default=True, help="GB of a worker.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for a program to read.")
@click.pass_context
def batch(
    context: click.Context,
    source: str,
    out: str,
    engine_name: str,
    address: str,
    workers: int | None,
    retries: int,
    worker_memory: float,
    as_json: bool,
) -> None:
    """Make the introductions of every event in DIR_OR_MANIFEST (paths or fsspec URLs), one folder each in OUT.

    What is done already, from the same input, settings and versions, is kept. An event that fails stops no other; batch.csv
    tells each event's status and cause, and the exit code is 1.
    """
    from matcher.service.batch.events import find_events
    from matcher.service.batch.running import run_batch
    from matcher.service.batch.storage import Place
    from matcher.service.batch.tasks import Batch

    from matcher.errors import MatcherError

    if address and engine_name != "ray":
        raise click.UsageError("--address goes with --engine ray")
    events, place = find_events(source), Place.of(out)
    if place.url.startswith("memory://") and (engine_name != "local" or workers != 0):
        raise MatcherError("memory:// is seen by this process only", "a place that every worker sees", "add --workers 0")

    def told(outcome: Outcome, done: int, of: int) -> None:
        what = f"{outcome.people} people, {outcome.introductions} introductions, {outcome.seconds:.1f} s"
        click.echo(f"[{done}/{of}] {outcome.name}: {outcome.status}, {outcome.cause or what}", err=True)

    engine = _engine(engine_name, address, workers)
    try:
        outcomes = run_batch(Batch(place, worker_bytes=int(worker_memory * (1 << 30))), events, engine, retries, told)
    finally:
        engine.close()
    if as_json:
        click.echo((place / "batch.json").read().decode(), nl=False)
    else:
        count = {status: sum(each.status == status for each in outcomes) for status in ("done", "kept", "failed")}
        click.echo(f"{len(outcomes)} events: {count['done']} done, {count['kept']} kept, {count['failed']} failed")
        click.echo(f"Summary: {(place / 'batch.csv').url}")
    if any(each.status == "failed" for each in outcomes):
        context.exit(1)


def _engine(name: str, address: str, workers: int | None) -> Engine:
    import os

    from matcher.service.batch.engines import HereEngine, LocalEngine

    if name == "ray":
        from matcher.service.batch.ray_engine import RayEngine

        return RayEngine(address, workers)
    return HereEngine() if workers == 0 else LocalEngine(workers or os.cpu_count() or 1)
