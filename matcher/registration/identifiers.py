"""An id for everybody: the file's own where it has one, else one made from what stays the same between exports."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from matcher.profiles import Attendee, Problem
from matcher.registration.duplicates import natural
from matcher.registration.names import name_key
from matcher.registration.people import Draft
from matcher.registration.values import folded


def identified(drafts: Sequence[Draft]) -> tuple[list[tuple[int, Attendee]], list[Problem]]:
    """(row, attendee) in the order of the ids, every id once, and a problem for each id that was used twice.

    Ids never come from row numbers: a file sorted anew keeps them.
    """
    problems: list[Problem] = []
    taken: set[str] = set()
    result: list[tuple[int, Attendee]] = []
    # Stated ids first, so that a made one gives way.
    for draft in sorted(drafts, key=lambda d: (not d.person.id, natural(d.person.id), _content(d), d.row)):
        stated = draft.person.id
        base = stated or (f"{draft.order}-{_digest(draft, 4)}" if draft.order else f"p-{_digest(draft, 10)}")
        chosen, turn = base, 0
        while chosen in taken:
            turn += 1
            chosen = f"{base}-{_digest(draft, 4)}" if turn == 1 else f"{base}-{_digest(draft, 4)}-{turn}"
        if stated and turn:
            action = f"this id stands for more than one person: became {chosen}"
            problems.append(Problem(draft.row, "id", stated[:120], action, True))
        taken.add(chosen)
        result.append((draft.row, replace(draft.person, id=chosen)))
    return sorted(result, key=lambda item: natural(item[1].id)), problems


def _digest(draft: Draft, length: int) -> str:
    person = draft.person
    source = f"{person.email}|{name_key(person.name)}" if person.email else f"{name_key(person.name)}|{folded(person.organization)}"
    return hashlib.sha256(source.encode()).hexdigest()[:length]


def _content(draft: Draft) -> tuple[str, ...]:
    return (draft.person.email, draft.person.name, repr(draft.person), draft.order)
