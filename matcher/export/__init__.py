"""A finished run as files that can be printed, sorted, mailed and defended."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from matcher.errors import MatcherError
from matcher.export.audit_file import write_audit
from matcher.export.changes import write_changes
from matcher.export.pages import write_lists_page, write_report_page
from matcher.export.tables import write_introductions, write_lists, write_suggestions
from matcher.export.workbook import write_workbook
from matcher.parallel import beside, cores, may_fork
from matcher.registration import write_problems
from matcher.run import Run

__all__ = ["write_changes", "write_outputs", "write_suggestions"]

MANY = 5_000
"""Introductions from which on the workbook is written by a process of its own: it takes as long as all other files together."""


def write_outputs(run: Run, folder: Path) -> list[Path]:
    """Writes all files of a run into the folder and returns their paths; the same run gives the same bytes.

    Raises:
        MatcherError: the folder cannot be made or written.
    """
    files = {
        "introductions.csv": write_introductions,
        "lists.csv": write_lists,
        "lists.html": write_lists_page,
        "report.html": write_report_page,
        "audit.json": write_audit,
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        run.save(folder / "run.json")
        with _workbook(run, folder / "run.json", folder / "introductions.xlsx"):
            for name, write in files.items():
                write(run, folder / name)
            write_problems(run.problems, folder / "problems.csv")
    except OSError as error:
        raise MatcherError(
            f"{folder} cannot be written ({error.strerror or type(error).__name__})",
            "a folder",
            "name another with --out",
        ) from error
    return [folder / name for name in (*files, "introductions.xlsx", "problems.csv", "run.json")]


@contextmanager
def _workbook(run: Run, saved: Path, path: Path) -> Iterator[None]:
    """Writes the workbook: of a large run beside what happens inside, of a small one after it."""
    many = len(run.introductions) >= MANY
    if not many or may_fork() or cores() == 1:
        with beside(lambda: write_workbook(run, path), worth=many) as written:
            yield
            written()
        return
    # in a server, whose other threads a second thread would hold up
    aside = subprocess.Popen([sys.executable, "-m", "matcher.export.workbook", str(saved), str(path)], stderr=subprocess.DEVNULL)
    try:
        yield
    except BaseException:
        aside.kill()
        raise
    finally:
        failed = aside.wait() != 0
    if failed:  # such as where the package is not on the path of a new process; or what is wrong is told from here
        write_workbook(run, path)
