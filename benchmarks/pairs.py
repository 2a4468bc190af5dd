"""Ties from ten million interactions: ours against pandas, with polars and networkx beside.

All read the same Parquet file of touches (from, to, day, weight) and end with the same table in memory: for each
pair of persons the first and last contact day, how many, the sums of gaps between them and of their squares, and
attention and interactions each way. Ours are the very expressions that derive `pair_days` and `pairs` in a cell.
Each contender runs in a process of its own; its seconds leave its imports aside, its memory does not.

    python -m benchmarks.pairs [--rows 10000000] [--repeat 3]
"""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

from benchmarks.measure import OUT, in_own_process, publish, report, stopwatch

COLUMNS = ["from_person_id", "to_person_id", "on", "weight"]


def make(folder: Path, rows: int) -> Path:
    """A cell whose table of touches has this many rows, made once; its Parquet file."""
    import duckdb
    import numpy as np

    from benchmarks.synthetic import START, People, events
    from honeycell.engine import open_engine
    from honeycell.tables import TABLES

    table = folder / "derived" / "touches"
    if not table.exists():
        dice = np.random.default_rng(1)
        people = People(max(rows // 11, 100), dice)
        starts = np.sort(START + dice.integers(0, 3 * 365 * 86_400, rows // 4))
        said = events(people, 0, starts, dice)
        folder.mkdir(parents=True, exist_ok=True)
        engine = open_engine(folder)
        with duckdb.connect() as maker, engine.writing("derived") as writer:
            maker.register("said", said)
            made = maker.sql(
                "SELECT hash(thread || '.' || place)::UBIGINT >> 1 AS interaction_id,"
                " (hash('p' || writer) >> 1)::BIGINT AS from_person_id,"
                " (hash('p' || reader) >> 1)::BIGINT AS to_person_id,"
                " make_timestamp(second * 1000000) AS occurred_at, make_timestamp(second * 1000000)::DATE AS on,"
                " 'mail' AS channel, 'message' AS kind, 'to' AS role,"
                " (1048576 // (1 + place % 3)) / 1048576.0 AS weight, (1 + place % 3)::BIGINT AS n_addressed,"
                " false AS broadcast, false AS in_space, NULL::VARCHAR AS in_reply_to_id,"
                " utc_offset::SMALLINT AS utc_offset_minutes"
                " FROM said"
            ).to_arrow_table()
            writer.replace("touches", engine.keep(made.cast(TABLES["touches"].schema)))
            writer.publish()
        engine.close()
    return next(table.glob("*.parquet"))


def with_honeycell(file: Path) -> dict[str, Any]:
    """The expressions of the product over the cell that the file is a table of."""
    from honeycell.engine import open_engine
    from honeycell.ties.pairs import sides, state_of_pairs

    engine = open_engine(file.parents[2])
    found = engine.to_arrow(state_of_pairs(sides(engine.table("touches"))))
    engine.close()
    return _facts_of_arrow(found)


def with_pandas(file: Path) -> dict[str, Any]:
    """As pandas wants it done: whole columns, grouped by small integers rather than by text."""
    import numpy as np
    import pandas as pd

    touches = pd.read_parquet(file, columns=COLUMNS)
    codes, names = pd.factorize(pd.concat([touches["from_person_id"], touches["to_person_id"]], ignore_index=True))
    rank = np.argsort(np.argsort(names.to_numpy(dtype=object)))[codes]
    giver, taker = rank[: len(touches)], rank[len(touches) :]
    forward, weight = giver < taker, touches["weight"].to_numpy()
    days = (
        pd.DataFrame({
            "a": np.where(forward, giver, taker), "b": np.where(forward, taker, giver),
            "on": pd.to_datetime(touches["on"]),
            "w_ab": np.where(forward, weight, 0.0), "w_ba": np.where(forward, 0.0, weight),
            "n_ab": forward.astype(np.int64), "n_ba": (~forward).astype(np.int64),
        })
        .groupby(["a", "b", "on"], as_index=False)
        .sum()
    )  # fmt: skip
    gap = days["on"].diff().dt.days.where((days["a"].diff() == 0) & (days["b"].diff() == 0), 0.0)
    days["s1"], days["s2"] = gap, gap * gap
    pairs = (
        days.groupby(["a", "b"])
        .agg(
            first_on=("on", "min"), last_on=("on", "max"), n_days=("on", "size"), s1=("s1", "sum"), s2=("s2", "sum"),
            w_ab=("w_ab", "sum"), w_ba=("w_ba", "sum"), n_ab=("n_ab", "sum"), n_ba=("n_ba", "sum"),
        )
        .reset_index()
    )  # fmt: skip
    ordered = np.sort(names.to_numpy(dtype=object))
    pairs["a_person_id"], pairs["b_person_id"] = ordered[pairs["a"]], ordered[pairs["b"]]
    return _facts(lambda column: pairs[column].sum(), len(pairs))


def with_polars(file: Path) -> dict[str, Any]:
    """Polars, lazily, so that it may plan the whole."""
    import polars as pl

    forward = pl.col("from_person_id") < pl.col("to_person_id")
    pair = ["a_person_id", "b_person_id"]
    sums = ["w_ab", "w_ba", "n_ab", "n_ba"]
    pairs = (
        pl.scan_parquet(file)
        .select(
            "on",
            a_person_id=pl.when(forward).then("from_person_id").otherwise("to_person_id"),
            b_person_id=pl.when(forward).then("to_person_id").otherwise("from_person_id"),
            w_ab=pl.when(forward).then("weight").otherwise(0.0),
            w_ba=pl.when(forward).then(0.0).otherwise("weight"),
            n_ab=forward.cast(pl.Int64),
            n_ba=(~forward).cast(pl.Int64),
        )
        .group_by([*pair, "on"])
        .agg(pl.col(sums).sum())
        .sort([*pair, "on"])
        .with_columns(
            gap=pl.when((pl.col(pair[0]).shift() == pl.col(pair[0])) & (pl.col(pair[1]).shift() == pl.col(pair[1])))
            .then((pl.col("on") - pl.col("on").shift()).dt.total_days())
            .otherwise(0)
        )
        .group_by(pair)
        .agg(
            pl.col("on").min().alias("first_on"),
            pl.col("on").max().alias("last_on"),
            pl.len().alias("n_days"),
            pl.col("gap").sum().cast(pl.Float64).alias("s1"),
            (pl.col("gap") * pl.col("gap")).sum().cast(pl.Float64).alias("s2"),
            pl.col(sums).sum(),
        )
        .collect(engine="streaming")
    )
    return _facts(lambda column: pairs[column].sum(), len(pairs))


def with_networkx(file: Path) -> dict[str, Any]:
    """A graph whose edges gather what passed; a Python object for each, as networkx has it."""
    import networkx as nx
    import pyarrow.parquet as pq

    graph: nx.Graph[str] = nx.Graph()
    for batch in pq.ParquetFile(file).iter_batches(columns=COLUMNS):
        for giver, taker, on, weight in zip(*(batch.column(name).to_pylist() for name in COLUMNS), strict=True):
            if not graph.has_edge(giver, taker):
                graph.add_edge(giver, taker, days=set(), w_ab=0.0, w_ba=0.0, n_ab=0, n_ba=0)
            edge = graph.edges[giver, taker]
            way = "ab" if giver < taker else "ba"
            edge["days"].add(on)
            edge["w_" + way] += weight
            edge["n_" + way] += 1
    for _, _, edge in graph.edges(data=True):
        days = sorted(edge.pop("days"))
        gaps = [(later - earlier).days for earlier, later in pairwise(days)]
        edge |= {"first_on": days[0], "last_on": days[-1], "n_days": len(days)}
        edge |= {"s1": float(sum(gaps)), "s2": float(sum(gap * gap for gap in gaps))}
    edges = [edge for _, _, edge in graph.edges(data=True)]
    return _facts(lambda column: sum(edge[column] for edge in edges), len(edges))


def _facts_of_arrow(found: Any) -> dict[str, Any]:
    import pyarrow.compute as pc

    return _facts(lambda column: pc.sum(found[column]).as_py(), len(found))


def _facts(total: Callable[[str], Any], n: int) -> dict[str, Any]:
    """What must be the same for all: the number of pairs, and sums that are exact."""
    return {"pairs": n, **{column: float(total(column)) for column in ("n_days", "s1", "s2", "w_ab", "w_ba", "n_ab")}}


CONTENDERS = {
    "honeycell": with_honeycell,
    "pandas": with_pandas,
    "polars": with_polars,
    "networkx": with_networkx,
}
IMPORTS = {
    "honeycell": ("honeycell.engine", "honeycell.ties.pairs", "ibis.backends.duckdb"),
    "pandas": ("pandas", "pyarrow.parquet"),
    "polars": ("polars",),
    "networkx": ("networkx", "pyarrow.parquet"),
}
"""What each loads before its time begins."""


def main() -> None:
    """Run all contenders, or one of them in this process (`--side`)."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--side", choices=["make", *CONTENDERS])
    parser.add_argument("--file", type=Path)
    asked = parser.parse_args()
    if asked.side == "make":
        with stopwatch() as watch:
            file = make(OUT / f"touches-{asked.rows}", asked.rows)
        return report(watch, file=str(file))
    if asked.side:
        side = CONTENDERS[asked.side]
        for module in IMPORTS[asked.side]:
            importlib.import_module(module)
        with stopwatch() as watch:
            facts = side(asked.file)
        return report(watch, **facts)
    made = in_own_process("make", "benchmarks.pairs", "--side", "make", "--rows", str(asked.rows))
    file = made.facts["file"]
    figures = {
        name: in_own_process(
            name, "benchmarks.pairs", "--side", name, "--file", file,
            repeat=1 if name == "networkx" else asked.repeat,
        )
        for name in CONTENDERS
    }  # fmt: skip
    ours, theirs = figures["honeycell"], figures["pandas"]
    for name, figure in figures.items():
        if figure.facts != ours.facts:
            raise SystemExit(f"{name} found {figure.facts}, honeycell {ours.facts}")
    publish(
        "pairs",
        f"Ties from {asked.rows:,} interactions ({ours.facts['pairs']:,} pairs)",
        [
            {
                "contender": name, "wall s": figure.wall_seconds, "CPU s": figure.cpu_seconds,
                "peak MiB": figure.peak_mib,
                "wall against ours": figure.wall_seconds / ours.wall_seconds,
                "CPU against ours": figure.cpu_seconds / ours.cpu_seconds,
                "memory against ours": figure.peak_mib / ours.peak_mib,
            }
            for name, figure in figures.items()
        ],
        {
            "3 times as fast as pandas": (
                theirs.wall_seconds >= 3 * ours.wall_seconds,
                f"{theirs.wall_seconds / ours.wall_seconds:.1f} times by the wall,"
                f" {theirs.cpu_seconds / ours.cpu_seconds:.1f} in CPU",
            ),
            "a third of the memory of pandas": (
                ours.peak_mib * 3 <= theirs.peak_mib,
                f"{ours.peak_mib / theirs.peak_mib:.2f} of it",
            ),
        },
    )  # fmt: skip


if __name__ == "__main__":
    main()
