"""Who shares most words with each person: a sparse product of which the best of each row are kept.

It costs as much as each word has pairs of people who use it, so a few hundred common words are nearly all of it in a large
event, and tell least. There they are left out of the search, and the best of that, a few times as many as are asked for, are
compared by all words. How common a word may be is tried on the event itself.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matcher.index import Positions
from matcher.parallel import cores
from matcher.reduced import ENOUGH, TRIED, Search, compared_in_full, found_share
from matcher.topk import DECIMALS

MANY = 20_000
"""People from which on common words are left out."""
COMMON = (0.03, 0.05, 0.1)
"""Shares of the people that may use a word that is searched by; they are tried in this order."""
TIMES = 4
"""Times as many people as asked for are compared by all words."""


def search_by_words(lexical: sparse.csr_matrix, people: Positions, among: Positions, k: int) -> Search:
    """Returns how to search for the `k` out of `among` who share most words with each of `people`.

    A search gives (asking, found) as `TwoWayIndex.search`, of those who share any. In large events it finds at least .98 of what
    all words would, and depends on the event only.

    Args:
        lexical: (n, v) TF-IDF of everybody, rows of unit length.
        people: positions of all who may ask.
        among: positions of those who may be found.
        k: how many for each, at least 1.
    """
    if len(among) < MANY or len(people) < TRIED:
        return _exact(lexical)
    some = people[np.linspace(0, len(people) - 1, TRIED).astype(np.int64)]
    wanted = np.column_stack(_exact(lexical)(some, among, k))
    used = np.bincount(lexical[among].indices, minlength=lexical.shape[1])
    for share in COMMON:
        search = without(lexical, used > share * len(among))
        if found_share(np.column_stack(search(some, among, k)), wanted) >= ENOUGH:
            return search
    return _exact(lexical)


def without(lexical: sparse.csr_matrix, left_out: NDArray[np.bool_]) -> Search:
    """Returns a search without some words, (v,) True, that compares `TIMES` as many by all words as are asked for."""
    told = sparse.csr_matrix(lexical[:, np.flatnonzero(~left_out)])

    def shared(person: int, others: Positions) -> NDArray[np.float32]:
        words = slice(lexical.indptr[person], lexical.indptr[person + 1])
        spread = np.zeros(lexical.shape[1], dtype=np.float32)
        spread[lexical.indices[words]] = lexical.data[words]
        return np.asarray(lexical[others] @ spread)

    def search(people: Positions, among: Positions, k: int) -> tuple[Positions, Positions]:
        rough = _most_shared(told, people, among, TIMES * k)
        asking = np.repeat(people, np.diff(rough.indptr))
        return compared_in_full(people, asking, among[rough.indices], k, shared, above=0.0)

    return search


def _exact(lexical: sparse.csr_matrix) -> Search:
    def search(people: Positions, among: Positions, k: int) -> tuple[Positions, Positions]:
        shared = _most_shared(lexical, people, among, k)
        asking, value = np.repeat(np.arange(len(people)), np.diff(shared.indptr)), np.round(shared.data, DECIMALS)
        order = np.lexsort((shared.indices, -value, asking))
        order = order[value[order] > 0]
        return people[asking[order]].astype(np.int64), among[shared.indices[order]].astype(np.int64)

    return search


def _most_shared(lexical: sparse.csr_matrix, people: Positions, among: Positions, k: int) -> sparse.csr_matrix:
    """(m, n) the `k` largest products of the rows of m people with those of n others, in no order."""
    if not len(people) or not len(among):
        return sparse.csr_matrix((len(people), len(among)), dtype=np.float32)
    from sparse_dot_topn import sp_matmul_topn

    columns = lexical[among].T.tocsr()
    return sparse.csr_matrix(sp_matmul_topn(lexical[people], columns, top_n=min(k, len(among)), n_threads=cores()))
