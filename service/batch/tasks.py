"""What a worker does, on whichever engine: look at an event, encode a block of its texts, search and weigh for some of its
people, match it.

Tasks get and return small things; exports, texts, vectors and results go through shared files. An event that cannot be matched
comes back with its cause; any other error is the engine's to retry.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np
from matcher.service.batch.events import BatchEvent
from matcher.service.batch.storage import Place

from matcher.errors import MatcherError
from matcher.parallel import one_core

if TYPE_CHECKING:
    from matcher.models.encoder import Encoder
    from matcher.models.reranker import Reranker
    from matcher.service.batch.pair_files import PairFiles

    from matcher.event import EventSettings
    from matcher.pipeline import PreparedEvent
    from matcher.profiles import Attendee, Registration

FORMAT = 3
"""Raised whenever the same input may give other results; kept results of another format are not used."""
_LIBRARIES = ("event-matcher", "sentence-transformers", "torch", "scikit-learn", "scipy", "numpy", "ortools", "sparse-dot-topn")
WORK, _DONE = ".work", ".done.json"
BASE_BYTES, PERSON_BYTES = 1_100 << 20, 72 << 10
"""What a worker holds with its models loaded, and for each person of the event in hand (benchmarks/estimate.md)."""


_in_hand: dict[tuple[str, str], tuple[PreparedEvent, Registration]] = {}
"""The event that this worker prepared last, so that its next part needs no second preparation; let go for anything else."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What all tasks of a batch share."""

    out: Place
    block: int = 2_000
    """Texts that are encoded together; another number gives results that differ in the last bits."""
    people: int = 2_000
    """People of each meeting rule whose candidates one task searches and weighs; whole blocks of `matcher.index`."""
    split_above: int = 5
    """Blocks of texts, or of people, above which an event is spread over several workers."""
    worker_bytes: int = 8 << 30
    """Memory of a worker; an event that needs more is refused with that cause."""


@dataclass(frozen=True, slots=True)
class Look:
    """What there is to do for an event."""

    key: str
    """Hash of its input, settings, models and versions."""
    kept: bool
    """True where its results are there already."""
    people: int = 0
    introductions: int = 0
    blocks: tuple[str, ...] = ()
    """Blocks of texts that wait in shared files to be encoded by themselves."""
    parts: int = 1
    """Parts in which its people are searched and weighed; 1 where a single worker does it all."""
    encoder: str = ""
    """The model that encodes them, as the settings name it."""
    failed: str = ""
    """Why it cannot be matched; empty where it can."""

    @property
    def bytes(self) -> int:
        """What a worker needs to match it, as an estimate."""
        return BASE_BYTES + PERSON_BYTES * self.people


@dataclass(frozen=True, slots=True)
class Matched:
    """An event that is done."""

    people: int = 0
    introductions: int = 0
    seconds: float = 0.0
    loads: int = 0
    """How often this worker has loaded models so far: 1, however many events it has done."""
    worker: int = 0
    failed: str = ""


