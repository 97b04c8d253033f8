"""`changes.csv` and `changes.json`: who gained and lost whom since an earlier run. Who no longer takes part is named nowhere."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from matcher.changes import Diff, figures
from matcher.export.tables import Row, write_table
from matcher.run import Run

CHANGE_COLUMNS = (
    "attendee_id", "attendee_name", "joined", "change", "other_id", "other_name", "why", "kept", "value_before", "value_after",
)  # fmt: skip


def write_changes(changes: Diff, after: Run, folder: Path) -> list[Path]:
    """Writes both files into the folder, which exists, and returns their paths."""
    paths = [folder / "changes.csv", folder / "changes.json"]
    write_table(paths[0], CHANGE_COLUMNS, change_rows(changes, after))
    text = json.dumps(document(changes), ensure_ascii=False, indent=1) + "\n"
    paths[1].write_text(text, encoding="utf-8", newline="\n")
    return paths


def change_rows(changes: Diff, after: Run) -> list[Row]:
    """Returns one row per person and introduction gained or lost, in the order of the ids."""
    names = {attendee.id: attendee.name for attendee in after.attendees}
    why = dict(zip(changes.lost, changes.why_lost, strict=True))
    rows: list[Row] = []
    for each in changes.people:
        for change, others in (("gained", each.gained), ("lost", each.lost)):
            for other in others:
                pair = (min(each.id, other), max(each.id, other))
                rows.append(
                    (
                        each.id, names[each.id], "yes" if each.joined else "no", change, other if other in names else "",
                        names.get(other, ""), why.get(pair, ""), each.kept, each.value_before, each.value_after,
                    )
                )  # fmt: skip
    return rows


def document(changes: Diff) -> dict[str, Any]:
    """Returns the diff as JSON: the figures, pairs and people."""
    gone = set(changes.left)
    lost = [
        {"a_id": "" if a in gone else a, "b_id": "" if b in gone else b, "why": why}
        for (a, b), why in zip(changes.lost, changes.why_lost, strict=True)
        if not {a, b} <= gone
    ]
    people = [asdict(each) | {"lost": [other for other in each.lost if other not in gone]} for each in changes.people]
    return figures(changes) | {
        "joined_ids": list(changes.joined),
        "gained_pairs": [list(pair) for pair in changes.gained],
        "lost_pairs": lost,
        "people": people,
    }
