"""What was fixed for two people: by the organizer, and by their own answers."""

from __future__ import annotations

from typing import Literal

from matcher.service.store import Event, PairRule, Response
from matcher.service.store.table import now
from matcher.service.usecases.events import touch
from matcher.service.usecases.faults import Conflict
from matcher.service.usecases.people import handles_of, person_of
from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from matcher.event import EventSettings

Rule = Literal["locked", "must_meet", "forbidden"]
BARRING = ("no_thanks", "already_know")


def ordered(a: str, b: str) -> tuple[str, str]:
    """Returns the two refs, the lower first, as pairs are stored."""
    return (a, b) if a < b else (b, a)


def set_rule(session: Session, event: Event, a: str, b: str, rule: Rule | None) -> None:
    """Fixes a pair for all later runs, or frees it with None.

    Raises:
        Conflict: a person with themselves.
        NotFound: one of them is not in the event.
    """
    if a == b:
        raise Conflict("one person twice", "two people")
    for ref in (a, b):
        person_of(session, event.id, ref)
    first, second = ordered(a, b)
    session.execute(delete(PairRule).where(PairRule.event_id == event.id, PairRule.a == first, PairRule.b == second))
    if rule:
        session.add(PairRule(event_id=event.id, a=first, b=second, rule=rule, created_at=now()))
    touch(event)


def rules_of(session: Session, event_id: str) -> dict[tuple[str, str], str]:
    """Returns the rule of each pair that has one."""
    return {(rule.a, rule.b): rule.rule for rule in session.scalars(select(PairRule).where(PairRule.event_id == event_id))}


def barred_pairs(session: Session, event_id: str) -> set[tuple[str, str]]:
    """Returns the pairs of whom one declined, or said that they know each other."""
    rows = session.execute(select(Response.ref, Response.other).where(Response.event_id == event_id, Response.answer.in_(BARRING)))
    return {ordered(ref, other) for ref, other in rows}


def barred_for(session: Session, event_id: str, ref: str) -> set[str]:
    """Returns whom this person must not be shown: one of the two declined, they know each other, or it is forbidden."""
    answers = session.execute(
        select(Response.ref, Response.other).where(
            Response.event_id == event_id, Response.answer.in_(BARRING), or_(Response.ref == ref, Response.other == ref)
        )
    )
    return {b if a == ref else a for a, b in answers} | forbidden_for(session, event_id, ref)


def forbidden_for(session: Session, event_id: str, ref: str) -> set[str]:
    """Returns with whom the organizer forbids this person to be introduced."""
    rules = session.execute(
        select(PairRule.a, PairRule.b).where(
            PairRule.event_id == event_id, PairRule.rule == "forbidden", or_(PairRule.a == ref, PairRule.b == ref)
        )
    )
    return {b if a == ref else a for a, b in rules}


def mutual_with(session: Session, event_id: str, ref: str) -> set[str]:
    """Returns with whom this person is mutual: both said interested."""
    rows = session.execute(
        select(Response.ref, Response.other).where(
            Response.event_id == event_id, Response.answer == "interested", or_(Response.ref == ref, Response.other == ref)
        )
    ).all()
    return {other for one, other in rows if one == ref} & {one for one, other in rows if other == ref}


def own_lists(session: Session, event: Event, settings: EventSettings) -> EventSettings:
    """Returns the settings with people in the organizer's lists of pairs named by ref where a registration id stood."""
    rules = settings.rules
    handles = handles_of(session, event.id, {handle for pair in (*rules.must_meet, *rules.exclusions) for handle in pair})

    def own(pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
        return [(handles.get(a, a), handles.get(b, b)) for a, b in pairs]

    lists = {"must_meet": own(rules.must_meet), "exclusions": own(rules.exclusions)}
    return settings.model_copy(update={"rules": rules.model_copy(update=lists)})


def settled(session: Session, event: Event) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Returns the pairs that stay in every run, and those that are off: forbidden, declined by one, or known to each other."""
    rules = rules_of(session, event.id)
    off = {pair for pair, rule in rules.items() if rule == "forbidden"} | barred_pairs(session, event.id)
    return sorted(pair for pair in rules if pair not in off), sorted(off)
