"""`matcher serve`: the service in one command."""

from __future__ import annotations

import click


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 for all.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option(
    "--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes; more than one needs PostgreSQL."
)
@click.option("--new-key", is_flag=True, help="Print a new key for everything, for when the first one is lost.")
def serve(host: str, port: int, workers: int, new_key: bool) -> None:
    """Serve organizers and attendees: pages and API, with everything kept in one database.

    The first start makes the database and prints the organizer's key. Settings come from MATCHER_DATABASE (SQLite by default,
    or postgresql://...), MATCHER_ADDRESS (the address that people type), MATCHER_SMTP and others; see the README.
    """
    import os
    from dataclasses import replace

    import uvicorn
    from matcher.service.settings import machine_settings
    from matcher.service.store import Database
    from matcher.service.usecases.keys import create_key, first_key

    from matcher.errors import SettingsError

    # the encoder's second thread would wait for its next text by spinning, and hold up the answers on its core
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    machine = machine_settings()
    if "MATCHER_ADDRESS" not in os.environ:
        machine = replace(machine, address=f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}")
        os.environ["MATCHER_ADDRESS"] = machine.address
    database = Database(machine.database)
    if workers > 1 and database.is_sqlite:
        raise SettingsError(f"{workers} workers on SQLite", "one worker, or PostgreSQL", "set MATCHER_DATABASE=postgresql://...")
    database.migrate()
    with database.writing() as session:
        key = create_key(session, None, "made on the command line")[1] if new_key else first_key(session)
    database.close()
    click.echo(f"Event matchmaker on {machine.address}", err=True)
    if key:
        click.echo(f"Organizer's desk: {machine.address}/desk\nOrganizer's key (shown only now, keep it): {key}")
    uvicorn.run(
        "matcher.service.pages:create_site",
        factory=True,
        host=host,
        port=port,
        workers=workers,
        access_log=False,  # its lines hold addresses, and those hold personal links
        log_level="warning",
        timeout_graceful_shutdown=10,
        timeout_keep_alive=75,  # longer than proxies and browsers wait between two requests: who closes first loses no request
        server_header=False,
    )
