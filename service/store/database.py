"""The door to the store: sessions that read, sessions that write, and its own migrations."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, OperationalError
from sqlalchemy.orm import Session

from matcher.errors import MatcherError

BUSY_SECONDS = 30
"""How long a writer waits for another one on SQLite."""


class Database:
    """A store at a SQLAlchemy URL: SQLite (a file, in WAL mode) or PostgreSQL.

    Raises:
        MatcherError: the URL is none, or names another kind of database.
    """

    def __init__(self, url: str) -> None:
        try:
            address = make_url(url)
        except ArgumentError as error:
            raise MatcherError("MATCHER_DATABASE is no database URL", "sqlite:///FILE or postgresql://USER@HOST/NAME") from error
        if address.drivername in {"postgresql", "postgres"}:
            address = address.set(drivername="postgresql+psycopg")
        self.is_sqlite = address.get_backend_name() == "sqlite"
        if not self.is_sqlite and address.get_backend_name() != "postgresql":
            raise MatcherError(f"a database of kind {address.get_backend_name()!r}", "SQLite or PostgreSQL")
        self.url = address.render_as_string(hide_password=False)
        options: dict[str, Any] = {"pool_pre_ping": not self.is_sqlite, "pool_size": 20, "max_overflow": 30}
        if self.is_sqlite:
            if not address.database or address.database == ":memory:":
                raise MatcherError("a SQLite database in memory", "a file", "several threads and processes share the store")
            Path(address.database).parent.mkdir(parents=True, exist_ok=True)
            options["connect_args"] = {"timeout": BUSY_SECONDS, "check_same_thread": False}
        try:
            self.engine: Engine = create_engine(address, **options)
        except (NoSuchModuleError, ImportError) as error:
            raise MatcherError(f"no driver for {address.drivername}", "pip install psycopg") from error
        self._writer = self.engine.execution_options(writes=True)
        if self.is_sqlite:
            _prepare_sqlite(self.engine)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Gives a session for reading; what it changed is not kept."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Gives a session whose changes are kept together, or not at all when the block raises."""
        with Session(self._writer, expire_on_commit=False) as session, session.begin():
            yield session

    def migrate(self) -> None:
        """Brings the tables to the newest version; a database without tables gets all of them.

        Raises:
            MatcherError: the database cannot be reached, or was made by a newer version.
        """
        from alembic import command
        from alembic.config import Config
        from alembic.util import CommandError

        with as_file(files("matcher.service.store") / "migrations") as folder:
            config = Config()
            config.set_main_option("script_location", str(folder).replace("%", "%%"))
            try:
                with self._writer.connect() as connection:
                    if not self.is_sqlite:  # several workers may start at once
                        connection.execute(text("SELECT pg_advisory_xact_lock(7212001)"))
                    config.attributes["connection"] = connection
                    command.upgrade(config, "head")
                    connection.commit()
            except CommandError as error:
                raise MatcherError(
                    f"the database was made by a newer version ({error})", "this version or an older one", "update event-matcher"
                ) from error
            except OperationalError as error:
                raise MatcherError(f"the database cannot be reached ({error.orig})", "a running database") from error

    def forget_pages(self) -> None:
        """Overwrites what deleted rows left in the files of SQLite, as far as its own means reach."""
        if self.is_sqlite:
            with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Closes all connections."""
        self.engine.dispose()


def _prepare_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver must not begin by itself; `began` does
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "secure_delete=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def began(connection: Connection) -> None:
        # A transaction that reads first and writes later can fail for good; so writers take the lock at once.
        writes = connection.get_execution_options().get("writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
