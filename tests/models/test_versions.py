import pytest
from matcher.models.reranker import DEFAULT, Reranker
from matcher.models.versions import Versions, in_use

from matcher.errors import ModelError


def test_versions_are_used_and_rolled_back(tmp_path):
    versions = Versions(tmp_path / "models")
    assert (versions.names(), versions.active()) == (("default",), "default")
    shipped = Reranker.load()
    assert [versions.save(shipped, {}, "# A card\n") for _ in range(2)] == ["v0001", "v0002"]
    assert versions.active() == "default"
    assert (versions.folder("v0001") / "README.md").read_text() == "# A card\n"
    versions.activate("v0001")
    versions.activate("v0002")
    assert in_use(versions.root) == versions.root / "v0002"
    assert [versions.rollback(), versions.rollback()] == ["v0001", "default"]
    assert in_use(versions.root) == DEFAULT
    with pytest.raises(ModelError, match="nothing was in use before"):
        versions.rollback()


def test_what_is_missing_or_damaged_is_not_put_in_use(tmp_path):
    versions = Versions(tmp_path)
    with pytest.raises(ModelError, match="no version 'v0007'"):
        versions.activate("v0007")
    versions.save(Reranker.load(), {}, "")
    (tmp_path / "v0001" / "model.skops").write_bytes(b"no model")
    with pytest.raises(ModelError, match="cannot be read"):
        versions.activate("v0001")
    assert versions.active() == "default"
    (tmp_path / "active.json").write_text("{")
    with pytest.raises(ModelError, match=r"active\.json cannot be read"):
        versions.active()


def test_a_folder_that_is_one_model_is_that_model(tmp_path):
    assert in_use(tmp_path) == tmp_path
