"""What a source yields: parts of a path, and batches of typed rows with their provenance."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TypeVar

import pyarrow as pa

from honeycell.errors import SourceError
from honeycell.ids import id_of
from honeycell.tables import TABLES

__all__ = [
    "BATCH_RECORDS",
    "Batch",
    "Part",
    "Records",
    "Source",
    "add_account",
    "batches_of",
    "interaction_id",
    "short_hash",
]

BATCH_RECORDS = 2_000
"""Records that a batch holds at most, where they are small."""

T = TypeVar("T")

TABLES_OF_A_SOURCE = (
    "interactions", "participants", "texts", "headers", "transfers", "sightings", "directory", "skipped",
)  # fmt: skip


def short_hash(*parts: str | bytes) -> str:
    """16 hex digits of sha256 over the parts, each ended by a zero byte.

    Example:
        >>> len(short_hash("a", b"b"))
        16
    """
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part if isinstance(part, bytes) else part.encode("utf-8", "surrogatepass"))
        digest.update(b"\0")
    return digest.hexdigest()[:16]


def interaction_id(native: str) -> int:
    """The id made of the native id: the Message-ID, or the canonical content without one.

    Example:
        >>> interaction_id("1@example.com") == interaction_id("1@example.com")
        True
    """
    return id_of(native)


@dataclass(frozen=True)
class Part:
    """A piece of a path that can be read on its own; small, so that it travels between processes."""

    source: str
    path: Path
    locator: str
    """The path as provenance shows it: relative to the folder that holds what was named to import."""
    start: int = 0
    """First byte (or record) of the part."""
    stop: int | None = None
    """One past the last byte (or record); None for the end."""
    n_bytes: int = 0
    """Size on disk, for progress."""
    member: str = ""
    """Member of an archive, when the path is one."""
    options: tuple[tuple[str, str], ...] = ()
    """Further facts that reading the part needs."""


@dataclass(frozen=True)
class Batch:
    """Some thousands of records as Arrow tables by name, each with the columns of `tables.py` but `batch`."""

    tables: Mapping[str, pa.Table]
    n_records: int
    n_bytes: int
    """Bytes of the part that this batch covers, for progress."""


class Source(Protocol):
    """A kind of trace that can be read."""

    name: str
    """The word of the model: mbox, slack_export, ..."""

    def recognises(self, path: Path) -> bool:
        """Whether this path is of this format, by its name, its first bytes or its members' names; cheap."""
        ...

    def parts(self, path: Path, locator: str) -> Iterator[Part]:
        """Split the path into parts.

        Raises:
            SourceError: The path cannot be read at all (`file-not-readable`, `corrupt-file`, ...).
        """
        ...

    def read(self, part: Part) -> Iterator[Batch]:
        """Read a part in bounded memory.

        A record that cannot be used becomes a row of `skipped` and reading goes on. Damage that ends the
        part early yields everything before it first.

        Raises:
            SourceError: Nothing more of the part can be read (a truncated or corrupt file).
        """
        ...


@dataclass
class Records:
    """Collects rows column by column and cuts them into batches."""

    source: str
    _rows: dict[str, dict[str, list[Any]]] = field(default_factory=dict)
    n_records: int = 0
    n_bytes: int = 0

    def add(self, table: str, **row: Any) -> None:
        """Add one row; a column left out is null."""
        columns = self._rows.get(table)
        if columns is None:
            columns = self._rows[table] = {name: [] for name in TABLES[table].schema.names if name != "batch"}
        for name, values in columns.items():
            values.append(row.get(name))

    def skip(self, locator: str, reason: str, detail: str, content_hash: str | None = None) -> None:
        """Add a record that could not be used, with a kebab-case reason and what was found."""
        self.add(
            "skipped",
            source=self.source,
            locator=locator,
            reason=reason,
            detail=detail,
            content_hash=content_hash,
        )

    def take(self) -> Batch:
        """The batch collected so far; the collection starts anew."""
        tables = {}
        for table, columns in self._rows.items():
            schema = TABLES[table].schema
            arrays = [pa.array(values, schema.field(name).type) for name, values in columns.items()]
            tables[table] = pa.table(arrays, names=list(columns))
        batch = Batch(tables, self.n_records, self.n_bytes)
        self._rows, self.n_records, self.n_bytes = {}, 0, 0
        return batch


def batches_of(records: Records, rows: Iterable[T], add: Callable[[T], int]) -> Iterator[Batch]:
    """Batches of what `add` makes of each row; it returns the bytes that the row stands for.

    Raises:
        SourceError: That of `rows`, after everything before it was yielded.
    """
    failure: SourceError | None = None
    try:
        for row in rows:
            records.n_bytes += add(row)
            records.n_records += 1
            if records.n_records >= BATCH_RECORDS:
                yield records.take()
    except SourceError as error:
        failure = error
    yield records.take()
    if failure is not None:
        raise failure


def add_account(records: Records, *, handle: str, name: str, address: str, locator: str) -> None:
    """Add to the directory what a profile says: this handle is the person with this address."""
    records.add(
        "directory",
        record_hash=short_hash("account", handle, name) + short_hash(address),
        kind="account",
        handle=handle,
        display_name=name or None,
        address=address,
        source=records.source,
        locator=locator,
    )
