"""Draws the pictures of the readings from `../shared/data`: `python -m docs.reading_pictures [NAME ...]`.

`--cell DIR` takes a cell of `mail/openbmc` that is there already. Nothing is drawn where the data are absent.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from docs.reading_pictures import PICTURES, draw
from docs.reading_pictures.data import OPENBMC, Sets

from honeycell import charts
from honeycell.cell import create_cell, open_cell

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("HONEYCELL_DATA", ROOT.parent / "shared" / "data"))
IMAGES = ROOT / "docs" / "images" / "readings"


def main() -> int:
    """The status: 2 where the data are absent."""
    arguments = argparse.ArgumentParser(prog="python -m docs.reading_pictures", description=__doc__.partition("\n")[0])
    arguments.add_argument("names", nargs="*", metavar="NAME", help="one of: " + ", ".join(PICTURES))
    arguments.add_argument("--cell", type=Path, help="a cell of mail/openbmc; by default one is made")
    chosen = arguments.parse_args()
    if unknown := set(chosen.names) - set(PICTURES):
        arguments.error(f"no picture is called {', '.join(sorted(unknown))}")
    if not (DATA / OPENBMC).exists():
        print(f"not run: data absent ({DATA})", file=sys.stderr)  # noqa: T201
        return 2
    IMAGES.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        if chosen.cell:
            cell = stack.enter_context(open_cell(chosen.cell))
        else:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="honeycell-pictures-"))
            cell = stack.enter_context(create_cell(Path(folder) / "cell", us="IBM", domains=["ibm.com"]))
            cell.import_paths([DATA / OPENBMC])
            cell.refresh()
        sets = Sets(DATA, cell)
        for name in chosen.names or PICTURES:
            svg = getattr(draw, name)(*getattr(sets, PICTURES[name].source)())
            (IMAGES / f"{name}.png").write_bytes(charts.png(svg))
            print(f"drew docs/images/readings/{name}.png", file=sys.stderr)  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
