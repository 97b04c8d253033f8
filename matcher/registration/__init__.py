"""Registration exports to attendees: any usual file, every row accounted for."""

from matcher.registration.problems import write_problems
from matcher.registration.reader import read_registration

__all__ = ["read_registration", "write_problems"]
