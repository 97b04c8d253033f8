"""One person registered twice becomes one; different people never do.

Two rows are one person on the strength of two agreeing facts, never of one: e-mail and name, or name and
organisation, or name and everything else that both say. What looks alike on less is reported and left apart: a wrong
merge takes a person's event away, a missed one costs an introduction.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from rapidfuzz import fuzz

from matcher.profiles import Attendee, Problem
from matcher.registration.names import name_key, name_words, names_fit, names_near
from matcher.registration.people import Draft
from matcher.registration.values import folded, unique_of

MERGED = "the same person as row {row}: merged"
"""What the problem of a row says that was merged into another one."""
_ALIKE = 85.0
"""Token-set ratio from which two texts are one person's; the same person writes anew, with other words in between."""


def natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """A key that sorts `a2` before `a10`.

    >>> sorted(["a10", "a2"], key=natural)
    ['a2', 'a10']
    """
    parts = re.findall(r"[0-9]{1,18}|[^0-9]+|[0-9]+", text)
    return tuple((0, int(part), "") if part.isascii() and part.isdigit() else (1, 0, part) for part in parts)


def merged(drafts: Sequence[Draft]) -> tuple[list[Draft], list[Problem]]:
    """The drafts with each person once, and a problem for each row merged away or doubtful.

    The order of the rows does not matter for who is merged, nor for what of each is kept.
    """
    ordered = sorted(drafts, key=_order)
    problems: list[Problem] = []
    linked: dict[int, set[int]] = {index: set() for index in range(len(ordered))}
    for one, other in sorted(_candidates(ordered)):
        a, b = ordered[one], ordered[other]
        if _same(a, b):
            linked[one].add(other)
            linked[other].add(one)
        else:
            problems.extend(_doubts(a, b))
    people = []
    for group in _groups(ordered, linked):
        members = [ordered[index] for index in group]
        people.append(_merge(members))
        for member in members[1:]:
            found = " / ".join(part for part in (member.person.id, member.person.name, member.person.email) if part)
            problems.append(Problem(member.row, "", found[:120], MERGED.format(row=members[0].row), True))
    return people, _once(problems)


def _order(draft: Draft) -> tuple[object, ...]:
    person = draft.person
    return (
        not person.id,
        natural(person.id),
        person.email,
        name_key(person.name),
        repr(person),
        draft.order,
        draft.row,
    )


def _candidates(drafts: Sequence[Draft]) -> set[tuple[int, int]]:
    """Pairs that share an e-mail, a name, or an organisation and a word of the name."""
    blocks: dict[tuple[str, ...], list[int]] = {}
    for index, draft in enumerate(drafts):
        person = draft.person
        keys: list[tuple[str, ...]] = [("name", name_key(person.name))] if draft.named else []
        if person.email:
            keys.append(("email", person.email))
        if person.organization_key and draft.named:
            keys += [("both", person.organization_key, word) for word in set(name_words(person.name)) if len(word) > 1]
        for key in keys:
            blocks.setdefault(key, []).append(index)
    return {(a, b) for block in blocks.values() for place, b in enumerate(block) for a in block[:place]}


def _same(one: Draft, other: Draft) -> bool:
    a, b = one.person, other.person
    if a.email and a.email == b.email:
        return not (one.named and other.named) or names_fit(a.name, b.name)
    if not (one.named and other.named):
        return False
    same_organization = bool(a.organization_key) and a.organization_key == b.organization_key
    other_organization = bool(a.organization_key and b.organization_key) and not same_organization
    if other_organization:
        return False
    if name_key(a.name) == name_key(b.name):
        if len(name_words(a.name)) < 2:
            return same_organization and _agree(a, b) and not (a.email and b.email)
        if same_organization:
            return True
        return _texts_alike(a, b) or (not (a.email and b.email) and _agree(a, b))
    if same_organization and names_near(a.name, b.name):
        return _texts_alike(a, b) or (not (a.email and b.email) and bool(a.title) and folded(a.title) == folded(b.title))
    return same_organization and names_fit(a.name, b.name) and _texts_alike(a, b)


def _agree(a: Attendee, b: Attendee) -> bool:
    """True where no field that both filled in differs."""
    pairs = (
        (a.title, b.title),
        (a.organization, b.organization),
        (a.country, b.country),
        (a.bio, b.bio),
        (a.seeking, b.seeking),
    )
    return all(folded(x) == folded(y) for x, y in pairs if x and y)


def _texts_alike(a: Attendee, b: Attendee) -> bool:
    pairs = ((a.bio, b.bio), (a.offering, b.offering), (a.seeking, b.seeking))
    return any(min(len(x), len(y)) >= 40 and fuzz.token_set_ratio(x[:2000], y[:2000]) >= _ALIKE for x, y in pairs)


