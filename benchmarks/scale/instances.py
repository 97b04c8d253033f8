"""Events of any size from the 1,162 researchers of `neuromatch` (see its README)."""

from __future__ import annotations

import csv
import gzip
import os
from functools import cache
from pathlib import Path

import numpy as np

ABSENT = "neuromatch/people.csv.gz is in neither MATCHER_EVALUATION_DATA nor ../shared/data"


def data_file() -> Path | None:
    named = os.environ.get("MATCHER_EVALUATION_DATA")
    folders = [Path(named)] if named else [Path(__file__).parents[2] / ".." / "shared" / "data"]
    return next((file for folder in folders if (file := folder / "neuromatch" / "people.csv.gz").exists()), None)


@cache
def _vectors() -> tuple[np.ndarray, list[str], list[list[str]]]:
    # the README calls the conflicts user ids; in the file they are full names
    from sklearn.decomposition import TruncatedSVD
    from sklearn.feature_extraction.text import TfidfVectorizer

    csv.field_size_limit(2**31 - 1)
    file = data_file()
    if file is None:
        raise SystemExit(ABSENT)
    with gzip.open(file, "rt", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    words = TfidfVectorizer(stop_words="english").fit_transform([row["abstracts"] for row in rows])
    vectors = TruncatedSVD(30, random_state=0).fit_transform(words)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    return (
        vectors,
        [row["fullname"].strip() for row in rows],
        [[name.strip() for name in row["conflicts"].split(";")] for row in rows],
    )


def researchers(n: int, candidates: int = 50, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Returns (m, 2) pairs, each person's nearest by cosine, and (m,) cosines; conflicts of interest left out.

    Above 1,162 people they are drawn with replacement and moved by normal noise of .05.
    """
    import faiss

    rng = np.random.default_rng(seed)
    vectors, names, conflicts = _vectors()
    if n <= len(vectors):
        who = rng.choice(len(vectors), n, replace=False)
        vectors = vectors[who]
    else:
        who = rng.integers(0, len(vectors), n)
        vectors = vectors[who] + rng.normal(0, 0.05, (n, 30))
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    index = faiss.IndexFlatIP(30)
    index.add(vectors.astype(np.float32))
    scores, found = index.search(vectors.astype(np.float32), candidates + 1)
    pairs = np.sort(np.column_stack([np.repeat(np.arange(n), candidates + 1), found.ravel()]), axis=1)
    keep = pairs[:, 0] != pairs[:, 1]
    _, first = np.unique(pairs[keep, 0] * n + pairs[keep, 1], return_index=True)
    pairs, weights = pairs[keep][first], scores.ravel()[keep][first].astype(np.float64)
    if n <= len(names):
        position = {names[original]: place for place, original in enumerate(who.tolist())}
        barred = {
            frozenset((place, position[other]))
            for place, original in enumerate(who.tolist())
            for other in conflicts[original]
            if other in position
        }
        allowed = np.array([frozenset(pair) not in barred for pair in pairs.tolist()], dtype=bool)
        pairs, weights = pairs[allowed], weights[allowed]
    return pairs, weights
