import os

import pytest

from matcher import export
from matcher.export import write_outputs


def files(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_workbook_written_aside_is_the_same(climate, tmp_path, monkeypatch):
    write_outputs(climate[1], tmp_path / "inside")
    monkeypatch.setattr(export, "MANY", 1)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    write_outputs(climate[1], tmp_path / "aside")
    assert files(tmp_path / "aside") == files(tmp_path / "inside")


def test_a_workbook_is_written_though_the_process_aside_fails(climate, tmp_path, monkeypatch):
    monkeypatch.setattr(export, "MANY", 1)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    monkeypatch.setattr(export.sys, "executable", "/bin/false")
    write_outputs(climate[1], tmp_path)
    assert (tmp_path / "introductions.xlsx").stat().st_size > 10_000


def test_no_process_is_left_behind_where_a_file_cannot_be_written(climate, tmp_path, monkeypatch):
    monkeypatch.setattr(export, "MANY", 1)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    (tmp_path / "lists.csv").mkdir()
    with pytest.raises(export.MatcherError, match="cannot be written"):
        write_outputs(climate[1], tmp_path)
