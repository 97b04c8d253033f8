"""One measured process: the whole job, or the bare encoder on the same distinct passages. Prints JSON on its last line."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from benchmarks.machine import peak_mib


def job(file: Path, folder: Path) -> dict[str, float]:
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
        encoder = Encoder(None, folder / "vectors.sqlite")
        reranker = Reranker.load(None, FEATURE_NAMES)
    run = match(prepare(registration, EventSettings(), encoder, reranker, watch=watch), registration, "Benchmark")
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


if __name__ == "__main__":
    file, folder, what = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    print(json.dumps(job(file, folder) if what == "job" else bare(file)))
