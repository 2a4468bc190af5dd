"""Run one validation, or all whose data are there, with a scoreboard.

python -m validation [NAME [--data PATH]]

With a NAME the last line is one flat JSON object of figures; progress goes to stderr. Each module has `main(path)`;
`DATA` says where below `../shared/data` its data lie and `PASS` which figures are asked for.
"""

from __future__ import annotations

import argparse
import importlib
import json
import operator
import os
import pkgutil
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType

import validation

__all__ = ["main"]

FOLDER = Path(os.environ.get("HONEYCELL_DATA", Path(__file__).parents[2] / "shared" / "data"))
_ASKED: Mapping[str, Callable[[float, float], bool]] = {
    ">=": operator.ge, ">": operator.gt, "<=": operator.le, "<": operator.lt, "==": operator.eq,
}  # fmt: skip


def main() -> int:
    """The exit status: 1 when a figure misses what is asked for, 2 when named data are absent."""
    names = sorted(module.name for module in pkgutil.iter_modules(validation.__path__) if module.name != "__main__")
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
    """Run what can be run; one line for each figure that is asked for."""
    status = 0
    for name in names:
        module = importlib.import_module(f"validation.{name}")
        path = _default(module)
        if not hasattr(module, "main"):
            continue
        if path is None or not path.exists():
            print(f"{name}: not run: data absent")
            continue
        print(f"{name} ...", file=sys.stderr, flush=True)
        began = time.perf_counter()
        figures = module.main(path)
        print(f"{name} ({time.perf_counter() - began:.1f} s): {json.dumps(figures)}")
        for key, (asked, bound) in getattr(module, "PASS", {}).items():
            met = key in figures and _ASKED[asked](figures[key], bound)
            status = status if met else 1
            print(f"  {'met   ' if met else 'MISSED'} {key} {figures.get(key)} {asked} {bound}", flush=True)
    return status


if __name__ == "__main__":
    sys.exit(main())
