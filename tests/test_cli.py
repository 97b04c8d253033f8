"""The command line as a user meets it, in processes of its own where that matters."""

import csv
import io
import json
import subprocess
import sys
import time
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from known_events import JUDGED
from matcher.service.cli import main

CLIMATE = JUDGED / "climate" / "attendees.csv"
FILES = {
    "introductions.csv",
    "lists.csv",
    "introductions.xlsx",
    "lists.html",
    "report.html",
    "audit.json",
    "problems.csv",
    "run.json",
}


def invoke(*arguments):
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    out = tmp_path_factory.mktemp("match")
    done = invoke("match", CLIMATE, "--out", out)
    assert done.exit_code == 0, done.output
    assert "introductions among" in done.stdout
    return out


def test_match_writes_every_file(folder):
    assert {path.name for path in folder.iterdir()} == FILES


def test_the_same_input_gives_the_same_bytes(folder, tmp_path):
    invoke("match", CLIMATE, "--out", tmp_path)
    for name in FILES - {"run.json"}:
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes(), name
    runs = [json.loads((each / "run.json").read_text()) for each in (tmp_path, folder)]
    for run in runs:
        del run["timings"]
    assert runs[0] == runs[1]


def test_csv_and_workbook_hold_the_same_pairs(folder):
    rows = list(csv.DictReader((folder / "introductions.csv").read_text(encoding="utf-8-sig").splitlines()))
    book = openpyxl.load_workbook(folder / "introductions.xlsx")
    assert book.sheetnames == ["Pairs", "Lists", "Left with little", "Problems"]
    sheet = list(book["Pairs"].iter_rows(values_only=True))
    assert list(rows[0]) == list(sheet[0])
    assert [(row["a_id"], row["b_id"]) for row in rows] == [(row[0], row[1]) for row in sheet[1:]]


def test_suggest_all_has_the_promised_columns(tmp_path):
    done = invoke("suggest", CLIMATE, "--all", "--limit", 3, "--format", "csv", "--order", "value")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert list(rows[0]) == ["for_id", "from_id", "rank", "value", "mutual_score", "reason_for", "reason_from"]
    assert {row["rank"] for row in rows} == {"1", "2", "3"}


def test_suggest_for_one_by_mail_and_as_json():
    said = invoke("suggest", CLIMATE, "--attendee", "marit.solbakken-rye@example.org", "--limit", 2)
    assert said.stdout.startswith("For Marit Solbakken-Rye (c001), Head of Flexibility Procurement, Nordhavel Energi\n  1. ")
    lines = json.loads(invoke("suggest", CLIMATE, "--attendee", "c001", "--limit", 2, "--json").stdout)
    assert [(line["for_id"], line["rank"]) for line in lines] == [("c001", 1), ("c001", 2)]


def test_why_in_words_and_as_json():
    assert "probability" in invoke("why", CLIMATE, "c001", "c096").stdout
    answer = json.loads(invoke("why", CLIMATE, "c001", "c096", "--json").stdout)
    assert {"verdict", "rule", "value_a", "value_b", "mutual_score", "cap_a", "price"} <= set(answer)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["match", "none.csv", "--out", "out"], "none.csv"),
        (["suggest", CLIMATE, "--attendee", "nobody@example.org"], "nobody@example.org"),
        (["why", CLIMATE, "c001", "c9999"], "c9999"),
        (["match", CLIMATE, "--out", "out", "--event", "none.toml"], "none.toml"),
        (["match", CLIMATE, "--out", CLIMATE], "cannot be written"),
    ],
)
def test_a_users_mistake_is_one_line_and_exit_2(arguments, words):
    done = invoke(*arguments)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert len(done.stderr.strip().splitlines()) == 1
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_help_answers_in_half_a_second():
    taken = []
    for _ in range(3):
        start = time.perf_counter()
        subprocess.run([Path(sys.executable).with_name("matcher"), "--help"], check=True, capture_output=True)
        taken.append(time.perf_counter() - start)
    assert min(taken) < 0.5


def test_who_refused_stands_in_no_file(tmp_path):
    (tmp_path / "people.csv").write_text(
        "Name,Email,Job title,Offering,Seeking,Consent to matchmaking\n"
        "Ada Berg,a@example.org,Welder,Bolts,A mill,yes\n"
        "Bela Costa,b@example.org,Miller,A mill,Bolts,yes\n"
        "Fritz Unwilling,f@example.org,Smith,Secret anvils,A forge,no\n"
    )
    out = tmp_path / "out"
    assert invoke("match", tmp_path / "people.csv", "--out", out).exit_code == 0
    book = openpyxl.load_workbook(out / "introductions.xlsx")
    cells = " ".join(str(cell.value) for sheet in book for row in sheet for cell in row)
    texts = [cells, *((out / name).read_text(encoding="utf-8") for name in FILES if not name.endswith(".xlsx"))]
    for text in texts:
        assert "Unwilling" not in text
        assert "anvils" not in text
    assert "1 have not agreed to be matched" in (out / "report.html").read_text(encoding="utf-8")
    lists = invoke("suggest", tmp_path / "people.csv", "--all").stdout
    assert "Unwilling" not in lists
    assert "anvils" not in lists


HOSTILE = (
    "Name,Email,Company,Job title,Offering,Seeking\n"
    "=HYPERLINK(1),a@example.org,+SUM(A1),@cmd,-2+3 bolts for mills,<script>alert(1)</script> mills that need bolts\n"
    '<img src=x onerror=alert(1)>,b@example.org,"</script><b>Mill</b>",Miller,A mill that needs bolts,=bolts\n'
)


def test_no_profile_becomes_a_formula_or_html(tmp_path):
    (tmp_path / "hostile.csv").write_text(HOSTILE)
    done = invoke("match", tmp_path / "hostile.csv", "--out", tmp_path / "out")
    assert done.exit_code == 0, done.output
    for name in ("introductions.csv", "lists.csv", "problems.csv"):
        for row in csv.reader((tmp_path / "out" / name).read_text(encoding="utf-8-sig").splitlines()):
            for cell in row:
                try:
                    float(cell)
                except ValueError:
                    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r")), (name, cell)
    book = openpyxl.load_workbook(tmp_path / "out" / "introductions.xlsx")
    assert all(cell.data_type != "f" for sheet in book for row in sheet for cell in row)
    for name in ("report.html", "lists.html"):
        page = (tmp_path / "out" / name).read_text(encoding="utf-8")
        assert "<script>alert" not in page
        assert "<img src=x" not in page
