"""Is what `--as-of` says what would have been read on that day? Against a cell that holds nothing later.

Takes a cell, or a folder to import. The other cell has the same decisions and identities, and of what happened only
what was there by the day; conversations, loops, ties and readings are derived from that anew. As of some days on which
something happened all is compared: the readings of all relationships, values, intervals and statuses; of the busiest
also sentences, trends, changes, ledgers, conversations and evidence; spaces, and the network. `n_` counts what is
compared, `equal_` the share that is the same, floats within 1e-9. `turns_closed_otherwise` is the share of turns that,
as of the day, are open in one cell and closed in the other: an explicit answer came later.
`equal_alone` is the share of all readings that are the same as in a third cell, which also has to find out from the
early part alone who is who, who writes automatically and what is a space. What differs and why:
`docs/readings/as_of.md`.
"""

from __future__ import annotations

import math
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from honeycell import conversations, identities, log, readings, ties
from honeycell.cell import Cell, open_cell
from honeycell.steps import Tables, derive
from honeycell.tables import TABLES
from validation.cells import opened

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["DATA", "PASS", "early_cell", "everything", "main", "same"]

DATA = "mail/openbmc"
PASS = {"equal": (">=", 0.999)}
BUSIEST, SPACES = 6, 2
SHARES = (0.5, 0.8)
"""Where in the time of a cell the days lie."""
IDENTITIES = ("spaces", "senders")
"""What the log says of who a handle is; it stays as it is today, like all that is derived of persons."""

Said = dict[tuple[str, ...], object]
"""What is said, by where: the kind of thing, whose it is, and which part of it."""


def main(path: Path) -> dict[str, float | int]:
    """Shares that are the same, over all days; what differs goes to stderr."""
    with tempfile.TemporaryDirectory(prefix="honeycell-validation-") as made, opened(path) as cell:
        n, differing, turns = Counter[str](), Counter[str](), [0, 0]
        for place, day in enumerate(_days(cell)):
            with early_cell(cell, Path(made) / f"early-{place}", day) as early:
                whole, cut = everything(cell, day), everything(early, day)
                was_open, closed = _open_turns(cell, day), _open_turns(early, day)
                turns = [turns[0] + len(was_open ^ closed), turns[1] + early.engine.to_arrow(
                    early.engine.table("turns").count()).as_py()]  # fmt: skip
            for key in whole.keys() | cut.keys():
                n[key[0]] += 1
                if not same(whole.get(key), cut.get(key)):
                    differing[key[0]] += 1
                    print(day, key, whole.get(key), cut.get(key), sep=" | ", file=sys.stderr)
        with early_cell(cell, Path(made) / "alone", day, alone=True) as early:
            whole, cut = _listed(cell, day), _listed(early, day)
        keys = whole.keys() | cut.keys()
        alone = sum(same(whole.get(key), cut.get(key)) for key in keys) / len(keys)
    figures: dict[str, float | int] = {
        "n": n.total(), "equal": 1 - differing.total() / n.total(),
        "turns_closed_otherwise": turns[0] / max(1, turns[1]), "equal_alone": alone,
    }  # fmt: skip
    return figures | {
        name: value for kind in sorted(n)
        for name, value in ((f"n_{kind}", n[kind]), (f"equal_{kind}", 1 - differing[kind] / n[kind]))
    }  # fmt: skip


def _days(cell: Cell) -> list[date]:
    """The last days on which something happened, up to parts of the time that is covered."""
    interactions, coverage = (cell.engine.table(name) for name in ("interactions", "coverage"))
    to_arrow = cell.engine.to_arrow
    first, last = (to_arrow(end).as_py() for end in (coverage.from_on.min(), coverage.to_on.max()))
    ends = [first + timedelta(int((last - first).days * share)) for share in SHARES]
    return [to_arrow(interactions.filter(interactions.occurred_on <= end).occurred_on.max()).as_py() for end in ends]


def _open_turns(cell: Cell, day: date) -> set[tuple[int, int, int]]:
    """Turns opened by the end of a day, and not closed by then."""
    end, rows = datetime(day.year, day.month, day.day) + timedelta(days=1), cell.engine.table("turns")
    rows = rows.filter((rows.opened_at < end) & (rows.closed_at.isnull() | (rows.closed_at >= end)))
    found = cell.engine.to_arrow(rows.select("opening_id", "from_person_id", "to_person_id")).to_pylist()
    return {(row["opening_id"], row["from_person_id"], row["to_person_id"]) for row in found}


