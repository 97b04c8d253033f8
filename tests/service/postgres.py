"""A PostgreSQL of our own for the length of a test session: in a temporary folder, reached through a socket in it."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import psycopg

MISSING = "PostgreSQL is needed to test the store: apt install postgresql (or put initdb and pg_ctl on the PATH)"


def binaries():
    """The folder of initdb and pg_ctl: the newest installed one."""
    found = shutil.which("initdb")
    folders = [Path(found).parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name), reverse=True)
    if not folders:
        raise RuntimeError(MISSING)
    return folders[0]


class Cluster:
    """A running PostgreSQL; it does not wait for the disk, since nothing of it is kept."""

    def __init__(self):
        self.binaries = binaries()
        self.folder = Path(tempfile.mkdtemp(prefix="matcher-pg-"))
        self._as = []
        if os.geteuid() == 0:  # it refuses to run as root
            shutil.chown(self.folder, "postgres")
            self._as = ["runuser", "-u", "postgres", "--"]
        data = self.folder / "data"
        self._run("initdb", "-D", data, "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8")
        options = f"-k {self.folder} -c listen_addresses='' -c fsync=off -c synchronous_commit=off -c max_connections=300"
        self._run("pg_ctl", "-D", data, "-l", self.folder / "log", "-w", "-o", options, "start")
        self._made = 0

    def url(self, database):
        """What MATCHER_DATABASE would say."""
        return f"postgresql://postgres@/{database}?host={self.folder}"

    def new(self, template="template1"):
        """The URL of a new database, a copy of the template."""
        self._made += 1
        name = f"d{self._made}"
        self._execute(f'CREATE DATABASE {name} TEMPLATE "{template}"')
        return self.url(name)

    def drop(self, url):
        """Drops a database, whoever is connected still."""
        self._execute(f"DROP DATABASE {name_of(url)} WITH (FORCE)")

    def stop(self):
        """Ends it and removes its folder."""
        self._run("pg_ctl", "-D", self.folder / "data", "-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)

    def _execute(self, statement):
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)

    def _run(self, program, *arguments):
        # its output must not be a pipe: the server inherits it and would keep it open
        with tempfile.TemporaryFile() as told:
            command = [*self._as, self.binaries / program, *arguments]
            if subprocess.run(command, stdout=told, stderr=told, cwd=self.folder).returncode:
                told.seek(0)
                raise RuntimeError(f"{program}: {told.read().decode()}")


def name_of(url):
    """The name of the database in a URL of ours."""
    return url.split("?")[0].rsplit("/", 1)[1]
