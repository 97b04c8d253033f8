"""Learning from an event's own answers: which reranker it uses, training a better one, activating and rolling back."""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from matcher.models.feedback import FEWEST_HELD_BACK, FEWEST_VIEWERS, Learned, learn
from matcher.models.reranker import Reranker
from matcher.models.responses import Shown as ShownEntries
from matcher.models.responses import worth_of
from matcher.service.options import settings_of
from matcher.service.store import Database, Event, LearnedModel, Response, Shown
from matcher.service.usecases.events import event_of, touch
from matcher.service.usecases.faults import Conflict, NotFound
from matcher.service.usecases.pairs import own_lists
from matcher.service.usecases.people import engine_people
from matcher.service.vectors import KeptEncoder, shared_reranker
from pydantic_core import to_jsonable_python
from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session, undefer

from matcher.errors import MatcherError
from matcher.event import EventSettings

if TYPE_CHECKING:
    from matcher.pipeline import PreparedEvent

FILES = ("model.skops", "metrics.json")
_LOADED: dict[str, Reranker] = {}
"""Models of this process by id; a model never changes, so a loaded one stays right."""


@dataclass(frozen=True, slots=True)
class Heard:
    """How much there is to learn from."""

    answers: int
    people: int
    """Who gave at least one of the answers."""
    shown: int = 0
    """How often somebody was shown to somebody."""


ENOUGH = Heard(FEWEST_HELD_BACK, FEWEST_VIEWERS)
"""What must be held back to judge a model."""


def heard(session: Session, event_id: str) -> Heard:
    """Returns how much the event has answered so far."""
    told = (Response.event_id == event_id, or_(Response.answer != "", Response.met, Response.rating.is_not(None)))
    answers, people = session.execute(select(func.count(), func.count(Response.ref.distinct())).where(*told)).one()
    shown = session.scalar(select(func.count()).select_from(Shown).where(Shown.event_id == event_id))
    return Heard(answers, people, shown or 0)


def active_model(session: Session, event_id: str) -> str:
    """Returns the id of the model that the event has learned and uses; empty where it uses the one of its settings."""
    return session.scalar(select(LearnedModel.id).where(LearnedModel.event_id == event_id, LearnedModel.active)) or ""


def active_reranker(session: Session, event_id: str, settings: EventSettings) -> Reranker:
    """Returns the event's reranker: the one it has learned and that was activated, else the one of its settings."""
    model_id = active_model(session, event_id)
    if not model_id:
        return shared_reranker(settings.models.reranker)
    if model_id not in _LOADED:
        query = select(LearnedModel).options(undefer(LearnedModel.archive)).where(LearnedModel.id == model_id)
        _LOADED[model_id] = _unpacked(session.scalars(query).one().archive or b"")
    return _LOADED[model_id]


def entries(session: Session, event: Event, prepared: PreparedEvent) -> ShownEntries:
    """Returns what was shown to whom at which rank, and what came of it, of those who still take part."""
    place = {attendee.id: number for number, attendee in enumerate(prepared.attendees)}
    answers = {(row.ref, row.other): row for row in session.scalars(select(Response).where(Response.event_id == event.id))}
    rows = session.scalars(select(Shown).where(Shown.event_id == event.id).order_by(Shown.ref, Shown.other)).all()
    worth: dict[tuple[str, str], float | None] = {}
    for pair, answer in answers.items():
        worth[pair] = worth_of(answer.answer, answer.met or None, answer.rating)
    silence = worth_of("")
    # who already knows the other tells nothing about the worth of an introduction
    rows = [row for row in rows if row.ref in place and row.other in place and worth.get((row.ref, row.other), 0.0) is not None]
    pairs = np.array([(place[row.ref], place[row.other]) for row in rows], dtype=np.int64).reshape(-1, 2)
    return ShownEntries(
        features=prepared.features.directed(pairs),
        viewers=pairs[:, 0],
        ranks=np.array([row.rank for row in rows], dtype=np.int64),
        times=np.array([row.shown_at.timestamp() for row in rows], dtype=np.float64),
        worth=np.array([worth.get((row.ref, row.other), silence) for row in rows], dtype=np.float64),
    )


