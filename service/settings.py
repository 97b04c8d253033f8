"""What the machine decides: the only reader of the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from matcher.errors import SettingsError


@dataclass(frozen=True, slots=True)
class MachineSettings:
    """Where this machine keeps things, and how the service reaches the outside."""

    cache: Path
    """Folder of the vector cache; vectors only, keyed by a hash of the text, never a text itself. `MATCHER_CACHE`."""
    database: str
    """SQLAlchemy URL; a SQLite file in the user's data folder where nothing is set. `MATCHER_DATABASE`."""
    address: str = "http://127.0.0.1:8000"
    """Address under which people reach the service; personal links start with it. `MATCHER_ADDRESS`."""
    smtp: str = ""
    """Mail server, smtp://user:password@host:port or smtps://...; empty: no mail is sent. `MATCHER_SMTP`."""
    mail_from: str = ""
    """Sender of the mails. `MATCHER_MAIL_FROM`."""
    max_body: int = 20_000_000
    """Bytes of the largest request that is read. `MATCHER_MAX_BODY`."""
    max_rows: int = 200_000
    """Rows of the largest registration that is imported. `MATCHER_MAX_ROWS`."""
    rate: int = 1200
    """Requests a minute for one key, link or address; 0: no limit. `MATCHER_RATE`."""
    private_webhooks: bool = False
    """True lets webhooks tell addresses of the server's own network. `MATCHER_WEBHOOKS=private`."""
    ray: str = ""
    """Address of a Ray cluster that runs long work; empty: this machine does. `MATCHER_RAY`."""

    @property
    def secure(self) -> bool:
        """True where people reach the service by https, so that cookies may be confined to it."""
        return self.address.startswith("https://")


def machine_settings(environment: Mapping[str, str] | None = None) -> MachineSettings:
    """Returns the settings of this machine from `MATCHER_*` variables, with the user's own folders where they are silent.

    Raises:
        SettingsError: a number is no number.
    """
    import platformdirs

    env = os.environ if environment is None else environment
    folder = platformdirs.user_data_path("event-matcher")

    def number(name: str, default: int) -> int:
        text = env.get(name, "")
        if text and not text.isdigit():
            raise SettingsError(f"{name} = {text!r}", "a whole number", "mend or unset the variable")
        return int(text) if text else default

    return MachineSettings(
        cache=Path(env.get("MATCHER_CACHE") or platformdirs.user_cache_path("event-matcher")),
        database=env.get("MATCHER_DATABASE") or f"sqlite:///{folder / 'matcher.db'}",
        address=(env.get("MATCHER_ADDRESS") or "http://127.0.0.1:8000").rstrip("/"),
        smtp=env.get("MATCHER_SMTP", ""),
        mail_from=env.get("MATCHER_MAIL_FROM", ""),
        max_body=number("MATCHER_MAX_BODY", 20_000_000),
        max_rows=number("MATCHER_MAX_ROWS", 200_000),
        rate=number("MATCHER_RATE", 1200),
        private_webhooks=env.get("MATCHER_WEBHOOKS", "") == "private",
        ray=env.get("MATCHER_RAY", ""),
    )
