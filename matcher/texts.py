"""Attendees to the distinct passages that are encoded, and the map back from each to (person, part).

Parts of a person: what is sought (each goal a row of its own), what is expressly refused, what is offered, what the
rest of the profile says. A part longer than the encoder reads is cut at sentence ends (`sentences.passages`), and its
vector is the mean of its passages' vectors; for best pairs of goal and phrase each sentence is a row of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from .goals import MOST_GOALS, complete, split
from .profiles import Attendee
from .sentences import grouped, passages, tokens

MOST_PHRASES = 12
"""Phrases kept per person and text field; sentences of longer texts are joined, none is lost."""
LIMIT = 256
"""Tokens that all-MiniLM-L6-v2 reads."""


class Part(StrEnum):
    """The parts of a profile that are compared with each other."""

    SEEKING = "seeking"
    OFFERING = "offering"
    BIO = "bio"
    TITLE = "title"
    PROFILE = "profile"


class Source(StrEnum):
    """Where a phrase comes from, as it is named when it is quoted."""

    OFFERING = "offering"
    BIO = "bio"
    TITLE = "title"


@dataclass(frozen=True, slots=True)
class Phrase:
    """One sentence of somebody's profile, as written."""

    owner: int
    text: str
    source: Source


@dataclass(frozen=True, slots=True)
class EventTexts:
    """All texts of an event. Rows of `goals`, `refusals` and `phrases` are ordered by owner (position 0..n-1)."""

    people: int
    distinct: tuple[str, ...]
    """Each passage once, sorted: what the encoder gets."""
    passages: dict[str, tuple[str, ...]]
    """The passages of each text that has a vector; a text of one passage is not always that passage to the letter."""
    parts: dict[Part, tuple[str, ...]]
    """Per part one text per person; empty where there is none."""
    goals: tuple[tuple[int, str], ...]
    """(owner, text)."""
    inferred: NDArray[np.bool_]
    """(n,): True where the goals were guessed."""
    refusals: tuple[tuple[int, str], ...]
    phrases: tuple[Phrase, ...]


def title_line(attendee: Attendee) -> str:
    """Title, organisation, industry and interests in one line.

    >>> title_line(Attendee("1", "A", title="Welder", organization="Arc", interests=("steel", "golf")))
    'Welder, Arc. steel, golf'
    """
    head = ", ".join(text for text in (attendee.title, attendee.organization, attendee.industry) if text)
    return ". ".join(text for text in (head, ", ".join(attendee.interests)) if text)


def one_passage(profile: str) -> bool:
    """True where a whole profile is read at once; the vector of a longer one is the mean of its parts' passages.

    Its passages would only repeat those of the bio at other places, and cost as much again.
    """
    return tokens(profile) <= LIMIT


def _phrases(text: str, cut: Sequence[str]) -> Sequence[str]:
    """Sentences; of a text so long that they would have to be joined, its passages, which are encoded anyway."""
    return cut if len(cut) >= MOST_PHRASES // 2 else grouped(text, MOST_PHRASES)


def event_texts(attendees: Sequence[Attendee]) -> EventTexts:
    """The texts of all attendees; those without goals are completed first (`goals.complete`)."""
    parts: dict[Part, list[str]] = {part: [] for part in Part}
    goals: list[tuple[int, str]] = []
    refusals: list[tuple[int, str]] = []
    phrases: list[Phrase] = []
    inferred = np.zeros(len(attendees), dtype=np.bool_)
    cuts: dict[str, tuple[str, ...]] = {}

    def cut(text: str) -> tuple[str, ...]:
        if text not in cuts:
            cuts[text] = tuple(passages(text, LIMIT))
        return cuts[text]

    for owner, given in enumerate(attendees):
        attendee = given if given.goals else complete(given)
        title = title_line(attendee)
        texts = [goal.text for goal in attendee.goals][:MOST_GOALS]
        inferred[owner] = all(goal.inferred for goal in attendee.goals)
        goals.extend((owner, text) for text in texts)
        refusals.extend((owner, text) for text in split(attendee.seeking).avoided)
        parts[Part.SEEKING].append(attendee.seeking or " ".join(texts))
        parts[Part.OFFERING].append(attendee.offering)
        parts[Part.BIO].append(attendee.bio)
        parts[Part.TITLE].append(title)
        whole = (title, attendee.bio, attendee.offering, attendee.seeking)
        parts[Part.PROFILE].append(". ".join(text for text in whole if text))
        for source, text in ((Source.OFFERING, attendee.offering), (Source.BIO, attendee.bio)):
            phrases.extend(Phrase(owner, piece, source) for piece in _phrases(text, cut(text)))
        if title:
            phrases.append(Phrase(owner, title, Source.TITLE))
    for part, texts in parts.items():
        for text in texts:
            if part is not Part.PROFILE or one_passage(text):
                cut(text)
    for text in (*(text for _, text in (*goals, *refusals)), *(phrase.text for phrase in phrases)):
        cut(text)
    return EventTexts(
        people=len(attendees),
        distinct=tuple(sorted({piece for pieces in cuts.values() for piece in pieces})),
        passages=cuts,
        parts={part: tuple(texts) for part, texts in parts.items()},
        goals=tuple(goals),
        inferred=inferred,
        refusals=tuple(refusals),
        phrases=tuple(phrases),
    )
