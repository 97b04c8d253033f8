"""The hard rules of an event whose people change: the same answers as `Eligibility`, for one person at a time.

People have slots, numbers that stay theirs as long as they are in the event. Handles (ids, e-mails, names) that people
and the organizer wrote are resolved when they are asked for, so nothing has to be recomputed when somebody comes or goes.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from matcher.eligibility import (
    BLOCKED,
    COLLEAGUES,
    EXCLUDED,
    GROUPS,
    MET,
    REFUSED,
    SELF,
    SILENT,
    WISHES_BEAT,
    fold,
    says_nothing,
)
from matcher.event import EventSettings
from matcher.profiles import Attendee

from .slots import grown

Mask = NDArray[np.bool_]


class LiveRules:
    """Who may meet whom.

    Args:
        settings: the event's settings.
    """

    def __init__(self, settings: EventSettings) -> None:
        self._people: dict[int, Attendee] = {}
        self._places: dict[str, set[int]] = defaultdict(set)
        self._namers: dict[str, set[int]] = defaultdict(set)
        self._talking = np.zeros(0, dtype=np.bool_)
        self._silent = np.zeros(0, dtype=np.bool_)
        self._organization = np.full(0, -1, dtype=np.int64)
        self._group = np.full(0, -1, dtype=np.int64)
        self._organizations: dict[str, int] = {}
        self._colleagues: Counter[str] = Counter()
        self._numbered = 0
        self._groups: dict[str, int] = {}
        self.set_settings(settings)

    def set_settings(self, settings: EventSettings) -> None:
        """Follows other rules from now on."""
        self._settings = settings
        rules = settings.rules
        self._excluded = _by_handle(rules.exclusions)
        self._required = _by_handle(rules.must_meet)
        self._may_meet: dict[str, set[str]] = {}
        for group, others in rules.may_meet.items():
            allowed = {fold(other) for other in others}
            self._may_meet[fold(group)] = self._may_meet.get(fold(group), allowed) & allowed
        for slot, attendee in self._people.items():
            self._talking[slot] = self._takes_part(attendee)

    def put(self, slot: int, attendee: Attendee) -> None:
        """Adds somebody, or follows their change."""
        self.drop(slot)
        self._people[slot] = attendee
        for handle in _handles(attendee):
            self._places[handle].add(slot)
        for name in (*attendee.met_before, *attendee.blocked):
            self._namers[fold(name)].add(slot)
        self._talking, self._silent = grown(self._talking, slot + 1), grown(self._silent, slot + 1)
        self._organization, self._group = grown(self._organization, slot + 1, -1), grown(self._group, slot + 1, -1)
        self._talking[slot] = self._takes_part(attendee)
        self._silent[slot] = says_nothing(attendee)
        self._organization[slot] = self._number(attendee.organization_key)
        self._group[slot] = self._groups.setdefault(fold(attendee.group), len(self._groups))

    def drop(self, slot: int) -> None:
        """Forgets somebody; whoever named them keeps what they wrote."""
        attendee = self._people.pop(slot, None)
        if attendee is None:
            return
        _discard(self._places, _handles(attendee), slot)
        _discard(self._namers, {fold(name) for name in (*attendee.met_before, *attendee.blocked)}, slot)
        self._talking[slot] = False
        key = attendee.organization_key
        self._colleagues[key] -= 1
        if not self._colleagues[key]:
            del self._colleagues[key]
            self._organizations.pop(key, None)

    def takes_part(self, slot: int) -> bool:
        """True where the person has the consent that the settings ask for."""
        return bool(self._talking[slot])

    def visible(self) -> Mask:
        """(s,) True for the slots of those who take part and say something."""
        return np.asarray(self._talking & ~self._silent, dtype=np.bool_)

    def may_meet(self, slot: int, though_silent: bool = False) -> Mask:
        """(s,) True for the slots of those whom this person may meet; required pairs as the organizer wants them.

        Args:
            slot: the person.
            though_silent: leaves out that the person's own profile says nothing.
        """
        attendee = self._people[slot]
        mask = self.visible()
        if not self.takes_part(slot) or (self._silent[slot] and not though_silent):
            mask[:] = False
        mask &= self._groups_met(fold(attendee.group))[self._group]
        if not self._settings.rules.same_organization and self._organization[slot] >= 0:
            mask &= self._organization != self._organization[slot]
        mask[list(self._named(slot, "met_before") | self._named(slot, "blocked") | self._others(slot, self._excluded))] = False
        mask[self.must_meet(slot)] = True
        mask[slot] = False
        return mask

    def must_meet(self, slot: int) -> list[int]:
        """Slots of those whom the organizer requires this person to meet and whom no hard rule forbids."""
        required = self._others(slot, self._required)
        return sorted(other for other in required if self.rule(slot, other) in {"", *WISHES_BEAT})

    def rule(self, a: int, b: int) -> str:
        """The first rule that forbids the pair, in the words of `Eligibility.rule`; empty where none does."""
        if a == b:
            return SELF
        if not (self._talking[a] and self._talking[b]):
            return REFUSED
        if b in self._named(a, "blocked"):
            return BLOCKED
        if b in self._others(a, self._excluded):
            return EXCLUDED
        if b in self._named(a, "met_before"):
            return MET
        if not self._groups_met(fold(self._people[a].group))[self._group[b]]:
            return GROUPS
        if not self._settings.rules.same_organization and self._organization[a] == self._organization[b] >= 0:
            return COLLEAGUES
        return SILENT if self._silent[a] or self._silent[b] else ""

    def _number(self, organization: str) -> int:
        self._colleagues[organization] += 1
        if not organization:
            return -1
        if organization not in self._organizations:
            self._numbered += 1
            self._organizations[organization] = self._numbered
        return self._organizations[organization]

    def _takes_part(self, attendee: Attendee) -> bool:
        return attendee.consent is True or (attendee.consent is None and self._settings.consent == "assumed")

    def _groups_met(self, group: str) -> Mask:
        """By number of group: whether both sides' rules allow it."""

        def one_way(group: str, other: str) -> bool:
            return group not in self._may_meet or other in self._may_meet[group]

        return np.array([one_way(group, other) and one_way(other, group) for other in self._groups], dtype=np.bool_)

    def _meant(self, handle: str) -> set[int]:
        """All whom a handle fits; an exact id wins, as in `eligibility.Directory`."""
        places = self._places.get(fold(handle), set())
        return {place for place in places if self._people[place].id == handle.strip()} or places

    def _named(self, slot: int, field: str) -> set[int]:
        """Everybody whom the person named in this field, or who named the person."""
        found = {other for name in getattr(self._people[slot], field) for other in self._meant(name)}
        for namer in {namer for handle in _handles(self._people[slot]) for namer in self._namers.get(handle, ())}:
            if any(slot in self._meant(name) for name in getattr(self._people[namer], field)):
                found.add(namer)
        return found - {slot}

    def _others(self, slot: int, rules: dict[str, list[tuple[str, str]]]) -> set[int]:
        """The other sides of the organizer's pairs of which the person is one; a handle that fits several is nobody's."""
        found: set[int] = set()
        for handle in _handles(self._people[slot]):
            for pair in rules.get(handle, ()):
                sides = [self._meant(side) for side in pair]
                if all(len(side) == 1 for side in sides) and {slot} in sides:
                    found |= sides[0] | sides[1]
        return found - {slot}


def _handles(attendee: Attendee) -> set[str]:
    return {fold(handle) for handle in (attendee.id, attendee.email, attendee.name) if handle}


def _by_handle(pairs: Iterable[tuple[str, str]]) -> dict[str, list[tuple[str, str]]]:
    rules: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for pair in pairs:
        for handle in {fold(side) for side in pair}:
            rules[handle].append(pair)
    return dict(rules)


def _discard(where: dict[str, set[int]], handles: Iterable[str], slot: int) -> None:
    for handle in handles:
        where[handle].discard(slot)
        if not where[handle]:
            del where[handle]
