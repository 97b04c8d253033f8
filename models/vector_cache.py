"""Vectors kept between runs in one sqlite file that several processes may use at once."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from matcher.parallel import chunks

_log = logging.getLogger(__name__)
WAIT_S = 30.0
"""How long a process waits for another one's write, in seconds."""
CHUNK = 500
"""Keys per query, below sqlite's limit of bound values."""
MAPPED = 1 << 36
"""Bytes of the file that are read as memory, without a call for each page."""


class VectorCache:
    """A table (model, sha256 of the text) to vector.

    Keys are looked up and added in their own order, so that neighbours in the file are read together, and vectors lie in the
    table, not in its index: 55,000 are found four times as fast as otherwise, in a file half as large.

    A file that is not a database is put aside as `<name>.corrupt` and begun anew: a cache may always be lost. Where a file
    cannot be opened, read or written, that is told in the log, and nothing fails for want of a cache.
    """

    def __init__(self, file: Path) -> None:
        self.file = Path(file)

    def get(self, model: str, keys: Sequence[bytes], dimension: int) -> dict[bytes, NDArray[np.float32]]:
        """The known vectors among the keys, each of shape (dimension,), float32."""
        found: dict[bytes, NDArray[np.float32]] = {}
        with self._told(), self._open() as database:
            for part in chunks(sorted(keys), CHUNK):
                marks = ",".join("?" * len(part))
                query = f"select key, vector from passages where model = ? and key in ({marks})"
                for key, blob in database.execute(query, (model, *part)):
                    if len(blob) == 4 * dimension:
                        found[bytes(key)] = np.frombuffer(blob, dtype="<f4").astype(np.float32)
        return found

    def put(self, model: str, vectors: Mapping[bytes, NDArray[np.float32]]) -> None:
        """Keeps the vectors; those that are there already stay as they are."""
        rows = [(model, key, vector.astype("<f4").tobytes()) for key, vector in sorted(vectors.items(), key=lambda item: item[0])]
        with self._told(), self._open() as database:
            database.executemany("insert or ignore into passages (model, key, vector) values (?, ?, ?)", rows)

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.OperationalError, OSError) as error:
            _log.warning("the vectors of %s are not used or not kept: %s", self.file.name, error.args[-1])

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        try:
            database = self._connect()
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                raise
            self.file.replace(self.file.with_name(self.file.name + ".corrupt"))
            for suffix in ("-wal", "-shm"):
                self.file.with_name(self.file.name + suffix).unlink(missing_ok=True)
            database = self._connect()
        try:
            with database:
                yield database
        finally:
            database.close()

    def _connect(self) -> sqlite3.Connection:
        database = sqlite3.connect(self.file, timeout=WAIT_S)
        try:
            database.execute("pragma synchronous = normal")
            database.execute(f"pragma mmap_size = {MAPPED}")
            database.execute("drop table if exists vectors")  # of another layout, which nobody reads any more
            database.execute("create table if not exists passages (model text, key blob, vector blob, unique (model, key))")
            database.execute("pragma schema_version").fetchone()
        except sqlite3.DatabaseError:
            database.close()
            raise
        return database
