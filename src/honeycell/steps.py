"""How derived tables follow the log: a stage is an ordered tuple of steps.

A step says how to compute the rows of its table, for all keys or for some, and which keys a change upstream
touches. `derive` runs the steps in order: a rebuild computes everything, a refresh computes the touched keys
only, keeps those whose rows really differ, and passes just these on. Both give the same tables.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pyarrow as pa

from honeycell.tables import TABLES

if TYPE_CHECKING:
    from pathlib import Path

    import ibis.expr.types as ir

    from honeycell.engine import Engine, Writer

__all__ = ["Change", "Changes", "Step", "Tables", "derive"]


class Tables:
    """The tables of a cell by name, and a way to run an expression over them."""

    def __init__(
        self, engine: Engine, new: ir.Table | None = None, decided: Mapping[str, pa.Table] | None = None
    ) -> None:
        self._engine = engine
        self._new = new
        self._shown: Callable[[str, ir.Table], ir.Table] | None = None
        self._readable: ir.Table | None = None
        self.viewer: int | None = None
        """The person who asks; None for the owner of the cell."""
        self.decided: Mapping[str, pa.Table] = decided or {}
        """The decisions in force by kind, of which the first tables are made; empty outside `derive`."""
        self._found: dict[tuple[str, ...], tuple[ir.Table, ir.Table]] = {}

    def __getitem__(self, name: str) -> ir.Table:
        table = self._engine.table(name)
        return table if self._shown is None else self._shown(name, table)

    def shown_to(self, viewer: int, readable: ir.Table, shown: Callable[[str, ir.Table], ir.Table]) -> Tables:
        """The same tables for a person who may not see all: `honeycell.viewers.seen_by`.

        Args:
            viewer: The person.
            readable: The interactions whose words they may read: `interaction_id`.
            shown: What it makes of the name of a table and what is there.
        """
        tables = Tables(self._engine)
        tables.viewer, tables._readable, tables._shown = viewer, readable, shown
        return tables

    @property
    def readable(self) -> ir.Table:
        """The interactions whose words the viewer may read; asked only where there is one."""
        assert self._readable is not None
        return self._readable

    def keep(self, data: ir.Table | pa.Table) -> ir.Table:
        """Materialise an intermediate result that several expressions use."""
        return self._engine.keep(data)

    def arrow(self, expression: ir.Expr) -> pa.Table:
        """Run an expression; the whole result in memory."""
        return self._engine.to_arrow(expression)

    def batches(self, expression: ir.Table, rows: int) -> Iterator[pa.RecordBatch]:
        """Run an expression; its result in parts of so many rows. Nothing else is asked while they come."""
        yield from self._engine.to_batches(expression, rows)

    def of_interactions(self, name: str, keys: ir.Table) -> ir.Table:
        """The rows that a derived table has of these interactions.

        Those of interactions that are new to this refresh are among the latest rows of the table; all of it is read
        for older ones only, and not at all when there are none.
        """
        older = self.older(keys)
        if self._new is None:
            return self[name].semi_join(keys, "interaction_id")
        latest = self._engine.latest(name).semi_join(keys.semi_join(self._new, "interaction_id"), "interaction_id")
        return latest if older is None else latest.union(self[name].semi_join(older, "interaction_id"))

    def older(self, keys: ir.Table) -> ir.Table | None:
        """Of these interactions those that derived tables may have rows of from before this refresh; None for none."""
        if self._new is None:
            return keys
        older = self.keep(keys.anti_join(self._new, "interaction_id"))
        return older if self.arrow(older.count()).as_py() else None

    def of_older(self, name: str, keys: ir.Table, columns: tuple[str, ...]) -> ir.Table:
        """The rows that a table of the log has of these interactions; looked for in all of it once in a refresh.

        Several steps need the same few older interactions, those that new ones answer, and the log stands still
        meanwhile.

        Args:
            name: A table of the log.
            keys: Made by `keep`, with a column `interaction_id`.
            columns: Columns of the table, `interaction_id` among them.
        """
        wanted, table, asked = keys.select("interaction_id"), self[name].select(*columns), (name, *columns)
        if asked not in self._found:
            self._found[asked] = (wanted, self.keep(table.semi_join(wanted, "interaction_id")))
        known, rows = self._found[asked]
        missing = self.keep(wanted.anti_join(known, "interaction_id"))
        if self.arrow(missing.count()).as_py():
            known = self.keep(known.union(missing))
            rows = self.keep(rows.union(table.semi_join(missing, "interaction_id")))
            self._found[asked] = (known, rows)
        return rows.semi_join(wanted, "interaction_id")

    @property
    def state(self) -> tuple[Path, Mapping[str, int]]:
        """The folder of the cell, and the marks of the state in which its tables are read."""
        return self._engine.folder, self._engine.snapshot.marks

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
    new: ir.Table | None = None
    """Of the keys of `interactions`, those that no derived table can have a row of yet; None: not known."""


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
    decided: Mapping[str, pa.Table] | None = None,
    done: Callable[[str], None] = lambda table: None,
) -> Changes:
    """Run the steps in order: a refresh after `changes` of the log, or a rebuild when that is None.

    `decided` are the decisions in force (`honeycell.decisions.standing`); that they are others than those before is a
    change of the name `decisions`. `done` is called with the name of each table that was looked at. Nothing is
    published.
    """
    said = (changes or {}).get("interactions")
    run = _Run(engine, writer, Tables(engine, said and said.new, decided), dict(changes or {}))
    for step in steps:
        if changes is None:
            # What a step of a rebuild finds and keeps is its own: all the log together would not fit into memory.
            with engine.scratch():
                writer.replace(step.table, step.rows(Tables(engine, None, decided), None))
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
        before, after = _held(run, held, keys, on), run.engine.keep(after.select(*names))
    elif step.touched is not None:
        keys = run.engine.keep(step.touched(run.tables, run.changes).select(*on).distinct())
        if not _count(run, keys):
            return
        before = _held(run, held, keys, on)
        after = run.engine.keep(step.rows(run.tables, keys)).select(*names)
    else:
        before = held
        after = run.engine.keep(step.rows(run.tables, None)).select(*names)
    after = after.cast(before.schema())
    # A row that went from one replaced key to another (a turn whose opener proves to be someone else) differs at both.
    key = tuple(dict.fromkeys((*TABLES[step.table].key, *on)))
    differing = run.engine.keep(_differing(before, after, key).select(*on).distinct())
    if not _count(run, differing):
        return
    change = Change(
        differing,
        run.engine.keep(before.semi_join(differing, on)),
        run.engine.keep(after.semi_join(differing, on)),
    )
    run.writer.replace_keys(step.table, run.engine.to_arrow(change.keys), run.engine.to_arrow(change.after))
    run.changes[step.table] = change


def _differing(before: ir.Table, after: ir.Table, key: tuple[str, ...]) -> ir.Table:
    """The keys of rows that are on one side only or not the same on both, side by side: cheaper than by sets."""
    import ibis

    now = after.rename({f"{name}_now": name for name in after.columns})
    both = before.outer_join(now, [before[name] == now[f"{name}_now"] for name in key])
    same = ibis.and_(*(both[name].identical_to(both[f"{name}_now"]) for name in before.columns))
    return both.filter(~same).select(**{name: both[name].coalesce(both[f"{name}_now"]) for name in before.columns})


def _held(run: _Run, held: ir.Table, keys: ir.Table, on: list[str]) -> ir.Table:
    """The rows of these keys as they are before the refresh."""
    older = run.tables.older(keys) if on == ["interaction_id"] else keys
    return run.engine.keep(held.limit(0) if older is None else held.semi_join(older, on))


def _count(run: _Run, table: ir.Table) -> int:
    return int(run.engine.to_arrow(table.count()).as_py())
