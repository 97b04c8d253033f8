import sqlite3
from contextlib import closing

import numpy as np
import pytest
from matcher.models import encoder as module
from matcher.models import vector_cache
from matcher.models.encoder import Encoder
from matcher.models.vector_cache import VectorCache

from matcher.errors import ModelError

TEXTS = ["We sell kilns.", "", "A much longer sentence about people who fire clay in the hills of the north.", "We sell kilns."]


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder()


def test_unit_vectors_in_the_order_given(encoder):
    vectors = encoder.encode(TEXTS)
    assert vectors.shape == (4, 384)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), [1, 0, 1, 1], atol=1e-4)
    assert np.array_equal(vectors[0], vectors[3])


def test_a_vector_does_not_depend_on_the_company_it_keeps(encoder):
    alone = encoder.encode(TEXTS[:1])[0]
    among = encoder.encode([f"word {'more ' * k}" for k in range(40)] + TEXTS)[40]
    np.testing.assert_allclose(alone, among, atol=2e-6)


def test_same_set_same_bytes(encoder):
    forward = encoder.encode(TEXTS)
    backward = encoder.encode(TEXTS[::-1])[::-1]
    assert forward.tobytes() == backward.tobytes()


def test_the_cache_gives_what_was_computed(tmp_path, encoder, monkeypatch):
    file = tmp_path / "vectors.sqlite"
    first = Encoder(cache=file).encode(TEXTS)
    again = Encoder(cache=file)
    monkeypatch.setattr(again, "_forward", lambda *_: pytest.fail("encoded again"))
    assert np.array_equal(again.encode(TEXTS), first)


def test_a_corrupt_cache_is_begun_anew(tmp_path):
    file = tmp_path / "vectors.sqlite"
    file.write_bytes(b"this is no database, but long enough to be taken for one" * 50)
    cache = VectorCache(file)
    cache.put("m", {b"k": np.ones(3, dtype=np.float32)})
    assert cache.get("m", [b"k", b"other"], 3)[b"k"].tolist() == [1, 1, 1]
    assert (tmp_path / "vectors.sqlite.corrupt").exists()


def test_altered_weights_are_refused(monkeypatch):
    monkeypatch.setattr(module, "EMBEDDED_SHA256", "0" * 64)
    with pytest.raises(ModelError, match="sha256"):
        Encoder().encode(["a"])


def test_a_model_that_is_not_there(tmp_path):
    with pytest.raises(ModelError, match="cannot be loaded"):
        Encoder(str(tmp_path)).encode(["a"])


def test_tokens_are_counted(encoder):
    assert encoder.count_tokens(["two words", ""]) == [4, 2]


def test_vectors_of_an_earlier_layout_do_not_stay_behind(tmp_path):
    file = tmp_path / "vectors.sqlite"
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("create table vectors (model text, key blob, vector blob, primary key (model, key)) without rowid")
    cache = VectorCache(file)
    cache.put("m", {b"b": np.ones(3, dtype=np.float32), b"a": np.zeros(3, dtype=np.float32)})
    assert {key: vector.tolist() for key, vector in cache.get("m", [b"b", b"a"], 3).items()} == {b"a": [0] * 3, b"b": [1] * 3}
    with closing(sqlite3.connect(file)) as database:
        assert database.execute("select name from sqlite_master where type = 'table'").fetchall() == [("passages",)]


def test_nothing_fails_where_a_cache_cannot_be_used(tmp_path, monkeypatch, caplog):
    (tmp_path / "file").write_text("a folder cannot be made here")
    nowhere = VectorCache(tmp_path / "file" / "vectors.sqlite")
    nowhere.put("m", {b"k": np.ones(3, dtype=np.float32)})
    assert nowhere.get("m", [b"k"], 3) == {}
    monkeypatch.setattr(vector_cache, "WAIT_S", 0.01)
    cache = VectorCache(tmp_path / "vectors.sqlite")
    cache.put("m", {b"k": np.ones(3, dtype=np.float32)})
    with closing(sqlite3.connect(cache.file)) as other:
        other.execute("begin exclusive")  # another process writes, for longer than is waited
        assert cache.get("m", [b"k"], 3) == {}
        cache.put("m", {b"l": np.ones(3, dtype=np.float32)})
        other.rollback()
    assert set(cache.get("m", [b"k", b"l"], 3)) == {b"k"}
    assert "locked" in caplog.text
