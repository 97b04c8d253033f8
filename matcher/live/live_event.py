"""An event in memory that follows changes, and answers for one person at a time."""

from __future__ import annotations

import threading
from bisect import bisect_left, insort
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.eligibility import REFUSED, SELF
from matcher.errors import UnknownAttendeeError
from matcher.event import EventSettings
from matcher.features.background import Usual, anchor_count, anchor_rank, usual
from matcher.features.representation import TextEncoder, represent
from matcher.features.star import star_values
from matcher.goals import complete
from matcher.matching import introduce
from matcher.pipeline import PreparedEvent
from matcher.profiles import Attendee
from matcher.run import Introduction
from matcher.scoring import ScoredPairs, Scorer
from matcher.suggestions import Order, Suggestion, told

from .exposure import Places
from .lists import BACK, OTHER, SCORE, VALUE, Lists, Rows
from .nearness import by_goals, by_text, near
from .people import LivePeople
from .rules import LiveRules

_Question = tuple[str, int, Order, frozenset[str]]
LIST_LENGTH = 10
"""Length of the lists over which places are handed out where exposure is limited: what a page shows."""


@dataclass(frozen=True, slots=True)
class LiveWhy:
    """Why two people should, or may not, meet."""

    rule: str
    """The hard rule that forbids the pair, or empty."""
    introduction: Introduction | None
    """Values, strength and reasons of both sides, `a` being the lower id; None for people who do not take part."""


