from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
JUDGED = ROOT / "data" / "judged"


@pytest.fixture(scope="session", autouse=True)
def machine_cache(tmp_path_factory):
    """Vectors are kept for the session only, so that no test leans on what an earlier run left behind."""
    patch = pytest.MonkeyPatch()
    patch.setenv("MATCHER_CACHE", str(tmp_path_factory.mktemp("vectors")))
    yield
    patch.undo()


def prepared(file, settings=None):
    """A prepared event from a registration file, with the shipped models."""
    from matcher.models.encoder import Encoder
    from matcher.models.reranker import Reranker
    from matcher.service.settings import machine_settings

    from matcher.event import EventSettings
    from matcher.features import FEATURE_NAMES
    from matcher.pipeline import prepare
    from matcher.registration import read_registration

    registration = read_registration(file)
    encoder = Encoder(None, machine_settings().cache / "vectors.sqlite")
    settings = EventSettings.model_validate(settings or {})
    return prepare(registration, settings, encoder, Reranker.load(None, FEATURE_NAMES)), registration


@pytest.fixture(scope="session")
def climate(machine_cache):
    """The prepared climate event, and its finished run."""
    from matcher.matching import match

    event, registration = prepared(JUDGED / "climate" / "attendees.csv")
    return event, match(event, registration, "Climate")
