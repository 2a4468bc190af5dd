"""All readings of all relationships of a cell of ten million interactions, on two cores.

On one made-up cell (`benchmarks.synthetic`), each part in a process of its own:

- *make*, *derive*: the cell and its tables, once; not among what is compared;
- *readings*: every reading of every pair of organisations and of persons with contact in 180 days, intervals too, and
  the readings of the network of the cell;
- *spaces*: the readings of some of its lists, evenly chosen by size, and what all would take at that rate;
- *changes*: what changed between organisations, over the whole past of every relationship;
- *show*: `show A~B` of the busiest relationship.

    python -m benchmarks.readings [--messages 10000000] [--parts derive,readings,spaces,changes,show] [--spaces 12]
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.measure import OUT, Figures, in_own_process, publish, report, stopwatch
from benchmarks.refresh import make, rebuild

ALL_PARTS = ("derive", "readings", "spaces", "changes", "show")
MINUTES, GIB = 10, 8


def derive(folder: Path, messages: int, n_spaces: int) -> dict[str, Any]:
    """Every derived table, where they are not there by the rules of today."""
    from honeycell.cell import open_cell
    from honeycell.rules import fingerprint

    with open_cell(folder) as cell:
        if cell.engine.snapshot.marks.get("rules") == fingerprint():
            return {}
    return rebuild(folder, messages)


def readings(folder: Path, messages: int, n_spaces: int) -> dict[str, Any]:
    """All readings of both levels and of the network; how many of each have a value."""
    from honeycell.cell import open_cell
    from honeycell.readings import all_readings
    from honeycell.steps import Tables

    found: dict[str, Any] = {}
    with open_cell(folder) as cell:
        assert cell.as_of is not None
        for level in ("organisation", "person"):
            begun = time.perf_counter()
            rows = all_readings(Tables(cell.engine), cell.as_of, level)
            found[level] = {
                "relationships": len(rows), "wall s": round(time.perf_counter() - begun, 2),
                "with a value": {
                    name: len(rows) - rows[name].null_count
                    for name in rows.schema.names
                    if f"{name}_status" in rows.schema.names
                },
            }  # fmt: skip
        begun = time.perf_counter()
        network = cell.network()
        found["network"] = {
            "wall s": round(time.perf_counter() - begun, 2),
            "with a value": {one.reading: int(one.value is not None) for one in network.readings},
        }
    return found


def spaces(folder: Path, messages: int, n_spaces: int) -> dict[str, Any]:
    """The readings of some spaces."""
    from ibis import _

    from honeycell.cell import open_cell
    from honeycell.log import interactions
    from honeycell.steps import Tables

    with open_cell(folder) as cell:
        t = Tables(cell.engine)
        said = interactions(t, None, ("space",)).filter(_.space.notnull()).group_by("space").agg(n=_.count())
        known = t.arrow(said.order_by(_.n.desc(), "space"))["space"].to_pylist()
        chosen = [known[place * (len(known) - 1) // max(n_spaces - 1, 1)] for place in range(min(n_spaces, len(known)))]
        seconds: list[float] = []
        values: dict[str, int] = {}
        for space in chosen:
            begun = time.perf_counter()
            for one in cell.space(space.partition(":")[2]).readings:
                values[one.reading] = values.get(one.reading, 0) + (one.value is not None)
            seconds.append(time.perf_counter() - begun)
    return {
        "spaces": len(known), "read": len(chosen), "s each": [round(one, 2) for one in seconds],
        "all of them s": round(sum(seconds) / max(len(seconds), 1) * len(known), 1), "with a value": values,
    }  # fmt: skip


def changes(folder: Path, messages: int, n_spaces: int) -> dict[str, Any]:
    """What changed between organisations in the last quarter."""
    from honeycell.cell import open_cell

    with open_cell(folder) as cell:
        watched, told = cell.changes()
    return {"watched": watched, "told": len(told)}


def show(folder: Path, messages: int, n_spaces: int) -> dict[str, Any]:
    """The relationship with the most contact days, asked for five times in one process."""
    from honeycell.cell import open_cell

    with open_cell(folder) as cell:
        first = cell.relationships().slice(0, 1).to_pylist()[0]
        seconds = []
        for _ in range(5):
            begun = time.perf_counter()
            state = cell.show(f"{first['a']}~{first['b']}")
            seconds.append(round(time.perf_counter() - begun, 2))
    return {"seconds": seconds, "pairs of people": state.n_pairs}


PARTS: dict[str, Callable[[Path, int, int], dict[str, Any]]] = {
    "make": lambda folder, messages, _: make(folder, messages),
    "derive": derive, "readings": readings, "spaces": spaces, "changes": changes, "show": show,
}  # fmt: skip


def main() -> None:
    """Run the parts, or one of them in this process (`--part`)."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--messages", type=int, default=10_000_000)
    parser.add_argument("--parts", default=",".join(ALL_PARTS))
    parser.add_argument("--spaces", type=int, default=12)
    parser.add_argument("--part", choices=PARTS)
    parser.add_argument("--folder", type=Path)
    asked = parser.parse_args()
    folder = asked.folder or OUT / f"cell-{asked.messages}"
    if asked.part:
        with stopwatch() as watch:
            facts = PARTS[asked.part](folder, asked.messages, asked.spaces)
        return report(watch, **facts)
    figures: dict[str, Figures] = {}
    for part in ("make", *asked.parts.split(",")):
        arguments = ("--part", part, "--messages", asked.messages, "--folder", folder, "--spaces", asked.spaces)
        figures[part] = in_own_process(part, "benchmarks.readings", *(str(one) for one in arguments))
        print(f"{part}: {figures[part].wall_seconds:,.1f} s, {figures[part].facts}", flush=True)
    rows = [
        {"part": f.name, "wall s": f.wall_seconds, "CPU s": f.cpu_seconds, "peak MiB": f.peak_mib}
        for f in figures.values()
    ]
    publish("readings", f"A log of {asked.messages:,} interactions", rows, _targets(figures))


def _targets(figures: dict[str, Figures]) -> dict[str, tuple[bool, str]]:
    parts = [figures[name] for name in ("readings", "changes") if name in figures]
    seconds, peak = sum(f.wall_seconds for f in parts), max((f.peak_mib for f in parts), default=0.0)
    targets = {
        f"{' and '.join(f.name for f in parts)} in {MINUTES} minutes and {GIB} GB": (
            seconds < 60 * MINUTES and peak < GIB * 1024, f"{seconds:.0f} s, {peak:,.0f} MiB",
        )
    }  # fmt: skip
    if "spaces" in figures:
        whole = figures["spaces"].facts["all of them s"]
        targets[f"all spaces too in {MINUTES} minutes"] = (seconds + whole < 60 * MINUTES, f"{seconds + whole:.0f} s")
    return targets


if __name__ == "__main__":
    main()
