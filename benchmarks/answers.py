"""How long a person waits: `show` and `why` on a real archive after start-up, and `honeycell --help`.

    python -m benchmarks.answers [--data ../shared/data/mail/openbmc] [--relationship ibm~intel]

Without the archive only the help is timed.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.measure import publish, stopwatch

DATA = Path(__file__).parents[2] / "shared" / "data" / "mail" / "openbmc"
HONEYCELL = Path(sys.executable).parent / "honeycell"
READINGS = ("vitality", "attention", "responsiveness", "reciprocity", "redundancy")


def main() -> None:
    """Import the archive into a scratch cell, ask, and publish the medians of five."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--relationship", default="ibm~intel")
    chosen = parser.parse_args()
    rows = [_row("--help", lambda: subprocess.run([HONEYCELL, "--help"], check=True, stdout=subprocess.DEVNULL))]
    if chosen.data.exists():
        rows += _asked(chosen.data, chosen.relationship)
    else:
        print(f"  show and why: not run: data absent ({chosen.data})")
    targets = {}
    for row in rows:
        bound = 0.2 if row["what"] == "--help" else 0.3
        targets[f"{row['what']} in under {bound} s"] = (row["wall s"] < bound, f"{row['wall s']:.2f} s")
    publish("answers", "What a person waits for, medians of five", rows, targets)


def _asked(data: Path, relationship: str) -> list[dict[str, str | float]]:
    from honeycell.cell import create_cell

    with tempfile.TemporaryDirectory(prefix="honeycell-bench-") as folder, create_cell(Path(folder)) as cell:
        cell.import_paths([data])
        cell.refresh()
        rows = [_row("show", lambda: cell.show(relationship))]
        return rows + [_row(f"why {name}", lambda name=name: cell.why(relationship, name)) for name in READINGS]


def _row(what: str, ask: Callable[[], object]) -> dict[str, str | float]:
    seconds = []
    for _ in range(5):
        with stopwatch() as watch:
            ask()
        seconds.append(watch.wall_seconds)
    return {"what": what, "wall s": statistics.median(seconds), "slowest s": max(seconds)}


if __name__ == "__main__":
    main()
