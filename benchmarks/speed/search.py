"""Ways of searching a large event, their cost and recall@50 side by side: `python -m benchmarks.speed.search [PEOPLE]`.

Exact products; products along the main axes with the best compared in full; an inverted file (FAISS) over concatenated vectors
(a person's goal, offer and self, one row a goal, so that the inner product is the score). Generated people, means of word
vectors; asked for are 1,000 people spread over the event, and seconds are for everybody at that rate, building included.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from benchmarks.machine import machine
from benchmarks.speed.__main__ import write_event
from benchmarks.speed.word_vectors import WordVectors
from matcher.candidates import GOALS_TO_LIKENESS
from matcher.features.representation import represent
from matcher.goals import complete
from matcher.index import TwoWayIndex
from matcher.reduced import AXES, TIMES, along, found_share, main_axes
from matcher.registration import read_registration
from matcher.similarity import PeopleVectors
from matcher.texts import Part

ASKED, K = 1_000, 51


def vectors(size: int) -> PeopleVectors:
    with TemporaryDirectory() as folder:
        write_event(Path(folder, "people.csv"), size)
        people = sorted((complete(each) for each in read_registration(Path(folder, "people.csv")).attendees), key=lambda a: a.id)
    told = represent(people, WordVectors(), False, None)
    parts = told.parts
    return PeopleVectors(parts[Part.OFFERING], told.goals.vectors, told.goals.owner, parts[Part.PROFILE], told.words[Part.PROFILE])


def rows_of(people: PeopleVectors, of: np.ndarray, asking: bool) -> np.ndarray:
    """(g, 3 d) concatenated vectors of the goals in these rows: as they ask, or as they are found."""
    who = people.goal_owner[of]
    goals, offers = people.goals[of], people.offer[who]
    first, second = (goals, offers) if asking else (offers, goals)
    return np.hstack([first, second, np.float32(GOALS_TO_LIKENESS**0.5) * people.self[who]])


def inverted_file(people: PeopleVectors, some: np.ndarray, probes: int) -> tuple[np.ndarray, float, float]:
    """Pairs found, seconds to build, seconds to search for `some`."""
    import faiss

    start = time.perf_counter()
    rows, owner = rows_of(people, np.arange(len(people.goals)), asking=False), people.goal_owner
    lists = int(4 * len(rows) ** 0.5)
    index = faiss.IndexIVFFlat(faiss.IndexFlatIP(rows.shape[1]), rows.shape[1], lists, faiss.METRIC_INNER_PRODUCT)
    index.train(rows[:: max(1, len(rows) // (40 * lists))])
    index.add(rows)
    index.nprobe = probes
    built = time.perf_counter() - start
    asked = np.flatnonzero(np.isin(owner, some))
    queries, asking = rows_of(people, asked, asking=True), owner[asked]
    start = time.perf_counter()
    score, at = index.search(queries, 3 * K)
    pairs = []
    for person in some.tolist():
        mine = asking == person
        values, others = score[mine].ravel(), owner[np.maximum(at[mine].ravel(), 0)]
        order = np.argsort(-np.where(at[mine].ravel() >= 0, values, -np.inf), kind="stable")
        first = np.unique(others[order], return_index=True)[1]
        pairs += [(person, other) for other in others[order][np.sort(first)][:K].tolist()]
    return np.array(pairs), built, time.perf_counter() - start


def main() -> None:
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 30_000
    print(machine(), f"load {os.getloadavg()[0]:.1f}", f"{size:,} people", sep="; ")
    people = vectors(size)
    n = len(people.offer)
    everybody = np.arange(n)
    some = everybody[7 :: n // ASKED][:ASKED]
    index = TwoWayIndex(people, 1.0, GOALS_TO_LIKENESS)
    start = time.perf_counter()
    exact = np.column_stack(index.search(some, everybody, K))
    print("\n| way | build s | search of everybody s | recall@50 |\n|---|---|---|---|")
    print(f"| exact | 0 | {(time.perf_counter() - start) * n / len(some):.0f} | 1 |", flush=True)
    axes = main_axes(people)
    for number in AXES:
        start = time.perf_counter()
        search = along(index, axes[:, :number])
        built, start = time.perf_counter() - start, time.perf_counter()
        found = np.column_stack(search(some, everybody, K))
        seconds = (time.perf_counter() - start) * n / len(some)
        print(
            f"| {number} axes, {TIMES} times in full | {built:.1f} | {seconds:.0f} | {found_share(found, exact):.4f} |", flush=True
        )
    told = some[np.isin(some, people.goal_owner)]
    for probes in (16, 64, 256):
        found, built, seconds = inverted_file(people, told, probes)
        share = found_share(found, exact[np.isin(exact[:, 0], told)])
        seconds *= n / len(told)
        print(f"| inverted file, {probes} lists looked into | {built:.1f} | {seconds:.0f} | {share:.4f} |", flush=True)


if __name__ == "__main__":
    main()
