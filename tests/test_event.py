from pathlib import Path

import pytest

from matcher.errors import SettingsError
from matcher.event import EventSettings, load_event

EXAMPLE = Path(__file__).parents[1] / "data" / "event.example.toml"


def leaves(model, prefix=""):
    for name, info in type(model).model_fields.items():
        value = getattr(model, name)
        if hasattr(type(value), "model_fields"):
            yield from leaves(value, f"{prefix}{name}.")
        else:
            yield prefix + name, info


def test_the_example_holds_every_setting_at_its_default():
    text = EXAMPLE.read_text()
    assert load_event(EXAMPLE) == EventSettings()
    for name, _ in leaves(EventSettings()):
        assert name.split(".")[-1] in text, name


@pytest.mark.parametrize(
    ("toml", "words"),
    [
        ("[introductions]\nmin = 6", "introductions = .*min \\(6\\) is larger than max \\(5\\)"),
        ("[introductions]\nmix = 6", "introductions.mix = 6: Extra inputs are not permitted"),
        ("[weights]\ngoals = 9\nlikeness = 'a'", "weights.goals = 9.*weights.likeness = 'a'"),
        ("[rules]\nmust_meet = [['a']]", "rules.must_meet"),
        ("seed = ", "is no TOML"),
    ],
)
def test_wrong_settings_are_named_with_their_value(tmp_path, toml, words):
    (tmp_path / "event.toml").write_text(toml)
    with pytest.raises(SettingsError, match=words):
        load_event(tmp_path / "event.toml")


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(SettingsError, match="cannot be read"):
        load_event(tmp_path / "none.toml")
