"""Rows of a table file: any delimiter and encoding in common use, compressed or not, in bounded memory."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from honeycell.errors import SourceError
from honeycell.sources.charsets import without_surrogates
from honeycell.sources.compressed import first_bytes
from honeycell.sources.records import Part
from honeycell.sources.streams import open_stream

__all__ = ["CsvRow", "csv_rows", "header_of", "is_table_file", "plain_name", "table_part"]

_NAMED = re.compile(r"(?P<stem>.+)\.(csv|tsv|tab)(\.(gz|xz|bz2|zst))?", re.I)
_HEAD_BYTES = 2**16


@dataclass(frozen=True)
class CsvRow:
    """One row below the header."""

    number: int
    """1, 2, 3, ...; the header is not counted."""
    values: dict[str, str]
    """By the name of the column, white space around them removed."""
    n_bytes: int
    fault: str = ""
    """Why the row cannot be read, or empty."""

    @property
    def content_hash(self) -> str:
        """32 hex digits of sha256 over the values of the row."""
        return hashlib.sha256("\x1f".join(self.values.values()).encode()).hexdigest()[:32]


def is_table_file(path: Path) -> bool:
    """Whether the path is named as a table file.

    Example:
        >>> is_table_file(Path("orders.csv.gz")), is_table_file(Path("orders.xlsx"))
        (True, False)
    """
    return _NAMED.fullmatch(path.name) is not None


def table_part(source: str, path: Path, locator: str) -> Part:
    """A table file as one part.

    Raises:
        SourceError: The file cannot be opened (`file-not-readable`).
    """
    try:
        n_bytes = path.stat().st_size
    except OSError as error:
        message = f"the table cannot be opened: {error.strerror or error}"
        raise SourceError("file-not-readable", message, locator, "let this user read it") from error
    return Part(source, path, locator, n_bytes=n_bytes)


def plain_name(path: Path) -> str:
    """The name of a table file without what says how it is written.

    Example:
        >>> plain_name(Path("orders.csv.gz"))
        'orders'
    """
    named = _NAMED.fullmatch(path.name)
    return named["stem"] if named else path.stem


def header_of(path: Path) -> list[str]:
    """Names of the columns, by the first line of a file that is not empty; nothing where it cannot be read."""
    data = first_bytes(path, _HEAD_BYTES)
    text = data.decode(_encoding(data), "replace")
    for line in text.splitlines():
        if line.strip(" \t,;|"):
            return [name.strip() for name in next(csv.reader([line], delimiter=_delimiter(line)), [])]
    return []


def csv_rows(path: Path, where: str) -> Iterator[CsvRow]:
    """The rows of a table file below its header.

    UTF-8 and UTF-16 are told by their first bytes; a field that is not UTF-8 is windows-1252. Empty rows are passed
    over; a row with fewer values than the header has empty ones at its end.

    Raises:
        SourceError: The file holds nothing (`empty-file`), cannot be opened or is damaged.
    """
    head = first_bytes(path, _HEAD_BYTES)
    encoding = _encoding(head)
    header: list[str] = []
    first_line = next((line for line in head.decode(encoding, "replace").splitlines() if line.strip(" \t,;|")), "")
    with open_stream(path, where) as stream:
        text = io.TextIOWrapper(
            stream, encoding, "surrogateescape" if encoding == "utf-8-sig" else "replace", newline=""
        )
        reader = csv.reader(text, delimiter=_delimiter(first_line))
        number = 0
        while True:
            try:
                written = next(reader)
            except StopIteration:
                break
            except csv.Error as error:
                number += 1
                yield CsvRow(number, {}, 0, str(error))
                continue
            fields = [_repaired(field.strip()) for field in written]
            if not any(fields):
                continue
            if not header:
                header = fields
                continue
            number += 1
            fields += [""] * (len(header) - len(fields))
            yield CsvRow(number, dict(zip(header, fields, strict=False)), sum(map(len, fields)) + len(fields))
    if not header:
        raise SourceError("empty-file", "the table holds nothing", where, "leave it out")


def _repaired(field: str) -> str:
    """The field with bytes that are no UTF-8 read as windows-1252."""
    if field.isascii():
        return field
    try:
        field.encode()
    except UnicodeEncodeError:
        return without_surrogates(field.encode("utf-8", "surrogateescape").decode("cp1252", "replace"))
    return field


def _encoding(head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if head[1:2] == b"\0" and head[3:4] == b"\0":
        return "utf-16-le"
    return "utf-8-sig"


def _delimiter(line: str) -> str:
    """The delimiter that occurs most often outside quotation marks."""
    bare = re.sub(r'"[^"]*"', "", line)
    return max(",;\t|", key=bare.count)
