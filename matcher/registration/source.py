"""The bytes of a registration file and what kind of file they are, by content and not by ending."""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from pathlib import Path

from matcher.errors import RegistrationError

MAX_BYTES = 512 * 1024 * 1024
"""Bytes, packed and unpacked: a hundred times the largest event, and a bound for archives made to fill the memory."""

READABLE = "a table of people as CSV, XLSX or JSON"
"""What every error about a file says it expected."""

_MAGIC = (
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"BM\x00", "a bitmap image"),
    (b"RIFF", "a sound or image file"),
    (b"II*\x00", "a TIFF image"),
    (b"MM\x00*", "a TIFF image"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"SQLite format 3", "an SQLite database"),
    (b"{\\rtf", "a rich text document"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive"),
    (b"PAR1", "a Parquet file"),
)
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_HTML = (b"<!doctype", b"<html", b"<?xml", b"<table", b"<svg")


def read_bytes(path: Path) -> bytes:
    """The bytes of the file, as they are.

    Raises:
        RegistrationError: The file is missing, a folder, unreadable, empty or too large.
    """
    try:
        if not path.exists():
            raise RegistrationError(f"{path}: no such file", READABLE, "check the path")
        if not path.is_file():
            raise RegistrationError(f"{path}: this is no file", READABLE, "give the path of the export itself")
        if path.stat().st_size > MAX_BYTES:
            raise RegistrationError(f"{path}: larger than {MAX_BYTES // 1024**2} MB", READABLE, "export people only")
        data = path.read_bytes()
    except (OSError, ValueError) as error:  # ValueError: a NUL byte in the path
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "the path is not valid"
        raise RegistrationError(f"{path}: cannot be read ({reason})", READABLE, "check the file's permissions") from error
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise RegistrationError(f"{path}: the file is empty", READABLE, "export the registrations again")
    return data


def unpacked(data: bytes, name: str) -> bytes:
    """The bytes behind gzip, twice packed ones too; other bytes as they are.

    Raises:
        RegistrationError: The gzip data is damaged or too large.
    """
    for _ in range(3):
        if not data.startswith(b"\x1f\x8b"):
            return data
        try:
            with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
                data = stream.read(MAX_BYTES + 1)
        except (OSError, EOFError, zlib.error) as error:
            raise RegistrationError(f"{name}: damaged gzip data", READABLE, "download or export the file again") from error
        if len(data) > MAX_BYTES:
            raise RegistrationError(f"{name}: unpacks to more than {MAX_BYTES // 1024**2} MB", READABLE, "unpack it first")
    return data


def kind_of(data: bytes, name: str) -> str:
    """`xlsx` or `text`, told from the bytes.

    Raises:
        RegistrationError: The bytes are something that holds no table, or one that is not read (PDF, image, old Excel).
    """
    if data.startswith(_OLD_EXCEL):
        raise RegistrationError(
            f"{name}: an old .xls workbook or one with a password", READABLE, "save it as .xlsx without a password"
        )
    for magic, what in _MAGIC:
        if data.startswith(magic):
            raise RegistrationError(f"{name}: {what}", READABLE, "export the registrations as CSV or XLSX")
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:16].lower().startswith(_HTML):
        raise RegistrationError(f"{name}: a web page or XML document", READABLE, "export the registrations as CSV or XLSX")
    if data.startswith(b"PK"):
        return _kind_of_zip(data, name)
    return "text"


def _kind_of_zip(data: bytes, name: str) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
    except Exception as error:  # zipfile lets struct, value and unicode errors through on damaged bytes
        raise RegistrationError(f"{name}: a damaged workbook or zip archive", READABLE, "export the file again") from error
    names = {member.filename for member in members}
    if sum(member.file_size for member in members) > MAX_BYTES:
        raise RegistrationError(f"{name}: unpacks to more than {MAX_BYTES // 1024**2} MB", READABLE, "export people only")
    if any(entry.startswith("xl/") for entry in names):
        return "xlsx"
    if "mimetype" in names:
        raise RegistrationError(f"{name}: an OpenDocument file", READABLE, "save it as .xlsx or .csv")
    if any(entry.startswith("word/") for entry in names):
        raise RegistrationError(f"{name}: a Word document", READABLE, "copy the table into a spreadsheet")
    raise RegistrationError(f"{name}: a zip archive of {len(names)} files", READABLE, "unpack it and give one file")
