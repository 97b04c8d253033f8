"""An encoder for tests in which the values do not matter: words to directions, the same on every machine, in no time."""

import hashlib
import re

import numpy as np


class TinyEncoder:
    """Each word is a fixed random direction; a text is the sum of its words, at length one."""

    name = "tiny@1"
    dimension = 384

    def encode(self, texts, progress=False):
        """Unit vectors, (n, 384), float32; zero for a text without words."""
        out = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in re.findall(r"\w+", text.casefold()):
                seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:8])
                out[row] += np.random.default_rng(seed).standard_normal(self.dimension, dtype=np.float32)
            norm = np.linalg.norm(out[row])
            out[row] /= norm or 1
        return out.round(6)

    def count_tokens(self, texts):
        """Words of each text."""
        return [len(text.split()) for text in texts]
