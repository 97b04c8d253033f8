"""Meeting targets: how many introductions each person should and may have."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from matcher.event import Introductions
from matcher.profiles import Attendee

Counts = NDArray[np.int64]


def targets(
    attendees: Sequence[Attendee], every: Introductions, takes_part: Iterable[bool], silent: Iterable[bool]
) -> tuple[Counts, Counts]:
    """Returns (n,) minimum and (n,) maximum introductions: the event's, the group's, and each person's own.

    Args:
        attendees: people in the order of their positions.
        every: the event's and the groups' targets.
        takes_part: (n,) False for those without consent, who get none.
        silent: (n,) True for those whose profile says nothing, who have no minimum.
    """
    lower, upper = [], []
    for attendee, takes, says_nothing in zip(attendees, takes_part, silent, strict=True):
        cap, most = every.of(attendee.group), every.most(attendee.group, attendee.max_introductions)
        least = 0 if says_nothing else cap.min if attendee.min_introductions is None else max(cap.min, attendee.min_introductions)
        upper.append(most if takes else 0)
        lower.append(min(least, upper[-1]))
    return np.array(lower, dtype=np.int64), np.array(upper, dtype=np.int64)
