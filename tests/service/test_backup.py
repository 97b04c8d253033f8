"""The whole store as a file, and back."""

import pytest
from click.testing import CliRunner
from matcher.service.cli import main
from matcher.service.store import Database, Table
from sqlalchemy import select


@pytest.fixture
def command(monkeypatch):
    """Runs the command line on a database and gives exit status and what it said."""

    def run(url, *arguments):
        monkeypatch.setenv("MATCHER_DATABASE", url)
        done = CliRunner().invoke(main, list(map(str, arguments)))
        return done.exit_code, done.output

    return run


def everything(url):
    database = Database(url)
    try:
        with database.engine.connect() as connection:
            return {table.name: sorted(map(repr, connection.execute(select(table)))) for table in Table.metadata.sorted_tables}
    finally:
        database.close()


def test_what_was_backed_up_comes_back_whole(command, published, url, empty_url, tmp_path):
    file = tmp_path / "backup"
    assert command(url, "backup", file)[0] == 0
    assert command(empty_url, "restore", file)[0] == 0
    assert everything(empty_url) == everything(url)
    assert len(everything(empty_url)["people"]) == 12


def test_a_backup_overwrites_nothing(command, published, url, tmp_path):
    file = tmp_path / "backup"
    file.write_text("precious")
    status, told = command(url, "backup", file)
    assert (status, "exists" in told, file.read_text()) == (2, True, "precious")


def test_a_database_that_holds_something_is_not_restored_over(command, published, url, tmp_path):
    file = tmp_path / "backup"
    command(url, "backup", file)
    before = everything(url)
    status, told = command(url, "restore", file)
    assert (status, "holds something already" in told) == (2, True)
    assert everything(url) == before


def test_a_file_that_is_no_backup_is_told(command, empty_url, tmp_path):
    file = tmp_path / "attendees.csv"
    file.write_text("id,name\n1,Marit\n")
    status, told = command(empty_url, "restore", file)
    assert (status, "is no backup of" in told) == (2, True)
    assert command(empty_url, "restore", tmp_path / "missing")[0] == 2
