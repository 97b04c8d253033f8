"""Features of ordered pairs: how far b is worth a's time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matcher.goals import complete
from matcher.parallel import side_by_side
from matcher.profiles import Attendee
from matcher.texts import Part

from .background import Usual, anchors, usual
from .blocks import block_values
from .candidate_values import CandidateValues
from .channels import CHANNELS, CHUNK, IntentProfiles, Pairs
from .facts import FACT_NAMES, Facts
from .intents import INTENTS
from .representation import Representation, Rows, TextEncoder, Vectors, represent
from .star import star_values
from .tfidf import Terms
from .told import Match, best_matches

_DIRECTED = [at for at, channel in enumerate(CHANNELS) if channel.directed]
_FORMS = ("", "_for_a", "_for_b", "_rare_a", "_rare_b")
_TURNED = [0, 2, 1, 4, 3]
"""The forms of a pair turned round."""
INTENT_SHARPNESS = 14.0
"""How sharply a text is counted for its nearest intents: e-fold per 0.07 of cosine."""


def _families() -> dict[str, str]:
    families = {f"{c.name}{form}": c.family for c in CHANNELS for form in _FORMS}
    for at in _DIRECTED:
        families.update({f"back_{CHANNELS[at].name}{form}": f"{CHANNELS[at].family}, back" for form in _FORMS})
    families.update({f"gets_{intent.name}": "kinds of exchange" for intent in INTENTS})
    families.update({f"gives_{intent.name}": "kinds of exchange" for intent in INTENTS})
    families.update(dict.fromkeys(FACT_NAMES, "facts"))
    return families


FEATURE_FAMILIES: dict[str, str] = _families()
"""Feature name to the family it is switched off with in an ablation."""
FEATURE_NAMES: tuple[str, ...] = tuple(FEATURE_FAMILIES)


class EventFeatures:
    """The people of one event, ready for pair features and for retrieval.

    Args:
        attendees: Everybody, in any order; goals are completed where they are missing.
        encoder: Gives unit vectors.
        progress: Shows a bar on the terminal while texts are encoded.
        terms: Vocabulary and weights of words, where they are not to be learned from these people.
    """

    def __init__(
        self, attendees: Sequence[Attendee], encoder: TextEncoder, progress: bool = False, terms: Terms | None = None
    ) -> None:
        people = [a if a.goals else complete(a) for a in attendees]
        self.ids: tuple[str, ...] = tuple(a.id for a in people)
        self.representation: Representation = represent(people, encoder, progress, terms)
        self.facts = Facts(people)
        self.intent_scale = IntentScale.of(self.representation, encoder)
        self.intents = self.intent_scale.profiles(self.representation)
        self._usual: tuple[Usual, Usual] | None = None
        self.candidate_values = CandidateValues(self.representation, self.intents)

    @classmethod
    def assembled(
        cls,
        ids: tuple[str, ...],
        representation: Representation,
        facts: Facts,
        intents: IntentProfiles,
        scale: IntentScale,
        usual: tuple[Usual, Usual],
    ) -> EventFeatures:
        """The features of some people of an event, of whom everything is known already; see `matcher.live`."""
        self = cls.__new__(cls)
        self.ids, self.representation, self.facts = ids, representation, facts
        self.intents, self.intent_scale, self._usual = intents, scale, usual
        self.candidate_values = CandidateValues(representation, intents)
        return self

    @property
    def offer(self) -> Vectors:
        """(n, d) what each offers; the bio or title where nothing is offered."""
        return self.representation.parts[Part.OFFERING]

    @property
    def goal_vectors(self) -> Vectors:
        """(g, d) one row per goal."""
        return self.representation.goals.vectors

    @property
    def goal_owner(self) -> NDArray[np.int64]:
        """(g,) position of the person whose goal it is, ascending."""
        return self.representation.goals.owner

    @property
    def self_vectors(self) -> Vectors:
        """(n, d) the whole profile."""
        return self.representation.parts[Part.PROFILE]

    @property
    def lexical(self) -> sparse.csr_matrix:
        """(n, v) TF-IDF of the whole profile."""
        return self.representation.words[Part.PROFILE]

    def directed(self, pairs: Pairs) -> NDArray[np.float32]:
        """(m, len(FEATURE_NAMES)) features of how far `pairs[:, 1]` serves `pairs[:, 0]`; linear in m."""
        pairs = np.asarray(pairs, dtype=np.int64)
        return self._features(pairs, *self.candidate_values.both_ways(pairs), turned=False)[0]

    def both_directions(self, pairs: Pairs) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """`directed` of the pairs, and of the pairs turned round; what both need is computed once."""
        pairs = np.asarray(pairs, dtype=np.int64)
        if len(pairs) and (pairs[:, 0] == pairs[0, 0]).all():
            theres, backs = star_values(self.representation, self.intents, int(pairs[0, 0]), pairs[:, 1])
        else:
            theres, backs = self.candidate_values.both_ways(pairs)
        there, back = self._features(pairs, theres, backs, turned=True)
        return there, back

    def _features(
        self, pairs: Pairs, theres: NDArray[np.float32], backs: NDArray[np.float32], turned: bool
    ) -> list[NDArray[np.float32]]:
        """The features of the pairs, and of the pairs turned round where asked for."""
        outward, inward = self.background()

        def rows_of(rows: slice) -> list[NDArray[np.float32]]:
            some = pairs[rows]
            a, b = some[:, 0], some[:, 1]
            there = _forms(theres[rows], outward, a, inward, b)
            back = _forms(backs[rows], inward, a, outward, b)
            found = [self._columns(some, there, back)]
            if turned:
                found.append(self._columns(some[:, ::-1], back[:, :, _TURNED], there[:, :, _TURNED]))
            return found

        parts = [slice(at, at + CHUNK) for at in range(0, len(pairs), CHUNK)]
        features = [np.zeros((len(pairs), len(FEATURE_NAMES)), dtype=np.float32) for _ in range(1 + turned)]
        for rows, blocks in zip(parts, side_by_side(rows_of, parts), strict=True):
            for out, block in zip(features, blocks, strict=True):
                out[rows] = block
        return features

    def _columns(self, pairs: Pairs, there: NDArray[np.float32], back: NDArray[np.float32]) -> NDArray[np.float32]:
        """(m, len(FEATURE_NAMES)) from the (m, k, 5) forms of the channels of the pairs, and of the pairs turned round."""
        a, b = pairs[:, 0], pairs[:, 1]
        blocks = [
            there.reshape(len(pairs), -1),
            back[:, _DIRECTED].reshape(len(pairs), -1),
            self.intents.need[a] * self.intents.give[b] * len(INTENTS),
            self.intents.need[b] * self.intents.give[a] * len(INTENTS),
            self.facts.values(pairs),
        ]
        return np.concatenate(blocks, axis=1, dtype=np.float32)

    def best_matches(self, pairs: Pairs) -> list[Match]:
        """As `told.best_matches`: per ordered pair a's goal, the phrase of b that meets it best, its source, their cosine."""
        return best_matches(self.representation, pairs)

    def best_match(self, a: int, b: int) -> tuple[str, str, float]:
        """A's goal, the phrase of b that meets it best, and their cosine."""
        goal, phrase, _, score = self.best_matches(np.array([[a, b]], dtype=np.int64))[0]
        return goal, phrase, score

    def background(self) -> tuple[Usual, Usual]:
        """What is usual for each person who looks, and who is looked at; computed once."""
        if self._usual is None:
            sample = anchors(self.ids)

            def block_of(a: NDArray[np.int64], b: NDArray[np.int64]) -> NDArray[np.float32]:
                return block_values(self.representation, self.intents, a, b)

            self._usual = (
                usual(block_of, len(self.ids), sample, outward=True),
                usual(block_of, len(self.ids), sample, outward=False),
            )
        return self._usual


