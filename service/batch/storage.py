"""Files on local paths or behind any fsspec URL (s3://, gs://, memory:// ...)."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matcher.errors import MatcherError


@dataclass(frozen=True, slots=True)
class Place:
    """A file or folder by its URL; small enough to be sent to any worker, which opens it by itself."""

    url: str

    @classmethod
    def of(cls, path: str) -> Place:
        """Returns the place of a path or URL; local paths become absolute, so that they mean the same everywhere."""
        return cls(path.rstrip("/")) if "://" in path else cls(Path(path).absolute().as_posix())

    def __truediv__(self, name: str) -> Place:
        return Place(posixpath.join(self.url, name))

    @property
    def name(self) -> str:
        """The last part of the path."""
        return posixpath.basename(self.url)

    @property
    def parent(self) -> Place:
        """The folder that it is in."""
        return Place(posixpath.dirname(self.url))

    def read(self) -> bytes:
        """Returns the file's bytes.

        Raises:
            MatcherError: it cannot be read.
        """
        files, path = self._open()
        try:
            content: bytes = files.cat_file(path)
        except (OSError, ValueError) as error:
            raise MatcherError(f"{self.url} cannot be read ({type(error).__name__})", "a file, local or behind a URL") from error
        return content

    def write(self, content: bytes) -> None:
        """Writes the file, its folder made when missing; a local one appears whole or not at all."""
        files, path = self._open()
        files.makedirs(posixpath.dirname(path), exist_ok=True)
        if "file" in ([files.protocol] if isinstance(files.protocol, str) else files.protocol):
            import os
            import uuid

            part = Path(f"{path}.{uuid.uuid4().hex}.part")
            part.write_bytes(content)
            os.replace(part, path)  # noqa: PTH105
        else:
            files.pipe_file(path, content)  # object stores put a file whole

    def exists(self) -> bool:
        """Returns True where there is a file or folder."""
        files, path = self._open()
        return bool(files.exists(path))

    def is_folder(self) -> bool:
        """Returns True for a folder."""
        files, path = self._open()
        return bool(files.isdir(path))

    def children(self) -> list[Place]:
        """Returns what is in the folder, by name."""
        files, path = self._open()
        found = [posixpath.basename(each.rstrip("/")) for each in files.ls(path, detail=False)] if files.isdir(path) else []
        return [self / name for name in sorted(set(found))]

    def remove(self) -> None:
        """Removes the file or the folder and all in it, if it is there."""
        files, path = self._open()
        if files.exists(path):
            files.rm(path, recursive=True)

    def _open(self) -> tuple[Any, str]:
        import fsspec

        try:
            files, path = fsspec.core.url_to_fs(self.url)
        except (ImportError, ValueError) as error:
            raise MatcherError(f"{self.url} cannot be opened ({error})", "a local path or a URL that fsspec knows") from error
        return files, str(path)
