"""One attendee of an event in memory (`matcher.live`): `python -m benchmarks.speed.live [--people 10000]`.

Milliseconds of single calls, for people spread over the event: a list that is known, a list that is not, a changed profile, a
search, a why, and a removal. Vectors are means of word vectors, so what the encoder needs for a changed profile is not in it;
it is measured beside, where `--encoder` asks for it.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

import numpy as np

from benchmarks.machine import machine
from benchmarks.speed.__main__ import write_event
from benchmarks.speed.word_vectors import WordVectors

Asked = TypeVar("Asked")
ASKED = 100
"""Calls of each kind."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--encoder", action="store_true", help="also the embedded model on a changed profile")
    arguments = parser.parse_args()
    print(machine())
    print("| people | call | median ms | 95th percentile ms | slowest ms |\n|---|---|---|---|---|")
    for call, took in measured(arguments.people, arguments.encoder).items():
        middle, late, last = np.percentile(took, [50, 95, 100])
        print(f"| {arguments.people:,} | {call} | {middle:.1f} | {late:.1f} | {last:.1f} |", flush=True)


def measured(people: int, encoder: bool = False) -> dict[str, list[float]]:
    """Returns the milliseconds of each call, by kind."""
    from matcher.models.reranker import Reranker

    from matcher.event import EventSettings
    from matcher.features import FEATURE_NAMES
    from matcher.live import LiveEvent
    from matcher.pipeline import prepare
    from matcher.registration import read_registration

    with TemporaryDirectory() as folder:
        file = Path(folder, "people.csv")
        write_event(file, people)
        registration = read_registration(file)
    vectors = WordVectors()
    event = LiveEvent(prepare(registration, EventSettings(), vectors, Reranker.load(None, FEATURE_NAMES)), vectors)
    everybody = event.attendees
    some = everybody[:: max(1, len(everybody) // ASKED)][:ASKED]
    others = everybody[1 :: max(1, len(everybody) // ASKED)][:ASKED]
    event.suggestions(everybody[-1].id, 10)  # what is imported at first use
    found = {
        "list, not known yet": _each(lambda person: event.suggestions(person.id, 10), some),
        "list, known": _each(lambda person: event.suggestions(person.id, 9), some),
        "changed profile, with its list": _each(
            lambda person: (event.change(replace(person, bio=f"{person.bio} Moved a laboratory.")), event.suggestions(person.id, 10)),
            some,
        ),
        "search": _each(lambda person: event.search(person.seeking or person.bio, person.id, 10), some),
        "why": _each(lambda pair: event.why(pair[0].id, pair[1].id), zip(some, others, strict=True)),
        "removal": _each(lambda person: event.remove(person.id), some),
    }
    if encoder:
        found["embedded model, one new text"] = _encoding([person.bio for person in some])
    return found


def _encoding(texts: list[str]) -> list[float]:
    from matcher.models.encoder import Encoder

    encoder = Encoder()
    encoder.encode(["what is loaded at first use"])
    return _each(lambda text: encoder.encode([text]), texts)


def _each(call: Callable[[Asked], object], asked: Iterable[Asked]) -> list[float]:
    took = []
    for one in asked:
        start = time.perf_counter()
        call(one)
        took.append(1_000 * (time.perf_counter() - start))
    return took


if __name__ == "__main__":
    main()
