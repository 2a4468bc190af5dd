"""Run one validation, or all whose data are there, with a scoreboard.

python -m validation [NAME [--data PATH]]

With a NAME the last line is one flat JSON object of figures; progress goes to stderr. Each module has `main(path)`;
`DATA` says where below `../shared/data` its data lie and `PASS` which figures are asked for. Without a NAME a table
closes the output: every test of `science.md` beside its baseline and pass mark, on each set of data it is run on.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import pkgutil
import sys
import time
from pathlib import Path
from types import ModuleType

import validation
from honeycell.errors import HoneycellError
from validation.scoreboard import ABSENT, ROWS, Figures, Row, lines, met, verdict

__all__ = ["figures_of", "main"]

_NO_VALIDATION = {"__main__", "cells", "scoreboard"}
FOLDER = Path(os.environ.get("HONEYCELL_DATA", Path(__file__).parents[2] / "shared" / "data"))


def main() -> int:
    """The exit status: 1 when a figure misses what is asked for, 2 when named data are absent."""
    names = sorted({module.name for module in pkgutil.iter_modules(validation.__path__)} - _NO_VALIDATION)
    arguments = argparse.ArgumentParser(prog="python -m validation", description=__doc__.partition("\n")[0])
    arguments.add_argument("name", nargs="?", choices=names, metavar="NAME", help="one of: " + ", ".join(names))
    arguments.add_argument("--data", type=Path, help="the data of NAME; by default those below ../shared/data")
    chosen = arguments.parse_args()
    if chosen.data is not None and chosen.name is None:
        arguments.error("--data needs a NAME")
    if chosen.name is None:
        return _scoreboard(names)
    module = importlib.import_module(f"validation.{chosen.name}")
    path = chosen.data or _default(module)
    if path is None or not path.exists():
        print(f"not run: data absent ({path})", file=sys.stderr)
        return 2
    print(json.dumps(module.main(path)))
    return 0


def _default(module: ModuleType) -> Path | None:
    data = getattr(module, "DATA", None)
    return None if data is None else FOLDER / data


def _scoreboard(names: list[str]) -> int:
    """Run what can be run, one line for each figure that is asked for; then the table of `science.md`."""
    met_all, found = True, dict[tuple[str, Path], Figures | None]()
    for name in names:
        module = importlib.import_module(f"validation.{name}")
        if (path := _default(module)) is None or not path.exists():
            print(f"{name}: {ABSENT}")
            continue
        figures = found[name, path] = figures_of(module, path)
        if figures is None:
            print(f"{name}: {ABSENT}")
            continue
        for key, mark in getattr(module, "PASS", {}).items():
            met_all &= (right := met(figures, key, mark))
            print(f"  {'met   ' if right else 'MISSED'} {key} {figures.get(key)} {mark[0]} {mark[1]}", flush=True)
    rows = dict[Row, Figures | None]()
    for row in ROWS:
        if row.module:
            module = importlib.import_module(f"validation.{row.module}")
            path = FOLDER / row.data if row.data else _default(module)
            if path is not None and path.exists() and (row.module, path) not in found:
                found[row.module, path] = figures_of(module, path)
            rows[row] = found.get((row.module, path)) if path else None
            met_all &= not verdict(row, rows[row]).startswith("MISSED")
    print("\n".join(["", *lines(rows)]))
    return 0 if met_all else 1


def figures_of(module: ModuleType, path: Path) -> Figures | None:
    """The figures of a module; None where a part of its data is absent."""
    print(f"{module.__name__} {path} ...", file=sys.stderr, flush=True)
    began = time.perf_counter()
    try:
        figures: Figures = module.main(path)
    except FileNotFoundError as error:
        print(error, file=sys.stderr)
        return None
    except HoneycellError as error:
        if error.code != "file-not-found":
            raise
        print(error, file=sys.stderr)
        return None
    print(
        f"{module.__name__.partition('.')[2]} ({time.perf_counter() - began:.1f} s): {json.dumps(figures)}", flush=True
    )
    return figures


if __name__ == "__main__":
    sys.exit(main())
