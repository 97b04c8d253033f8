import csv

import pytest

from tests.conftest import JUDGED


def people(name, count, start=0):
    rows = list(csv.reader((JUDGED / name / "attendees.csv").read_text(encoding="utf-8-sig").splitlines()))
    return rows[:1] + rows[1 + start : 1 + start + count]


def write(path, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)


@pytest.fixture(scope="session")
def season(tmp_path_factory):
    """Four small events, one of which is no export at all."""
    folder = tmp_path_factory.mktemp("season")
    for name in ("climate", "devconf", "founders"):
        write(folder / f"{name}.csv", people(name, 6))
    (folder / "climate.toml").write_text('name = "Climate Days"\n[introductions]\nmax = 2\n')
    (folder / "nothing.csv").write_text("nonsense\n")
    return folder


def results(folder):
    """Every file of every event, as bytes."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith("batch.")
    }


@pytest.fixture(scope="session")
def expected(season, tmp_path_factory, machine_cache):
    """What the batch gives in one process."""
    from matcher.service.batch.engines import HereEngine
    from matcher.service.batch.events import find_events
    from matcher.service.batch.running import run_batch
    from matcher.service.batch.storage import Place
    from matcher.service.batch.tasks import Batch

    out = tmp_path_factory.mktemp("expected")
    outcomes = run_batch(Batch(Place.of(str(out)), block=20, split_above=1), find_events(str(season)), HereEngine())
    assert [(each.name, each.status) for each in outcomes] == [
        ("climate", "done"),
        ("devconf", "done"),
        ("founders", "done"),
        ("nothing", "failed"),
    ]
    return results(out)
