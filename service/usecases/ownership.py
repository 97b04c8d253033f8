"""Everything that is kept about one person, for that person."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from matcher.service.store import Contact, Event, MailRecipient, Meeting, Nomination, Opportunity, Person, Response, Shown, Table
from matcher.service.usecases.people import attendee_of, stored
from matcher.service.usecases.runs import introductions, published_id
from sqlalchemy import inspect, or_, select
from sqlalchemy.orm import Session


def everything(session: Session, event: Event, person: Person) -> dict[str, Any]:
    """Returns all that the store holds about a person, as JSON. What others wrote about them in private is not theirs."""
    ref = person.ref
    run_id = published_id(session, event.id)
    own: dict[str, Any] = {
        "event": event.name,
        "registration_id": person.external_id,
        "profile": stored(attendee_of(person)),
        "changed_by_hand": person.edits,
        "visible": person.visible,
        "paused": person.paused,
        "cannot_come": person.away,
        "introductions": [
            {"with": side.other_id, "reason": side.reason, "strength": side.introduction.strength}
            for side in (found.side(ref) for found in (introductions(session, run_id, ref) if run_id else ()))
        ],
    }
    for name, table, condition in (
        ("responses", Response, Response.ref == ref),
        ("shown", Shown, Shown.ref == ref),
        ("meetings", Meeting, or_(Meeting.a == ref, Meeting.b == ref)),
        ("contacts", Contact, Contact.ref == ref),
        ("opportunities", Opportunity, Opportunity.ref == ref),
        ("nominated_for", Nomination, Nomination.other == ref),
        ("mails", MailRecipient, MailRecipient.ref == ref),
    ):
        own[name] = [_row(row) for row in session.scalars(select(table).where(condition))]
    return own


def _row(row: Table) -> dict[str, Any]:
    return {
        column.key: value.isoformat() if isinstance(value := getattr(row, column.key), date | datetime) else value
        for column in inspect(row).mapper.column_attrs
        if column.key != "event_id"
    }
