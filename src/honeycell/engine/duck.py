"""DuckDB inside the process, through Ibis, over the store's Delta tables."""

from __future__ import annotations

import itertools
import shutil
import tempfile
import uuid
import weakref
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from honeycell.engine import machine, store
from honeycell.engine.store import Snapshot, TableVersion, changes_name
from honeycell.errors import HoneycellError
from honeycell.tables import TABLES

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["Engine", "Writer", "open_engine"]

_GONE = "_gone"
"""Column of a table of changes: true in a row that only says that the rows of its key are replaced."""
_MOST_CHANGES = 200_000
"""Rows of changes beyond which they are folded into the table."""
_COMPILED = 1_000
"""Queries whose SQL is remembered: twice those of a refresh."""

_Versions = tuple[TableVersion | None, TableVersion | None]
"""The table itself, and the changes that lie over it."""


def open_engine(folder: Path) -> Engine:
    """An engine over the tables of a cell's folder, at its published snapshot."""
    import ibis

    from honeycell.engine.functions import MACROS

    # The engine folds selects into one another anyway; doing it before costs a fifth of a small refresh.
    ibis.options.sql.fuse_selects = False
    # Made by DuckDB when it spills, so that a process that is killed before leaves nothing behind.
    spill = Path(tempfile.gettempdir()) / f"honeycell-spill-{uuid.uuid4().hex}"
    connection = ibis.duckdb.connect(
        threads=machine.cores(),
        memory_limit=f"{machine.memory_limit_bytes() // 1024**2}MiB",
    )
    # By which Ibis would take every engine's tables for different ones, had it been told: `_compiled` is of them all.
    connection.raw_sql(f"SET temp_directory='{spill}'")
    connection.raw_sql("SET TimeZone='UTC'; SET preserve_insertion_order=false; SET enable_progress_bar=false")
    # Ibis writes the functions that it maps over lists with an arrow, which DuckDB 2 takes only when asked to.
    connection.raw_sql("SET lambda_syntax='ENABLE_SINGLE_ARROW'")
    connection.raw_sql(MACROS)
    return Engine(folder, connection, spill)


