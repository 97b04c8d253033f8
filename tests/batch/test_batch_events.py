import json

import pytest
from matcher.service.batch.events import BatchEvent, find_events
from matcher.service.batch.storage import Place

from matcher.errors import MatcherError


def test_a_folder_of_files_and_folders(tmp_path):
    for path in ("berlin.csv", "berlin.toml", "porto.xlsx", "lyon/guests.csv", "lyon/event.toml", "notes.md", ".hidden.csv"):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text("")
    here = Place.of(str(tmp_path))
    assert find_events(str(tmp_path)) == [
        BatchEvent("berlin", here / "berlin.csv", here / "berlin.toml"),
        BatchEvent("lyon", here / "lyon" / "guests.csv", here / "lyon" / "event.toml"),
        BatchEvent("porto", here / "porto.xlsx"),
    ]


@pytest.mark.parametrize("form", ["csv", "json"])
def test_a_manifest(tmp_path, form):
    rows = [{"name": "b", "file": "x/guests.csv", "event": ""}, {"name": "a", "file": "memory://guests.csv", "event": "a.toml"}]
    if form == "csv":
        text = "name,file,event\n" + "".join(f"{row['name']},{row['file']},{row['event']}\n" for row in rows)
    else:
        text = json.dumps(rows)
    (tmp_path / f"events.{form}").write_text(text)
    here = Place.of(str(tmp_path))
    assert find_events(str(tmp_path / f"events.{form}")) == [
        BatchEvent("a", Place("memory://guests.csv"), here / "a.toml"),
        BatchEvent("b", here / "x/guests.csv"),
    ]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("", "holds no registration export"),
        ("a,one.csv\nA,two.csv\n", "two events are called 'A'"),
        ("../a,one.csv\n", "event name '../a'"),
        ("a,\n", "row 1 has no name or no file"),
    ],
)
def test_a_wrong_manifest_is_told(tmp_path, rows, words):
    (tmp_path / "events.csv").write_text(f"name,file\n{rows}")
    with pytest.raises(MatcherError, match=words):
        find_events(str(tmp_path / "events.csv"))


def test_what_is_not_there_is_told(tmp_path):
    with pytest.raises(MatcherError, match="is not there"):
        find_events(str(tmp_path / "missing"))
    with pytest.raises(MatcherError, match="cannot be opened"):
        find_events("nosuchprotocol://events")
    (tmp_path / "two").mkdir()
    for name in ("one.csv", "two.csv"):
        (tmp_path / "two" / name).write_text("")
    with pytest.raises(MatcherError, match="holds 2 exports"):
        find_events(str(tmp_path))
