"""A finished run as files that can be printed, sorted, mailed and defended."""

from __future__ import annotations

from pathlib import Path

from matcher.errors import MatcherError
from matcher.export.audit_file import write_audit
from matcher.export.changes import write_changes
from matcher.export.pages import write_lists_page, write_report_page
from matcher.export.tables import write_introductions, write_lists, write_suggestions
from matcher.export.workbook import write_workbook
from matcher.registration import write_problems
from matcher.run import Run

__all__ = ["write_changes", "write_outputs", "write_suggestions"]


def write_outputs(run: Run, folder: Path) -> list[Path]:
    """Writes all files of a run into the folder and returns their paths; the same run gives the same bytes.

    Raises:
        MatcherError: the folder cannot be made or written.
    """
    files = {
        "introductions.csv": write_introductions,
        "lists.csv": write_lists,
        "introductions.xlsx": write_workbook,
        "lists.html": write_lists_page,
        "report.html": write_report_page,
        "audit.json": write_audit,
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, write in files.items():
            write(run, folder / name)
        write_problems(run.problems, folder / "problems.csv")
        run.save(folder / "run.json")
    except OSError as error:
        raise MatcherError(
            f"{folder} cannot be written ({error.strerror or type(error).__name__})",
            "a folder",
            "name another with --out",
        ) from error
    return [folder / name for name in (*files, "problems.csv", "run.json")]
