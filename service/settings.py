"""What the machine decides: the only reader of the environment."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class MachineSettings:
    """Where this machine keeps things."""

    cache: Path
    """Folder of the vector cache; vectors only, keyed by a hash of the text, never a text itself."""


def machine_settings() -> MachineSettings:
    """Returns the settings of this machine: `MATCHER_CACHE`, or the user's cache folder."""
    import platformdirs

    return MachineSettings(cache=Path(os.environ.get("MATCHER_CACHE") or platformdirs.user_cache_path("event-matcher")))
