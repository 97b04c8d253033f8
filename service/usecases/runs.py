"""Runs in the store: made by a job, edited and published by the organizer, read back as the engine's `Run`."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import asdict, replace
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from matcher.service.options import options_of, settings_of
from matcher.service.store import Event, Introduced, Person, RunRecord
from matcher.service.store.table import now
from matcher.service.usecases.events import event_of, touch
from matcher.service.usecases.faults import Conflict, NotFound, Stale
from matcher.service.usecases.pairs import barred_for, ordered
from matcher.service.usecases.people import engine_people
from matcher.service.usecases.redaction import redacted, renamed
from matcher.service.usecases.telling import tell
from numpy.typing import NDArray
from pydantic import TypeAdapter
from sqlalchemy import delete, func, insert, select, union_all, update
from sqlalchemy.orm import Session, aliased

from matcher.audit import audit
from matcher.pipeline import PreparedEvent
from matcher.run import Introduction, Left, Run
from matcher.scoring import ScoredPairs

if TYPE_CHECKING:
    from matcher.live import LiveEvent

Array = NDArray[Any]
NAMING = ("obstacles", "decided")
"""Facts of a run that name people."""


def save_run(session: Session, event: Event, run_id: str, run: Run, scored: bytes, revision: int) -> RunRecord:
    """Returns the stored run, a draft. A run that is stored already stays as it is, so a repeated job doubles nothing.

    Args:
        session: the store.
        event: the event.
        run_id: what the run is to be known by.
        run: the run.
        scored: all its scored pairs (`pack`).
        revision: the event's revision when its people were read.
    """
    existing = session.get(RunRecord, run_id)
    if existing is not None:
        return existing
    number = (session.scalar(select(func.max(RunRecord.number)).where(RunRecord.event_id == event.id)) or 0) + 1
    record = RunRecord(
        id=run_id,
        event_id=event.id,
        number=number,
        facts=_facts(run),
        figures=figures_of(run),
        left={left.id: [left.introductions, left.why] for left in run.left},
        positions={person.id: list(point) for person, point in zip(run.attendees, run.positions, strict=True)},
        revision=revision,
        scored=scored,
    )
    session.add(record)
    session.flush()
    _insert(session, record, run.introductions)
    return record


def _facts(run: Run) -> dict[str, Any]:
    """The facts of a run without the lists of pairs, which name people and are the event's own settings anyway."""
    settings = dict(run.facts["settings"])
    settings["rules"] = {key: value for key, value in settings["rules"].items() if key not in {"must_meet", "exclusions"}}
    return {**run.facts, "settings": settings, "timings": dict(run.timings)}


def figures_of(run: Run) -> dict[str, Any]:
    """Returns the audit of a run as JSON."""
    return TypeAdapter(type(audit(run))).dump_python(audit(run), mode="json")  # type: ignore[no-any-return]


def _insert(session: Session, record: RunRecord, introductions: Sequence[Introduction]) -> None:
    rows = []
    for introduction in introductions:
        details = asdict(introduction)
        a, b, score = details.pop("a_id"), details.pop("b_id"), details.pop("mutual_score")
        rows.append({"run_id": record.id, "a": a, "b": b, "event_id": record.event_id, "mutual_score": score, "details": details})
    if rows:
        session.execute(insert(Introduced), rows)


def run_of(session: Session, event_id: str, run_id: str) -> RunRecord:
    """Returns a run of the event.

    Raises:
        NotFound: there is none with this id in this event.
    """
    record = session.get(RunRecord, run_id)
    if record is None or record.event_id != event_id:
        raise NotFound("no such run in this event")
    return record


def runs(session: Session, event_id: str) -> Sequence[RunRecord]:
    """Returns the runs of an event, newest first."""
    return session.scalars(select(RunRecord).where(RunRecord.event_id == event_id).order_by(RunRecord.number.desc())).all()


def published_run(session: Session, event_id: str) -> RunRecord | None:
    """Returns the run whose introductions attendees see, if any."""
    return session.scalar(select(RunRecord).where(RunRecord.event_id == event_id, RunRecord.state == "published"))


def published_id(session: Session, event_id: str) -> str:
    """Returns the id of the run whose introductions attendees see; empty where there is none. Cheaper than the whole run."""
    query = select(RunRecord.id).where(RunRecord.event_id == event_id, RunRecord.state == "published")
    return session.scalar(query) or ""


