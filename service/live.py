"""Events in memory, for lists that are fresh: built once from the store, then following its revision.

Several workers agree, since each compares its revision with the store's at every read. Nobody who was removed is in an answer
after the removal is stored; and since nobody may be reading, each worker also looks every few seconds, so that what was erased
does not stay in memory.
"""

from __future__ import annotations

import gc
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from matcher.service.log import logger
from matcher.service.options import settings_of
from matcher.service.store import Database, Event, Person, Removal, RunRecord
from matcher.service.usecases.events import event_of
from matcher.service.usecases.faults import NotReady
from matcher.service.usecases.people import attendee_of, engine_people, handles_of, takes_part
from matcher.service.usecases.runs import newest_scored, run_of, unpack
from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher.errors import MatcherError
from matcher.event import EventSettings

if TYPE_CHECKING:
    from matcher.live import LiveEvent

PATIENCE = 8.0
"""Seconds that a request waits for an event to be loaded; a large one is loaded behind the scenes meanwhile."""
MANY = 100
"""Changes from which on loading anew is quicker than following one by one."""


@dataclass
class _Entry:
    live: LiveEvent
    revision: int
    settings: EventSettings
    model: str
    """Id of the model that the event has learned, or empty."""
    run: str = ""
    """Id of the run whose scored pairs the lists began with; empty where there is none."""
    lock: threading.Lock = field(default_factory=threading.Lock)


