"""How derived tables follow the log: a stage is an ordered tuple of steps.

A step says how to compute the rows of its table, for all keys or for some, and which keys a change upstream
touches. `derive` runs the steps in order: a rebuild computes everything, a refresh computes the touched keys
only, keeps those whose rows really differ, and passes just these on. Both give the same tables.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pyarrow as pa

from honeycell.tables import TABLES

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from honeycell.engine import Engine, Writer

__all__ = ["Change", "Changes", "Step", "Tables", "derive"]


class Tables:
    """The tables of a cell by name, and a way to run an expression over them."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def __getitem__(self, name: str) -> ir.Table:
        return self._engine.table(name)

    def keep(self, data: ir.Table | pa.Table) -> ir.Table:
        """Materialise an intermediate result that several expressions use."""
        return self._engine.keep(data)

    def arrow(self, expression: ir.Expr) -> pa.Table:
        """Run an expression; the whole result in memory."""
        return self._engine.to_arrow(expression)

    @property
    def derived_batch(self) -> int:
        """The log commit up to which the derived tables were made; rows of later ones are found without a search."""
        return int(self._engine.snapshot.marks.get("derived_batch", 0))


@dataclass(frozen=True)
class Change:
    """What a refresh changed in one table: the keys, and their rows before and after."""

    keys: ir.Table
    before: ir.Table
    after: ir.Table


Changes = dict[str, Change]
"""Changed tables by name; a table that did not change is absent."""


@dataclass(frozen=True)
class Step:
    """One derived table."""

    table: str
    """Its name in `tables.py`."""
    inputs: tuple[str, ...]
    """Names of the tables it is computed from; when none of them changed the step is skipped."""
    rows: Callable[[Tables, ir.Table | None], ir.Table | pa.Table]
    """`rows(tables, keys)`: the rows of these keys (a table with the columns `replaced_by`), or all for None."""
    touched: Callable[[Tables, Changes], ir.Table] | None = None
    """`touched(tables, changes)`: the keys whose rows may differ now, a superset is fine, repeats allowed.
    None: the table is small, compute all of it and compare."""
    merged: Callable[[Tables, Changes], tuple[ir.Table, ir.Table]] | None = None
    """`merged(tables, changes)`: keys that may differ and their rows, made from the rows held and what was added;
    in place of `touched` and `rows` where that is cheaper than computing the rows of those keys again, which it
    must equal."""


@dataclass
class _Run:
    engine: Engine
    writer: Writer
    tables: Tables
    changes: Changes = field(default_factory=dict)


def derive(
    engine: Engine,
    writer: Writer,
    steps: Iterable[Step],
    *,
    changes: Changes | None,
    done: Callable[[str], None] = lambda table: None,
) -> Changes:
    """Run the steps in order: a refresh after `changes` of the log, or a rebuild when that is None.

    `done` is called with the name of each table that was looked at. Nothing is published.
    """
    run = _Run(engine, writer, Tables(engine), dict(changes or {}))
    for step in steps:
        if changes is None:
            with engine.scratch():
                writer.replace(step.table, step.rows(run.tables, None))
        elif any(name in run.changes for name in step.inputs):
            _refresh(run, step)
        done(step.table)
    return run.changes


def _refresh(run: _Run, step: Step) -> None:
    on = list(TABLES[step.table].replaced_by)
    names = TABLES[step.table].schema.names
    held = run.tables[step.table].select(*names)
    if step.merged is not None:
        keys, after = step.merged(run.tables, run.changes)
        keys = run.engine.keep(keys.select(*on).distinct())
        if not _count(run, keys):
            return
        before, after = run.engine.keep(held.semi_join(keys, on)), run.engine.keep(after.select(*names))
    elif step.touched is not None:
        keys = run.engine.keep(step.touched(run.tables, run.changes).select(*on).distinct())
        if not _count(run, keys):
            return
        before = run.engine.keep(held.semi_join(keys, on))
        after = run.engine.keep(step.rows(run.tables, keys)).select(*names)
    else:
        before = held
        after = run.engine.keep(step.rows(run.tables, None)).select(*names)
    after = after.cast(before.schema())
    removed, added = before.difference(after, distinct=False), after.difference(before, distinct=False)
    differing = run.engine.keep(removed.select(*on).union(added.select(*on)).distinct())
    if not _count(run, differing):
        return
    change = Change(
        differing,
        run.engine.keep(before.semi_join(differing, on)),
        run.engine.keep(after.semi_join(differing, on)),
    )
    run.writer.replace_keys(step.table, run.engine.to_arrow(change.keys), run.engine.to_arrow(change.after))
    run.changes[step.table] = change


def _count(run: _Run, table: ir.Table) -> int:
    return int(run.engine.to_arrow(table.count()).as_py())
