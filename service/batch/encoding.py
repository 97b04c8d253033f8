"""An event's texts in blocks: encoded here, or anywhere, with the same bytes.

A vector's last bits depend on what it is encoded together with. Blocks are cut from the sorted distinct texts of one event, so they
depend on nothing but that event: not on the engine, the workers, or the other events of the batch.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterator, Sequence

import numpy as np
from matcher.models.encoder import Encoder
from matcher.service.batch.storage import Place
from numpy.typing import NDArray


def blocks_of(texts: Sequence[str], size: int) -> Iterator[list[str]]:
    """Yields the distinct texts, sorted, in blocks of at most `size`."""
    distinct = sorted({text for text in texts if text.strip()})
    for at in range(0, len(distinct), size):
        yield distinct[at : at + size]


def block_key(model: str, texts: Sequence[str]) -> str:
    """Returns the name under which a block's vectors are kept: equal for equal texts and models."""
    return hashlib.sha256(json.dumps([model, *texts]).encode()).hexdigest()


class BlockEncoder:
    """An encoder that works block by block and takes the blocks that are kept already.

    Args:
        encoder: the model.
        size: texts of a block.
        kept: folder of vectors; None where none are kept.
    """

    def __init__(self, encoder: Encoder, size: int, kept: Place | None) -> None:
        self._encoder, self._size, self._kept = encoder, size, kept

    @property
    def name(self) -> str:
        """Name and content hash of the model."""
        return self._encoder.name

    @property
    def dimension(self) -> int:
        """Components of a vector."""
        return self._encoder.dimension

    def encode(self, texts: Sequence[str], progress: bool = False) -> NDArray[np.float32]:
        """Unit vectors of the texts, (n, dimension), in the order given; zero for empty ones."""
        known: dict[str, NDArray[np.float32]] = {}
        for block in blocks_of(texts, self._size):
            known.update(zip(block, self._vectors(block), strict=True))
        nothing = np.zeros(self.dimension, dtype=np.float32)
        return np.array([known.get(text, nothing) for text in texts], dtype=np.float32).reshape(len(texts), self.dimension)

    def _vectors(self, block: list[str]) -> NDArray[np.float32]:
        place = self._kept / f"{block_key(self.name, block)}.npy" if self._kept else None
        if place is not None and place.exists():
            return np.asarray(np.load(io.BytesIO(place.read())), dtype=np.float32)
        return self._encoder.encode(block)

    def keep(self, block: list[str]) -> None:
        """Encodes a block and keeps its vectors, unless they are there already."""
        assert self._kept is not None
        place = self._kept / f"{block_key(self.name, block)}.npy"
        if not place.exists():
            stream = io.BytesIO()
            np.save(stream, self._encoder.encode(block))
            place.write(stream.getvalue())
