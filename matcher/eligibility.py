"""Who may be introduced to whom: the hard rules, applied before anything is ranked and at every door.

A pair that breaks a rule is never shown, whatever its score. `Eligibility.rule` names the first rule that forbids it.
"""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from matcher.errors import UnknownAttendeeError
from matcher.event import EventSettings
from matcher.profiles import Attendee, Problem

Pairs = NDArray[np.int64]
SELF = "the same person"
REFUSED = "no consent to be matched"
BLOCKED = "one has blocked the other"
EXCLUDED = "excluded by the organizer"
MET = "already met"
GROUPS = "their groups may not meet"
COLLEAGUES = "same organisation"
CALLED_OFF = "called off after an earlier run"
SILENT = "the profile of one of them says nothing yet"
WISHES_BEAT = {COLLEAGUES, SILENT}
"""General rules that the organizer's explicit wish beats."""


class Directory:
    """Finds people by what a human writes: an id, an e-mail or a name."""

    def __init__(self, attendees: Sequence[Attendee]) -> None:
        self._attendees = attendees
        self._places: dict[str, list[int]] = defaultdict(list)
        for place, attendee in enumerate(attendees):
            for handle in {attendee.id, attendee.email, attendee.name}:
                if handle:
                    self._places[fold(handle)].append(place)

    def all(self, handle: str) -> list[int]:
        """Returns the positions of all people whom the handle fits; an exact id wins over e-mails and names."""
        places = self._places.get(fold(handle), [])
        by_id = [place for place in places if self._attendees[place].id == handle.strip()]
        return by_id or places

    def one(self, handle: str) -> int:
        """Returns the position of the one person meant.

        Raises:
            UnknownAttendeeError: the handle fits nobody, or several people.
        """
        places = self.all(handle)
        if len(places) == 1:
            return places[0]
        if places:
            ids = ", ".join(self._attendees[place].id for place in places[:5])
            raise UnknownAttendeeError(f"{handle!r} fits {len(places)} people", "one person", f"use one of the ids {ids}")
        raise UnknownAttendeeError(
            f"{handle!r} is nobody's id, e-mail or name here", "a registered attendee", self._nearest(handle)
        )

    def _nearest(self, handle: str) -> str:
        from rapidfuzz import process

        near = process.extract(fold(handle), list(self._places), limit=3, score_cutoff=70)
        ids = [self._attendees[self._places[found[0]][0]].id for found in near]
        return f"did you mean {' or '.join(dict.fromkeys(ids))}?" if ids else "see the attendee_id column of lists.csv"