def early_cell(cell: Cell, folder: Path, day: date, *, alone: bool = False) -> Cell:
    """A copy of a cell without what is later than `day` by either clock, UTC or as written; derived anew from that.

    Decisions and identities are those of the whole cell; of one that stands alone, decisions only.
    """
    shutil.copytree(cell.folder, folder)
    early = open_cell(folder)
    engine = early.engine
    interactions = engine.table("interactions")
    end = datetime(day.year, day.month, day.day) + timedelta(days=1)
    held = interactions.filter((interactions.occurred_on <= day) | (interactions.occurred_at < end))
    ids = engine.keep(held.select("interaction_id").distinct())
    with engine.writing("log") as writer:
        for name, table in TABLES.items():
            if table.layer == "log" and "interaction_id" in table.schema.names:
                kept = held if name == "interactions" else engine.table(name).semi_join(ids, "interaction_id")
                writer.replace(name, engine.to_arrow(kept.select(*table.schema.names)))
        covered = engine.table("coverage").filter(lambda rows: rows.from_on <= day)
        writer.replace("coverage", engine.to_arrow(covered.mutate(to_on=_least(covered.to_on, day))))
        writer.publish()
    steps = (*log.STEPS, *conversations.STEPS, *ties.STEPS, *readings.STEPS)
    with engine.writing("derived") as writer, engine.scratch():
        kept = IDENTITIES
        if alone:
            kept, steps = (), (*log.STEPS, *identities.STEPS, *steps[len(log.STEPS) :])
        derive(engine, writer, [step for step in steps if step.table not in kept], changes=None)
        writer.publish()
    return early


def _least(column: ir.Column, day: date) -> ir.Value:
    import ibis

    return ibis.least(column, ibis.literal(day))


def everything(cell: Cell, day: date, *, names: Sequence[str] | None = None) -> Said:
    """All that a cell says as of a day: of all relationships, of the busiest (or `names`), of spaces, the network."""
    said = _listed(cell, day)
    for name in names if names is not None else _busiest(cell, day):
        state = cell.show(name, as_of=day)
        for reading in state.readings:
            said |= _parts(("reading", name, reading.reading), reading)
            if reading.status != "not_built":
                said |= _parts(("evidence", name, reading.reading), cell.why(name, reading.reading, as_of=day))
        for part in fields(state):
            if part.name != "readings":
                said |= _parts(("state", name, part.name), getattr(state, part.name))
    for space in _spaces(cell, day):
        said |= _parts(("space", space), cell.space(space, as_of=day))
    said |= _parts(("network",), cell.network(as_of=day))
    return said


def _listed(cell: Cell, day: date) -> Said:
    """All readings of all relationships as of a day."""
    said: Said = {}
    with cell.engine.scratch():
        for level in ("organisation", "person"):
            for row in readings.all_readings(Tables(cell.engine), day, level).to_pylist():
                who = f"{row.pop('a_id')}~{row.pop('b_id')}"
                for name, value in row.items():
                    said["list", level, who, name] = value
    return said


def _busiest(cell: Cell, day: date) -> list[str]:
    rows = cell.relationships(as_of=day, window_days=365).to_pylist()
    rows.sort(key=lambda row: (-(row["n_contact_days"]), row["a"], row["b"]))
    return [f"{row['a']}~{row['b']}" for row in rows[:BUSIEST]]


def _spaces(cell: Cell, day: date) -> list[str]:
    rows = cell.engine.table("interactions")
    rows = rows.filter(rows.space.notnull() & (rows.occurred_on <= day))
    counts = cell.engine.to_arrow(rows.group_by("space").agg(n=rows.count())).to_pylist()
    counts.sort(key=lambda row: (-row["n"], row["space"]))
    return [row["space"] for row in counts[:SPACES]]


def _parts(key: tuple[str, ...], value: object) -> Said:
    """The leaves of a value, by where they are."""
    return dict(_leaves(key, value))


def _leaves(key: tuple[str, ...], value: object) -> Iterator[tuple[tuple[str, ...], object]]:
    if is_dataclass(value):
        for part in fields(value):
            yield from _leaves((*key, part.name), getattr(value, part.name))
    elif isinstance(value, Mapping):
        for name, part in value.items():
            yield from _leaves((*key, str(name)), part)
    elif isinstance(value, tuple | list):
        yield (*key, "length"), len(value)
        for place, part in enumerate(value):
            yield from _leaves((*key, str(getattr(part, "reading", place))), part)
    else:
        yield key, value


def same(one: object, other: object) -> bool:
    """Whether two values are the same; numbers within 1e-9, and what is no number is like itself."""
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9) or (math.isnan(one) and math.isnan(other))
    return one == other
