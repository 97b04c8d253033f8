"""Erased means gone: from the store, from memory, from runs, and from every export made from then on."""

from __future__ import annotations

import base64
from typing import Any

from matcher.service.identity import Identity, instance_secret
from matcher.service.store import (
    Contact,
    Event,
    Introduced,
    Job,
    MailRecipient,
    Meeting,
    Nomination,
    Opportunity,
    PairRule,
    Person,
    Removal,
    Reply,
    Response,
    RunRecord,
    Shown,
    Vector,
)
from matcher.service.usecases.events import touch
from matcher.service.usecases.redaction import names, redacted
from matcher.service.usecases.runs import without
from matcher.service.usecases.telling import tell
from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session, undefer


def erase(session: Session, event: Event, person: Person) -> None:
    """Deletes everything of a person; what stays is a keyed hash, so that a later import does not bring them back."""
    ref, event_id = person.ref, event.id
    identity = Identity(instance_secret(session))
    marks = {ref} | ({identity.ref(event_id, person.email.casefold())} if person.email else set())
    handles = {person.ref, person.external_id, person.email, person.name} - {""}
    revision = touch(event)
    for table, columns in (
        (PairRule, (PairRule.a, PairRule.b)),
        (Response, (Response.ref, Response.other)),
        (Shown, (Shown.ref, Shown.other)),
        (Meeting, (Meeting.a, Meeting.b)),
        (Contact, (Contact.ref, Contact.other)),
    ):
        session.execute(delete(table).where(table.event_id == event_id, or_(*(column == ref for column in columns))))
    own = select(Opportunity.id).where(Opportunity.event_id == event_id, Opportunity.ref == ref)
    session.execute(delete(Nomination).where(or_(Nomination.opportunity_id.in_(own), Nomination.other == ref)))
    session.execute(delete(Opportunity).where(Opportunity.event_id == event_id, Opportunity.ref == ref))
    session.execute(delete(Vector).where(Vector.ref == ref))
    session.execute(delete(MailRecipient).where(MailRecipient.ref == ref))
    erase_from_runs(session, event_id, ref)
    _from_jobs(session, event_id, handles)
    _from_replies(session, handles)
    _from_settings(event, handles)
    _from_others(session, event_id, handles, revision)
    session.delete(person)
    tell(session, event_id, "attendee.erased", {"ref": ref})
    for mark in marks:
        session.merge(Removal(event_id=event_id, mark=mark, revision=revision))
    session.flush()


def erase_from_runs(session: Session, event_id: str, ref: str) -> None:
    """Takes a person out of all runs of an event; also out of one that was made while they had themselves erased."""
    of_ref = or_(Introduced.a == ref, Introduced.b == ref)
    session.execute(delete(Introduced).where(Introduced.event_id == event_id, of_ref))
    runs = session.scalars(select(RunRecord).options(undefer(RunRecord.scored)).where(RunRecord.event_id == event_id))
    for run in runs:
        run.left = {key: value for key, value in run.left.items() if key != ref}
        run.positions = {key: value for key, value in run.positions.items() if key != ref}
        run.figures, run.facts = redacted(run.figures, {ref}), redacted(run.facts, {ref})
        if run.scored:
            run.scored = without(run.scored, ref)


def _from_jobs(session: Session, event_id: str, handles: set[str]) -> None:
    """Problem rows of imports quote the file; uploads that wait hold it whole and would bring the person back by name."""
    for job in session.scalars(select(Job).where(Job.event_id == event_id)):
        job.result = redacted(job.result, handles)
        if job.state == "held":
            session.delete(job)


def _from_replies(session: Session, handles: set[str]) -> None:
    """Answers that are kept for repeated requests may tell of the person; so may those that are about to be kept."""
    for reply in session.scalars(select(Reply)):
        if reply.held_until is not None or names(base64.b64decode(reply.body.partition("\n")[2]).decode(errors="replace"), handles):
            session.delete(reply)


def _from_settings(event: Event, handles: set[str]) -> None:
    folded = {handle.casefold() for handle in handles}
    rules = dict(event.settings.get("rules", {}))
    for key in ("must_meet", "exclusions"):
        if key in rules:
            rules[key] = [pair for pair in rules[key] if not {str(handle).strip().casefold() for handle in pair} & folded]
    if rules:
        event.settings = {**event.settings, "rules": rules}


def _from_others(session: Session, event_id: str, handles: set[str], revision: int) -> None:
    """Others may have named the person among those whom they know or block."""
    folded = {handle.casefold() for handle in handles}
    for other in session.scalars(select(Person).where(Person.event_id == event_id)):
        for field in ("profile", "edits"):
            told: dict[str, Any] = getattr(other, field)
            lists = {key: told[key] for key in ("met_before", "blocked") if told.get(key)}
            kept = {key: [name for name in names if str(name).strip().casefold() not in folded] for key, names in lists.items()}
            if kept != {key: list(names) for key, names in lists.items()}:
                setattr(other, field, {**told, **kept})
                other.revision = revision  # memories follow