class Engine:
    """Reads the tables of one snapshot; `writing` gives a `Writer` whose tables this engine then reads."""

    def __init__(self, folder: Path, connection: Any, spill: Path) -> None:
        self.folder = folder
        self.snapshot = Snapshot.read(folder)
        self._connection = connection
        self._spill = spill
        self._views: dict[str, tuple[_Versions, ir.Table]] = {}
        self._kept: dict[str, ir.Table] = {}
        self._rows: dict[str, int] = {}
        self._others = itertools.count()
        # Also when nobody calls `close`: at the end of the process, or when the engine is forgotten.
        self._let_go = weakref.finalize(self, _let_go, connection, spill)

    def close(self) -> None:
        """Let go of the connection and of the spill folder."""
        self._let_go()

    def reopen(self) -> None:
        """Move to the snapshot that is published now."""
        self.snapshot = Snapshot.read(self.folder)

    def table(self, name: str) -> ir.Table:
        """The table of this name as of the engine's snapshot; empty when nothing was written yet."""
        versions = _versions(self.snapshot, name)
        held = self._views.get(name)
        if held is None or held[0] != versions:
            held = (versions, self._view(name, name, versions, self.folder))
            self._views[name] = held
        return held[1]

    def latest(self, name: str) -> ir.Table:
        """The rows of a derived table that were written since all of it was; all of it when none were."""
        changes = self.snapshot.tables.get(changes_name(name))
        if changes is None or not changes.files:
            return self.table(name)
        key = f"{name}.latest"
        held = self._views.get(key)
        if held is None or held[0] != (None, changes):
            held = ((None, changes), self._view(f"{name}_latest", name, (None, changes), self.folder))
            self._views[key] = held
        return held[1]

    def table_of(self, other: Engine, name: str) -> ir.Table:
        """The table of another engine, readable beside the tables of this one."""
        view = f"{name}_of_{next(self._others)}"
        return self._view(view, name, _versions(other.snapshot, name), other.folder)

    def keep(self, data: ir.Table | pa.Table) -> ir.Table:
        """Materialise an expression or an Arrow table for the life of the engine's connection."""
        # By the first name that is free, so that what the next refresh asks of it is the same again (`_compiled`).
        columns = data.schema.names if isinstance(data, pa.Table) else data.columns
        stem = f"kept_{zlib.crc32(' '.join(columns).encode()):x}"
        table = self._create(next(name for name in _numbered(stem) if name not in self._rows), data)
        self._kept[table.op().name] = table
        return table

    def drop(self, kept: ir.Table) -> None:
        """Let go of a table made by `keep`."""
        name = kept.op().name
        self._connection.raw_sql(f'DROP TABLE temp.main."{name}"')
        del self._rows[name], self._kept[name]

    @contextmanager
    def scratch(self) -> Iterator[None]:
        """Let go, at the end, of everything kept inside the block."""
        before, self._kept = self._kept, {}
        try:
            yield
        finally:
            for table in list(self._kept.values()):
                self.drop(table)
            self._kept = before

    def to_arrow(self, expression: ir.Expr) -> Any:
        """Run an expression; the whole result in memory.

        Returns:
            A `pa.Table` for a table, a `pa.ChunkedArray` for a column, a `pa.Scalar` for a scalar.
        """
        import ibis.expr.types as ir

        known = self._known_count(expression)
        if known is not None:
            return known
        table = expression.as_table()
        # Not `to_pyarrow` of Ibis, which loads pandas: most of the time of a first question.
        result = self._connection.con.sql(self._sql(table)).to_arrow_table().cast(table.schema().to_pyarrow())
        if isinstance(expression, ir.Table):
            return result
        return result.column(0) if isinstance(expression, ir.Column) else result.column(0)[0]

    def to_batches(self, expression: ir.Table, rows: int = 100_000) -> pa.RecordBatchReader:
        """Run an expression; the result as a stream of record batches."""
        schema = expression.schema().to_pyarrow()
        reader = self._connection.con.sql(self._sql(expression)).to_arrow_reader(rows)
        return pa.RecordBatchReader.from_batches(
            schema, (batch for part in reader for batch in pa.Table.from_batches([part]).cast(schema).to_batches())
        )

    @contextmanager
    def writing(self, layer: str) -> Iterator[Writer]:
        """Be the one writer of a layer (`log` or `derived`); waits for another one to finish.

        Nothing that was written counts until `Writer.publish`.
        """
        from filelock import FileLock

        locks = self.folder / "locks"
        locks.mkdir(exist_ok=True)
        with FileLock(locks / f"{layer}.lock"):
            self.reopen()
            writer = Writer(self, layer)
            try:
                yield writer
            finally:
                self.reopen()

    def _view(self, view: str, name: str, versions: _Versions, folder: Path) -> ir.Table:
        base, changes = versions

        columns = ", ".join(f'"{column}"' for column in TABLES[name].schema.names)
        sql = None
        if base is not None and base.files:
            sql = f"SELECT {columns} FROM read_parquet({_paths(folder, base)})"
        if changes is not None and changes.files:
            source = f"read_parquet({_paths(folder, changes)})"
            matches = " AND ".join(f'base."{key}" = gone."{key}"' for key in TABLES[name].replaced_by)
            fresh = f"SELECT {columns} FROM {source} WHERE NOT {_GONE}"
            if sql is None:
                sql = fresh
            else:
                sql = (
                    f"SELECT {columns} FROM ({sql}) AS base ANTI JOIN (SELECT * FROM {source} WHERE {_GONE})"
                    f" AS gone ON {matches} UNION ALL {fresh}"
                )
        if sql is None:
            empty = f"{name}_empty"
            schema = TABLES[name].schema
            return self._named(empty, schema) if empty in self._rows else self._create(empty, schema.empty_table())
        try:
            self._connection.raw_sql(f'CREATE OR REPLACE TEMP VIEW "{view}" AS {sql}')
        except Exception as error:
            raise HoneycellError(
                "log-damaged",
                f"the table “{name}” of this cell cannot be read",
                str(store.table_folder(folder, name)),
                "run `honeycell doctor`; a derived table comes back with `honeycell refresh --rebuild`",
            ) from error
        return self._named(view, TABLES[name].schema)

    def _create(self, name: str, data: ir.Table | pa.Table) -> ir.Table:
        if isinstance(data, pa.Table):
            self._connection.con.register(f"{name}_arrow", data)
            made = self._connection.raw_sql(f'CREATE TEMP TABLE "{name}" AS SELECT * FROM "{name}_arrow"')
            self._rows[name] = made.fetchall()[0][0]
            self._connection.con.unregister(f"{name}_arrow")
            return self._named(name, data.schema)
        made = self._connection.raw_sql(f'CREATE TEMP TABLE "{name}" AS {self._sql(data)}')
        self._rows[name] = made.fetchall()[0][0]
        return self._named(name, data.schema())

    def _known_count(self, expression: ir.Expr) -> pa.Scalar | None:
        """How many rows a kept table has, when that is what is asked: most of the questions of a refresh."""
        import ibis.expr.operations as ops

        asked = expression.op()
        if isinstance(asked, ops.CountStar) and isinstance(asked.arg, ops.DatabaseTable):
            rows = self._rows.get(asked.arg.name)
            return None if rows is None else pa.scalar(rows, pa.int64())
        return None

    def _sql(self, expression: ir.Table) -> str:
        self._connection._run_pre_execute_hooks(expression)  # makes the tables of literals known
        return _compiled(self._connection, expression.op())

    def _named(self, name: str, schema: Any) -> ir.Table:
        """A table or view of the connection whose columns are known, so that nothing needs asking."""
        import ibis
        import ibis.expr.operations as ops

        place = ops.Namespace(catalog="temp", database="main")
        return ops.DatabaseTable(name, schema=ibis.schema(schema), source=self._connection, namespace=place).to_expr()


