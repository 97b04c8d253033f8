"""All channels between two sets of people at once, by matrix products: what `channel_values` gives pair by pair.

Matrix products use the processor some twenty times better than gathering vectors for each pair, so the background of an
event is computed in blocks.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .channels import _DENSE, _WORDS, CHANNELS, NOTHING, SHARPNESS, IntentProfiles
from .representation import Representation, Rows

Positions = NDArray[np.int64]
Block = NDArray[np.float32]


def block_values(rep: Representation, intents: IntentProfiles, a: Positions, b: Positions) -> Block:
    """(len(a), len(b), len(CHANNELS)) values of all ordered pairs of the people `a` with the people `b`."""
    out = np.empty((len(a), len(b), len(CHANNELS)), dtype=np.float32)
    tables = [rep.parts[mine][a] @ rep.parts[theirs][b].T for _, mine, theirs, _, _ in _DENSE]
    tables += _best_tables(rep, a, b)
    for source in (rep.words, rep.letters):
        tables += [(source[mine][a] @ source[theirs][b].T).toarray() for _, mine, theirs, _ in _WORDS]
    tables.append(intents.need[a] @ intents.give[b].T)
    for at, table in enumerate(tables):
        out[:, :, at] = table
    return out


def _best_tables(rep: Representation, a: Positions, b: Positions) -> list[NDArray[np.floating]]:
    goals, goal_of = _rows(rep.goals, a)
    phrases, phrase_of = _rows(rep.phrases, b)
    similar = goals @ phrases.T
    per_goal = _segments(np.maximum, similar, phrase_of, len(b), -np.inf, axis=1)
    weight = _segments(np.add, np.exp(SHARPNESS * similar), phrase_of, len(b), 0.0, axis=1)
    weight = _segments(np.add, weight, goal_of, len(a), 0.0, axis=0)
    count = np.outer(np.bincount(goal_of, minlength=len(a)), np.bincount(phrase_of, minlength=len(b)))
    own, own_of = _rows(rep.own_phrases, a)
    offers, offer_of = _rows(rep.offering_phrases, b)
    theirs, their_of = _rows(rep.own_phrases, b)
    refusals, refusal_of = _rows(rep.refusals, a)
    per_need = _segments(np.maximum, own @ offers.T, offer_of, len(b), -np.inf, axis=1)
    soft = np.log(np.maximum(weight, 1e-9) / np.maximum(1, count)) / SHARPNESS
    return [
        _top(per_goal, goal_of, len(a)),
        _mean(per_goal, goal_of, len(a)),
        np.where(weight > 0, soft, NOTHING),
        _top(_segments(np.maximum, goals @ offers.T, offer_of, len(b), -np.inf, axis=1), goal_of, len(a)),
        _top(_segments(np.maximum, goals @ theirs.T, their_of, len(b), -np.inf, axis=1), goal_of, len(a)),
        _top(per_need, own_of, len(a)),
        _mean(per_need, own_of, len(a)),
        _top(_segments(np.maximum, refusals @ phrases.T, phrase_of, len(b), -np.inf, axis=1), refusal_of, len(a)),
    ]


def _rows(rows: Rows, people: Positions) -> tuple[NDArray[np.float32], Positions]:
    """The vectors of these people, and for each its place among them, ascending."""
    count = rows.count[people]
    place = np.repeat(np.arange(len(people)), count)
    first = np.repeat(np.cumsum(count) - count, count)
    at = np.repeat(rows.start[people], count) + np.arange(len(place)) - first
    return rows.vectors[at], place


def _segments(
    how: np.ufunc, table: NDArray[np.floating], place: Positions, size: int, empty: float, axis: int
) -> NDArray[np.floating]:
    """Reduces the rows (axis 0) or columns (axis 1) of each place to one; `empty` for places without any."""
    shape = (size, table.shape[1]) if axis == 0 else (table.shape[0], size)
    out = np.full(shape, empty, dtype=table.dtype)
    if not len(place):
        return out
    present, first = np.unique(place, return_index=True)
    reduced = how.reduceat(table, first, axis=axis)
    if axis == 0:
        out[present] = reduced
    else:
        out[:, present] = reduced
    return out


def _top(per_row: NDArray[np.floating], place: Positions, size: int) -> NDArray[np.floating]:
    best = _segments(np.maximum, per_row, place, size, -np.inf, axis=0)
    return np.where(np.isfinite(best), best, NOTHING)


def _mean(per_row: NDArray[np.floating], place: Positions, size: int) -> NDArray[np.floating]:
    real = np.isfinite(per_row)
    total = _segments(np.add, np.where(real, per_row, 0.0), place, size, 0.0, axis=0)
    count = _segments(np.add, real.astype(np.float32), place, size, 0.0, axis=0)
    return np.where(count > 0, total / np.maximum(1, count), NOTHING)
