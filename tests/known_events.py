"""The judged events, and how tests prepare one."""

from pathlib import Path

ROOT = Path(__file__).parents[1]
JUDGED = ROOT / "data" / "judged"


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
