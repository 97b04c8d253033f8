import pytest
from known_events import JUDGED, prepared


@pytest.fixture(scope="session", autouse=True)
def machine_cache(tmp_path_factory):
    """Vectors are kept for the session only, so that no test leans on what an earlier run left behind."""
    patch = pytest.MonkeyPatch()
    patch.setenv("MATCHER_CACHE", str(tmp_path_factory.mktemp("vectors")))
    yield
    patch.undo()


@pytest.fixture(scope="session")
def climate(machine_cache):
    """The prepared climate event, and its finished run."""
    from matcher.matching import match

    event, registration = prepared(JUDGED / "climate" / "attendees.csv")
    return event, match(event, registration, "Climate")
