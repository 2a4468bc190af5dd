"""How derived tables are kept: four ways to bring 1,000 changed ties into a table of ties.

Ways: the whole table written again, a Delta MERGE, a DuckDB file copied, changed and published by rename, and
what Honeycell does (a table of changes laid over the whole one). For each: seconds for one such refresh, and the
50th and 95th percentile of the time of a top-20 question afterwards, in a reader.

    python -m benchmarks.derived_tables [--rows 8000000]
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
from deltalake import DeltaTable, write_deltalake

from honeycell.engine import Engine, open_engine
from honeycell.tables import TABLES

SCHEMA = TABLES["pairs"].schema
CHANGED = 1_000
QUESTIONS = 40


def ties(n: int, seed: int) -> pa.Table:
    """`n` different ties in the order of their keys; about 40 ties a person."""
    dice = np.random.default_rng(seed)
    number = np.arange(n, dtype=np.int64)
    columns: dict[str, object] = {"a_person_id": number // 40, "b_person_id": number % 40 + number // 400 * 40}
    for field in SCHEMA:
        if field.name in columns:
            continue
        if field.type == pa.date32():
            columns[field.name] = pa.array(dice.integers(19_000, 20_500, n).astype(np.int32)).cast(pa.date32())
        elif field.type == pa.float64():
            columns[field.name] = dice.random(n)
        else:
            columns[field.name] = dice.integers(1, 50, n)
    return pa.table([pa.array(columns[f.name]).cast(f.type) for f in SCHEMA], schema=SCHEMA)


def top(source: str, connection: duckdb.DuckDBPyConnection, people: list[int]) -> list[float]:
    """Seconds of each top-20 question, in a reader of its own."""
    seconds = []
    for person in people:
        start = time.perf_counter()
        connection.execute(
            f"SELECT * FROM {source} WHERE a_person_id = ? ORDER BY n_days DESC LIMIT 20", [person]
        ).fetchall()
        seconds.append(time.perf_counter() - start)
    return seconds


def measure(name: str, refresh: Callable[[pa.Table], None], read: Callable[[], list[float]], table: pa.Table) -> None:
    """Three refreshes of 1,000 changed ties, then the questions; one line."""
    seconds = []
    for seed in range(3):
        rows = np.sort(np.random.default_rng(seed).choice(len(table), CHANGED, replace=False))
        change = table.take(pa.array(rows))
        start = time.perf_counter()
        refresh(change)
        seconds.append(time.perf_counter() - start)
    asked = sorted(read())
    print(
        f"{name:34} refresh {statistics.median(seconds):8.3f} s   top-20 p50 {asked[len(asked) // 2] * 1e3:7.1f} ms"
        f"   p95 {asked[int(len(asked) * 0.95)] * 1e3:7.1f} ms",
        flush=True,
    )


def main() -> None:
    """Run the comparison and print one line for each way."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=8_000_000)
    n = parser.parse_args().rows
    folder = Path(tempfile.mkdtemp(prefix="honeycell-bench-"))
    table = ties(n, 1)
    people = table["a_person_id"].take(pa.array(np.random.default_rng(5).integers(0, n, QUESTIONS))).to_pylist()
    try:
        _whole(folder, table, people)
        _merge(folder, table, people)
        _file(folder, table, people)
        _changes(folder, table, people)
    finally:
        shutil.rmtree(folder)


def _whole(folder: Path, table: pa.Table, people: list[int]) -> None:
    path = folder / "whole.parquet"
    connection = duckdb.connect()
    connection.register("ties", table)

    def refresh(change: pa.Table) -> None:
        connection.register("change", change)
        connection.execute(
            "COPY (SELECT * FROM ties ANTI JOIN change USING (a_person_id, b_person_id) UNION ALL SELECT * FROM change"
            f" ORDER BY a_person_id, b_person_id) TO '{path}' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)"
        )

    measure("whole table again", refresh, lambda: top(f"'{path}'", duckdb.connect(), people), table)


def _merge(folder: Path, table: pa.Table, people: list[int]) -> None:
    path = str(folder / "merge")
    write_deltalake(path, table)
    updates = {name: f"s.{name}" for name in SCHEMA.names}

    def refresh(change: pa.Table) -> None:
        keys = "s.a_person_id = t.a_person_id AND s.b_person_id = t.b_person_id"
        merger = DeltaTable(path).merge(change, keys, source_alias="s", target_alias="t")
        merger.when_matched_update(updates).when_not_matched_insert(updates).execute()

    def read() -> list[float]:
        return top(f"read_parquet({DeltaTable(path).file_uris()})", duckdb.connect(), people)

    measure("Delta MERGE", refresh, read, table)


def _file(folder: Path, table: pa.Table, people: list[int]) -> None:
    held, fresh = folder / "ties.duckdb", folder / "fresh.duckdb"
    with duckdb.connect(str(held)) as connection:
        connection.register("given", table)
        connection.execute("CREATE TABLE ties AS SELECT * FROM given")

    def refresh(change: pa.Table) -> None:
        shutil.copyfile(held, fresh)
        with duckdb.connect(str(fresh)) as connection:
            connection.register("change", change)
            connection.execute(
                "DELETE FROM ties USING change WHERE ties.a_person_id = change.a_person_id"
                " AND ties.b_person_id = change.b_person_id"
            )
            connection.execute("INSERT INTO ties SELECT * FROM change")
        fresh.replace(held)

    measure(
        "DuckDB file, copied and renamed", refresh,
        lambda: top("ties", duckdb.connect(str(held), read_only=True), people), table,
    )  # fmt: skip


def _changes(folder: Path, table: pa.Table, people: list[int]) -> None:
    (folder / "cell").mkdir()
    engine = open_engine(folder / "cell")
    with engine.writing("derived") as writer:
        writer.replace("pairs", engine.keep(table))
        writer.publish()

    def refresh(change: pa.Table) -> None:
        with engine.writing("derived") as writer:
            writer.replace_keys("pairs", change, change)
            writer.publish()

    measure("Honeycell: changes over the whole", refresh, lambda: _ask(engine, people), table)
    engine.close()


def _ask(engine: Engine, people: list[int]) -> list[float]:
    import ibis

    pairs, seconds = engine.table("pairs"), []
    for person in people:
        start = time.perf_counter()
        mine = pairs.filter(pairs.a_person_id == person)
        engine.to_arrow(mine.order_by(ibis.desc("n_days")).limit(20))
        seconds.append(time.perf_counter() - start)
    return seconds


if __name__ == "__main__":
    main()
