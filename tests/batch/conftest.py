import os

import pytest
from seasons import people, results, write

os.environ["RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO"] = "0"  # what RayEngine sets, here before ray is imported by the tests
os.environ["RAY_USAGE_STATS_ENABLED"] = "0"


@pytest.fixture(scope="session")
def season(tmp_path_factory):
    """Four small events, one of which is no export at all."""
    folder = tmp_path_factory.mktemp("season")
    for name, count in (("climate", 6), ("devconf", 14), ("founders", 6)):
        write(folder / f"{name}.csv", people(name, count))
    (folder / "devconf.toml").write_text("[candidates]\nper_person = 5\n")  # so that not everybody is a candidate of everybody
    (folder / "climate.toml").write_text('name = "Climate Days"\n[introductions]\nmax = 2\n')
    (folder / "nothing.csv").write_text("nonsense\n")
    return folder


@pytest.fixture(scope="session")
def expected(season, tmp_path_factory, machine_cache):
    """What the batch gives in one process."""
    from matcher.service.batch.engines import HereEngine
    from matcher.service.batch.events import find_events
    from matcher.service.batch.running import run_batch
    from matcher.service.batch.storage import Place
    from matcher.service.batch.tasks import Batch

    out = tmp_path_factory.mktemp("expected")
    outcomes = run_batch(Batch(Place.of(str(out)), block=20, people=5, split_above=1), find_events(str(season)), HereEngine())
    assert [(each.name, each.status) for each in outcomes] == [
        ("climate", "done"),
        ("devconf", "done"),
        ("founders", "done"),
        ("nothing", "failed"),
    ]
    return results(out)
