"""Is a cell whole? Every table is read, and the derived ones are compared with a rebuild from nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from honeycell.tables import TABLES

if TYPE_CHECKING:
    import pyarrow as pa

    from honeycell.engine import Engine
    from honeycell.progress import Progress
    from honeycell.steps import Step

__all__ = ["Finding", "compared_with_rebuild", "index_of_words", "read_whole"]


@dataclass(frozen=True)
class Finding:
    """What `doctor` found about one table."""

    table: str
    ok: bool
    message: str


def read_whole(engine: Engine, name: str) -> Finding:
    """Whether a table can be read and no two of its rows have one key."""
    table = TABLES[name]
    try:
        rows = engine.table(name)
        by_key = rows.group_by(list(table.key)).aggregate(n=rows.count())
        row = engine.to_arrow(by_key.aggregate(n=by_key.n.sum(), n_keys=by_key.count())).to_pylist()[0]
    except Exception as error:  # whatever the engine says of a damaged file, it is a finding, not a crash
        return Finding(name, False, f"cannot be read: {str(error).splitlines()[0]}")
    n, n_keys = row["n"] or 0, row["n_keys"]
    if n != n_keys:
        return Finding(name, False, f"{n - n_keys:,} rows repeat the key {', '.join(table.key)}")
    return Finding(name, True, f"{n:,} rows")


def index_of_words(engine: Engine) -> Finding:
    """Whether the index of words has a document for each interaction of the log, and no other."""
    from honeycell.search import compared_with_log

    try:
        missing, extra, n = compared_with_log(engine)
    except (ValueError, OSError) as error:
        return Finding("index of words", False, f"cannot be read: {str(error).splitlines()[0]}")
    if missing or extra:
        return Finding("index of words", False, f"{missing:,} interactions missing, {extra:,} too many, of {n:,}")
    return Finding("index of words", True, f"{n:,} interactions, those of the log")


def compared_with_rebuild(
    engine: Engine,
    scratch: Path,
    names: Iterable[str],
    steps: Sequence[Step],
    decided: dict[str, pa.Table],
    report: Callable[[Progress], None],
) -> dict[str, Finding]:
    """Whether derived tables equal those that are made anew from the log and the decisions.

    Args:
        engine: The cell's engine.
        scratch: An empty folder, in which they are made.
        names: The tables to compare.
        steps: How they are made.
        decided: The decisions in force.
        report: Told of each table that is made.
    """
    from honeycell.engine import open_engine
    from honeycell.progress import Progress
    from honeycell.steps import derive

    (scratch / "locks").mkdir()
    log_only = engine.snapshot.of_layer("log", engine.folder)
    log_only.write(scratch)
    fresh = open_engine(scratch)
    findings = {}
    try:
        with fresh.writing("derived") as writer:
            seen: list[str] = []

            def done(table: str) -> None:
                seen.append(table)
                report(Progress("doctor", len(seen), len(steps), "tables", table))

            derive(fresh, writer, steps, changes=None, decided=decided, done=done)
            writer.publish()
        for step in steps:
            if step.table in names:
                findings[step.table] = _compare(fresh, engine, step.table)
    finally:
        fresh.close()
    return findings


def _compare(fresh: Engine, held: Engine, name: str) -> Finding:
    schema = TABLES[name].schema
    ours, theirs = (
        table.mutate(**{f.name: table[f.name].round(9) for f in schema if str(f.type) == "double"}).select(
            *schema.names
        )
        for table in (fresh.table(name), fresh.table_of(held, name))
    )
    missing = fresh.to_arrow(ours.difference(theirs, distinct=False).count()).as_py()
    extra = fresh.to_arrow(theirs.difference(ours, distinct=False).count()).as_py()
    n = fresh.to_arrow(ours.count()).as_py()
    if missing or extra:
        return Finding(
            name, False, f"differs from a rebuild: {missing:,} rows missing, {extra:,} rows too many, of {n:,}"
        )
    return Finding(name, True, f"{n:,} rows, equal to a rebuild")
