"""What attendees answer about each other, and that they were shown."""

from __future__ import annotations

from typing import Literal

from matcher.service.options import settings_of
from matcher.service.store import Event, Person, Response, Shown
from matcher.service.store.table import now
from matcher.service.usecases.faults import Conflict
from matcher.service.usecases.people import takes_part
from matcher.service.usecases.telling import tell
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from matcher.errors import MatcherError

Answer = Literal["interested", "no_thanks", "already_know", ""]


def respond(
    session: Session,
    event: Event,
    person: Person,
    other: Person,
    answer: Answer | None = None,
    met: bool | None = None,
    rating: int | None = None,
    comment: str | None = None,
) -> Response:
    """Returns what the person now says about the other; what is not given stays.

    Raises:
        Conflict: one of them takes no part, or the other has declined.
        MatcherError: the rating is out of range, or the two are one.
    """
    if person.ref == other.ref:
        raise MatcherError("an answer about oneself", "an answer about somebody else")
    if rating is not None and not 1 <= rating <= 5:
        raise MatcherError(f"a rating of {rating}", "1 to 5")
    settings = settings_of(event)
    if not (takes_part(person, settings) and takes_part(other, settings)):
        raise Conflict("one of you takes no part in the matching at present")
    if answer == "no_thanks":
        from matcher.service.usecases.meetings import withdraw  # meetings note here who met, so this way round it is late

        withdraw(session, event, person.ref, other.ref)
    row = _row(session, event.id, person.ref, other.ref)
    news = answer is not None and answer != row.answer
    if answer is not None and news:
        row.answer, row.answered_at = answer, now()
    if met is not None:
        row.met = met
    if rating is not None:
        row.rating = rating
    if comment is not None:
        row.comment = comment[:2000]
    session.flush()
    if news and answer == "interested" and are_mutual(session, event.id, person.ref, other.ref):
        tell(session, event.id, "interest.mutual", {"refs": sorted((person.ref, other.ref))})
    return row


def note_met(session: Session, event_id: str, a: str, b: str, met: bool) -> None:
    """Notes for both of two people whether they met."""
    for ref, other in ((a, b), (b, a)):
        _row(session, event_id, ref, other).met = met
    session.flush()


def _row(session: Session, event_id: str, ref: str, other: str) -> Response:
    """What one has said of the other; made if there is nothing yet, also where two requests come at once."""
    row = session.get(Response, (event_id, ref, other))
    if row is None:
        shown = (Shown.event_id == event_id, Shown.ref == ref, Shown.other == other)
        rank = session.scalar(select(Shown.rank).where(*shown))
        insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
        new = {"event_id": event_id, "ref": ref, "other": other, "rank": rank, "answered_at": now()}
        session.execute(insert(Response).values(new).on_conflict_do_nothing())
        row = session.get_one(Response, (event_id, ref, other))
    return row


def are_mutual(session: Session, event_id: str, a: str, b: str) -> bool:
    """Returns True where both said interested."""
    answers = session.scalars(
        select(Response.answer).where(
            Response.event_id == event_id,
            ((Response.ref == a) & (Response.other == b)) | ((Response.ref == b) & (Response.other == a)),
        )
    ).all()
    return list(answers).count("interested") == 2


def keep_shown(session: Session, rows: list[tuple[str, str, str, int]]) -> None:
    """Keeps (event, reader, other, rank) of what was shown; the first rank at which a pair was shown stays.

    Of those who were erased since nothing is kept.
    """
    named = {ref for _, reader, other, _ in rows for ref in (reader, other)}
    here = set(session.scalars(select(Person.ref).where(Person.ref.in_(named))))
    rows = [row for row in rows if row[1] in here and row[2] in here]
    if not rows:
        return
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    values = [{"event_id": e, "ref": r, "other": o, "rank": k, "shown_at": now()} for e, r, o, k in rows]
    session.execute(insert(Shown).on_conflict_do_nothing(), values)