@lru_cache(_COMPILED)
def _compiled(connection: Any, asked: Any) -> str:
    """The SQL of an expression; most of the time of a small refresh, and the next one asks the same again."""
    return str(connection.compile(asked.to_expr()))


def _numbered(stem: str) -> Iterator[str]:
    return (f"{stem}_{number}" for number in itertools.count())


def _let_go(connection: Any, spill: Path) -> None:
    connection.disconnect()
    shutil.rmtree(spill, ignore_errors=True)


def _versions(snapshot: Snapshot, name: str) -> _Versions:
    return snapshot.tables.get(name), snapshot.tables.get(changes_name(name))


def _paths(folder: Path, version: TableVersion) -> str:
    quoted = (str(folder / file).replace("'", "''") for file in version.files)
    return "[" + ", ".join(f"'{path}'" for path in quoted) + "]"


class Writer:
    """Writes to the tables of one layer; all of it counts at `publish`, or none of it."""

    def __init__(self, engine: Engine, layer: str) -> None:
        self._engine = engine
        self._layer = layer
        self.most_changes = _MOST_CHANGES
        self._written: dict[str, TableVersion | None] = {}
        self._marks: dict[str, int] = {}
        for name, version in store.recover(engine.folder, layer, engine.snapshot).items():
            self._hold(name, version)

    def append(self, name: str, rows: pa.Table) -> None:
        """Append rows; they may lack the order, but not the columns, of the table."""
        if rows.num_rows:
            schema = TABLES[name].schema
            data = rows.select(schema.names).cast(schema)
            self._hold(name, store.write_version(self._engine.folder, name, data, "append"))

    def replace(self, name: str, rows: ir.Table | pa.Table) -> None:
        """Replace the whole table."""
        schema = TABLES[name].schema
        if isinstance(rows, pa.Table):
            rows = rows.select(schema.names).cast(schema)
            self._hold(name, store.write_version(self._engine.folder, name, rows, "overwrite"))
        else:
            self._replace_by_file(name, rows)
        self._hold(changes_name(name), None)

    def _replace_by_file(self, name: str, rows: ir.Table) -> None:
        """Let the engine write one Parquet file itself, on all cores and in bounded memory."""
        import ibis

        schema = TABLES[name].schema
        folder = store.table_folder(self._engine.folder, name)
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / f"{uuid.uuid4()}.parquet"
        sql = self._engine._sql(rows.select(*schema.names).cast(ibis.schema(schema)))
        path = str(file).replace("'", "''")
        self._engine._connection.raw_sql(
            f"COPY ({sql}) TO '{path}' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1,"
            f" ROW_GROUP_SIZE {store.ROW_GROUP_ROWS})"
        )
        self._hold(name, store.adopt_file(self._engine.folder, name, file, schema))

    def replace_keys(self, name: str, keys: pa.Table, rows: pa.Table) -> None:
        """Replace all rows whose `Table.replaced_by` columns are among `keys` with `rows`.

        Costs the size of the change, not of the table: changes lie in a table of their own, which readers
        lay over the whole one, until they are many enough to be folded in.
        """
        table = TABLES[name]
        schema, on = table.schema, list(table.replaced_by)
        keys = keys.select(on).cast(pa.schema([schema.field(key) for key in on]))
        gone = pa.table(
            [keys[n] if n in on else pa.nulls(len(keys), schema.field(n).type) for n in schema.names],
            schema=schema,
        ).append_column(_GONE, pa.array([True] * len(keys), pa.bool_()))
        fresh = rows.select(schema.names).cast(schema)
        fresh = fresh.append_column(_GONE, pa.array([False] * len(fresh), pa.bool_()))
        held = self._engine.snapshot.tables.get(changes_name(name))
        parts = [gone, fresh]
        if held is not None and held.files:
            parts.append(self._earlier_changes(held, keys, on))
        changes = pa.concat_tables(parts)
        if len(changes) > self.most_changes:
            self._fold(name, changes)
        else:
            version = store.write_version(self._engine.folder, changes_name(name), changes, "overwrite")
            self._hold(changes_name(name), version)

    def delete_where(self, name: str, column: str, values: list[int]) -> None:
        """Delete the rows whose column has one of the values, from the table's files too."""
        listed = ", ".join(map(str, values))
        self._hold(name, store.delete_where(self._engine.folder, name, f"{column} IN ({listed})"))

    def compact(self, name: str, most_files: int = 64) -> None:
        """Merge the files of a table when there are more than `most_files`."""
        held = self._engine.snapshot.tables.get(name)
        if held is not None and len(held.files) > most_files:
            self._hold(name, store.compact(self._engine.folder, name))

    def mark(self, name: str, value: int) -> None:
        """Set a number that belongs to the state."""
        self._marks[name] = value

    def publish(self) -> None:
        """Make everything written so far the state that readers see."""
        from filelock import FileLock

        folder = self._engine.folder
        with FileLock(folder / "locks" / "publish.lock"):
            before = Snapshot.read(folder)
            after = before.with_tables(self._written, self._marks)
            after.write(folder)
        self._written, self._marks = {}, {}
        self._engine.snapshot = after
        store.sweep(folder, self._layer, (before, after))

    def _hold(self, name: str, version: TableVersion | None) -> None:
        if version is None and name not in self._engine.snapshot.tables:
            return
        self._written[name] = version
        # The engine reads what was written, published or not; `Engine.writing` moves it back at the end.
        self._engine.snapshot = self._engine.snapshot.with_tables({name: version}, {})

    def _earlier_changes(self, held: TableVersion, keys: pa.Table, on: list[str]) -> pa.Table:
        earlier = self._engine._connection.read_parquet([str(self._engine.folder / file) for file in held.files])
        now = self._engine.keep(keys)
        kept = self._engine.to_arrow(earlier.anti_join(now, on))
        self._engine.drop(now)
        return kept

    def _fold(self, name: str, changes: pa.Table) -> None:
        import ibis

        on = list(TABLES[name].replaced_by)
        held = self._engine.keep(changes)
        base = self._engine.snapshot.tables.get(name)
        self._hold(changes_name(name), None)
        fresh = held.filter(~held[_GONE]).drop(_GONE)
        whole = fresh
        if base is not None:
            whole = ibis.union(self._engine.table(name).anti_join(held.filter(held[_GONE]), on), fresh)
        self._replace_by_file(name, whole)
        self._engine.drop(held)
