import os

import pytest
from openpyxl import load_workbook

from matcher import export
from matcher.export import workbook, write_outputs
from matcher.export.tables import introduction_rows
from matcher.parallel import processes_allowed


def files(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_workbook_written_aside_is_the_same(climate, tmp_path, monkeypatch):
    write_outputs(climate[1], tmp_path / "inside")
    monkeypatch.setattr(export, "MANY", 1)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    write_outputs(climate[1], tmp_path / "aside")
    with processes_allowed():
        write_outputs(climate[1], tmp_path / "forked")
    assert files(tmp_path / "aside") == files(tmp_path / "forked") == files(tmp_path / "inside")


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


def test_rows_that_one_sheet_cannot_hold_go_on_to_the_next(climate, tmp_path, monkeypatch):
    run = climate[1]
    monkeypatch.setattr(workbook, "MOST_ROWS", 100)
    workbook.write_workbook(run, tmp_path / "book.xlsx")
    book = load_workbook(tmp_path / "book.xlsx", read_only=True)
    pairs = [name for name in book.sheetnames if name.startswith("Pairs")]
    assert pairs[:2] == ["Pairs", "Pairs 2"]
    told = [row[:2] for name in pairs for row in book[name].iter_rows(min_row=2, values_only=True)]
    assert told == [tuple(row[:2]) for row in introduction_rows(run)]
