"""All channels of many pairs, both ways, one person at a time: what the candidates of an event ask for.

It gives what `star` gives for a single person, with less work per person and other last bits. Every similarity of
parts is symmetric in its two texts, so one product of all parts with all parts serves both directions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matcher.texts import Part

from .channels import _DENSE, _WORDS, CHANNELS, NOTHING, SHARPNESS, IntentProfiles, Pairs, channel_values
from .representation import Representation, Rows

Positions = NDArray[np.int64]
Values = NDArray[np.float32]
Numbers = NDArray[np.floating]
_PARTS = tuple(Part)
_PLACES = {
    outward: tuple(
        [_PARTS.index(b if outward else a) * len(_PARTS) + _PARTS.index(a if outward else b) for _, a, b, *_ in kinds]
        for kinds in (_DENSE, _WORDS)
    )
    for outward in (True, False)
}
"""Where the channels of whole parts and of words stand among all parts of the others with all parts of the one."""
_FEW = 8
"""Pairs of one person from which on a star costs less than as many single pairs (measured: 1 ms against .1 ms a pair)."""


class CandidateValues:
    """The channels of many pairs of one event, both ways.

    Args:
        rep: the people of the event.
        intents: what they need and give.
    """

    def __init__(self, rep: Representation, intents: IntentProfiles) -> None:
        self._rep, self._intents = rep, intents
        self._terms: _Terms | None = None

    def arrange(self) -> _Terms:
        """What pairs of one person are looked up in; made once, as large as all words and letters of the event."""
        if self._terms is None:
            self._terms = _Terms(self._rep.words, self._rep.letters)
        return self._terms

    def let_go(self) -> None:
        """Forgets what `arrange` made: in a large event a tenth of the memory, which few pairs are worth."""
        self._terms = None

    def both_ways(self, pairs: Pairs) -> tuple[Values, Values]:
        """(m, k) values of the ordered pairs (m, 2), and of the same pairs turned round.

        One person at a time where a person comes first in several pairs, pair by pair otherwise.
        """
        there, back = np.empty((2, len(pairs), len(CHANNELS)), dtype=np.float32)
        _, place, count = np.unique(pairs[:, 0], return_inverse=True, return_counts=True)
        few = count[place.ravel()] < _FEW
        there[few] = channel_values(self._rep, self._intents, pairs[few])
        back[few] = channel_values(self._rep, self._intents, pairs[few][:, ::-1])
        many = np.flatnonzero(~few)
        for rows, values, turned in self._stars(pairs[many]):
            there[many[rows]], back[many[rows]] = values, turned
        return there, back

    def _stars(self, pairs: Pairs) -> Iterator[tuple[Positions, Values, Values]]:
        """Per person who comes first: the rows of `pairs`, their values, and those of the pairs turned round."""
        if not len(pairs):
            return
        rep, intents, terms = self._rep, self._intents, self.arrange()
        room = terms.room()
        order = np.argsort(pairs[:, 0], kind="stable")
        for rows in np.split(order, np.flatnonzero(np.diff(pairs[order, 0])) + 1):
            one, others = int(pairs[rows[0], 0]), pairs[rows, 1]
            dense = np.stack([rep.parts[part][others] @ _of_one(rep, one) for part in _PARTS], axis=1)
            tables = (dense, *terms.products(one, others, room))
            outward, inward = _best(rep, one, others)
            exchange = (intents.give[others] @ intents.need[one], intents.need[others] @ intents.give[one])
            yield rows, _laid_out(tables, outward, exchange[0], True), _laid_out(tables, inward, exchange[1], False)


def _laid_out(tables: tuple[Values, ...], best: list[Numbers], exchange: Values, outward: bool) -> Values:
    """Columns in the order of `CHANNELS`, from (m, parts of the others, parts of the one) products."""
    dense, words, letters = (table.reshape(len(exchange), -1) for table in tables)
    kinds, shared = _PLACES[outward]
    out = np.empty((len(exchange), len(CHANNELS)), dtype=np.float32)
    begin = len(kinds) + len(best)
    out[:, : len(kinds)] = dense[:, kinds]
    for at, column in enumerate(best, start=len(kinds)):
        out[:, at] = column
    out[:, begin : begin + len(shared)] = words[:, shared]
    out[:, begin + len(shared) : -1] = letters[:, shared]
    out[:, -1] = exchange
    return out


def _of_one(rep: Representation, one: int) -> Values:
    """(d, parts)."""
    return np.stack([rep.parts[part][one] for part in _PARTS], axis=1)


class _Terms:
    """TF-IDF of everybody by words and by letters in one matrix of words beside letters; a person's ten rows lie together.

    So the rows of others come out in one piece, and one product with the spread-out rows of one person serves both.
    """

    def __init__(self, words: Mapping[Part, sparse.csr_matrix], letters: Mapping[Part, sparse.csr_matrix]) -> None:
        n, width = words[_PARTS[0]].shape
        tables = [words[part] for part in _PARTS] + [letters[part] for part in _PARTS]
        count = np.stack([np.diff(table.indptr) for table in tables], axis=1)
        bounds = np.concatenate([[0], np.cumsum(count, dtype=np.int64)])
        columns, data = np.empty(bounds[-1], dtype=np.int32), np.empty(bounds[-1], dtype=np.float32)
        for number, table in enumerate(tables):
            begins = bounds[number : -1 : len(tables)]
            at = np.repeat(begins - table.indptr[:-1], count[:, number]) + np.arange(table.nnz)
            columns[at] = table.indices + (0 if number < len(_PARTS) else width)
            data[at] = table.data
        shape = (len(tables) * n, width + letters[_PARTS[0]].shape[1])
        self._rows = sparse.csr_matrix((data, columns, bounds), shape=shape)

    def room(self) -> Values:
        """Zeros in which the terms of one person are spread out: (v, parts)."""
        return np.zeros((self._rows.shape[1], len(_PARTS)), dtype=np.float32)

    def products(self, one: int, others: Positions, room: Values) -> tuple[Values, Values]:
        """(m, parts, parts) each part of the others with each part of the one: by words, and by letters.

        Args:
            one: position of the person.
            others: (m,) positions.
            room: `room()`; zeros again afterwards.
        """
        rows, k = self._rows, len(_PARTS)
        bounds = rows.indptr[one * 2 * k : (one + 1) * 2 * k + 1]
        used = rows.indices[bounds[0] : bounds[-1]]
        room[used, np.repeat(np.arange(2 * k) % k, np.diff(bounds))] = rows.data[bounds[0] : bounds[-1]]
        found: Values = rows[(others[:, None] * 2 * k + np.arange(2 * k)).ravel()] @ room
        room[used] = 0.0
        by_kind = found.reshape(len(others), 2, k, k)
        return by_kind[:, 0], by_kind[:, 1]


def _best(rep: Representation, one: int, others: Positions) -> tuple[list[Numbers], list[Numbers]]:
    """The channels of best pairs of texts, of (one, other) and of (other, one)."""
    refusals, goals, own, offers, phrases = (
        rows.vectors[rows.start[one] : rows.start[one] + rows.count[one]]
        for rows in (rep.refusals, rep.goals, rep.own_phrases, rep.offering_phrases, rep.phrases)
    )
    r, g, w, f = len(refusals), len(goals), len(own), len(offers)
    # each kind of text of the others with the texts of the one that lie side by side here
    their_phrases = _Segments(rep.phrases, others, np.vstack([refusals, goals]))
    their_offers = _Segments(rep.offering_phrases, others, np.vstack([goals, own]))
    their_own = _Segments(rep.own_phrases, others, np.vstack([goals, offers]))
    their_goals = _Segments(rep.goals, others, np.vstack([own, offers, phrases]))
    their_refusals = _Segments(rep.refusals, others, phrases)
    met, served, alike = their_phrases.best, their_offers.best, their_own.best(slice(0, g))
    outward = [
        _top(met(slice(r, r + g))),
        _mean(met(slice(r, r + g))),
        their_phrases.soft(slice(r, r + g)),
        _top(served(slice(0, g))),
        _top(alike),
        _top(served(slice(g, g + w))),
        _mean(served(slice(g, g + w))),
        _top(met(slice(0, r))),
    ]
    inward = [
        their_goals.top(slice(w + f, None)),
        their_goals.mean(slice(w + f, None)),
        their_goals.soft(slice(w + f, None)),
        their_goals.top(slice(w, w + f)),
        their_goals.top(slice(0, w)),
        their_own.top(slice(g, g + f)),
        their_own.mean(slice(g, g + f)),
        their_refusals.top(slice(0, None)),
    ]
    return outward, inward


class _Segments:
    """Similarities of several rows of each of m people with the c columns of one person.

    Args:
        rows: the rows of everybody.
        people: (m,) whose rows.
        columns: (c, d) vectors of the one.
    """

    def __init__(self, rows: Rows, people: Positions, columns: Values) -> None:
        count = rows.count[people]
        self._count, self._told = count, np.flatnonzero(count)
        ends = np.cumsum(count)
        self._start = (ends - count)[self._told]
        at = np.repeat(rows.start[people] - (ends - count), count) + np.arange(int(count.sum()))
        self._table: Values = rows.vectors[at] @ columns.T

    def best(self, columns: slice) -> Values:
        """(m, c) the best row for each column; -inf for people without rows."""
        return self._reduced(np.maximum, self._table[:, columns], -np.inf)

    def top(self, columns: slice) -> Numbers:
        """(m,) the best of all."""
        return _top(self._reduced(np.maximum, self._best_column(columns)[:, None], -np.inf))

    def mean(self, columns: slice) -> Numbers:
        """(m,) the mean over the rows of the best column."""
        if not len(self._told) or not self._table[:, columns].shape[1]:
            return np.full(len(self._count), NOTHING)
        total = self._reduced(np.add, self._best_column(columns)[:, None], 0.0)[:, 0]
        return np.where(self._count > 0, total / np.maximum(1, self._count), NOTHING)

    def soft(self, columns: slice) -> Numbers:
        """(m,) the soft maximum over all rows and columns."""
        table = self._table[:, columns]
        weight = self._reduced(np.add, np.exp(SHARPNESS * table).sum(axis=1)[:, None], 0.0)[:, 0]
        count = np.maximum(1, self._count * table.shape[1])
        return np.where(weight > 0, np.log(np.maximum(weight, 1e-9) / count) / SHARPNESS, NOTHING)

    def _best_column(self, columns: slice) -> Values:
        return np.asarray(self._table[:, columns].max(axis=1, initial=-np.inf), dtype=np.float32)

    def _reduced(self, how: np.ufunc, table: Values, empty: float) -> Values:
        out = np.full((len(self._count), table.shape[1]), empty, dtype=np.float32)
        if len(self._told) and table.shape[1]:
            out[self._told] = how.reduceat(table, self._start, axis=0)
        return out


def _top(best: Values) -> Numbers:
    found = best.max(axis=1, initial=-np.inf)
    return np.where(np.isfinite(found), found, NOTHING)


def _mean(best: Values) -> Numbers:
    if not best.shape[1]:
        return np.full(len(best), NOTHING)
    found = best.mean(axis=1)
    return np.where(np.isfinite(found), found, NOTHING)
