"""What a caller can get wrong beside a bad value; the API gives each its status."""

from __future__ import annotations

from matcher.errors import MatcherError


class NotFound(MatcherError):
    """There is no such thing, or the caller may not know of it."""


class Conflict(MatcherError):
    """The thing is in a state that does not allow this."""


class Stale(MatcherError):
    """Somebody else changed the thing since the caller read it."""


class Forbidden(MatcherError):
    """The caller may not do this."""


class NotReady(MatcherError):
    """The event is still being loaded; asking again in a moment helps."""
