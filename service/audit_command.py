"""`matcher audit`: a finished run before it is published."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON for a program to read.")
def audit(folder: Path, as_json: bool) -> None:
    """Check the run in DIR (made by `matcher match`) before publishing: who is left out and why, targets, attention, groups."""
    from matcher.audit import audit as figures_of
    from matcher.audit.told import told
    from matcher.export.audit_file import document
    from matcher.run import load_run

    run = load_run(folder if folder.suffix == ".json" else folder / "run.json")
    figures = figures_of(run)
    if as_json:
        click.echo(document(figures), nl=False)
    else:
        click.echo(told(figures, {attendee.id: attendee.name for attendee in run.attendees}))
