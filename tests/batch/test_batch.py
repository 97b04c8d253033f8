import csv
import json
import os
import shutil
import uuid

import pytest
from click.testing import CliRunner
from matcher.models.encoder import Encoder
from matcher.service.batch.engines import Call, HereEngine, LocalEngine
from matcher.service.batch.events import find_events
from matcher.service.batch.running import run_batch
from matcher.service.batch.storage import Place
from matcher.service.batch.tasks import Batch, match_event
from matcher.service.batch_command import batch as command
from seasons import people, results, write

from matcher.errors import MatcherError


def batch(out, **settings):
    return Batch(Place.of(str(out)), **{"block": 20, "people": 5, "split_above": 1, **settings})


class Unlucky(HereEngine):
    """Loses the first tasks of a kind, as if their worker had died."""

    def __init__(self, task, times):
        super().__init__()
        self.task, self.times = task, times

    def ended(self):
        found = super().ended()
        for place, each in enumerate(found):
            if each.call.task is self.task and self.times > 0:
                self.times -= 1
                found[place] = type(each)(each.call, error=OSError("the worker is gone"))
        return found


def test_split_or_not_the_bytes_are_the_same(season, expected, tmp_path):
    run_batch(batch(tmp_path, split_above=99), find_events(str(season)), HereEngine())
    assert results(tmp_path) == expected


def test_a_run_file_tells_no_timings(expected):
    assert json.loads(expected["climate/run.json"])["timings"] == {}
    assert json.loads(expected["climate/run.json"])["title"] == "Climate Days"


def test_a_pool_of_processes_gives_the_same_bytes(season, expected, tmp_path):
    engine = LocalEngine(2)
    try:
        run_batch(batch(tmp_path), find_events(str(season)), engine)
    finally:
        engine.close()
    assert results(tmp_path) == expected


def test_what_is_done_is_kept_and_what_changed_is_done_again(season, expected, tmp_path):
    folder, out = tmp_path / "in", tmp_path / "out"
    shutil.copytree(season, folder)
    (folder / "nothing.csv").unlink()
    run_batch(batch(out), find_events(str(folder)), HereEngine())
    assert not (out / ".work").exists()
    write(folder / "devconf.csv", people("devconf", 5))
    (out / "founders" / "lists.csv").unlink()
    outcomes = run_batch(batch(out), find_events(str(folder)), HereEngine())
    assert [(each.name, each.status, each.people) for each in outcomes] == [
        ("climate", "kept", 6),
        ("devconf", "done", 5),
        ("founders", "done", 6),
    ]
    assert results(out)["founders/lists.csv"] == expected["founders/lists.csv"]
    (folder / "climate.toml").write_text("[introductions]\nmax = 3\n")
    assert [each.status for each in run_batch(batch(out), find_events(str(folder)), HereEngine())] == ["done", "kept", "kept"]


def test_blocks_that_are_encoded_are_not_encoded_again(season, tmp_path, monkeypatch):
    from matcher.service.batch.tasks import encode_block, look

    (event,) = [each for each in find_events(str(season)) if each.name == "climate"]
    settings = batch(tmp_path)
    found = look(settings, event)
    assert len(found.blocks) > 1
    for block in found.blocks:
        encode_block(settings, event, found.encoder, block)

    def never(self, texts, progress=False):
        assert len(texts) <= 20
        assert not any("substation" in text for text in texts), "encoded twice"
        return encode(self, texts, progress)

    encode = Encoder.encode
    texts = [json.loads(path.read_text()) for path in (tmp_path / ".work" / "climate").glob("*.json")]
    assert any("substation" in text for block in texts for text in block)
    monkeypatch.setattr(Encoder, "encode", never)
    assert look(settings, event) == found
    for block in found.blocks:
        encode_block(settings, event, found.encoder, block)
    assert match_event(settings, event, found.key).people == 6
    assert not (tmp_path / ".work" / "climate").exists()


def test_candidates_that_are_found_and_weighed_are_not_looked_for_again(season, expected, tmp_path, monkeypatch):
    from matcher.service.batch.tasks import encode_block, look, search_people, weigh_pairs

    from matcher.pipeline import PreparedEvent

    (event,) = [each for each in find_events(str(season)) if each.name == "devconf"]
    settings = batch(tmp_path)
    found = look(settings, event)
    assert found.parts == 3
    for block in found.blocks:
        encode_block(settings, event, found.encoder, block)
    for stage in (search_people, weigh_pairs):
        for part in reversed(range(found.parts)):
            stage(settings, event, found.key, found.parts, part)

    def never(*arguments):
        raise AssertionError("done twice")

    monkeypatch.setattr(PreparedEvent, "candidates", never)
    monkeypatch.setattr(PreparedEvent, "scored", never)
    for stage in (search_people, weigh_pairs):
        stage(settings, event, found.key, found.parts, 0)
    assert match_event(settings, event, found.key, found.parts).people == 14
    assert results(tmp_path / "devconf") == {
        path.removeprefix("devconf/"): content for path, content in expected.items() if path.startswith("devconf/")
    }


