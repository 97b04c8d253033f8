"""Versions of a trained model as folders beside each other: one is in use, and the one before can be had back.

models/
  active.json      {"active": "v0002", "before": ["v0001"]}; without it, the shipped model is in use
  v0001/           model.skops, metrics.json, README.md (the card)
  v0002/
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matcher.models.reranker import DEFAULT, Reranker

from matcher.errors import ModelError

SHIPPED = "default"
"""Name of the model that comes with the package."""
_STATE = "active.json"


@dataclass(frozen=True, slots=True)
class Versions:
    """The versions under one folder, which need not exist yet."""

    root: Path

    def names(self) -> tuple[str, ...]:
        """Names of the versions, oldest first; the shipped model is always the first."""
        found = sorted(path.name for path in self.root.glob("v[0-9]*") if (path / "model.skops").is_file())
        return (SHIPPED, *found)

    def folder(self, name: str) -> Path:
        """Where a version lies.

        Raises:
            ModelError: there is no such version.
        """
        if name not in self.names():
            raise ModelError(f"no version {name!r} in {self.root}", f"one of {', '.join(self.names())}")
        return DEFAULT if name == SHIPPED else self.root / name

    def active(self) -> str:
        """Name of the version in use."""
        return self._state()[0]

    def save(self, reranker: Reranker, metrics: dict[str, Any], card: str) -> str:
        """Writes the next version with its card and gives its name; it is not in use yet.

        A half-written version is never seen: the folder gets its name when all is in it.
        """
        self.root.mkdir(parents=True, exist_ok=True)
        taken = [int(path.name[1:]) for path in self.root.glob("v[0-9]*") if path.name[1:].isdigit()]
        name = f"v{max(taken, default=0) + 1:04}"
        fresh = self.root / f".{name}.{os.getpid()}"
        reranker.save(fresh, metrics)
        (fresh / "README.md").write_text(card, encoding="utf-8")
        fresh.rename(self.root / name)
        return name

    def activate(self, name: str) -> None:
        """Puts a version in use; it must be readable.

        Raises:
            ModelError: there is no such version, or it cannot be read.
        """
        Reranker.load(self.folder(name))
        active, before = self._state()
        if name != active:
            self._write(name, [*before, active])

    def rollback(self) -> str:
        """Puts the version in use that was in use before, and gives its name.

        Raises:
            ModelError: none was in use before, or it is gone.
        """
        _, before = self._state()
        if not before:
            raise ModelError(f"nothing was in use before in {self.root}", "a version that was activated")
        self.folder(before[-1])
        self._write(before[-1], before[:-1])
        return before[-1]

    def _state(self) -> tuple[str, list[str]]:
        file = self.root / _STATE
        if not file.exists():
            return SHIPPED, []
        try:
            state = json.loads(file.read_text(encoding="utf-8"))
            return str(state["active"]), [str(name) for name in state["before"]]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ModelError(f"{file} cannot be read ({error})", 'JSON {"active": name, "before": [names]}') from error

    def _write(self, active: str, before: list[str]) -> None:
        self.root.mkdir(parents=True, exist_ok=True)
        fresh = self.root / f".{_STATE}.{os.getpid()}"
        fresh.write_text(json.dumps({"active": active, "before": before}, indent=1) + "\n", encoding="utf-8")
        fresh.replace(self.root / _STATE)


def in_use(folder: Path) -> Path:
    """The artefact folder meant by `folder`: its active version where it is a folder of versions, else itself."""
    if (folder / _STATE).exists():
        versions = Versions(folder)
        return versions.folder(versions.active())
    return folder