class LiveEvent:
    """An event that follows each change of a profile in place.

    Any number of threads may read while one changes something: changes wait for each other, and readers wait only while
    arrays are written, not while texts are encoded.

    Lists, pair values and rules are those that the event would have if it were prepared anew, with three exceptions: the
    vocabulary and the weights of words, what is usual in the event for each kind of exchange, and what is usual for those who
    did not change themselves stay as they were when it was last prepared. A list found without `seed` holds whom the
    person's own search finds, not also those whose search finds the person.

    Args:
        event: the event as it was prepared. Its arrays are taken over and changed, so it is not to be used any more.
        encoder: the encoder that it was prepared with.
    """

    def __init__(self, event: PreparedEvent, encoder: TextEncoder) -> None:
        self._encoder = encoder
        self._settings = event.settings
        self._people = LivePeople(event)
        self._rules = LiveRules(event.settings)
        for slot, attendee in enumerate(event.attendees):
            self._rules.put(slot, attendee)
        self._by_rank = sorted((anchor_rank(attendee.id), attendee.id) for attendee in event.attendees)
        self._lists = Lists()
        self._places: Places | None = None
        self._changing = threading.Lock()
        self._weighing = threading.Lock()
        self._lock = threading.RLock()
        self._sorted: tuple[Attendee, ...] | None = None
        self._answers: dict[_Question, tuple[Suggestion, ...]] = {}
        """Lists as they were told, until anything changes."""

    def __len__(self) -> int:
        return len(self._people.slots)

    @property
    def settings(self) -> EventSettings:
        """The settings that hold now."""
        return self._settings

    @property
    def attendees(self) -> tuple[Attendee, ...]:
        """Everybody, completed, by id; those who have refused are among them."""
        with self._lock:
            if self._sorted is None:
                self._sorted = tuple(self._people.attendee(slot) for _, slot in sorted(self._people.slots.items()))
            return self._sorted

    def has(self, attendee_id: str) -> bool:
        """True where somebody has this id."""
        return attendee_id in self._people.slots

    def attendee(self, attendee_id: str) -> Attendee:
        """The completed attendee.

        Raises:
            UnknownAttendeeError: nobody has this id.
        """
        with self._lock:
            return self._people.attendee(self._slot(attendee_id))

    def change(self, attendee: Attendee) -> None:
        """Adds somebody, or follows the change of their profile; goals are read from `seeking` anew.

        Their list, and their place on the lists of others, are those of the new profile when this returns.
        """
        with self._changing:
            done = complete(attendee)
            one = self._people.features_of(represent((done,), self._encoder, terms=self._people.terms), (done,))
            with self._lock:
                known = attendee.id in self._people.slots
                slot = self._people.place(done)
                self._people.put(slot, one)
                self._rules.put(slot, done)
                if not known:
                    insort(self._by_rank, (anchor_rank(done.id), done.id))
                self._people.put_usual(slot, *self._usual(slot))
                self._void(slot)
                self._weigh(slot)
                self._answers = {}

    def remove(self, attendee_id: str) -> None:
        """Forgets somebody: no answer holds them any more, and nothing of their texts, words and vectors stays in memory.

        What others wrote of them (whom they have met or blocked) is theirs and stays.

        Raises:
            UnknownAttendeeError: nobody has this id.
        """
        with self._changing, self._lock:
            slot = self._slot(attendee_id)
            self._rules.drop(slot)
            self._people.drop(attendee_id)
            rank = (anchor_rank(attendee_id), attendee_id)
            del self._by_rank[bisect_left(self._by_rank, rank)]
            self._void(slot)
            self._answers = {}

    def set_settings(self, settings: EventSettings) -> None:
        """Follows other rules, caps and weights. Lists are found anew one by one where weights or rules have changed.

        Further pairs that must or must not meet, caps and exposure leave them known.
        """
        with self._changing, self._lock:
            before, self._settings = self._settings, settings
            self._rules.set_settings(settings)
            if _weighed_by(before) != _weighed_by(settings) or not set(before.rules.exclusions) <= set(settings.rules.exclusions):
                self._lists.clear()
            self._places = None
            self._answers = {}

    def weighs_as(self, settings: Mapping[str, Any], reranker: str) -> bool:
        """True where a run with these settings (JSON) and this model weighs pairs as this event does now."""
        return settings["weights"] == self._settings.weights.model_dump(mode="json") and reranker == self._people.reranker.name

    def seed(
        self,
        people: Sequence[str],
        pairs: NDArray[np.int64],
        values: NDArray[np.float64],
        changed: Callable[[], Collection[str]] = tuple,
    ) -> None:
        """Makes lists known from the weighed pairs of a finished run with the same settings.

        Args:
            people: ids of those who were in the run; unknown ones are passed over.
            pairs: (m, 2) places in `people`.
            values: (m, 3) P(first welcomes second), P(second welcomes first), the mutual score.
            changed: gives the ids of those whose profile is not the one of the run, asked while nobody can change: they are
                weighed anew when they are asked for.
        """
        with self._changing:
            asunder = set(changed())
            of_run = np.array([-1 if one in asunder else self._people.slots.get(one, -1) for one in people], dtype=np.int64)
            slots = of_run[pairs]
            here = (slots >= 0).all(axis=1)
            rows = self._lists.rows_of(slots[here, 0], slots[here, 1], values[here])
            with self._lock:
                self._lists.take(rows, of_run[of_run >= 0].tolist())
                self._places = None
                self._answers = {}

    def suggestions(
        self, attendee_id: str, limit: int, order: Order = Order.MUTUAL, barred: Collection[str] = ()
    ) -> tuple[Suggestion, ...]:
        """The best `limit` people for one person, best first: nobody whom a rule, a cap of 0 or `barred` keeps off.

        Where the settings limit exposure, places on lists are handed out over all lists that are known and then kept
        (`exposure`); a place that is barred or void goes to the next best who has room.

        Args:
            attendee_id: who reads.
            limit: length of the list.
            order: what it is sorted by; `balanced` needs the lists of all at once and is `mutual` here.
            barred: ids of people who are not to be shown, such as those already known or declined.

        Raises:
            UnknownAttendeeError: nobody has this id.
        """
        question = (attendee_id, limit, order, frozenset(barred))
        self._weigh_aside(attendee_id)
        with self._lock:
            slot, answers = self._slot(attendee_id), self._answers
            if question in answers:
                return answers[question]
            rows = self._ranked(slot, order, barred)
            if self._settings.exposure.limit is not None:
                if self._places is None:
                    self._places = self._handed_out(self._settings.exposure.limit)
                ranked = rows[:, OTHER].astype(np.int64).tolist()
                chosen = set(self._places.list_of(slot, ranked, limit))
                rows = rows[[other in chosen for other in ranked]] if ranked else rows
            rows = rows[:limit]
            scorer = self._people.scorer(np.concatenate([[slot], rows[:, OTHER]]).astype(np.int64), self._settings, words=False)
        pairs = np.column_stack([np.zeros(len(rows), dtype=np.int64), np.arange(1, len(rows) + 1)])
        lines = told(scorer, ScoredPairs(pairs, rows[:, VALUE], rows[:, BACK], rows[:, SCORE]))
        if self._settings.exposure.limit is None:  # handing out places changes them
            answers[question] = lines  # after a change this is an old dictionary, which nobody reads any more
        return lines

    def search(self, text: str, reader_id: str | None, limit: int, barred: Collection[str] = ()) -> list[tuple[str, float, str]]:
        """People found by meaning and by words, best first: id, score, and their phrase that meets the text.

        Args:
            text: what is looked for, "somebody who has run a pilot with a hospital".
            reader_id: who looks, and finds only those whom the rules let them meet; None for the organizer.
            limit: people at most.
            barred: ids of people who are not to be shown.

        Raises:
            UnknownAttendeeError: nobody has this id.
        """
        if not text.strip():
            return []
        vector = self._encoder.encode([text])[0]
        with self._lock:
            among = self._rules.visible() if reader_id is None else self._rules.may_meet(self._slot(reader_id), though_silent=True)
            among[[slot for slot in map(self._people.slots.get, barred) if slot is not None]] = False
            found = by_text(self._people, vector, self._people.words.row_of(text), among, limit)
            return [(self._people.attendee(slot).id, score, phrase) for slot, score, phrase in found]

    def rule(self, a_id: str, b_id: str) -> str:
        """The hard rule that forbids a pair, in words; empty where it is allowed.

        Raises:
            UnknownAttendeeError: nobody has one of these ids.
        """
        with self._lock:
            return self._rules.rule(self._slot(a_id), self._slot(b_id))

    def wishes(self, text: str, among: Collection[str], limit: int) -> list[tuple[str, float, str]]:
        """Those of `among` whose goals a text meets by meaning, best first: id, cosine, and the goal in their words.

        Args:
            text: what there is, "a board seat opened".
            among: ids of people; those who are not here are passed over. No rule is asked.
            limit: people at most.
        """
        if not text.strip():
            return []
        vector = self._encoder.encode([text])[0]
        with self._lock:
            mask = np.zeros(len(self._people.attendees), dtype=np.bool_)
            mask[[slot for slot in map(self._people.slots.get, among) if slot is not None]] = True
            found = by_goals(self._people, vector, mask, limit)
            return [(self._people.attendee(slot).id, score, goal) for slot, score, goal in found]

    def why(self, a_id: str, b_id: str) -> LiveWhy:
        """The rule that forbids a pair, and what each would get from the other, with reasons; nothing is allocated.

        Raises:
            UnknownAttendeeError: nobody has one of these ids.
        """
        with self._lock:
            first, second = sorted((a_id, b_id))
            slots = np.array([self._slot(first), self._slot(second)])
            rule = self._rules.rule(int(slots[0]), int(slots[1]))
            if rule in {SELF, REFUSED}:
                return LiveWhy(rule, None)
            if slots[1] in self._rules.must_meet(int(slots[0])):
                rule = ""
            scorer = self._people.scorer(slots, self._settings)
        return LiveWhy(rule, introduce(scorer, scorer.scored(np.array([[0, 1]])))[0])

    def score(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float64]:
        """(m, 3) P(first welcomes second), P(second welcomes first) and the mutual score of any pairs of ids, rules apart.

        Raises:
            UnknownAttendeeError: nobody has one of these ids.
        """
        if not len(pairs):
            return np.zeros((0, 3))
        with self._lock:
            slots, place = np.unique([[self._slot(one) for one in pair] for pair in pairs], return_inverse=True)
            scorer = self._people.scorer(slots, self._settings)
        scored = scorer.scored(place.reshape(-1, 2))
        return np.column_stack([scored.value_a, scored.value_b, scored.score])

    def _slot(self, attendee_id: str) -> int:
        slot = self._people.slots.get(attendee_id)
        if slot is None:
            raise UnknownAttendeeError(f"nobody here has the id {attendee_id!r}", "the id of an attendee of this event")
        return slot

    def _usual(self, slot: int) -> tuple[Usual, Usual]:
        """What is usual for one person beside those who stand for the event now."""
        count = anchor_count(len(self._by_rank))
        sample = [other for _, name in self._by_rank[:count] if (other := self._people.slots[name]) != slot]
        scorer = self._people.scorer(np.array([slot, *sample], dtype=np.int64), self._settings)
        rep, intents = scorer.features.representation, scorer.features.intents
        places = np.arange(1, len(sample) + 1) if sample else np.array([0])

        there, back = star_values(rep, intents, 0, places)
        return (
            usual(lambda a, b: there[None], 1, places, outward=True),
            usual(lambda a, b: back[:, None], 1, places, outward=False),
        )

    def _void(self, slot: int) -> None:
        self._sorted = None
        self._lists.void(slot)
        if self._places is not None:
            self._places.void(slot)

    def _weigh_aside(self, attendee_id: str) -> None:
        """Weighs a person whose list is not known. The lock, for which all others wait, is not held while pairs are scored.

        One at a time: many at once would only take the interpreter from each other.
        """
        if self._lists.knows(self._slot(attendee_id)):
            return
        with self._weighing:
            with self._lock:
                slot, before = self._slot(attendee_id), self._answers
                if self._lists.knows(slot):
                    return
                others = self._worth_weighing(slot)
                scorer = self._scorer_of(slot, others)
            values = _star(scorer, len(others))
            with self._lock:
                if self._answers is before and not self._lists.knows(slot):  # nothing has changed meanwhile
                    self._lists.put(slot, others, values)

    def _weigh(self, slot: int) -> None:
        """Weighs a person against everybody worth it, and keeps both sides."""
        others = self._worth_weighing(slot)
        self._lists.put(slot, others, self._values(slot, others))

    def _worth_weighing(self, slot: int) -> NDArray[np.int64]:
        found = near(self._people, slot, self._rules.may_meet(slot), self._settings.candidates.per_person, self._settings.weights)
        return np.union1d(found, self._rules.must_meet(slot)).astype(np.int64)

    def _scorer_of(self, slot: int, others: NDArray[np.int64]) -> Scorer:
        return self._people.scorer(np.concatenate([[slot], others]), self._settings)

    def _values(self, slot: int, others: NDArray[np.int64]) -> NDArray[np.float64]:
        return _star(self._scorer_of(slot, others), len(others))

    def _ranked(self, slot: int, order: Order, barred: Iterable[str]) -> Rows:
        """The rows of a reader whom no rule, cap or bar keeps off, best first; ties by id."""
        rows = self._lists.of(slot)
        if rows is None:
            self._weigh(slot)
            rows = self._lists.of(slot)
        missing = np.setdiff1d(self._rules.must_meet(slot), rows[:, OTHER] if rows is not None else [])
        if rows is None or len(missing):
            known = rows[:, OTHER].astype(np.int64) if rows is not None else np.zeros(0, dtype=np.int64)
            others = np.union1d(known, missing).astype(np.int64)
            self._lists.put(slot, others, self._values(slot, others))
            rows = self._lists.of(slot)
        assert rows is not None
        mask = self._rules.may_meet(slot)
        mask[[other for other in map(self._people.slots.get, barred) if other is not None]] = False
        if not self._wants_any(slot):
            mask[:] = False
        rows = rows[mask[rows[:, OTHER].astype(np.int64)]]
        ids = [self._people.attendee(other).id for other in rows[:, OTHER].astype(np.int64).tolist()]
        key = np.round(rows[:, VALUE if order is Order.VALUE else SCORE], 6).tolist()
        best = sorted(range(len(rows)), key=lambda row: (-key[row], ids[row]))
        return rows[[row for row in best if self._wants_any(int(rows[row, OTHER]))]]

    def _wants_any(self, slot: int) -> bool:
        attendee = self._people.attendee(slot)
        return self._settings.introductions.most(attendee.group, attendee.max_introductions) > 0

    def _handed_out(self, most: int) -> Places:
        places = Places(most)
        lines: list[tuple[float, str, str, int, int]] = []
        for reader in self._lists.readers():
            name = self._people.attendee(reader).id
            for row in self._ranked(reader, Order.MUTUAL, ()).tolist():
                other = int(row[OTHER])
                lines.append((-round(row[SCORE], 6), name, self._people.attendee(other).id, reader, other))
        lines.sort()
        places.hand_out(((reader, other) for *_, reader, other in lines), LIST_LENGTH)
        return places


def _star(scorer: Scorer, others: int) -> NDArray[np.float64]:
    """(others, 3) values of the first person with each of the others, both ways, and the mutual scores."""
    if not others:
        return np.zeros((0, 3))
    places = np.arange(1, others + 1)
    scored = scorer.scored(np.column_stack([np.zeros_like(places), places]))
    return np.column_stack([scored.value_a, scored.value_b, scored.score])


def _weighed_by(settings: EventSettings) -> object:
    """What of the settings decides whom a person is weighed against, and how it comes out; more exclusions apart."""
    return settings.weights, settings.rules.may_meet, settings.rules.same_organization, settings.candidates, settings.consent
