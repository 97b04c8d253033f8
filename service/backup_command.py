"""`matcher backup` and `matcher restore`: the whole store as one file."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import click

FILE = click.argument("file", type=click.Path(path_type=Path))


@click.command()
@FILE
def backup(file: Path) -> None:
    """Write everything that the service keeps into FILE; it may go on serving meanwhile.

    FILE holds personal data, and who is erased later stands in it still: keep few of them, and not for long.
    """
    from matcher.service.settings import machine_settings
    from matcher.service.store import Database
    from matcher.service.store.backup import backup as write

    with closing(Database(machine_settings().database)) as database:
        write(database, file)
    click.echo(f"backup: {file} ({file.stat().st_size / 1e6:.1f} MB)", err=True)


@click.command()
@FILE
def restore(file: Path) -> None:
    """Put a backup into the empty database that MATCHER_DATABASE names; stop the service first."""
    from matcher.service.settings import machine_settings
    from matcher.service.store import Database
    from matcher.service.store.backup import restore as read

    with closing(Database(machine_settings().database)) as database:
        read(database, file)
        database.migrate()
    click.echo("restored", err=True)