def look(batch: Batch, event: BatchEvent) -> Look:
    """Reads an event; where it is large, its texts are put where any worker finds them."""
    _in_hand.clear()
    try:
        with ExitStack() as stack:
            path, content, settings = _input(event, stack)
            encoder, reranker = _models(settings.models.encoder, settings.models.reranker)
            key = _key(batch, content, settings, encoder.name, reranker.name)
            done = _done(batch.out / event.name, key)
            if done is not None:
                return Look(key, True, done["people"], done["introductions"])
            attendees = _registration(path, settings).attendees
            blocks = -(-len(attendees) // batch.people)
            parts = blocks if blocks > batch.split_above else 1
            found = Look(key, False, len(attendees), parts=parts, encoder=settings.models.encoder)
            if found.bytes > batch.worker_bytes:
                needs, has = found.bytes / (1 << 30), batch.worker_bytes / (1 << 30)
                failed = f"{len(attendees)} people need about {needs:.1f} GB of a worker that has {has:.1f}; see --worker-memory"
                return replace(found, failed=failed)
            return replace(found, blocks=_put_texts(batch, event, attendees, encoder))
    except MatcherError as error:
        return Look("", False, failed=str(error))


def encode_block(batch: Batch, event: BatchEvent, encoder_name: str, block: str) -> None:
    """Encodes one block of an event's texts into shared files; at once where that was done before."""
    from matcher.service.batch.encoding import BlockEncoder

    _in_hand.clear()
    folder = batch.out / WORK / event.name
    if (folder / f"{block}.npy").exists():
        return
    texts: list[str] = json.loads((folder / f"{block}.json").read())
    BlockEncoder(_encoder(encoder_name), batch.block, folder).keep(texts)


def search_people(batch: Batch, event: BatchEvent, key: str, parts: int, part: int) -> None:
    """Finds the candidates of one part of an event's people, into shared files; at once where that was done before."""
    files = _pair_files(batch, event, key, parts)
    if files.has("found", part):
        return
    with one_core():
        prepared, _ = _prepared(batch, event, key)
        rules = prepared.eligibility.groups()
        size = max(-(-len(people) // parts) for people, _ in rules)
        size = -(-size // batch.people) * batch.people
        brought_by = np.concatenate([people[part * size : (part + 1) * size] for people, _ in rules])
        files.put_found(part, prepared.candidates(np.sort(brought_by)))


def weigh_pairs(batch: Batch, event: BatchEvent, key: str, parts: int, part: int) -> None:
    """Scores one part of an event's candidate pairs into shared files, when all are found; at once where that was done before."""
    files = _pair_files(batch, event, key, parts)
    if files.has("weighed", part):
        return
    with one_core():
        prepared, _ = _prepared(batch, event, key)
        files.put_weighed(part, prepared.scored(files.to_weigh(part)))


def match_event(batch: Batch, event: BatchEvent, key: str, parts: int = 1) -> Matched:
    """Makes the introductions of an event and writes its folder; the same files as `matcher match`, run.json without timings.

    At once where that was done before: a worker may be lost after its work and before its answer.
    """
    from matcher.export import write_outputs
    from matcher.matching import match

    start = time.perf_counter()
    known = _done(batch.out / event.name, key)
    if known is not None:
        return Matched(known["people"], known["introductions"])
    try:
        with ExitStack() as stack:
            stack.enter_context(one_core())  # sums in one order, whatever else the machine does
            prepared, registration = _prepared(batch, event, key)
            if parts > 1:
                prepared = prepared.with_scored(_pair_files(batch, event, key, parts).weighed())
            run = replace(match(prepared, registration, prepared.settings.name or event.name), timings={})
            folder = Path(stack.enter_context(TemporaryDirectory()))
            files = {}
            for file in write_outputs(run, folder):
                content = file.read_bytes()
                files[file.name] = hashlib.sha256(content).hexdigest()
                (batch.out / event.name / file.name).write(content)
    except MatcherError as error:
        return Matched(failed=str(error))
    finally:
        _in_hand.clear()
    people, introductions = len(run.attendees), len(run.introductions)
    done = {"key": key, "people": people, "introductions": introductions, "files": files}
    (batch.out / event.name / _DONE).write(json.dumps(done, indent=1, sort_keys=True).encode())
    (batch.out / WORK / event.name).remove()
    return Matched(people, introductions, round(time.perf_counter() - start, 3), _encoder.cache_info().misses, os.getpid())


def _prepared(batch: Batch, event: BatchEvent, key: str) -> tuple[PreparedEvent, Registration]:
    from matcher.service.batch.encoding import BlockEncoder

    from matcher.pipeline import prepare

    if (event.name, key) not in _in_hand:
        _in_hand.clear()
        with ExitStack() as stack:
            path, _, settings = _input(event, stack)
            registration = _registration(path, settings)
        model, reranker = _models(settings.models.encoder, settings.models.reranker)
        encoder: Any = BlockEncoder(model, batch.block, batch.out / WORK / event.name)
        _in_hand[event.name, key] = prepare(registration, settings, encoder, reranker), registration
    return _in_hand[event.name, key]


def _pair_files(batch: Batch, event: BatchEvent, key: str, parts: int) -> PairFiles:
    from matcher.service.batch.pair_files import PairFiles

    return PairFiles(batch.out / WORK / event.name, key, parts)


def _input(event: BatchEvent, stack: ExitStack) -> tuple[Path, bytes, EventSettings]:
    """The export as a local file, with its bytes and the event's settings."""
    from matcher.event import EventSettings, load_event

    content = event.file.read()
    folder = Path(stack.enter_context(TemporaryDirectory()))
    path = folder / event.file.name
    path.write_bytes(content)
    if event.settings is None:
        return path, content, EventSettings()
    (folder / "event.toml").write_bytes(event.settings.read())
    try:
        return path, content, load_event(folder / "event.toml")
    except MatcherError as error:
        raise MatcherError(str(error).replace(str(folder / "event.toml"), event.settings.url)) from error


def _registration(path: Path, settings: EventSettings) -> Registration:
    from matcher.registration import read_registration

    try:
        return read_registration(path, settings.columns)
    except MatcherError as error:
        raise MatcherError(str(error).replace(str(path), path.name)) from error


def _put_texts(batch: Batch, event: BatchEvent, attendees: tuple[Attendee, ...], encoder: Encoder) -> tuple[str, ...]:
    """Puts the texts of a large event where any worker finds them, by block, and returns the blocks' names."""
    from matcher.service.batch.encoding import block_key, blocks_of

    from matcher.goals import complete
    from matcher.texts import event_texts

    people = sorted((complete(attendee) for attendee in attendees), key=lambda attendee: attendee.id)
    blocks = list(blocks_of(event_texts(people).distinct, batch.block))
    if len(blocks) <= batch.split_above:
        return ()
    folder = batch.out / WORK / event.name
    names = tuple(block_key(encoder.name, block) for block in blocks)
    for name, block in zip(names, blocks, strict=True):
        if not (folder / f"{name}.npy").exists():
            (folder / f"{name}.json").write(json.dumps(block).encode())
    return names


def _key(batch: Batch, content: bytes, settings: EventSettings, encoder: str, reranker: str) -> str:
    versions = {name: version(name) for name in _LIBRARIES}
    known = [FORMAT, batch.block, settings.model_dump(mode="json"), encoder, reranker, versions]
    return hashlib.sha256(json.dumps(known, sort_keys=True).encode() + b"\0" + content).hexdigest()


def _done(folder: Place, key: str) -> dict[str, Any] | None:
    """What is known of results that are whole and were made from the same, else None."""
    if not (folder / _DONE).exists():
        return None
    try:
        done: dict[str, Any] = json.loads((folder / _DONE).read())
        whole = done["key"] == key and all((folder / name).exists() for name in done["files"])
    except (ValueError, KeyError, TypeError):
        return None
    return done if whole else None


@cache
def _encoder(name: str) -> Encoder:
    """The encoder, once per worker."""
    import torch
    from matcher.models.encoder import Encoder

    torch.set_num_threads(1)
    return Encoder(name or None)


@cache
def _models(encoder: str, reranker: str) -> tuple[Encoder, Reranker]:
    """Both models, once per worker."""
    from matcher.models.reranker import Reranker

    from matcher.features import FEATURE_NAMES

    return _encoder(encoder), Reranker.load(Path(reranker) if reranker else None, FEATURE_NAMES)
