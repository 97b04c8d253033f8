"""Registrations of small events, and what a batch made of them."""

import csv

from known_events import JUDGED


def people(name, count, start=0):
    rows = list(csv.reader((JUDGED / name / "attendees.csv").read_text(encoding="utf-8-sig").splitlines()))
    return rows[:1] + rows[1 + start : 1 + start + count]


def write(path, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)


def results(folder):
    """Every file of every event, as bytes."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith("batch.")
    }
