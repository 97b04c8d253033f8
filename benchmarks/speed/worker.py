"""One measured process: the whole job, the job without an encoder, or a limit beside it. Prints JSON on its last line."""

from __future__ import annotations

import hashlib
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.machine import peak_mib


def job(file: Path, folder: Path, encode: bool = True) -> dict[str, float]:
    """The stages of the whole job; with random vectors, seeded by the text, where it is not to encode."""
    start = time.perf_counter()
    from matcher.models.encoder import Encoder
    from matcher.models.reranker import Reranker

    from matcher.event import EventSettings
    from matcher.export import write_outputs
    from matcher.features import FEATURE_NAMES
    from matcher.matching import match
    from matcher.pipeline import Stopwatch, prepare
    from matcher.registration import read_registration

    watch = Stopwatch()
    watch.seconds["imports"] = time.perf_counter() - start
    with watch.stage("registration"):
        registration = read_registration(file)
    with watch.stage("model loading"):
        encoder = Encoder(None, folder / "vectors.sqlite") if encode else RandomVectors()
        reranker = Reranker.load(None, FEATURE_NAMES)
    event = prepare(registration, EventSettings(), encoder, reranker, watch=watch)
    with watch.stage("what is usual"):
        event.features.background()
    run = match(event, registration, "Benchmark")
    with watch.stage("output"):
        write_outputs(run, folder / "out")
    total = time.perf_counter() - start
    encoding = watch.seconds["texts and vectors"]
    return {**watch.seconds, "total": total, "all but texts and vectors": total - encoding, "peak MiB": peak_mib()}


def bare(file: Path) -> dict[str, float]:
    from matcher.models.encoder import embedded_model
    from sentence_transformers import SentenceTransformer

    from matcher.goals import complete
    from matcher.registration import read_registration
    from matcher.texts import event_texts

    texts = event_texts([complete(attendee) for attendee in read_registration(file).attendees]).distinct
    start = time.perf_counter()
    model = SentenceTransformer(str(embedded_model()), device="cpu")
    model.encode(list(texts), normalize_embeddings=True)
    return {"bare encode": time.perf_counter() - start}


def products(file: Path) -> dict[str, float]:
    """What exact search of everybody for everybody must multiply, at the rate that this machine multiplies matrices."""
    from matcher.goals import complete
    from matcher.registration import read_registration

    goals = sum(max(1, len(complete(attendee).goals)) for attendee in read_registration(file).attendees)
    rng = np.random.default_rng(0)
    left, right = (rng.normal(size=(2_048, 1_152)).astype(np.float32) for _ in range(2))
    best = min(_seconds(left, right) for _ in range(5))
    rate = 2 * 2_048 * 2_048 * 1_152 / best
    return {"GFLOP/s": rate / 1e9, "limit of search": 2 * 1_152 * goals * goals / rate}


def _seconds(left: NDArray[np.float32], right: NDArray[np.float32]) -> float:
    start = time.perf_counter()
    left @ right.T
    return time.perf_counter() - start


class RandomVectors:
    """A stand-in where encoding would take hours and is not what is measured: directions seeded by each text."""

    name = "random"
    dimension = 384

    def encode(self, texts: Sequence[str], progress: bool = False) -> NDArray[np.float32]:
        out = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in zip(out, texts, strict=True):
            if text.strip():
                seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "little")
                row[:] = np.random.default_rng(seed).normal(size=self.dimension)
                row /= np.linalg.norm(row)
        return out


if __name__ == "__main__":
    file, folder, what = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    measures = {
        "job": lambda: job(file, folder),
        "unencoded": lambda: job(file, folder, encode=False),
        "bare": lambda: bare(file),
        "products": lambda: products(file),
    }
    print(json.dumps(measures[what]()))