def test_a_lost_task_is_tried_again(season, expected, tmp_path):
    outcomes = run_batch(batch(tmp_path), find_events(str(season)), Unlucky(match_event, 2), retries=2)
    assert [(each.status, each.attempts) for each in outcomes] == [("done", 2), ("done", 0), ("done", 0), ("failed", 0)]
    assert results(tmp_path) == expected


def test_an_event_too_large_for_a_worker_is_told(season, tmp_path):
    outcomes = run_batch(batch(tmp_path, worker_bytes=1 << 20), find_events(str(season)), HereEngine())
    assert outcomes[0].cause.startswith("6 people need about 1.1 GB of a worker that has 0.0")


def die(code):
    os._exit(code)


def pid():
    return os.getpid()


def test_a_worker_that_dies_takes_only_its_own_task_along():
    engine = LocalEngine(2)
    try:
        engine.submit(Call(die, (3,), 0))
        engine.submit(Call(pid, (), 0))
        found = []
        while len(found) < 2:
            found += engine.ended()
        assert sorted(type(each.error).__name__ for each in found) == ["BrokenProcessPool", "NoneType"]
        engine.submit(Call(pid, (), 0))
        engine.submit(Call(pid, (), 0))
        while engine.room() < 2:
            assert [each.error for each in engine.ended()] in ([], [None], [None, None])
    finally:
        engine.close()


def test_models_are_loaded_once_by_a_worker(season, tmp_path):
    from matcher.service.batch.tasks import look

    events = [each for each in find_events(str(season)) if each.name != "nothing"]
    settings, loads = batch(tmp_path, split_above=99), []
    engine = LocalEngine(1)
    try:
        for event in events:
            engine.submit(Call(match_event, (settings, event, look(settings, event).key), 0))
            found = []
            while not found:
                found = engine.ended()
            loads.append((found[0].value.loads, found[0].value.worker))
    finally:
        engine.close()
    assert [count for count, _ in loads] == [1, 1, 1]
    assert len({worker for _, worker in loads}) == 1


def test_input_and_output_behind_a_url(season, expected, tmp_path):
    place = Place.of(f"memory://{uuid.uuid4().hex}")
    (place / "in" / "climate.csv").write((season / "climate.csv").read_bytes())
    (place / "in" / "climate.toml").write((season / "climate.toml").read_bytes())
    done = CliRunner().invoke(command, [f"{place.url}/in", "--out", f"{place.url}/out", "--workers", "0"])
    assert done.exit_code == 0, done.output
    assert "1 events: 1 done, 0 kept, 0 failed" in done.stdout
    assert (place / "out" / "climate" / "introductions.csv").read() == expected["climate/introductions.csv"]
    done = CliRunner().invoke(command, [season.as_uri(), "--out", (tmp_path / "out").as_uri(), "--workers", "0", "--json"])
    told = json.loads(done.stdout)
    assert (told["done"], told["failed"]) == (3, 1)


def test_the_summary_tells_each_event_and_its_cause(season, tmp_path):
    done = CliRunner().invoke(command, [str(season), "--out", str(tmp_path), "--workers", "0"])
    assert done.exit_code == 1
    assert "4 events: 3 done, 0 kept, 1 failed" in done.stdout
    assert "[3/4] founders: done, 6 people" in done.stderr
    rows = list(csv.DictReader((tmp_path / "batch.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert [(row["name"], row["status"], row["people"]) for row in rows] == [
        ("climate", "done", "6"),
        ("devconf", "done", "14"),
        ("founders", "done", "6"),
        ("nothing", "failed", "0"),
    ]
    assert rows[3]["cause"].startswith("nothing.csv: no column of names")


def test_memory_is_not_shared_between_processes(tmp_path):
    (tmp_path / "a.csv").write_text("")
    with pytest.raises(MatcherError, match="seen by this process only"):
        CliRunner().invoke(command, [str(tmp_path), "--out", "memory://x", "--workers", "2"], catch_exceptions=False)
