"""What every benchmark measures alike: seconds by the wall and of CPU, and the most memory a process held.

A contender runs in a process of its own, so that neither imports nor memory of one weigh on another. Its own
seconds (imports aside) are what it reports itself; its memory is what the operating system says at its end.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

__all__ = ["OUT", "Figures", "Stopwatch", "in_own_process", "publish", "report", "stopwatch"]

OUT = Path(__file__).parent / "out"
"""Where results and generated inputs are kept; not part of the repository."""
_MARK = "figures: "
_PACKAGES = ("honeycell", "duckdb", "ibis-framework", "deltalake", "pyarrow", "numpy", "pandas", "polars", "networkx")


@dataclass
class Stopwatch:
    """Seconds of a block, children included; filled at its end."""

    wall_seconds: float = 0.0
    cpu_seconds: float = 0.0


@contextmanager
def stopwatch() -> Iterator[Stopwatch]:
    """Time a block.

    Example:
        >>> with stopwatch() as watch:
        ...     sum(range(1000))
        499500
        >>> watch.wall_seconds > 0
        True
    """
    watch, cpu, wall = Stopwatch(), _cpu(), time.perf_counter()
    yield watch
    watch.wall_seconds, watch.cpu_seconds = time.perf_counter() - wall, _cpu() - cpu


def _cpu() -> float:
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


@dataclass(frozen=True)
class Figures:
    """What one contender took; medians when it ran several times."""

    name: str
    wall_seconds: float
    cpu_seconds: float
    peak_mib: float
    """Most resident memory of its process, imports included."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """What it found, so that contenders can be compared: rows, sums."""


def report(watch: Stopwatch, **facts: Any) -> None:
    """In a contender's process: hand its seconds, and what it found, to whoever started it."""
    print(_MARK + json.dumps({**asdict(watch), "facts": facts}), flush=True)


def in_own_process(name: str, module: str, *arguments: str, repeat: int = 1, python: str = sys.executable) -> Figures:
    """Run `python -m MODULE ARGUMENTS`, which ends in `report`, and measure it; by another Python if need be.

    The process that calls this must have stayed small: on Linux a child's peak begins at its parent's.

    Raises:
        RuntimeError: It failed or did not report.
    """
    runs = []
    for _ in range(repeat):
        # wait4 gives the memory of this one child; getrusage would give the largest of all.
        process = subprocess.Popen([python, "-m", module, *arguments], stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        lines = process.stdout.read().splitlines()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        found = [line.removeprefix(_MARK) for line in lines if line.startswith(_MARK)]
        if process.returncode or not found:
            raise RuntimeError(f"{name} ended with {process.returncode} and said: {lines[-5:]}")
        page = json.loads(found[-1])
        runs.append(Figures(name, page["wall_seconds"], page["cpu_seconds"], usage.ru_maxrss / 1024, page["facts"]))

    def middle(take: Callable[[Figures], float]) -> float:
        return round(statistics.median(take(run) for run in runs), 3)

    return Figures(
        name,
        middle(lambda run: run.wall_seconds),
        middle(lambda run: run.cpu_seconds),
        middle(lambda run: run.peak_mib),
        runs[-1].facts,
    )


def publish(
    name: str, title: str, rows: Sequence[Mapping[str, Any]], targets: Mapping[str, tuple[bool, str]] | None = None
) -> None:
    """Print rows as a table with the targets met or missed below, and keep them in `benchmarks/out/NAME.json`."""
    OUT.mkdir(exist_ok=True)
    page = {
        "benchmark": name,
        "title": title,
        "rows": list(rows),
        "targets": {target: {"met": met, "found": found} for target, (met, found) in (targets or {}).items()},
        "machine": {"cores": len(os.sched_getaffinity(0)), "python": platform.python_version(), **_versions()},
    }
    (OUT / f"{name}.json").write_text(json.dumps(page, indent=1, default=str) + "\n")
    print(f"\n{title}")
    for line in _table(rows):
        print("  " + line)
    for target, (met, found) in (targets or {}).items():
        print(f"  {'met   ' if met else 'MISSED'} {target}: {found}")
    sys.stdout.flush()


def _versions() -> dict[str, str]:
    found = {}
    for package in _PACKAGES:
        try:
            found[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def _table(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    if not rows:
        return
    names = list(dict.fromkeys(column for row in rows for column in row))
    cells = [[_cell(row.get(column)) for column in names] for row in rows]
    widths = [max(len(text) for text in column) for column in zip(names, *cells, strict=True)]
    for line in [names, *cells]:
        first, *rest = (text for text in line)
        padded = [first.ljust(widths[0]), *(text.rjust(w) for text, w in zip(rest, widths[1:], strict=True))]
        yield "  ".join(padded).rstrip()


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:,.2f}" if abs(value) < 100 else f"{value:,.0f}"
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
