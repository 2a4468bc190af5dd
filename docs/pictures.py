"""Draws the pictures of the pages from the simulated world: `python -m docs.pictures` (or `make docs`)."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from honeycell import charts
from honeycell.cell import Cell, create_cell
from honeycell.demo import import_order, write_world

__all__ = ["main"]

IMAGES = Path(__file__).parent / "images"
SEED, SCALE = 7, 0.25


def main() -> int:
    """Make the world, import it, draw; the status is 0."""
    with tempfile.TemporaryDirectory(prefix="honeycell-pictures-") as folder:
        world = write_world(Path(folder) / "world", seed=SEED, scale=SCALE)
        with create_cell(Path(folder) / "cell", us=world.us, domains=world.domains) as cell:
            cell.import_paths(import_order(world))
            cell.refresh()
            _draw(cell, world.relationship)
    return 0


def _draw(cell: Cell, relationship: str) -> None:
    view = cell.tracks(relationship, limit=12)
    (IMAGES / "tracks.png").write_bytes(charts.png(charts.tracks(view, charts.LIGHT)))
    print("drew docs/images/tracks.png", file=sys.stderr)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
