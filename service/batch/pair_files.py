"""A large event's candidate pairs and what they score, part by part in shared files, so that any worker can do any part."""

from __future__ import annotations

import io

import numpy as np
from matcher.service.batch.storage import Place

from matcher.parallel import chunks
from matcher.scoring import CHUNK, Pairs, ScoredPairs

_FIELDS = ("pairs", "value_a", "value_b", "score")


class PairFiles:
    """The parts of one event; what is there already is not made again.

    Args:
        folder: where the event's work lies.
        key: hash of all that the pairs follow from.
        parts: how many there are.
    """

    def __init__(self, folder: Place, key: str, parts: int) -> None:
        self._folder, self._key, self._parts = folder, key, parts

    def has(self, stage: str, part: int) -> bool:
        """Returns whether a part was `found` or `weighed` before."""
        return self._place(stage, part).exists()

    def put_found(self, part: int, pairs: Pairs) -> None:
        """Keeps the candidates that the people of a part bring, (m, 2) positions."""
        self._put("found", part, {"pairs": pairs})

    def put_weighed(self, part: int, scored: ScoredPairs) -> None:
        """Keeps the scored pairs of a part."""
        self._put("weighed", part, {name: getattr(scored, name) for name in _FIELDS})

    def found(self) -> Pairs:
        """Returns (m, 2) the candidates of all parts, each once, sorted."""
        return np.unique(np.vstack([self._get("found", part)["pairs"] for part in range(self._parts)]), axis=0)

    def to_weigh(self, part: int) -> Pairs:
        """Returns the pairs of a part: whole chunks, as one worker would weigh them, so that no bit differs."""
        blocks = chunks(self.found(), CHUNK)
        mine = np.array_split(np.arange(len(blocks)), self._parts)[part]
        return np.vstack([np.zeros((0, 2), dtype=np.int64), *(blocks[at] for at in mine)])

    def weighed(self) -> ScoredPairs:
        """Returns the scored pairs of all parts in the order of `found`."""
        parts = [self._get("weighed", part) for part in range(self._parts)]
        return ScoredPairs(*(np.concatenate([each[name] for each in parts]) for name in _FIELDS))

    def _place(self, stage: str, part: int) -> Place:
        return self._folder / f"{self._key}-{stage}-{part}-of-{self._parts}.npz"

    def _put(self, stage: str, part: int, arrays: dict[str, np.ndarray]) -> None:
        stream = io.BytesIO()
        np.savez(stream, allow_pickle=False, **arrays)
        self._place(stage, part).write(stream.getvalue())

    def _get(self, stage: str, part: int) -> dict[str, np.ndarray]:
        with np.load(io.BytesIO(self._place(stage, part).read()), allow_pickle=False) as arrays:
            return dict(arrays)
