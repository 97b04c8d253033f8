"""The main job from the command line: a run, its files, and what changed since an earlier one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from matcher.changes import Diff
    from matcher.event import EventSettings
    from matcher.pipeline import PreparedEvent
    from matcher.profiles import Registration
    from matcher.run import Run


def match_and_write(
    prepare: Callable[[], tuple[PreparedEvent, Registration, EventSettings]],
    title: str,
    out: Path,
    as_json: bool,
    keep: Path | None = None,
) -> None:
    """Makes the introductions, writes all files into `out` and tells what came of it."""
    from matcher.changes import as_told, diff, figures
    from matcher.export import write_changes, write_outputs
    from matcher.matching import match

    before = _earlier(keep)  # before the long work, and before `out` is written, which may be the same folder
    prepared, registration, settings = prepare()
    run = match(prepared, registration, settings.name or title, _pairs(before))
    changes = None
    if before:
        run = as_told(run, before)
        changes = diff(before, run)
        run = replace(run, facts={**run.facts, "changes": figures(changes)})
    with prepared.watch.stage("output"):
        paths = write_outputs(run, out)
        if changes:
            paths += write_changes(changes, run, out)
        else:  # those of an earlier run in the same folder would tell of something else
            for name in ("changes.csv", "changes.json"):
                (out / name).unlink(missing_ok=True)
    seconds = prepared.watch.seconds
    if as_json:
        _print_json(run, changes, paths, seconds)
        return
    _tell(run, out, sum(seconds.values()))
    if changes:
        click.echo(_told(changes) + f"\nChanges: {out / 'changes.csv'}")


def earlier_pairs(keep: Path | None) -> list[tuple[str, str]]:
    """Returns the introductions of the run in the folder, as pairs of ids; none without a folder."""
    return _pairs(_earlier(keep))


def _earlier(keep: Path | None) -> Run | None:
    from matcher.run import load_run

    return load_run(keep if keep.suffix == ".json" else keep / "run.json") if keep else None


def _pairs(run: Run | None) -> list[tuple[str, str]]:
    return [(i.a_id, i.b_id) for i in run.introductions] if run else []


def _print_json(run: Run, changes: Diff | None, paths: list[Path], seconds: dict[str, float]) -> None:
    import json

    from matcher.export.changes import document

    facts: dict[str, Any] = {
        "attendees": len(run.attendees),
        "introductions": len(run.introductions),
        "left": len(run.left),
        "problems": len(run.problems),
        "files": {path.name: str(path) for path in paths},
        "seconds": {name: round(each, 2) for name, each in seconds.items()},
    }
    click.echo(json.dumps(facts | ({"changes": document(changes)} if changes else {}), ensure_ascii=False, indent=1))


def _tell(run: Run, out: Path, total: float) -> None:
    without = sum(left.introductions == 0 for left in run.left)
    strong = sum(i.strength.value == "strong" for i in run.introductions)
    fair = sum(i.strength.value == "fair" for i in run.introductions)
    click.echo(
        f"{run.title}: {len(run.introductions)} introductions among {len(run.attendees)} people in {total:.1f} s "
        f"({strong} strong, {fair} fair, {len(run.introductions) - strong - fair} weak)"
    )
    click.echo(f"{without} without any introduction; notes on the input: {len(run.problems)} (problems.csv)")
    click.echo(f"Report:  {out / 'report.html'}\nLists:   {out / 'lists.html'}, {out / 'introductions.xlsx'}")


def _told(changes: Diff) -> str:
    from matcher.changes import figures

    facts = figures(changes)
    lines = [
        f"Since the earlier run: {facts['joined']} joined, {facts['left']} no longer take part; introductions: "
        f"{facts['kept']} stay, {facts['gained']} new, {facts['lost']} gone"
    ]
    lines += [f"  {count} gone: {why}" for why, count in facts["why_lost"].items()]
    lines.append(
        f"  of those who were there before, {facts['people_with_more']} gain and {facts['people_with_less']} lose in value; total"
        f" mutual score {facts['value_before']:.1f} -> {facts['value_after']:.1f}"
    )
    return "\n".join(lines)