def _doubts(one: Draft, other: Draft) -> list[Problem]:
    a, b = one.person, other.person
    if a.email and a.email == b.email:
        action = "the same e-mail as row {row} under another name: kept as two people, ask for the right address"
        return _both(one, other, "email", a.email, action)
    apart = a.organization_key and b.organization_key and a.organization_key != b.organization_key
    if one.named and other.named and not apart and names_fit(a.name, b.name) and not (a.id and b.id and not a.email):
        action = "perhaps the same person as row {row}: kept apart, remove one if so"
        return _both(one, other, "name", a.name, action)
    return []


def _both(one: Draft, other: Draft, column: str, found: str, action: str) -> list[Problem]:
    return [
        Problem(mine.row, column, found[:120], action.format(row=its.row), True)
        for mine, its in ((one, other), (other, one))
    ]  # fmt: skip


def _once(problems: Iterable[Problem]) -> list[Problem]:
    """The first problem of each row, column and kind: ten tickets on one address need one line each, not nine."""
    seen: dict[tuple[int, str, str], Problem] = {}
    for problem in problems:
        seen.setdefault((problem.row, problem.column, re.sub(r"\d+", "", problem.action)), problem)
    return list(seen.values())


def _groups(drafts: Sequence[Draft], linked: dict[int, set[int]]) -> list[list[int]]:
    """Who is one person: linked to somebody of the group and at odds with nobody in it."""
    groups: list[list[int]] = []
    home: dict[int, int] = {}
    for index in range(len(drafts)):
        for group in sorted({home[other] for other in linked[index] if other in home}):
            if all(other in linked[index] or _compatible(drafts[index], drafts[other]) for other in groups[group]):
                home[index] = group
                groups[group].append(index)
                break
        else:
            home[index] = len(groups)
            groups.append([index])
    return groups


def _compatible(one: Draft, other: Draft) -> bool:
    a, b = one.person, other.person
    apart = a.organization_key and b.organization_key and a.organization_key != b.organization_key
    return not apart and (not (one.named and other.named) or names_fit(a.name, b.name))


def _merge(members: Sequence[Draft]) -> Draft:
    """One draft of several: the first id, the longest texts, the union of lists, every refusal."""
    if len(members) == 1:
        return members[0]
    people = [member.person for member in members]
    named = [member.person for member in members if member.named] or people
    # The fullest name, and the one with its accents where they are equally long.
    name = max(named, key=lambda p: (len(folded(p.name)), sum(not c.isascii() for c in p.name)))
    level = next((p for p in reversed(people) if p.seniority and "seniority" not in p.inferred), None)
    level = level or next((p for p in reversed(people) if p.seniority), people[0])

    def longest(field: str) -> str:
        values: list[str] = [getattr(person, field) for person in reversed(people)]
        return max(values, key=len)  # the later one of equals

    def union(field: str) -> tuple[str, ...]:
        return unique_of(value for person in people for value in getattr(person, field))

    answers: dict[str, str] = {}
    for person in people:
        for heading, answer in person.answers:
            answers[heading] = max(answers.get(heading, ""), answer, key=len)
    organization = longest("organization")
    person = replace(
        people[0],
        id=next((p.id for p in people if p.id), ""),
        name=name.name,
        first_name=name.first_name,
        last_name=name.last_name,
        email=next((p.email for p in people if p.email), ""),
        organization=organization,
        organization_key=next((p.organization_key for p in people if p.organization_key), ""),
        title=longest("title"),
        bio=longest("bio"),
        offering=longest("offering"),
        seeking=longest("seeking"),
        industry=longest("industry"),
        country=longest("country"),
        group=next((p.group for p in people if p.group), ""),
        goal_form=next((p.goal_form for p in reversed(people) if p.goal_form), None),
        seniority=level.seniority,
        inferred=level.inferred if level.seniority else (),
        languages=union("languages"),
        interests=union("interests"),
        met_before=union("met_before"),
        blocked=union("blocked"),
        consent=_consent(people),
        min_introductions=next((p.min_introductions for p in reversed(people) if p.min_introductions is not None), None),
        max_introductions=next((p.max_introductions for p in reversed(people) if p.max_introductions is not None), None),
        answers=tuple(answers.items()),
    )
    return Draft(members[0].row, person, members[0].order, any(m.named for m in members), all(m.bought for m in members))


def _consent(people: Sequence[Attendee]) -> bool | None:
    """A refusal in any row is one; a yes needs one row that says so."""
    answers = {person.consent for person in people}
    return False if False in answers else (True if True in answers else None)
