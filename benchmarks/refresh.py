"""Ten million interactions: derive every table, read every relationship, and follow 1,000 new messages.

On one made-up cell (`benchmarks.synthetic`), each part in a process of its own:

- *rebuild*: every derived table from the log, seconds for each;
- *readings*: the four readings of all pairs of persons and of organisations;
- *refresh*: a real mbox of 1,000 new messages is imported and the derived tables follow, seconds for each.

    python -m benchmarks.refresh [--messages 10000000] [--parts rebuild,readings,refresh]
"""

from __future__ import annotations

import argparse
import os
import shutil
import time
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from benchmarks.measure import OUT, Figures, in_own_process, publish, report, stopwatch

NEW = 1_000
ALL_PARTS = ("rebuild", "readings", "refresh")


def make(folder: Path, messages: int) -> dict[str, Any]:
    """The cell, once."""
    from benchmarks.synthetic import make_cell

    if (folder / "cell.toml").exists() or any(folder.glob("snapshot.json")):
        return {}
    shutil.rmtree(folder, ignore_errors=True)
    return {"messages": make_cell(folder, messages)}


def rebuild(folder: Path, messages: int) -> dict[str, Any]:
    """Derive everything; seconds by table."""
    return {"tables": _refresh(folder, rebuild=True)}


def readings(folder: Path, messages: int) -> dict[str, Any]:
    """Vitality, Attention, Responsiveness and Redundancy of all pairs and organisations."""
    from honeycell.cell import open_cell
    from honeycell.readings import all_readings
    from honeycell.steps import Tables

    found = {}
    with open_cell(folder) as cell:
        assert cell.as_of is not None
        for level in ("person", "organisation"):
            begun = time.perf_counter()
            rows = all_readings(Tables(cell.engine), cell.as_of, level)
            found[level] = {"relationships": len(rows), "wall s": round(time.perf_counter() - begun, 2)}
    return found


def refresh(folder: Path, messages: int) -> dict[str, Any]:
    """Import 1,000 new messages and follow them; seconds of both. The cell itself stays as it is."""
    from honeycell.cell import open_cell

    copy = folder.with_name(folder.name + "-refreshed")
    shutil.rmtree(copy, ignore_errors=True)
    # Table files are never written twice, so that links to them do; the rest is small and copied.
    shutil.copytree(
        folder, copy, copy_function=lambda a, b: os.link(a, b) if a.endswith(".parquet") else shutil.copy2(a, b)
    )
    mbox = folder.with_name("new.mbox")
    mbox.write_text(new_messages(messages))
    with open_cell(copy) as cell:
        begun = time.perf_counter()
        added = cell.import_paths([mbox]).added
        imported = time.perf_counter() - begun
    with stopwatch() as watch:
        tables = _refresh(copy, rebuild=False)
    shutil.rmtree(copy)
    return {
        "added": added, "import s": imported, "refresh s": watch.wall_seconds, "refresh CPU s": watch.cpu_seconds,
        "tables": tables,
    }  # fmt: skip


def new_messages(messages: int) -> str:
    """An mbox of messages of the day after the log ends; every second answers one of its threads."""
    import numpy as np

    from benchmarks.synthetic import MESSAGES_A_PAIR, SECONDS, START, People

    dice = np.random.default_rng(1)
    people = People(max(messages // MESSAGES_A_PAIR, 100), dice)
    handle, name = people.table["handle"].to_pylist(), people.table["name"].to_pylist()
    dice = np.random.default_rng(2)
    lines = []
    for number, pair in enumerate(people.draw(NEW, dice).tolist()):
        writer, reader = int(people.a[pair]), int(people.b[pair])
        at = format_datetime(datetime.fromtimestamp(START + SECONDS + 60 * number, UTC))
        address = [handle[who].removeprefix("mailto:") for who in (writer, reader)]
        thread = int(dice.integers(0, messages // 4))
        answers = f"In-Reply-To: <t{thread}.0@mail.example>\n" if number % 2 else ""
        lines.append(
            f"From {address[0]} Thu Jan  2 00:00:00 2025\nMessage-ID: <new.{number}@mail.example>\n{answers}"
            f"From: {name[writer]} <{address[0]}>\nTo: {name[reader]} <{address[1]}>\nDate: {at}\n"
            f"Subject: New matter {number}\n\nA few new words, number {number}.\n\n"
        )
    return "".join(lines)


def _refresh(folder: Path, *, rebuild: bool) -> dict[str, tuple[float, float]]:
    from honeycell.cell import open_cell

    seconds: dict[str, tuple[float, float]] = {}
    last = time.perf_counter(), time.process_time()

    def progress(progress: Any) -> None:
        nonlocal last
        now = time.perf_counter(), time.process_time()
        seconds[progress.detail] = round(now[0] - last[0], 3), round(now[1] - last[1], 3)
        last = now

    with open_cell(folder) as cell:
        cell.refresh(rebuild=rebuild, progress=progress)
    return seconds


PARTS = {"make": make, "rebuild": rebuild, "readings": readings, "refresh": refresh}


def main() -> None:
    """Run the parts, or one of them in this process (`--part`)."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--messages", type=int, default=10_000_000)
    parser.add_argument("--parts", default=",".join(ALL_PARTS))
    parser.add_argument("--part", choices=PARTS)
    parser.add_argument("--folder", type=Path)
    asked = parser.parse_args()
    folder = asked.folder or OUT / f"cell-{asked.messages}"
    if asked.part:
        with stopwatch() as watch:
            facts = PARTS[asked.part](folder, asked.messages)
        return report(watch, **facts)
    figures: dict[str, Figures] = {}
    for part in ("make", *asked.parts.split(",")):
        arguments = ("--part", part, "--messages", str(asked.messages), "--folder", str(folder))
        figures[part] = in_own_process(part, "benchmarks.refresh", *arguments)
        print(f"{part}: {figures[part].wall_seconds:,.1f} s, {figures[part].facts}", flush=True)
    publish(
        "refresh",
        f"A log of {asked.messages:,} messages",
        [
            {"part": f.name, "wall s": f.wall_seconds, "CPU s": f.cpu_seconds, "peak MiB": f.peak_mib}
            for f in figures.values()
        ],
        _targets(figures),
    )
    for part in ("rebuild", "refresh"):
        if part in figures:
            print(f"  {part + ' of':16} {'wall s':>10} {'CPU s':>10}")
            for table, (wall, cpu) in figures[part].facts["tables"].items():
                print(f"  {table:16} {wall:10.2f} {cpu:10.2f}")


def _targets(figures: dict[str, Figures]) -> dict[str, tuple[bool, str]]:
    targets = {}
    if "readings" in figures:
        found = figures["readings"]
        targets["all four readings in 2 minutes and 6 GB"] = (
            found.wall_seconds < 120 and found.peak_mib < 6 * 1024,
            f"{found.wall_seconds:.0f} s, {found.peak_mib:,.0f} MiB",
        )
    if "refresh" in figures and "rebuild" in figures:
        whole, now = figures["rebuild"].facts, figures["refresh"].facts
        wall, cpu = (sum(seconds[at] for seconds in whole["tables"].values()) for at in (0, 1))
        targets[f"a refresh after {NEW:,} messages under 1 % of a rebuild"] = (
            now["refresh s"] < wall / 100,
            f"{now['refresh s']:.2f} s of {wall:.0f} s, {now['refresh s'] / wall:.2%} (CPU {now['refresh CPU s']:.2f} s"
            f" of {cpu:.0f} s); the import before it took {now['import s']:.2f} s",
        )
    return targets


if __name__ == "__main__":
    main()
