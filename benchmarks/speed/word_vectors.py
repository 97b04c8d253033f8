"""Vectors of the encoder's geometry without encoding: the mean of a text's word vectors, as the embedded model begins with them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


class WordVectors:
    """A stand-in where encoding would take hours and is not what is measured.

    Texts that share words are near each other, and most of what differs lies along few axes, as with the encoder itself;
    random directions would have neither.
    """

    name = "mean of word vectors"
    dimension = 384

    def __init__(self) -> None:
        from matcher.models.encoder import embedded_model
        from safetensors.numpy import load_file
        from tokenizers import Tokenizer

        folder = embedded_model()
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        words = next(
            table for name, table in load_file(folder / "model.safetensors").items() if name.endswith("word_embeddings.weight")
        )
        self._words = words - words.mean(axis=0)

    def encode(self, texts: Sequence[str], progress: bool = False) -> NDArray[np.float32]:
        out = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for at in range(0, len(texts), 10_000):
            told = self._tokenizer.encode_batch(list(texts[at : at + 10_000]), add_special_tokens=False)
            for row, text in enumerate(told, start=at):
                if text.ids:
                    out[row] = self._words[text.ids].mean(axis=0)
        norms = np.linalg.norm(out, axis=1, keepdims=True)
        return np.divide(out, norms, out=out, where=norms > 0)
