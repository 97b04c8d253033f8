"""`matcher round-tables` and `matcher speed-networking`: the people of a finished run in groups, and in rounds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:  # heavy modules are imported when the command runs, so that --help answers at once
    from matcher.pipeline import PreparedEvent
    from matcher.run import Run

RUN = click.argument("run_file", metavar="RUN", type=click.Path(path_type=Path))
OUT = click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder for the results; made if missing.")
_EVERYBODY = 600
"""People up to whom every pair is scored for speed networking; of more, each person's best candidates."""


@click.command("round-tables")
@RUN
@OUT
@click.option("--smallest", type=click.IntRange(2, 50), default=4, show_default=True, help="People at a table at least.")
@click.option("--largest", type=click.IntRange(2, 50), default=8, show_default=True, help="People at a table at most.")
def round_tables(run_file: Path, out: Path, smallest: int, largest: int) -> None:
    """Seat the people of RUN at round tables around shared goals, each with a topic in their own words."""
    import numpy as np

    from matcher.errors import MatcherError
    from matcher.export.group_files import write_round_tables
    from matcher.groups import round_tables as seat

    if smallest > largest:
        raise click.UsageError(f"--smallest {smallest} is more than --largest {largest}")
    run, event = _prepared(run_file)
    features, part = event.features, event.eligibility.takes_part
    of_guests = part[features.goal_owner]
    vectors, owner = features.goal_vectors[of_guests], features.goal_owner[of_guests]
    tables = seat(event.attendees, vectors, owner, event.eligibility.never_together(), smallest, largest)
    if not tables:
        people = len(np.unique(owner))
        raise MatcherError(f"{people} people with a goal", f"numbers that tables of {smallest} to {largest} can seat")
    paths = write_round_tables(tables, run.title, event.attendees, out)
    seated, colleagues = sum(len(each.members) for each in tables), sum(each.colleagues for each in tables)
    click.echo(f"{run.title}: {seated} people at {len(tables)} tables; pairs of colleagues at one table: {colleagues}")
    if seated < int(part.sum()):
        click.echo(f"{int(part.sum()) - seated} without a table: they stated no goal, or must not sit with those who share it")
    click.echo(f"Files:   {', '.join(map(str, paths))}")


@click.command("speed-networking")
@RUN
@OUT
@click.option("--rounds", type=click.IntRange(1, 200), default=8, show_default=True, help="Conversations of each person.")
def speed_networking(run_file: Path, out: Path, rounds: int) -> None:
    """Pair the people of RUN anew in each round, the best pairs first; nobody meets the same person twice."""
    import numpy as np

    from matcher.export.group_files import write_rounds
    from matcher.groups import speed_networking as pair
    from matcher.matching import introduce

    run, event = _prepared(run_file)
    n = len(event.attendees)
    every = np.column_stack(np.triu_indices(n, 1)).astype(np.int64)
    may = event.eligibility.allowed(every)
    scored = event.scored(every[may] if n <= _EVERYBODY else event.candidates())
    scores, allowed = np.zeros((n, n)), np.zeros((n, n), dtype=bool)
    for matrix, pairs, values in ((scores, scored.pairs, scored.score), (allowed, every[may], True)):
        matrix[pairs[:, 0], pairs[:, 1]] = matrix[pairs[:, 1], pairs[:, 0]] = values
    talking = event.eligibility.takes_part & allowed.any(axis=1)
    found = pair(scores, allowed, rounds, talking)
    chosen = np.vstack([np.zeros((0, 2), dtype=np.int64), *found.pairs])
    told = {(each.a_id, each.b_id): each for each in introduce(event, event.scored(chosen))}
    paths = write_rounds(found, told, run.title, event.attendees, out)
    alone = [person for each in found.sits_out for person in each]
    click.echo(f"{run.title}: {len(chosen)} conversations of {int(talking.sum())} people in {rounds} rounds")
    if alone:
        most = int(np.bincount(alone).max())
        click.echo(f"{len(alone)} times somebody sits out, nobody more than {most} time{'' if most == 1 else 's'}")
    click.echo(f"Files:   {', '.join(map(str, paths))}")


def _prepared(run_file: Path) -> tuple[Run, PreparedEvent]:
    """The run, and its people prepared anew with the settings that it was made with."""
    from matcher.models.encoder import Encoder
    from matcher.models.reranker import Reranker
    from matcher.service.settings import machine_settings

    from matcher.event import EventSettings
    from matcher.features import FEATURE_NAMES
    from matcher.pipeline import prepare
    from matcher.profiles import Registration
    from matcher.run import load_run

    run = load_run(run_file if run_file.suffix == ".json" else run_file / "run.json")
    settings = EventSettings.model_validate(run.facts.get("settings", {}))
    cache = machine_settings().cache
    cache.mkdir(parents=True, exist_ok=True)
    encoder = Encoder(settings.models.encoder or None, cache / "vectors.sqlite")
    reranker = Reranker.load(Path(settings.models.reranker) if settings.models.reranker else None, FEATURE_NAMES)
    return run, prepare(Registration(run.attendees), settings, encoder, reranker)
