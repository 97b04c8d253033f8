"""One measured process: the whole job, the job without an encoder, or a limit beside it. Prints JSON on its last line."""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from benchmarks.machine import peak_mib
from benchmarks.speed.word_vectors import WordVectors

if TYPE_CHECKING:
    from matcher.models.encoder import Encoder

    from matcher.pipeline import PreparedEvent
    from matcher.similarity import PeopleVectors


def job(file: Path, folder: Path, encode: bool = True) -> dict[str, float]:
    """The stages of the whole job; with the mean of word vectors where it is not to encode."""
    start = time.perf_counter()
    from matcher.models.encoder import Encoder
    from matcher.models.reranker import Reranker

    from matcher.event import EventSettings
    from matcher.export import write_outputs
    from matcher.features import FEATURE_NAMES
    from matcher.garbage import cycles_kept
    from matcher.matching import match
    from matcher.parallel import processes_allowed
    from matcher.pipeline import Stopwatch, prepare
    from matcher.registration import read_registration

    watch = Stopwatch()
    watch.seconds["imports"] = time.perf_counter() - start
    with processes_allowed(), cycles_kept():  # as `matcher match` does
        with watch.stage("registration"):
            registration = read_registration(file)
        with watch.stage("model loading"):
            encoder = Timed(Encoder(None, folder / "vectors.sqlite") if encode else WordVectors())
            reranker = Reranker.load(None, FEATURE_NAMES)
        event = prepare(registration, EventSettings(), encoder, reranker, watch=watch)
        with watch.stage("what is usual"):
            event.features.background()
        run = match(event, registration, "Benchmark")
        with watch.stage("output"):
            write_outputs(run, folder / "out")
    total = time.perf_counter() - start
    peak = peak_mib()
    stages = dict(watch.seconds)
    stages["texts and words"] = stages.pop("texts and vectors") - encoder.seconds
    return {
        "encoding": encoder.seconds,
        **stages,
        "total": total,
        "all but encoding": total - encoder.seconds,
        "LP of the allocation": linear_program(event),
        "recall@50": recall(event.people),
        "peak MiB": peak,
        "its largest process": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024,
    }


def linear_program(event: PreparedEvent) -> float:
    """Seconds of the linear relaxation alone, which every exact way to allocate has to solve."""
    from matcher.allocation.problem import Problem
    from matcher.allocation.relaxation import relax
    from matcher.pipeline import caps, worth

    scored, (lower, upper) = event.all_scored(), caps(event)
    start = time.perf_counter()
    relax(Problem(scored.pairs, worth(scored), np.minimum(lower, upper), upper))
    return time.perf_counter() - start


def recall(people: PeopleVectors, asked: int = 500, k: int = 50) -> float:
    """Share of the k best by exact search that the search chosen for this event finds, for people spread over the event."""
    from matcher.candidates import GOALS_TO_LIKENESS
    from matcher.index import TwoWayIndex
    from matcher.reduced import found_share, search_of

    index, everybody = TwoWayIndex(people, 1.0, GOALS_TO_LIKENESS), np.arange(len(people.offer))
    some = everybody[7 :: max(1, len(everybody) // asked)]  # others than those whom the choice was tried on
    exact = np.column_stack(index.search(some, everybody, k + 1))
    return found_share(np.column_stack(search_of(index, everybody, everybody, k + 1)(some, everybody, k + 1)), exact)


class Timed:
    """An encoder, and the seconds spent in it: loading it, looking vectors up, encoding what is new."""

    def __init__(self, encoder: Encoder | WordVectors) -> None:
        self._encoder = encoder
        self.seconds = 0.0

    @property
    def name(self) -> str:
        return self._encoder.name

    @property
    def dimension(self) -> int:
        return self._encoder.dimension

    def encode(self, texts: Sequence[str], progress: bool = False) -> NDArray[np.float32]:
        start = time.perf_counter()
        try:
            return self._encoder.encode(texts, progress)
        finally:
            self.seconds += time.perf_counter() - start


def bare(file: Path) -> dict[str, float]:
    """Loading the library and the model and encoding each distinct passage once, as the job does it at its first text."""
    from matcher.models.encoder import embedded_model

    from matcher.goals import complete
    from matcher.registration import read_registration
    from matcher.texts import event_texts

    texts = event_texts([complete(attendee) for attendee in read_registration(file).attendees]).distinct
    start = time.perf_counter()
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(embedded_model()), device="cpu")
    model.encode(list(texts), normalize_embeddings=True)
    return {"bare encode": time.perf_counter() - start}


def products(file: Path) -> dict[str, float]:
    """What exact search of everybody for everybody must multiply, at the rate that this machine multiplies matrices."""
    from matcher.goals import complete
    from matcher.registration import read_registration

    people = [complete(attendee) for attendee in read_registration(file).attendees]
    n, goals = len(people), sum(len(attendee.goals) for attendee in people)
    rng = np.random.default_rng(0)
    left, right = (rng.normal(size=(2_048, 384)).astype(np.float32) for _ in range(2))
    best = min(_seconds(left, right) for _ in range(5))
    rate = 2 * 2_048 * 2_048 * 384 / best
    # all goals with all offers, for both directions of a block, and all people with all people
    return {"GFLOP/s": rate / 1e9, "limit of search": 2 * 384 * (2 * goals * n + n * n) / rate}


def _seconds(left: NDArray[np.float32], right: NDArray[np.float32]) -> float:
    start = time.perf_counter()
    left @ right.T
    return time.perf_counter() - start


if __name__ == "__main__":
    file, folder, what = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    measures = {
        "job": lambda: job(file, folder),
        "unencoded": lambda: job(file, folder, encode=False),
        "bare": lambda: bare(file),
        "products": lambda: products(file),
    }
    print(json.dumps(measures[what]()))