class Eligibility:
    """The rules of one event as a mask over pairs of positions.

    Args:
        attendees: people in the order of their positions.
        settings: the event's settings.

    Attributes:
        silent: (n,) bool, True for those whose profile says nothing; they are in no pair that the organizer did not require.
        takes_part: (n,) bool, False for those without the consent that the settings ask for, who are in no pair.
        must_meet: (k, 2) positions of required pairs that no hard rule forbids.
        forced: (k, 2) positions of all pairs that are introduced in any case: required or locked.
        problems: rules or names that could not be followed.
    """

    def __init__(self, attendees: Sequence[Attendee], settings: EventSettings) -> None:
        self.directory = Directory(attendees)
        self.problems: list[Problem] = []
        n = len(attendees)
        enough = {True} if settings.consent == "required" else {True, None}
        self.takes_part = np.array([attendee.consent in enough for attendee in attendees], dtype=bool)
        self.silent = np.array([says_nothing(attendee) for attendee in attendees], dtype=bool)
        keys = {key: number for number, key in enumerate(sorted({a.organization_key for a in attendees} - {""}))}
        self._organization = np.array([keys.get(a.organization_key, -1) for a in attendees], dtype=np.int64)
        self._colleagues_meet = settings.rules.same_organization
        self._set_groups(attendees, settings)
        self._n = max(n, 1)
        self._met = self._named(attendees, "met_before")
        self._blocked = self._named(attendees, "blocked")
        self._excluded = self._codes(self._rule_pairs(settings.rules.exclusions, "rules.exclusions"))
        self._called_off = self._codes([])
        self.must_meet = self._must_meet(attendees, settings)
        self.forced = self.must_meet

    def decided(self, locked: Pairs, called_off: Pairs) -> Eligibility:
        """Returns the same rules with pairs that stay in any case and pairs that are off, (k, 2) positions each.

        A pair that a rule forbids, or that is called off too, is not locked: a no is a no. A profile that
        has become empty is no reason to take back what is locked.
        """
        rules = copy.copy(self)
        rules._called_off = self._codes(np.vstack([_pairs(called_off), np.column_stack(np.divmod(self._called_off, self._n))]))
        held = [tuple(sorted(pair)) for pair in _pairs(locked).tolist() if rules.rule(*pair) in {"", SILENT}]
        required = [tuple(pair) for pair in self.must_meet.tolist() if not rules._is_called_off(*pair)]
        rules.must_meet = _pairs(required)
        rules.forced = _pairs(sorted({*held, *required}))
        return rules

    def _is_called_off(self, a: int, b: int) -> bool:
        return min(a, b) * self._n + max(a, b) in self._called_off

    def _set_groups(self, attendees: Sequence[Attendee], settings: EventSettings) -> None:
        names = sorted({fold(a.group) for a in attendees})
        code = {name: number for number, name in enumerate(names)}
        self._group = np.array([code[fold(a.group)] for a in attendees], dtype=np.int64)
        self._may_meet = np.ones((len(names), len(names)), dtype=bool)
        for group, others in settings.rules.may_meet.items():
            self._unknown_groups("rules.may_meet", (group, *others), code)
            if fold(group) in code:
                row = np.zeros(len(names), dtype=bool)
                row[[code[fold(name)] for name in others if fold(name) in code]] = True
                self._may_meet[code[fold(group)]] &= row
        self._may_meet &= self._may_meet.T
        self._unknown_groups("introductions.groups", settings.introductions.groups, code)
        self._unknown_groups("weights.sides", settings.weights.sides, code)

    def _unknown_groups(self, setting: str, groups: Iterable[str], known: Mapping[str, int]) -> None:
        for group in groups:
            if fold(group) not in known:
                self._problem(setting, group, "no attendee is in this group; check the spelling in event.toml")

    def _named(self, attendees: Sequence[Attendee], field: str) -> NDArray[np.int64]:
        pairs = []
        for place, attendee in enumerate(attendees):
            for handle in getattr(attendee, field):
                found = self.directory.all(handle)
                if not found:
                    self._problem(field, handle, f"{attendee.id} names somebody who is not registered here; nothing to do if so")
                pairs += [(place, other) for other in found]
        return self._codes(pairs)

    def _rule_pairs(self, handles: Iterable[tuple[str, str]], rule: str) -> list[tuple[int, int]]:
        pairs = []
        for first, second in handles:
            try:
                pairs.append((self.directory.one(first), self.directory.one(second)))
            except UnknownAttendeeError as error:
                self._problem(rule, f"{first} / {second}", str(error))
        return pairs

    def _must_meet(self, attendees: Sequence[Attendee], settings: EventSettings) -> Pairs:
        required = []
        for a, b in self._rule_pairs(settings.rules.must_meet, "rules.must_meet"):
            rule = self.rule(a, b)
            if rule and rule not in WISHES_BEAT:
                self._problem("rules.must_meet", f"{attendees[a].id} / {attendees[b].id}", f"not introduced: {rule}")
            else:
                required.append((min(a, b), max(a, b)))
        return np.array(sorted(set(required)), dtype=np.int64).reshape(-1, 2)

    def _problem(self, column: str, found: str, action: str) -> None:
        self.problems.append(Problem(row=0, column=column, found=found, action=action, used=True))

    def _codes(self, pairs: Sequence[tuple[int, int]] | Pairs) -> NDArray[np.int64]:
        array = np.sort(np.asarray(pairs, dtype=np.int64).reshape(-1, 2), axis=1)
        return np.unique(array[:, 0] * self._n + array[:, 1])

    def allowed(self, pairs: Pairs) -> NDArray[np.bool_]:
        """Returns (m,) bool: True where no rule forbids the pair. Order within a pair does not matter."""
        a, b = pairs[:, 0], pairs[:, 1]
        code = np.minimum(a, b) * self._n + np.maximum(a, b)
        talking = self.takes_part & ~self.silent
        fine = (a != b) & talking[a] & talking[b] & self._may_meet[self._group[a], self._group[b]]
        if not self._colleagues_meet:
            fine &= (self._organization[a] != self._organization[b]) | (self._organization[a] < 0)
        for forbidden in (self._met, self._blocked, self._excluded, self._called_off):
            if len(forbidden):
                fine &= ~np.isin(code, forbidden)
        return np.asarray(fine, dtype=bool)

    def never_together(self) -> Pairs:
        """Returns (k, 2) positions, the lower first, of people of whom one has blocked the other, or whom the organizer parts."""
        codes = np.union1d(self._blocked, self._excluded)
        pairs = np.column_stack([codes // self._n, codes % self._n])
        return np.asarray(pairs[pairs[:, 0] != pairs[:, 1]], dtype=np.int64)

    def forbidden_count(self) -> NDArray[np.int64]:
        """Returns (n,) an upper bound on how many others each person may not meet, of those whom `groups` lets them meet.

        A search asks for so many rows more, since forbidden ones are dropped from its answer.
        """
        n = len(self.takes_part)
        count = np.zeros(n, dtype=np.int64)
        if not self._colleagues_meet and n:
            sizes = np.bincount(self._organization[self._organization >= 0], minlength=1)
            count += np.where(self._organization >= 0, sizes[self._organization], 0)
        for codes in (self._met, self._blocked, self._excluded, self._called_off):
            np.add.at(count, codes // self._n, 1)
            np.add.at(count, codes % self._n, 1)
        return count

    def groups(self) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
        """Returns for each class of people with the same meeting rule: (positions, positions that they may meet).

        Who takes no part or says nothing is in neither: a search would only find what is dropped.
        """
        talking = self.takes_part & ~self.silent
        classes: dict[bytes, list[int]] = defaultdict(list)
        for group, row in enumerate(self._may_meet):
            classes[row.tobytes()].append(group)
        out = []
        for members in classes.values():
            people = np.flatnonzero(np.isin(self._group, members) & talking)
            out.append((people, np.flatnonzero(self._may_meet[members[0]][self._group] & talking)))
        return out

    def rule(self, a: int, b: int) -> str:
        """Returns the first rule that forbids the pair, in the words of the report; empty where it is allowed."""
        if a == b:
            return SELF
        if not (self.takes_part[a] and self.takes_part[b]):
            return REFUSED
        code = min(a, b) * self._n + max(a, b)
        for codes, words in (
            (self._blocked, BLOCKED),
            (self._called_off, CALLED_OFF),
            (self._excluded, EXCLUDED),
            (self._met, MET),
        ):
            if code in codes:
                return words
        if not self._may_meet[self._group[a], self._group[b]]:
            return GROUPS
        if not self._colleagues_meet and self._organization[a] == self._organization[b] >= 0:
            return COLLEAGUES
        return SILENT if self.silent[a] or self.silent[b] else ""


def says_nothing(attendee: Attendee) -> bool:
    """Returns True where a profile holds nothing to go by: no title, text, industry or interest.

    Any introduction of such a person would be filler; they get advice on what to add.
    """
    texts = (attendee.title, attendee.bio, attendee.offering, attendee.seeking, attendee.industry, *attendee.interests)
    return not any(texts) and not attendee.goals


def _pairs(pairs: Pairs | Sequence[Sequence[int]]) -> Pairs:
    return np.asarray(pairs, dtype=np.int64).reshape(-1, 2)


def fold(text: str) -> str:
    """Returns a handle or a group's name as it is compared: case and spaces do not count."""
    return " ".join(text.split()).casefold()
