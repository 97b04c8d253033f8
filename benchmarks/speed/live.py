"""One attendee of an event in memory (`matcher.live`): `python -m benchmarks.speed.live [--people 10000]`.

Milliseconds of single calls, for people spread over the event: a list that is not known, one that is, a changed profile with
its list, a search, a why, and a removal. The event is prepared with means of word vectors, which takes half a minute instead of
minutes; changes and searches are encoded by the embedded model, with a cache that knows what has not changed.
"""

from __future__ import annotations

import argparse
import os
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
    arguments = parser.parse_args()
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # as `matcher serve` does
    print(machine())
    print("| people | call | median ms | 95th percentile ms | slowest ms |\n|---|---|---|---|---|")
    with TemporaryDirectory() as folder:
        for call, took in measured(arguments.people, Path(folder)).items():
            middle, late, last = np.percentile(took, [50, 95, 100])
            print(f"| {arguments.people:,} | {call} | {middle:.1f} | {late:.1f} | {last:.1f} |", flush=True)


def measured(people: int, folder: Path) -> dict[str, list[float]]:
    """Returns the milliseconds of each call, by kind."""
    from matcher.models.encoder import Encoder
    from matcher.models.reranker import Reranker

    from matcher.event import EventSettings
    from matcher.features import FEATURE_NAMES
    from matcher.live import LiveEvent
    from matcher.pipeline import prepare
    from matcher.registration import read_registration
    from matcher.texts import event_texts

    write_event(folder / "people.csv", people)
    registration = read_registration(folder / "people.csv")
    prepared = prepare(registration, EventSettings(), WordVectors(), Reranker.load(None, FEATURE_NAMES))
    encoder = Encoder(None, folder / "vectors.sqlite")
    event = LiveEvent(prepared, encoder)
    everybody = event.attendees
    some, others = (everybody[at :: max(1, len(everybody) // ASKED)][:ASKED] for at in (0, 1))
    encoder.encode(event_texts(some).distinct)
    event.suggestions(everybody[-1].id, 10)  # what is imported at first use

    def changed(number: int) -> None:
        person = some[number]
        event.change(replace(person, seeking=f"Somebody who has moved {number} laboratories within a single week."))
        event.suggestions(person.id, 10)

    return {
        "list, not known yet": _each(lambda person: event.suggestions(person.id, 10), some),
        "list, known": _each(lambda person: event.suggestions(person.id, 9), some),
        "changed profile, with its list": _each(changed, range(len(some))),
        "search": _each(lambda person: event.search(f"{person.title} who knows {person.industry}", person.id, 10), some),
        "why": _each(lambda pair: event.why(pair[0].id, pair[1].id), zip(some, others, strict=True)),
        "removal": _each(lambda person: event.remove(person.id), some),
    }


def _each(call: Callable[[Asked], object], asked: Iterable[Asked]) -> list[float]:
    took = []
    for one in asked:
        start = time.perf_counter()
        call(one)
        took.append(1_000 * (time.perf_counter() - start))
    return took


if __name__ == "__main__":
    main()
