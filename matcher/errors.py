"""The one root of every error that a user can cause, and the words it is told in."""

from __future__ import annotations


class MatcherError(Exception):
    """A user's mistake, told as what was found, what was expected and what to do.

    The command line prints it on one line and exits with 2; the service turns it into problem details.
    """

    def __init__(self, found: str, expected: str = "", fix: str = "") -> None:
        self.found = found
        self.expected = expected
        self.fix = fix
        super().__init__(str(self))

    def __str__(self) -> str:
        parts = [self.found]
        if self.expected:
            parts.append(f"expected {self.expected}")
        if self.fix:
            parts.append(self.fix)
        return "; ".join(" ".join(part.split()) for part in parts)


class RegistrationError(MatcherError):
    """A registration file that cannot be read as a table of people."""


class SettingsError(MatcherError):
    """An `event.toml` that does not validate."""


class ModelError(MatcherError):
    """A model that is missing, altered or of another shape than the code expects."""


class UnknownAttendeeError(MatcherError):
    """An id, e-mail or name that fits nobody, or more than one person."""