def train_event(database: Database, event_id: str, progress: Callable[[str], None]) -> dict[str, Any]:
    """Learns from the event's answers; keeps the model, not yet in use, only if it tells held-back answers better.

    Always from the model of the settings, with all answers: answers learned from twice would count twice.

    Raises:
        MatcherError: nothing was shown yet.
    """
    from matcher.pipeline import prepare
    from matcher.profiles import Registration

    with database.reading() as session:
        event = event_of(session, event_id)
        settings = own_lists(session, event, settings_of(event))
        people = engine_people(session, event, settings)
        encoder = KeptEncoder(session, event_id, settings)
        progress("texts and vectors")
        prior = shared_reranker(settings.models.reranker)
        prepared = prepare(Registration(tuple(people)), settings, encoder, prior)
        shown = entries(session, event, prepared)
    if not len(shown):
        raise MatcherError("nobody was shown anybody yet", "lists that attendees have opened", "publish a run first")
    progress("learning")
    learned = learn(prior, shown)
    report = report_of(learned)
    if learned.better:
        with database.writing() as session:
            query = select(func.max(LearnedModel.number)).where(LearnedModel.event_id == event_id)
            number = (session.scalar(query) or 0) + 1
            model = LearnedModel(event_id=event_id, number=number, report=report, archive=_packed(learned.reranker, report))
            session.add(model)
            session.flush()
            report = {**report, "model_id": model.id}
    return report


def report_of(learned: Learned) -> dict[str, Any]:
    """Returns what came of learning, as JSON: whether it helps, by how much, and both models on held-back answers."""
    told = {"better": learned.better, "reason": learned.reason, "gain": learned.gain, "old": learned.old, "new": learned.new}
    report: dict[str, Any] = to_jsonable_python({**told, "facts": learned.facts}, inf_nan_mode="null")
    return report


def models_of(session: Session, event_id: str) -> Sequence[LearnedModel]:
    """Returns the models that an event has learned, newest first."""
    query = select(LearnedModel).where(LearnedModel.event_id == event_id).order_by(LearnedModel.number.desc())
    return session.scalars(query).all()


def activate(session: Session, event: Event, model_id: str) -> LearnedModel:
    """Returns the model, now the one that the event uses.

    Raises:
        NotFound: the event has learned no such model.
    """
    model = session.get(LearnedModel, model_id)
    if model is None or model.event_id != event.id:
        raise NotFound("no such model of this event")
    session.execute(update(LearnedModel).where(LearnedModel.event_id == event.id).values(active=False))
    model.active = True
    touch(event)
    session.flush()
    return model


def roll_back(session: Session, event: Event) -> LearnedModel | None:
    """Returns the model before the active one, now in use; None where that is the one of the settings.

    Raises:
        Conflict: the event uses no model of its own.
    """
    models = models_of(session, event.id)
    current = next((model for model in models if model.active), None)
    if current is None:
        raise Conflict("this event uses the model of its settings", "an activated model of its own")
    current.active = False
    before = next((model for model in models if model.number < current.number), None)
    if before is not None:
        before.active = True
    touch(event)
    session.flush()
    return before


def _packed(reranker: Reranker, report: dict[str, Any]) -> bytes:
    out = io.BytesIO()
    with tempfile.TemporaryDirectory() as name:
        reranker.save(Path(name) / "model", {"learned": report})
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in FILES:
                archive.write(Path(name) / "model" / file, file)
    return out.getvalue()


def _unpacked(data: bytes) -> Reranker:
    from matcher.features import FEATURE_NAMES

    with tempfile.TemporaryDirectory() as name, zipfile.ZipFile(io.BytesIO(data)) as archive:
        for file in FILES:
            (Path(name) / file).write_bytes(archive.read(file))
        return Reranker.load(Path(name), FEATURE_NAMES)
