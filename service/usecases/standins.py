"""Who stands in for whom in the schedule: people of one organization in a group that `schedule.stand_ins` names.

Any of a team may take a meeting of another one of it. Nobody is put before somebody whom a rule, a block or a decline of either
side keeps from them: where one of the team's meetings would be such, that person takes only meetings of their own.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping

from matcher.service.options import settings_of
from matcher.service.store import Event
from matcher.service.usecases.pairs import ordered, own_lists
from matcher.service.usecases.people import engine_people
from sqlalchemy.orm import Session

from matcher.eligibility import SILENT, Eligibility

Pair = tuple[str, str]
Side = tuple[str, str]


def teams(session: Session, event: Event, introduced: Collection[Pair], off: Collection[Pair]) -> dict[str, str]:
    """Returns ref -> team of those who stand in for each other; people in no team are not in it.

    Args:
        session: the store.
        event: the event.
        introduced: the pairs that are to meet.
        off: pairs, the lower ref first, that are not to meet: declined, forbidden, or called off.
    """
    settings = own_lists(session, event, settings_of(event))
    groups = {group.casefold() for group in settings.schedule.stand_ins}
    if not groups:
        return {}
    people = engine_people(session, event, settings)
    place, rules = {one.id: number for number, one in enumerate(people)}, Eligibility(people, settings)
    team = {one.id: one.organization_key for one in people if one.organization_key and one.group.casefold() in groups}
    members: defaultdict[str, list[str]] = defaultdict(list)
    for ref, key in team.items():
        members[key].append(ref)
    meets: defaultdict[str, set[str]] = defaultdict(set)
    for pair in introduced:
        for one, other in (pair, pair[::-1]):
            if one in team and team.get(other) != team[one]:
                meets[team[one]] |= set(members[team[other]] if other in team else [other])
    known = {ordered(*pair) for pair in introduced}

    def welcome(one: str, other: str) -> bool:
        pair = ordered(one, other)
        if pair in known or other not in place:
            return True
        return pair not in off and rules.rule(place[one], place[other]) in {"", SILENT}

    kept = {ref: key for ref, key in team.items() if all(welcome(ref, other) for other in meets[key])}
    size = Counter(kept.values())
    return {ref: key for ref, key in kept.items() if size[key] > 1}


def sides(pair: Pair, team: Mapping[str, str]) -> frozenset[Side]:
    """Returns the two sides of a meeting, each a person or a team; one where two of a team would meet each other.

    >>> sorted(sides(("ada", "bob"), {"bob": "acme"})), len(sides(("bob", "cem"), {"bob": "acme", "cem": "acme"}))
    ([('person', 'ada'), ('team', 'acme')], 1)
    """
    return frozenset(("team", team[ref]) if ref in team else ("person", ref) for ref in pair)
