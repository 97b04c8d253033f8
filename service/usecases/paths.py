"""Who can introduce me: warm paths to somebody over people who have met.

Two people know each other where one of them says that they met or names the other among those met before, or where both say
that they know each other. A path goes only over people who take part and whom the reader may see, and never over two of whom one
declined or blocks the other. A path that is left out for that leaves no trace, so nobody learns of a decline.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from matcher.service.options import options_of, settings_of
from matcher.service.store import Event, PairRule, Person, Response
from matcher.service.usecases.contacts import block_each_other, handles, kept_apart
from matcher.service.usecases.lists import people_of, seen
from matcher.service.usecases.people import takes_part
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from matcher.profiles import Attendee

MOST = 5
"""Paths that are told; more than five ways to ask are no help."""
Known = dict[str, set[str]]


@dataclass(frozen=True, slots=True)
class WarmPaths:
    """How to reach somebody over people who have met."""

    direct: bool
    """True where the two know each other already; then there are no paths."""
    paths: tuple[tuple[Attendee, ...], ...]
    """The people between, in the order of asking: one or two. The shortest paths only, by the names on them."""


def warm_paths(
    session: Session, event: Event, person: Person, target: Person, may_see: Callable[[Person], bool] = lambda _other: True
) -> WarmPaths:
    """Returns the shortest paths from a person to another, over one or two people.

    Args:
        session: the store.
        event: the event.
        person: who asks.
        target: whom they may see, and want to be introduced to.
        may_see: tells whether the rules of the event let the reader see somebody; asked only for those whom they have not met.
    """
    settings = settings_of(event)
    part = takes_part(person, settings) and takes_part(target, settings)
    if not (options_of(event).open and part) or person.ref == target.ref:
        return WarmPaths(False, ())
    mine, theirs = (known_to(session, event, [one])[one.ref] for one in (person, target))
    if target.ref in mine:
        return WarmPaths(True, ())
    hidden = kept_apart(session, event, person, mine | theirs)
    declined = _declined(session, event, mine | theirs | {person.ref, target.ref})
    near = _here(session, event, mine - hidden - declined[person.ref])
    far = _here(session, event, theirs - hidden - declined[target.ref] - declined[person.ref])
    far = {ref: other for ref, other in far.items() if not block_each_other(other, target)}
    if between := near.keys() & far.keys():
        return WarmPaths(False, _told((near[ref],) for ref in between))
    visible = {ref: other for ref, other in far.items() if may_see(other)}
    links = known_to(session, event, list(near.values())) if visible else {}
    pairs = [(near[one], visible[two]) for one in near for two in (links.get(one, set()) & visible.keys()) - declined[one]]
    return WarmPaths(False, _told(pair for pair in pairs if not block_each_other(*pair)))


def known_to(session: Session, event: Event, people: Collection[Person]) -> Known:
    """Returns whom each of these people knows, as refs of the event's people."""
    refs = {one.ref for one in people}
    known: Known = {ref: set() for ref in refs}
    about = select(Response.ref, Response.other, Response.met, Response.answer).where(
        Response.event_id == event.id,
        or_(Response.ref.in_(refs), Response.other.in_(refs)),
        or_(Response.met, Response.answer == "already_know"),
    )
    claims = set()
    for one, two, met, answer in session.execute(about):
        if met or (two, one) in claims:
            _link(known, one, two)
        if answer == "already_know":
            claims.add((one, two))
    _met_before(session, event, people, known)
    return known


def _link(known: Known, one: str, two: str) -> None:
    if one != two:
        for ref, other in ((one, two), (two, one)):
            if ref in known:
                known[ref].add(other)


def _met_before(session: Session, event: Event, people: Collection[Person], known: Known) -> None:
    """Adds whom these people name among those met before, and who names them: by ref, registration id, e-mail or unique name."""
    told = select(Person.ref, Person.profile["met_before"], Person.edits["met_before"]).where(Person.event_id == event.id)
    named: dict[str, set[str]] = {}
    for ref, profile, edits in session.execute(told):
        wanted = {str(name).strip().casefold() for name in (edits if edits is not None else profile) or ()}
        if wanted:
            named[ref] = wanted
    if not named:
        return
    own = {one.ref: handles(one) for one in people}
    for ref, wanted in named.items():
        for one, names in own.items():
            if wanted & names:
                _link(known, ref, one)
    asked = [(ref, named[ref]) for ref in own if ref in named]
    if asked:
        by_handle: defaultdict[str, set[str]] = defaultdict(set)
        for other in session.scalars(select(Person).where(Person.event_id == event.id)):
            for handle in handles(other):
                by_handle[handle].add(other.ref)
        for ref, wanted in asked:
            for found in (by_handle[name] for name in wanted if name in by_handle):
                if len(found) == 1:
                    _link(known, ref, next(iter(found)))


def _declined(session: Session, event: Event, refs: Collection[str]) -> defaultdict[str, set[str]]:
    """Whom each of `refs` declined or was declined by, and from whom the organizer keeps them apart."""
    apart: defaultdict[str, set[str]] = defaultdict(set)
    answers = select(Response.ref, Response.other).where(
        Response.event_id == event.id, Response.answer == "no_thanks", or_(Response.ref.in_(refs), Response.other.in_(refs))
    )
    rules = select(PairRule.a, PairRule.b).where(
        PairRule.event_id == event.id, PairRule.rule == "forbidden", or_(PairRule.a.in_(refs), PairRule.b.in_(refs))
    )
    for one, two in (*session.execute(answers), *session.execute(rules)):
        apart[one].add(two)
        apart[two].add(one)
    return apart


def _here(session: Session, event: Event, refs: set[str]) -> dict[str, Person]:
    settings = settings_of(event)
    return {ref: one for ref, one in people_of(session, sorted(refs)).items() if takes_part(one, settings)}


def _told(found: Iterable[tuple[Person, ...]]) -> tuple[tuple[Attendee, ...], ...]:
    ordered = sorted(found, key=lambda path: [(one.name.casefold(), one.ref) for one in path])
    return tuple(tuple(seen(one) for one in path) for path in ordered[:MOST])
