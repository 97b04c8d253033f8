"""All channels between one person and others, both ways: what `block_values` gives, without its cost for a single row.

Every similarity of parts is symmetric in its two texts, so one product of all parts with all parts serves both directions.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matcher.texts import Part

from .blocks import _best_tables
from .channels import _DENSE, _WORDS, CHANNELS, IntentProfiles
from .representation import Representation

Positions = NDArray[np.int64]
Values = NDArray[np.float32]
_PARTS = tuple(Part)


def star_values(rep: Representation, intents: IntentProfiles, one: int, others: Positions) -> tuple[Values, Values]:
    """(m, len(CHANNELS)) values of the ordered pairs (one, other), and of (other, one)."""
    centre = np.array([one])
    dense = np.stack([[rep.parts[part][others] @ rep.parts[mine][one] for mine in _PARTS] for part in _PARTS])
    tables = [dense, _sparse(rep.words, one, others), _sparse(rep.letters, one, others)]
    pairs = [[(mine, theirs) for _, mine, theirs, *_ in kind] for kind in (_DENSE, _WORDS, _WORDS)]
    there, back = np.empty((2, len(others), len(CHANNELS)), dtype=np.float32)
    best_there = [table[0] for table in _best_tables(rep, centre, others)]
    best_back = [table[:, 0] for table in _best_tables(rep, others, centre)]
    for out, best, outward in ((there, best_there, True), (back, best_back, False)):
        columns: list[NDArray[np.floating]] = []
        for table, kinds in zip(tables, pairs, strict=True):
            for mine, theirs in kinds:
                ours, other = (mine, theirs) if outward else (theirs, mine)
                columns.append(table[_PARTS.index(other), _PARTS.index(ours)])
            if table is dense:
                columns += best
        need, give = (intents.need, intents.give) if outward else (intents.give, intents.need)
        columns.append(give[others] @ need[one])
        for at, column in enumerate(columns):
            out[:, at] = column
    return there, back


def _sparse(source: Mapping[Part, sparse.csr_matrix], one: int, others: Positions) -> NDArray[np.float32]:
    """(parts, parts, m): products of each part of the others with each part of the one."""
    mine = np.zeros((source[Part.PROFILE].shape[1], len(_PARTS)), dtype=np.float32)
    for at, part in enumerate(_PARTS):
        matrix = source[part]
        row = slice(matrix.indptr[one], matrix.indptr[one + 1])
        mine[matrix.indices[row], at] = matrix.data[row]
    return np.stack([(source[part][others] @ mine).T for part in _PARTS])
