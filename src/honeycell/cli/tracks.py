"""`honeycell tracks`: the conversations of a relationship on one time axis."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from honeycell.cli.answers import Answer, give, note, unwritable
from honeycell.cli.options import Call, answer_options, axis_options, cell_options, pass_call
from honeycell.errors import UsageError

if TYPE_CHECKING:
    from honeycell.tracks import Tracks

__all__ = ["command"]

_ENDINGS = (".svg", ".png")


@click.command("tracks")
@click.argument("name", metavar="A~B")
@click.option("--to", metavar="FILE", type=click.Path(path_type=Path), help="Draw it into a file: .svg or .png.")
@click.option("--theme", type=click.Choice(("light", "dark")), default="light", show_default=True, help="Of that file.")
@click.option("--lanes", type=click.IntRange(min=0), metavar="N", help="How many; 0 for all. Drawn are 12.")
@axis_options
@answer_options
@cell_options
@pass_call
def command(
    call: Call, name: str, to: Path | None, theme: str, lanes: int | None, as_of: date | None, window_days: int
) -> None:
    """Draw the conversations of a relationship on one time axis.

    Each conversation is a track: what A wrote rises, what B wrote hangs below; those come first that wait for an
    answer. A~B is as in `show`.
    """
    from honeycell.cell import open_cell
    from honeycell.charts import LANES

    if to and to.suffix.lower() not in _ENDINGS:
        raise UsageError("wrong-use", "a picture is .svg or .png", str(to), "name the file so")
    drawn = to or not (call.json or call.csv or call.parquet or not _on_terminal())
    limit = (LANES if drawn else None) if lanes is None else lanes or None
    with open_cell(call.cell) as cell:
        view = cell.tracks(name, as_of=as_of, window_days=window_days, limit=limit)
    if to:
        _write(call, view, to, theme)
    if not to or call.json or call.csv or call.parquet:
        give(call, _answer(view, name))


def _on_terminal() -> bool:
    from honeycell.cli.terminal import screen

    return screen().is_terminal


def _write(call: Call, view: Tracks, to: Path, theme: str) -> None:
    from honeycell import charts

    picture = charts.tracks(view, charts.THEMES[theme])
    try:
        to.write_bytes(charts.png(picture) if to.suffix.lower() == ".png" else picture.encode())
    except OSError as error:
        raise unwritable(to, error) from error
    note(call, f"drawn into {to}")


def _answer(view: Tracks, name: str) -> Answer:
    from honeycell.cli import lanes

    return Answer(
        view.as_of,
        lambda: view,
        lambda: lanes.table(view),
        lambda: lanes.lines(view),
        lambda console: lanes.drawn(view, name, console.width),
    )
