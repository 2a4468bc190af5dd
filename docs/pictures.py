"""Draws the pictures of the pages from the simulated world: `python -m docs.pictures` (or `make docs`)."""

from __future__ import annotations

import io
import re
import sys
import tempfile
from pathlib import Path

from rich.console import Console

from honeycell import charts
from honeycell.cell import Cell, create_cell
from honeycell.cli.relationship import drawn
from honeycell.cli.terminal import THEME
from honeycell.demo import import_order, write_world

__all__ = ["main"]

IMAGES = Path(__file__).parent / "images"
SEED, SCALE = 7, 0.25
_COLUMNS = 132


def main() -> int:
    """Make the world, import it, draw; the status is 0."""
    with tempfile.TemporaryDirectory(prefix="honeycell-pictures-") as folder:
        world = write_world(Path(folder) / "world", seed=SEED, scale=SCALE)
        with create_cell(Path(folder) / "cell", us=world.us, domains=world.domains) as cell:
            cell.import_paths(import_order(world))
            cell.refresh()
            _show(cell, world.relationship)
            _write("tracks.png", charts.tracks(cell.tracks(world.relationship, limit=12), charts.LIGHT))
    return 0


def _show(cell: Cell, relationship: str) -> None:
    """The state of a relationship as a terminal shows it."""
    state = cell.show(relationship)
    terminal = Console(
        theme=THEME, width=_COLUMNS, record=True, force_terminal=True, color_system="truecolor", highlight=False,
        file=io.StringIO(),
    )  # fmt: skip
    terminal.print(drawn(state, relationship, _COLUMNS))
    svg = terminal.export_svg(title=f"honeycell show {relationship}")
    # Letters of a terminal are drawn large; half of that is as much as a page shows.
    width = float(re.findall(r'viewBox="0 0 ([\d.]+)', svg)[0]) / 2
    _write("show.png", svg.replace("<svg ", f'<svg width="{width}" ', 1))


def _write(name: str, svg: str) -> None:
    (IMAGES / name).write_bytes(charts.png(svg))
    print(f"drew docs/images/{name}", file=sys.stderr)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
