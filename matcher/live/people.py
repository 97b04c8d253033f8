"""All that is known of each person of an event, in arrays that are changed in place.

What `features` computes for a whole event is kept here per person, so that a few people at a time can be put together
again into a `Scorer` that weighs pairs as the whole event would. Vocabulary, weights of words, the scale of intents and
the levels of similarities stay those of the event as it was last prepared; what is usual for a person was computed when
that person last changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from matcher.event import EventSettings
from matcher.features import EventFeatures
from matcher.features.background import Usual
from matcher.features.channels import IntentProfiles
from matcher.features.facts import Facts
from matcher.features.representation import Representation, Rows
from matcher.pipeline import PreparedEvent
from matcher.profiles import Attendee
from matcher.scoring import Scorer
from matcher.similarity import PeopleVectors
from matcher.texts import EventTexts, Part, Phrase, Source

from .slots import grown
from .vector_rows import VectorRows
from .word_rows import WordRows

Slots = NDArray[np.int64]
Told = tuple[tuple[str, Source], ...]
Text = TypeVar("Text")
_SOURCES = tuple(Source)


class LivePeople:
    """The people of an event by slot, a number that stays theirs.

    Takes over the arrays of the prepared event, and writes into them: that event is not to be used any more.

    Args:
        event: the event as it was prepared.
    """

    def __init__(self, event: PreparedEvent) -> None:
        features, rep = event.features, event.features.representation
        n = len(event.attendees)
        self.attendees: list[Attendee | None] = list(event.attendees)
        self.slots: dict[str, int] = {attendee.id: slot for slot, attendee in enumerate(event.attendees)}
        self._free: list[int] = []
        self.parts: dict[Part, NDArray[np.float32]] = dict(rep.parts)
        self.goals = VectorRows(rep.goals)
        self.refusals = VectorRows(rep.refusals)
        self.phrases = VectorRows(rep.phrases)
        self.goal_texts: list[tuple[str, ...]] = _by_owner(((owner, text) for owner, text in rep.texts.goals), n)
        self.told: list[Told] = _by_owner(((phrase.owner, (phrase.text, phrase.source)) for phrase in rep.texts.phrases), n)
        self.offers = rep.offers
        self.words = WordRows(rep.words, rep.terms.words)
        self.letters = WordRows(rep.letters, rep.terms.letters)
        self.need, self.give = features.intents
        self.solo = features.facts.solo
        outward, inward = features.background()
        self._usual = [[usual.mean, usual.spread, usual.quantiles] for usual in (outward, inward)]
        self.terms = rep.terms
        self._scale, self._levels, self.reranker = features.intent_scale, event.levels, event.reranker

    def place(self, attendee: Attendee) -> int:
        """The slot of this id, a free one for somebody new; makes room and keeps the profile."""
        slot = self.slots.get(attendee.id)
        if slot is None:
            slot = self._free.pop() if self._free else len(self.attendees)
            self.slots[attendee.id] = slot
        if slot == len(self.attendees):
            self.attendees.append(None)
            self.goal_texts.append(())
            self.told.append(())
        size = len(self.attendees)
        self.parts = {part: grown(rows, size) for part, rows in self.parts.items()}
        self.offers, self.solo = grown(self.offers, size), grown(self.solo, size)
        self.need, self.give = grown(self.need, size), grown(self.give, size)
        self._usual = [[grown(array, size) for array in side] for side in self._usual]
        self.attendees[slot] = attendee
        return slot

    def put(self, slot: int, one: EventFeatures) -> None:
        """Keeps what was computed of one person; their `usual` apart (`put_usual`)."""
        rep = one.representation
        for part, rows in self.parts.items():
            rows[slot] = rep.parts[part][0]
        for mine, theirs in ((self.goals, rep.goals), (self.refusals, rep.refusals), (self.phrases, rep.phrases)):
            mine.put(slot, theirs.vectors)
        self.goal_texts[slot] = tuple(text for _, text in rep.texts.goals)
        self.told[slot] = tuple((phrase.text, phrase.source) for phrase in rep.texts.phrases)
        self.offers[slot] = rep.offers[0]
        self.words.put(slot, rep.words)
        self.letters.put(slot, rep.letters)
        self.need[slot], self.give[slot] = one.intents.need[0], one.intents.give[0]
        self.solo[slot] = one.facts.solo[0]

    def put_usual(self, slot: int, outward: Usual, inward: Usual) -> None:
        """Keeps what is usual for one person; usuals of one row."""
        for side, usual in zip(self._usual, (outward, inward), strict=True):
            for array, value in zip(side, (usual.mean, usual.spread, usual.quantiles), strict=True):
                array[slot] = value[0]

    def drop(self, attendee_id: str) -> int:
        """Forgets somebody: texts, vectors, words that nobody else uses. Returns the slot that is free now."""
        slot = self.slots.pop(attendee_id)
        self.attendees[slot] = None
        self.goal_texts[slot], self.told[slot] = (), ()
        for rows in (*self.parts.values(), self.offers, self.solo, self.need, self.give, *self._usual[0], *self._usual[1]):
            rows[slot] = 0
        for vectors in (self.goals, self.refusals, self.phrases):
            vectors.drop(slot)
        for words in (self.words, self.letters):
            words.drop(slot)
            words.forget_unused()
        self._free.append(slot)
        return slot

    def attendee(self, slot: int) -> Attendee:
        """Who has this slot."""
        attendee = self.attendees[slot]
        if attendee is None:
            raise KeyError(f"slot {slot} is free")
        return attendee

    def features_of(self, representation: Representation, attendees: Sequence[Attendee]) -> EventFeatures:
        """Features of people who are not here yet, by the scales of this event; what is usual for them is still unknown."""
        nothing = Usual(*(np.zeros((0, *array.shape[1:]), dtype=np.float32) for array in self._usual[0]))
        return EventFeatures.assembled(
            tuple(attendee.id for attendee in attendees),
            representation,
            Facts(attendees),
            self._scale.profiles(representation),
            self._scale,
            (nothing, nothing),
        )

    def scorer(self, slots: Slots, settings: EventSettings, words: bool = True) -> Scorer:
        """These people as an event of their own, in this order, that weighs pairs as the whole event does.

        Without `words` it only finds the phrases that meet a goal.
        """
        attendees = tuple(self.attendee(slot) for slot in slots.tolist())
        usual = [Usual(*(array[slots] for array in side)) for side in self._usual]
        features = EventFeatures.assembled(
            tuple(attendee.id for attendee in attendees),
            self._representation(slots, words),
            Facts(attendees, self.solo[slots]),
            IntentProfiles(self.need[slots], self.give[slots]),
            self._scale,
            (usual[0], usual[1]),
        )
        people = PeopleVectors(features.offer, features.goal_vectors, features.goal_owner, features.self_vectors, features.lexical)
        return Scorer(attendees, settings, features, people, self.reranker, self._levels)

    def _representation(self, slots: Slots, words: bool) -> Representation:
        told = [self.told[slot] for slot in slots.tolist()]
        goals, phrases = self.goals.of(slots), self.phrases.of(slots)
        source = np.array([_SOURCES.index(source) for phrase in told for _, source in phrase], dtype=np.int64)
        best = np.full(len(slots), len(_SOURCES))
        np.minimum.at(best, phrases.owner, source)
        texts = EventTexts(
            people=len(slots),
            distinct=(),
            passages={},
            parts={},
            goals=tuple((place, text) for place, slot in enumerate(slots.tolist()) for text in self.goal_texts[slot]),
            inferred=np.zeros(len(slots), dtype=np.bool_),
            refusals=(),
            phrases=tuple(Phrase(place, text, source) for place, lines in enumerate(told) for text, source in lines),
        )
        return Representation(
            texts=texts,
            parts={part: rows[slots] for part, rows in self.parts.items()},
            offers=self.offers[slots],
            goals=goals,
            refusals=self.refusals.of(slots),
            phrases=phrases,
            titles=source == _SOURCES.index(Source.TITLE),
            offering_phrases=_chosen(phrases, source == best[phrases.owner]),
            own_phrases=_chosen(phrases, source == _SOURCES.index(Source.BIO)),
            words=self.words.of(slots if words else slots[:0]),
            letters=self.letters.of(slots if words else slots[:0]),
            terms=self.terms,
        )


def _chosen(rows: Rows, keep: NDArray[np.bool_]) -> Rows:
    return Rows.of(rows.vectors[keep], rows.owner[keep].tolist(), len(rows.count))


def _by_owner(rows: Iterable[tuple[int, Text]], people: int) -> list[tuple[Text, ...]]:
    found: list[list[Text]] = [[] for _ in range(people)]
    for owner, row in rows:
        found[owner].append(row)
    return [tuple(each) for each in found]