def introduction_of(row: Introduced) -> Introduction:
    """Returns a stored introduction as the engine knows it."""
    return _adapter().validate_python({"a_id": row.a, "b_id": row.b, "mutual_score": row.mutual_score, **row.details})


@cache
def _adapter() -> TypeAdapter[Introduction]:
    return TypeAdapter(Introduction)


def introductions(session: Session, run_id: str, ref: str = "", offset: int = 0, limit: int | None = None) -> list[Introduction]:
    """Returns introductions of a run, best first; only those of one person where `ref` is given."""
    row: type[Introduced] = Introduced
    of_run = select(Introduced).where(Introduced.run_id == run_id)
    if ref:  # two looks into an index; with "or" the whole run would be read
        row = aliased(Introduced, union_all(of_run.where(Introduced.a == ref), of_run.where(Introduced.b == ref)).subquery())
        of_run = select(row)
    query = of_run.order_by(row.mutual_score.desc(), row.a, row.b).offset(offset)
    return [introduction_of(row) for row in session.scalars(query.limit(limit) if limit is not None else query)]


def load(session: Session, event: Event, record: RunRecord, own_ids: bool = False) -> Run:
    """Returns a stored run as the engine knows it, with the people as they are now; who has gone is in no part of it.

    Args:
        session: the store.
        event: the event.
        record: the run.
        own_ids: True to name people by their ids in the registration, as exports do.
    """
    everybody = {attendee.id: attendee for attendee in engine_people(session, event, settings_of(event))}
    kept = [i for i in introductions(session, record.id) if i.a_id in everybody and i.b_id in everybody]
    present = [attendee for ref, attendee in sorted(everybody.items()) if ref in record.positions]
    run = Run(
        title=event.name,
        attendees=tuple(present),
        introductions=tuple(kept),
        left=tuple(Left(ref, count, why) for ref, (count, why) in sorted(record.left.items()) if ref in everybody),
        problems=(),
        positions=tuple((float(x), float(y)) for x, y in (record.positions[attendee.id] for attendee in present)),
        facts=_facts_of(record, set(everybody)),
        timings=record.facts.get("timings", {}),
    )
    return _with_own_ids(session, event.id, run) if own_ids else run


def _facts_of(record: RunRecord, here: set[str]) -> dict[str, Any]:
    """The facts of a run; where they name people (who is wanted most, what stands in whose way), only those who are here."""
    gone = set(record.positions) - here
    facts = {key: value for key, value in record.facts.items() if key != "timings"}
    return {key: redacted(value, gone) if key in NAMING else value for key, value in facts.items()}


def _with_own_ids(session: Session, event_id: str, run: Run) -> Run:
    pairs = session.execute(select(Person.ref, Person.external_id).where(Person.event_id == event_id))
    own = dict(pairs.all())

    return replace(
        run,
        attendees=tuple(replace(attendee, id=own[attendee.id]) for attendee in run.attendees),
        introductions=tuple(replace(i, a_id=own[i.a_id], b_id=own[i.b_id]) for i in run.introductions),
        left=tuple(replace(left, id=own[left.id]) for left in run.left),
        facts={key: renamed(value, own) if key in NAMING else value for key, value in run.facts.items()},
    )


def publish(session: Session, event: Event, record: RunRecord, version: int) -> RunRecord:
    """Returns the run, now the one that attendees see; the one before is superseded. Publishing twice changes nothing.

    Raises:
        Stale: the organizer saw another version.
        Conflict: the run was superseded by a later one.
    """
    if record.state == "published":
        return record
    if record.version != version:
        raise Stale("somebody else changed this run since", f"version {record.version}", "look at it again before publishing")
    if record.state == "superseded":
        raise Conflict("this run was superseded", "a draft", "make a new run")
    session.execute(
        update(RunRecord).where(RunRecord.event_id == event.id, RunRecord.state == "published").values(state="superseded")
    )
    record.state, record.published_at = "published", now()
    record.version += 1
    if not options_of(event).open:
        event.options = {**event.options, "open": True}
    touch(event)
    tell(session, event.id, "run.published", {"run_id": record.id})
    session.flush()
    return record


def remove_pair(session: Session, record: RunRecord, a: str, b: str) -> None:
    """Takes a pair out of a run.

    Raises:
        NotFound: the run does not introduce them.
    """
    first, second = ordered(a, b)
    row = session.get(Introduced, (record.id, first, second))
    if row is None:
        raise NotFound("this run does not introduce them to each other")
    session.delete(row)
    record.version += 1
    touch(event_of(session, record.event_id))


