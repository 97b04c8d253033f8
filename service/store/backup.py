"""The whole store as one file, and back again."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from matcher.service.store.database import Database
from sqlalchemy.engine import make_url

from matcher.errors import MatcherError


def backup(database: Database, file: Path) -> None:
    """Writes everything of the store into a new file, as it is at one moment; the service may go on meanwhile.

    Raises:
        MatcherError: the file exists, or cannot be written.
    """
    if file.exists():
        raise MatcherError(f"{file} exists", "a new file", "move it away or choose another name")
    if not database.is_sqlite:
        _postgres(database, "pg_dump", "--format=custom", "--no-owner", f"--file={file}")
        return
    part = file.with_name(file.name + ".part")
    try:
        part.unlink(missing_ok=True)
        with closing(sqlite3.connect(part)) as copy, closing(sqlite3.connect(_sqlite_file(database))) as source:
            source.backup(copy)
        part.rename(file)
    except (OSError, sqlite3.Error) as error:
        part.unlink(missing_ok=True)
        raise MatcherError(f"{file} cannot be written ({error})", "a folder that can be written to") from error


def restore(database: Database, file: Path) -> None:
    """Puts a backup into an empty database; stop the service first. Older backups are migrated at the next start.

    Raises:
        MatcherError: the file is no backup of this kind of database, or the database holds something already.
    """
    if not file.is_file():
        raise MatcherError(f"no file {file}", "a file that `matcher backup` wrote")
    with database.engine.connect() as connection:
        if database.engine.dialect.has_table(connection, "events"):
            raise MatcherError("the database holds something already", "an empty one", "name a new one in MATCHER_DATABASE")
    if not database.is_sqlite:
        if not _begins(file, b"PGDMP"):
            raise MatcherError(f"{file} is no backup of PostgreSQL", "a file that `matcher backup` wrote from PostgreSQL")
        _postgres(database, "pg_restore", "--no-owner", "--exit-on-error", "--single-transaction", str(file))
        return
    if not _begins(file, b"SQLite format 3\0"):
        raise MatcherError(f"{file} is no backup of SQLite", "a file that `matcher backup` wrote from SQLite")
    database.close()
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(_sqlite_file(database))) as copy:
        source.backup(copy)


def _begins(file: Path, mark: bytes) -> bool:
    with file.open("rb") as stream:
        return stream.read(len(mark)) == mark


def _sqlite_file(database: Database) -> Path:
    return Path(str(make_url(database.url).database))


def _postgres(database: Database, program: str, *arguments: str) -> None:
    """Runs a program of PostgreSQL; the password goes through the environment, since other users may read command lines."""
    found = shutil.which(program) or next(
        (str(path) for path in sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"), reverse=True)), None
    )
    if found is None:
        raise MatcherError(f"no program {program}", "PostgreSQL's own tools", "apt install postgresql-client")
    url = make_url(database.url)
    address = url.set(drivername="postgresql", password=None).render_as_string()
    environment = os.environ | ({"PGPASSWORD": str(url.password)} if url.password else {})
    done = subprocess.run([found, *arguments, f"--dbname={address}"], env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        told = done.stderr.strip().splitlines()
        raise MatcherError(f"{program} failed: {told[0] if told else 'without a word'}", "a database that it can reach")