class LiveEvents:
    """All events in memory of one process.

    Args:
        database: the store.
        most: events kept at once; the one that was read longest ago makes room.
    """

    def __init__(self, database: Database, most: int = 20) -> None:
        self._database = database
        self._most = most
        self._lock = threading.Lock()
        self._entries: dict[str, _Entry] = {}
        self._loading: dict[str, threading.Event] = {}
        self._faults: dict[str, str] = {}

    def get(self, session: Session, event: Event) -> LiveEvent:
        """Returns the event in memory, as fresh as the session's view of the store.

        Raises:
            NotReady: it is still being loaded.
        """
        entry = self._entries.get(event.id)
        if entry is None:
            if not self._load(event.id).wait(PATIENCE):
                raise NotReady("this event is being loaded", fix="ask again in a few seconds")
            entry = self._entries.get(event.id)
            if entry is None:
                raise NotReady(self._faults.get(event.id, "this event cannot be loaded"), fix="see the log")
        with entry.lock:
            if entry.revision < event.revision:
                self._follow(session, event, entry)
        with self._lock:  # the youngest stands last
            if event.id in self._entries:
                self._entries[event.id] = self._entries.pop(event.id)
        return entry.live

    def warm(self, event_id: str) -> None:
        """Begins to load an event that will be asked for, unless it is there."""
        if event_id not in self._entries:
            self._load(event_id)

    def warm_latest(self, most: int = 3) -> None:
        """Begins to load the events whose runs were published last: their attendees are the next to ask."""
        with self._database.reading() as session:
            query = select(RunRecord.event_id).where(RunRecord.state == "published").order_by(RunRecord.published_at.desc())
            for event_id in session.scalars(query.limit(most)):
                self.warm(event_id)

    def keep_up(self) -> None:
        """Lets go of what was erased since events were read last, and takes up new runs, without waiting for a reader."""
        if not self._entries:
            return
        with self._database.reading() as session:
            now_at = dict(session.execute(select(Event.id, Event.revision).where(Event.id.in_(self.loaded()))).all())
            for event_id, entry in list(self._entries.items()):
                if event_id not in now_at:
                    with self._lock:
                        self._entries.pop(event_id, None)
                    continue
                if entry.revision < now_at[event_id]:
                    self.get(session, event_of(session, event_id))
                self._begin_with_run(session, event_id, entry)

    def loaded(self) -> list[str]:
        """Returns the ids of the events in memory."""
        return list(self._entries)

    def _load(self, event_id: str) -> threading.Event:
        with self._lock:
            if event_id in self._loading:
                return self._loading[event_id]
            ready = self._loading[event_id] = threading.Event()
        threading.Thread(target=self._build, args=(event_id, ready), name="load event", daemon=True).start()
        return ready

    def _build(self, event_id: str, ready: threading.Event) -> None:
        try:
            entry = self._built(event_id)
            with self._lock:
                self._entries[event_id] = entry
                while len(self._entries) > self._most:
                    self._entries.pop(next(iter(self._entries)))
            self._faults.pop(event_id, None)
        except MatcherError as error:
            self._faults[event_id] = str(error)
        except Exception as error:
            self._faults[event_id] = "this event cannot be loaded"
            logger().error("an event cannot be loaded", event_id=event_id, fault=type(error).__name__)
        finally:
            with self._lock:
                self._loading.pop(event_id, None)
            ready.set()
            _settle()

    def _built(self, event_id: str) -> _Entry:
        from matcher.service.usecases.learning import active_model, active_reranker
        from matcher.service.usecases.pairs import own_lists
        from matcher.service.vectors import KeptEncoder

        from matcher.live import LiveEvent
        from matcher.pipeline import prepare
        from matcher.profiles import Registration

        with self._database.reading() as session:
            event = event_of(session, event_id)
            revision = event.revision
            settings = own_lists(session, event, settings_of(event))
            people = engine_people(session, event, settings)
            encoder = KeptEncoder(session, event_id, settings)
            model, reranker = active_model(session, event_id), active_reranker(session, event_id, settings)
        prepared = prepare(Registration(tuple(people)), settings, encoder, reranker)
        live = LiveEvent(prepared, encoder.encoder)
        entry = _Entry(live, revision, settings, model)
        with self._database.reading() as session:
            self._begin_with_run(session, event_id, entry)
        with self._database.writing() as session:
            encoder.keep(session, event_id, prepared.attendees)
        return entry

    def _begin_with_run(self, session: Session, event_id: str, entry: _Entry) -> None:
        """Lets the lists begin with what the newest run has weighed: found one by one, first lists cost ten times as much.

        A draft serves as well, since it is weighed as the event would weigh; so the lists are there when it is published.
        """
        run_id = newest_scored(session, event_id)
        if run_id == entry.run:
            return
        entry.run = run_id
        run = run_of(session, event_id, run_id) if run_id else None
        if run is None or run.scored is None or not entry.live.weighs_as(run.facts["settings"], run.facts["reranker"]):
            return
        scored = unpack(run.scored)
        values = np.column_stack([scored[name] for name in ("value_a", "value_b", "score")]).astype(np.float64)
        newer = select(Person.ref).where(Person.event_id == event_id, Person.revision > run.revision)
        with self._database.reading() as later:  # asked when nobody can change any more, and of what stands in the store then
            entry.live.seed(scored["refs"].tolist(), scored["pairs"].astype(np.int64), values, lambda: set(later.scalars(newer)))

    def _follow(self, session: Session, event: Event, entry: _Entry) -> None:
        from matcher.service.usecases.learning import active_model
        from matcher.service.usecases.pairs import own_lists

        gone = session.scalars(select(Removal.mark).where(Removal.event_id == event.id, Removal.revision > entry.revision))
        changed = session.scalars(select(Person).where(Person.event_id == event.id, Person.revision > entry.revision)).all()
        settings = own_lists(session, event, settings_of(event))
        leaving = [*gone, *(person.ref for person in changed if not takes_part(person, settings))]
        for ref in leaving:
            if entry.live.has(ref):
                entry.live.remove(ref)
        coming = [person for person in changed if takes_part(person, settings)]
        model = active_model(session, event.id)
        if len(coming) > MANY or settings.consent != entry.settings.consent or model != entry.model:
            self._load(event.id)  # anew, behind the scenes; until then the old lists serve, without those who left
            return
        for person in coming:
            told = {**person.profile, **person.edits}
            named = {*(told.get("met_before") or ()), *(told.get("blocked") or ())}
            entry.live.change(attendee_of(person, handles_of(session, event.id, named)))
        if settings != entry.settings:
            entry.live.set_settings(settings)
            entry.settings = settings
        entry.revision = event.revision


def _settle() -> None:
    """Takes what was loaded out of the sight of the garbage collector, which would look through all of it while requests wait."""
    gc.unfreeze()  # what has gone since the last time is to be found
    gc.collect()
    gc.freeze()
