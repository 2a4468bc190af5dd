"""Delta Lake tables in a folder, and the one file that says which version of each is the state.

A reader opens exactly the files that the snapshot names. A writer appends to the tables and then publishes:
the snapshot file is replaced atomically. A writer that was killed leaves versions that no snapshot names;
the next writer rolls them back before it writes (`recover`).
"""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pyarrow as pa

from honeycell.errors import HoneycellError
from honeycell.tables import TABLES

__all__ = [
    "ROW_GROUP_ROWS",
    "Snapshot",
    "TableVersion",
    "adopt_file",
    "changes_name",
    "compact",
    "current_version",
    "delete_where",
    "recover",
    "sweep",
    "table_folder",
    "write_version",
]

ROW_GROUP_ROWS = 122_880
"""Rows of a Parquet row group: the unit that a reader can leave out by its smallest and largest key."""

SNAPSHOT_FILE = "snapshot.json"
_KEEP_SECONDS = 600.0
"""How long a file that no snapshot names any more is left for readers that opened an earlier snapshot."""


@dataclass(frozen=True)
class TableVersion:
    """One version of one table: its Delta version and files, relative to the cell's folder."""

    version: int
    files: tuple[str, ...]


@dataclass(frozen=True)
class Snapshot:
    """A whole state: the version of every table, and a few marks (numbers that belong to the state)."""

    number: int = 0
    tables: Mapping[str, TableVersion] = field(default_factory=dict)
    marks: Mapping[str, int] = field(default_factory=dict)

    @staticmethod
    def read(folder: Path) -> Snapshot:
        """The published snapshot of the folder; an empty one when nothing was published yet."""
        try:
            page = json.loads((folder / SNAPSHOT_FILE).read_text())
        except FileNotFoundError:
            return Snapshot()
        except ValueError as error:
            raise HoneycellError(
                "log-damaged",
                "the file that names the cell's tables cannot be read",
                str(folder / SNAPSHOT_FILE),
                "restore it from a backup; the tables themselves are beside it",
            ) from error
        tables = {name: TableVersion(entry["version"], tuple(entry["files"])) for name, entry in page["tables"].items()}
        return Snapshot(page["number"], tables, page["marks"])

    def write(self, folder: Path) -> None:
        """Publish: replace the snapshot file atomically, on disk before it counts."""
        page = {
            "number": self.number,
            "marks": dict(self.marks),
            "tables": {n: {"version": t.version, "files": list(t.files)} for n, t in sorted(self.tables.items())},
        }
        temporary = folder / f"{SNAPSHOT_FILE}.{os.getpid()}"
        with temporary.open("w") as file:
            json.dump(page, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(folder / SNAPSHOT_FILE)

    def of_layer(self, layer: str, folder: Path) -> Snapshot:
        """The tables of one layer only, their files named so that they are found from any other folder."""
        tables = {
            name: TableVersion(held.version, tuple(str(folder.resolve() / file) for file in held.files))
            for name, held in self.tables.items()
            if _is_known(name) and _layer(name) == layer
        }
        return Snapshot(self.number, tables, self.marks)

    def with_tables(self, tables: Mapping[str, TableVersion | None], marks: Mapping[str, int]) -> Snapshot:
        """The next snapshot: these tables replaced (None: gone), these marks set; unknown tables go."""
        merged = {**self.tables, **tables}
        kept = {name: version for name, version in merged.items() if version is not None and _is_known(name)}
        return replace(self, number=self.number + 1, tables=kept, marks={**self.marks, **marks})


def changes_name(name: str) -> str:
    """The name of the table that holds the rows replaced since the last whole write of `name`."""
    return f"{name}.changes"


def _is_known(name: str) -> bool:
    return name.removesuffix(".changes") in TABLES


def _layer(name: str) -> str:
    return TABLES[name.removesuffix(".changes")].layer


def table_folder(folder: Path, name: str) -> Path:
    """The folder of a Delta table: `log/NAME` or `derived/NAME`."""
    return folder / _layer(name) / name


def write_version(folder: Path, name: str, data: pa.Table, mode: str) -> TableVersion:
    """Write a new version of a table (`mode` is `append` or `overwrite`) and return it, unpublished."""
    from deltalake import WriterProperties, write_deltalake

    path = table_folder(folder, name)
    path.mkdir(parents=True, exist_ok=True)
    properties = WriterProperties(compression="ZSTD", compression_level=1, max_row_group_size=ROW_GROUP_ROWS)
    write_deltalake(str(path), data, mode=mode, writer_properties=properties)
    return current_version(folder, name)


def adopt_file(folder: Path, name: str, file: Path, schema: pa.Schema) -> TableVersion:
    """Make a Parquet file that lies in the table's folder the whole table; a new version, unpublished."""
    from deltalake import DeltaTable, Schema
    from deltalake.transaction import AddAction, create_table_with_add_actions

    path, status = table_folder(folder, name), file.stat()
    action = AddAction(file.name, status.st_size, {}, int(status.st_mtime * 1000), True, "{}")
    if (path / "_delta_log").exists():
        DeltaTable(str(path)).create_write_transaction([action], "overwrite", Schema.from_arrow(schema))
    else:
        create_table_with_add_actions(str(path), Schema.from_arrow(schema), [action])
    return current_version(folder, name)


def delete_where(folder: Path, name: str, predicate: str) -> TableVersion:
    """Delete the rows for which the SQL predicate holds; a new version, unpublished."""
    from deltalake import DeltaTable

    DeltaTable(str(table_folder(folder, name))).delete(predicate)
    return current_version(folder, name)


def compact(folder: Path, name: str) -> TableVersion:
    """Merge the small files of a table; a new version with the same rows, unpublished."""
    from deltalake import DeltaTable

    DeltaTable(str(table_folder(folder, name))).optimize.compact()
    return current_version(folder, name)


def current_version(folder: Path, name: str) -> TableVersion:
    """The newest version of a table on disk, published or not."""
    from deltalake import DeltaTable

    table = DeltaTable(str(table_folder(folder, name)))
    prefix = f"{_layer(name)}/{name}/"
    return TableVersion(table.version(), tuple(sorted(prefix + Path(uri).name for uri in table.file_uris())))


def recover(folder: Path, layer: str, snapshot: Snapshot) -> dict[str, TableVersion]:
    """Roll back what a killed writer left in a layer; the versions that replace those of the snapshot.

    A table of the log that no snapshot names was never seen by a reader and is removed; a table that is ahead
    of the snapshot is restored to it. Unnamed derived tables need nothing: they are only ever overwritten.
    """
    from deltalake import DeltaTable

    restored: dict[str, TableVersion] = {}
    for path in sorted((folder / layer).glob("*")):
        known = snapshot.tables.get(path.name)
        if known is None:
            if layer == "log":
                shutil.rmtree(path)
            continue
        table = DeltaTable(str(path))
        if table.version() != known.version:
            table.restore(known.version)
            restored[path.name] = current_version(folder, path.name)
    return restored


def sweep(folder: Path, layer: str, snapshots: Iterable[Snapshot]) -> None:
    """Remove files that none of the snapshots names and that have been unnamed long enough."""
    named = {file for snapshot in snapshots for table in snapshot.tables.values() for file in table.files}
    limit = time.time() - _KEEP_SECONDS
    for path in (folder / layer).glob("*/*.parquet"):
        if str(path.relative_to(folder)) not in named and path.stat().st_mtime < limit:
            path.unlink(missing_ok=True)
