"""Reading a tiny file, with the bookkeeping that must hold for every file checked on the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from matcher.profiles import Registration
from matcher.registration import read_registration

Read = Callable[..., Registration]


def check_bookkeeping(registration: Registration) -> None:
    """Every row that holds anything is an attendee, merged into one, or told with `used=False`."""
    merged = {problem.row for problem in registration.problems if problem.action.endswith(": merged")}
    unused = {problem.row for problem in registration.problems if not problem.used}
    assert not merged & unused
    assert len(registration.attendees) + len(merged) + len(unused) == registration.rows
    assert len({attendee.id for attendee in registration.attendees}) == len(registration.attendees)
    assert all(attendee.id and attendee.name for attendee in registration.attendees)
    for problem in registration.problems:
        assert problem.action
        assert problem.used or not problem.attendee_id


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Writes text or bytes to a file and reads it."""

    def reading(content: str | bytes, name: str = "people.csv", mapping: Mapping[str, str] | None = None) -> Registration:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        registration = read_registration(path, mapping or {})
        check_bookkeeping(registration)
        return registration

    return reading