def _forms(
    values: NDArray[np.float32], for_a: Usual, a: NDArray[np.int64], for_b: Usual, b: NDArray[np.int64]
) -> NDArray[np.float32]:
    """(m, k, 5): per channel the value, its distance and its rarity for a and for b, in the order of `_FORMS`."""
    forms = (
        values,
        for_a.distance(values, a),
        for_b.distance(values, b),
        for_a.rarity(values, a),
        for_b.rarity(values, b),
    )
    return np.stack(forms, axis=2)


@dataclass(frozen=True, slots=True, eq=False)
class IntentScale:
    """The k kinds of exchange as vectors (k, d), and how near the people of an event usually are to each (k,)."""

    needs: Vectors
    gives: Vectors
    usual_need: NDArray[np.float64]
    usual_give: NDArray[np.float64]

    @classmethod
    def of(cls, rep: Representation, encoder: TextEncoder) -> IntentScale:
        """The scale of an event. Some prototypes are near everything: what counts is being nearer than is usual."""
        needs = encoder.encode([intent.need for intent in INTENTS])
        gives = encoder.encode([intent.give for intent in INTENTS])
        return cls(needs, gives, _usual_level(rep.goals, needs), _usual_level(rep.phrases, gives))

    def profiles(self, rep: Representation) -> IntentProfiles:
        """How much each person needs and gives in each kind of exchange, by the nearest goal and the nearest phrase."""

        def profile(rows: Rows, prototypes: Vectors, usual_level: NDArray[np.float64]) -> NDArray[np.float32]:
            told = rows.count > 0
            weight = np.exp(INTENT_SHARPNESS * (_nearest(rows, prototypes) - usual_level)) * told[:, None]
            total = weight.sum(axis=1, keepdims=True)
            return np.asarray(np.divide(weight, total, out=np.zeros_like(weight), where=total > 0), dtype=np.float32)

        return IntentProfiles(profile(rep.goals, self.needs, self.usual_need), profile(rep.phrases, self.gives, self.usual_give))


def _nearest(rows: Rows, prototypes: Vectors) -> NDArray[np.float64]:
    """(n, k) cosine of each person's nearest row with each prototype; -1 without rows."""
    nearest = np.full((len(rows.count), len(prototypes)), -1.0)
    np.maximum.at(nearest, rows.owner, (rows.vectors @ prototypes.T).astype(np.float64))
    return nearest


def _usual_level(rows: Rows, prototypes: Vectors) -> NDArray[np.float64]:
    told = rows.count > 0
    if not told.any():
        return np.zeros(len(prototypes))
    return np.asarray(_nearest(rows, prototypes)[told].mean(axis=0))
