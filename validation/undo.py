"""A thousand random pairs of people merged, then all of it undone in random order: every table equals the one before.

`main(path)` takes a folder of mbox files. Decisions are made in batches with one refresh each. Figures: `n_merges`;
`n_persons` before and `n_persons_merged` when all are made; `n_differing_merged`, derived tables that then differ from
a rebuild; `n_differing`, those that differ in any row or bit from the ones before when all is undone; and the seconds
of a refresh after a batch, the middle one of all.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import TypeVar

import pyarrow as pa

from honeycell.cell import Cell, create_cell
from honeycell.decisions import decide, open_store, undo
from honeycell.tables import DERIVED

__all__ = ["DATA", "PASS", "main"]

DATA = "mail/openbmc"
PASS = {"n_merges": ("==", 1000), "n_differing_merged": ("==", 0), "n_differing": ("==", 0)}
One = TypeVar("One")
N_MERGES, BATCH = 1000, 100


def main(path: Path) -> dict[str, float | int]:
    """Import the folder, merge random pairs of handles of persons, and undo them in another order."""
    dice = random.Random(20230405)
    archives = sorted(file for file in path.iterdir() if ".mbox" in file.name)
    with (
        tempfile.TemporaryDirectory(prefix="honeycell-validation-") as folder,
        create_cell(Path(folder)) as cell,
        closing(open_store(cell.folder)) as store,
    ):
        cell.import_paths(archives)
        cell.refresh()
        before = _derived(cell)
        handles = sorted(
            row["handle"] for row in before["handles"].select(["handle", "kind"]).to_pylist() if row["kind"] == "person"
        )
        pairs = [dice.sample(handles, 2) for _ in range(N_MERGES)]

        def merge(pair: Sequence[str]) -> int:
            return decide(store, "same_person", handle_a=pair[0], handle_b=pair[1], by="validation")

        made, seconds = _in_batches(cell, "merged", pairs, merge)
        n_merged = _derived(cell)["persons"].num_rows
        findings = [finding for finding in cell.doctor() if not finding.ok]
        for finding in findings:
            print(f"{finding.table}: {finding.message}", file=sys.stderr)
        dice.shuffle(made)
        _, more = _in_batches(cell, "undone", made, lambda number: undo(store, number, by="validation"))
        after = _derived(cell)
    differing = [name for name, rows in before.items() if not rows.equals(after[name])]
    for name in differing:
        print(f"{name} is not what it was", file=sys.stderr)
    return {
        "n_merges": len(made),
        "n_persons": before["persons"].num_rows,
        "n_persons_merged": n_merged,
        "n_tables": len(before),
        "n_differing_merged": len(findings),
        "n_differing": len(differing),
        "seconds_refresh": round(statistics.median([*seconds, *more]), 2),
    }


def _in_batches(
    cell: Cell, verb: str, those: Sequence[One], act: Callable[[One], int]
) -> tuple[list[int], list[float]]:
    """Decide about each, and refresh after every batch; the numbers of the decisions, and the seconds of refreshes."""
    numbers: list[int] = []
    seconds = []
    for start in range(0, len(those), BATCH):
        numbers += [act(one) for one in those[start : start + BATCH]]
        result = cell.refresh()
        assert not result.rebuilt
        seconds.append(result.seconds)
        print(f"{len(numbers)} of {len(those)} {verb}, refreshed in {result.seconds:.1f} s", file=sys.stderr)
    return numbers, seconds


def _derived(cell: Cell) -> dict[str, pa.Table]:
    """Every derived table, its rows in one order."""
    tables = {table.name: cell.engine.table(table.name) for table in DERIVED}
    return {name: cell.engine.to_arrow(table.order_by(table.columns)) for name, table in tables.items()}