def add_pair(session: Session, record: RunRecord, introduction: Introduction) -> None:
    """Adds a pair to a run, by hand.

    Raises:
        Conflict: it is there already.
    """
    if session.get(Introduced, (record.id, introduction.a_id, introduction.b_id)) is not None:
        raise Conflict("this run introduces them already")
    _insert(session, record, [introduction])
    record.version += 1
    touch(event_of(session, record.event_id))


def pack(event: PreparedEvent, scored: ScoredPairs) -> bytes:
    """Returns all scored pairs of an event as the store keeps them: refs, pairs of places, both values, score (npz)."""
    refs = np.array([attendee.id for attendee in event.attendees], dtype="U20")
    values = (each.astype(np.float32) for each in (scored.value_a, scored.value_b, scored.score))
    return _packed(refs, scored.pairs.astype(np.int32), *values)


def unpack(data: bytes) -> dict[str, Array]:
    """Returns what `pack` kept; pickled content is refused."""
    with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
        return {name: arrays[name] for name in arrays.files}


def newest_scored(session: Session, event_id: str) -> str:
    """Returns the id of the newest run whose scored pairs are kept; empty where there is none."""
    query = select(RunRecord.id).where(RunRecord.event_id == event_id, RunRecord.scored.is_not(None))
    return session.scalar(query.order_by(RunRecord.number.desc()).limit(1)) or ""


def without(data: bytes, ref: str) -> bytes:
    """Returns packed pairs in which a person stands no more."""
    arrays = unpack(data)
    gone = np.flatnonzero(arrays["refs"] == ref)
    keep = ~np.isin(arrays["pairs"], gone).any(axis=1)
    return _packed(np.where(arrays["refs"] == ref, "", arrays["refs"]), *(arrays[name][keep] for name in _SCORED))


_SCORED = ("pairs", "value_a", "value_b", "score")


def _packed(refs: Array, pairs: Array, value_a: Array, value_b: Array, score: Array) -> bytes:
    out = io.BytesIO()
    np.savez_compressed(out, refs=refs, pairs=pairs, value_a=value_a, value_b=value_b, score=score)
    return out.getvalue()


def drop_old_scores(session: Session, event_id: str, keep: str) -> None:
    """Drops the scored pairs of earlier drafts, which nothing reads any more."""
    session.execute(
        update(RunRecord)
        .where(RunRecord.event_id == event_id, RunRecord.id != keep, RunRecord.state != "published")
        .values(scored=None)
    )


def delete_run(session: Session, record: RunRecord) -> None:
    """Deletes a draft.

    Raises:
        Conflict: the run is published.
    """
    if record.state == "published":
        raise Conflict("this run is published", "a draft or a superseded run", "publish another one first")
    session.execute(delete(Introduced).where(Introduced.run_id == record.id))
    session.delete(record)


def by_hand(session: Session, live: LiveEvent, event: Event, a: str, b: str) -> Introduction:
    """Returns a pair as an introduction that the organizer wants, with reasons for both.

    Raises:
        Conflict: a hard rule forbids it, or one of them takes no part.
    """
    first, second = ordered(a, b)
    if not (live.has(first) and live.has(second)):
        raise Conflict("one of them takes no part in the matching")
    if second in barred_for(session, event.id, first):
        raise Conflict("one of them has declined the other, or the pair is forbidden")
    told = live.why(first, second)
    if told.rule or told.introduction is None:
        raise Conflict(f"a rule forbids this pair: {told.rule}", fix="change the rule if it should not hold for them")
    introduction: Introduction = replace(told.introduction, status="must_meet")
    return introduction


def explained(session: Session, live: LiveEvent, event: Event, a: str, b: str) -> dict[str, Any]:
    """Returns why two people are, or are not, introduced to each other, as JSON."""
    first, second = ordered(a, b)
    for ref in (first, second):
        if not live.has(ref):
            return {
                "a_id": first,
                "b_id": second,
                "rule": "one of them takes no part: away, paused, not visible or without consent",
            }
    answer = live.why(first, second)
    told: dict[str, Any] = {"a_id": first, "b_id": second, "rule": answer.rule}
    if not answer.rule and second in barred_for(session, event.id, first):
        told["rule"] = "one of them has declined the other, they know each other, or the organizer forbids the pair"
    if answer.introduction is not None:
        told["introduction"] = _adapter().dump_python(answer.introduction, mode="json")
    return told
