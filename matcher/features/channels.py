"""Similarities between two people, each a channel: one number per ordered pair (a, b), larger is closer.

A directed channel says how far b serves what a seeks, so it is computed in both directions; a symmetric one says how
alike the two are.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matcher.texts import Part

from .representation import Representation, Rows, Vectors

Pairs = NDArray[np.int64]
CHUNK = 2_000
"""Pairs computed at once: some 50 MB of phrase vectors."""
SHARPNESS = 12.0
"""How sharply the soft maximum over goal and phrase pairs prefers the best one."""
NOTHING = -0.2
"""Value of a best pair where one side has no text: about the lowest cosine that sentences reach."""


class Channel(NamedTuple):
    """A named similarity and what it looks at."""

    name: str
    family: str
    directed: bool


_DENSE = (
    ("seek_offer", Part.SEEKING, Part.OFFERING, "whole parts", True),
    ("seek_bio", Part.SEEKING, Part.BIO, "whole parts", True),
    ("seek_title", Part.SEEKING, Part.TITLE, "whole parts", True),
    ("seek_whole", Part.SEEKING, Part.PROFILE, "whole parts", True),
    ("bio_offer", Part.BIO, Part.OFFERING, "whole parts", True),
    ("title_offer", Part.TITLE, Part.OFFERING, "whole parts", True),
    ("whole_whole", Part.PROFILE, Part.PROFILE, "likeness", False),
    ("bio_bio", Part.BIO, Part.BIO, "likeness", False),
    ("title_title", Part.TITLE, Part.TITLE, "likeness", False),
    ("seek_seek", Part.SEEKING, Part.SEEKING, "competition", False),
    ("offer_offer", Part.OFFERING, Part.OFFERING, "competition", False),
)
_WORDS = (
    ("seek_whole", Part.SEEKING, Part.PROFILE, True),
    ("seek_offer", Part.SEEKING, Part.OFFERING, True),
    ("bio_offer", Part.BIO, Part.OFFERING, True),
    ("whole_whole", Part.PROFILE, Part.PROFILE, False),
    ("bio_bio", Part.BIO, Part.BIO, False),
    ("title_title", Part.TITLE, Part.TITLE, False),
    ("seek_seek", Part.SEEKING, Part.SEEKING, False),
    ("offer_offer", Part.OFFERING, Part.OFFERING, False),
)
_BEST = (
    "goal_max",
    "goal_mean",
    "goal_soft",
    "goal_offer_max",
    "goal_own_max",
    "need_offer_max",
    "need_offer_mean",
    "refused",
)

CHANNELS: tuple[Channel, ...] = (
    *(Channel(name, family, directed) for name, _, _, family, directed in _DENSE),
    *(Channel(name, "goal by phrase", True) for name in _BEST),
    *(Channel(f"word_{name}", "words", directed) for name, _, _, directed in _WORDS),
    *(Channel(f"char_{name}", "letters", directed) for name, _, _, directed in _WORDS),
    Channel("intent", "intents", True),
)


class IntentProfiles(NamedTuple):
    """(n, k) how much each person needs and gives in each kind of exchange; rows sum to 1, or are zero without text."""

    need: NDArray[np.float32]
    give: NDArray[np.float32]


def channel_values(rep: Representation, intents: IntentProfiles, pairs: Pairs) -> NDArray[np.float32]:
    """(m, len(CHANNELS)) values for ordered pairs (m, 2), in chunks of pairs, so memory is linear in one chunk."""
    values = np.zeros((len(pairs), len(CHANNELS)), dtype=np.float32)
    for at in range(0, len(pairs), CHUNK):
        values[at : at + CHUNK] = _chunk(rep, intents, pairs[at : at + CHUNK])
    return values


def _chunk(rep: Representation, intents: IntentProfiles, pairs: Pairs) -> NDArray[np.float32]:
    a, b = pairs[:, 0], pairs[:, 1]
    columns: list[NDArray[np.floating]] = [
        np.einsum("ij,ij->i", rep.parts[mine][a], rep.parts[theirs][b]) for _, mine, theirs, _, _ in _DENSE
    ]
    columns += _best_pairs(rep, a, b)
    columns += [_sparse_dot(rep.words[mine], rep.words[theirs], a, b) for _, mine, theirs, _ in _WORDS]
    columns += [_sparse_dot(rep.letters[mine], rep.letters[theirs], a, b) for _, mine, theirs, _ in _WORDS]
    columns.append(np.einsum("ij,ij->i", intents.need[a], intents.give[b]))
    return np.column_stack(columns).astype(np.float32)


def similarities(left: Rows, right: Rows, a: NDArray[np.int64], b: NDArray[np.int64]) -> NDArray[np.float32]:
    """(m, wa, wb) inner products of all rows of a with all rows of b; -inf where padded."""
    mine, real_a = left.gather(a)
    theirs, real_b = right.gather(b)
    product: Vectors = np.matmul(mine, theirs.transpose(0, 2, 1))
    return np.where(real_a[:, :, None] & real_b[:, None, :], product, -np.inf)


def _best_pairs(rep: Representation, a: NDArray[np.int64], b: NDArray[np.int64]) -> list[NDArray[np.floating]]:
    goals = similarities(rep.goals, rep.phrases, a, b)
    per_goal = goals.max(axis=2)
    real = np.isfinite(per_goal)
    weight = np.where(np.isfinite(goals), np.exp(SHARPNESS * np.where(np.isfinite(goals), goals, 0.0)), 0.0)
    total = weight.sum(axis=(1, 2))
    pairs = np.maximum(1, np.isfinite(goals).sum(axis=(1, 2)))
    offers = similarities(rep.goals, rep.offering_phrases, a, b)
    needs = similarities(rep.own_phrases, rep.offering_phrases, a, b)
    return [
        _top(goals),
        _mean(per_goal, real),
        np.where(total > 0, np.log(np.maximum(total, 1e-9) / pairs) / SHARPNESS, NOTHING),
        _top(offers),
        _top(similarities(rep.goals, rep.own_phrases, a, b)),
        _top(needs),
        _mean(needs.max(axis=2), np.isfinite(needs.max(axis=2))),
        _top(similarities(rep.refusals, rep.phrases, a, b)),
    ]


def _top(values: NDArray[np.float32]) -> NDArray[np.floating]:
    best = values.max(axis=(1, 2))
    return np.where(np.isfinite(best), best, NOTHING)


def _mean(values: NDArray[np.float32], real: NDArray[np.bool_]) -> NDArray[np.floating]:
    count = real.sum(axis=1)
    total = np.where(real, values, 0.0).sum(axis=1)
    return np.where(count > 0, total / np.maximum(1, count), NOTHING)


def _sparse_dot(
    left: sparse.csr_matrix, right: sparse.csr_matrix, a: NDArray[np.int64], b: NDArray[np.int64]
) -> NDArray[np.floating]:
    return np.asarray(left[a].multiply(right[b]).sum(axis=1)).ravel()
