"""`audit.json`: the audit of a run for a program to read."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from matcher.audit import Audit, audit
from matcher.run import Run


def document(figures: Audit) -> str:
    """Returns the audit as JSON text."""
    return json.dumps(asdict(figures), ensure_ascii=False, indent=1) + "\n"


def write_audit(run: Run, path: Path) -> None:
    """Writes `audit.json`."""
    path.write_text(document(audit(run)), encoding="utf-8", newline="\n")
