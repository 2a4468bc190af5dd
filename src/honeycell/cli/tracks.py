"""`honeycell tracks`: the conversations of a relationship on one time axis."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from honeycell.cli.answers import Answer, give
from honeycell.cli.options import Call, answer_options, axis_options, cell_options, pass_call
from honeycell.cli.pictures import checked, picture_options, write

if TYPE_CHECKING:
    from honeycell.tracks import Tracks

__all__ = ["command"]


@click.command("tracks")
@click.argument("name", metavar="A~B")
@picture_options
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
    from honeycell import charts
    from honeycell.cell import open_cell

    drawn = checked(to) or not (call.json or call.csv or call.parquet or not _on_terminal())
    limit = (charts.LANES if drawn else None) if lanes is None else lanes or None
    with open_cell(call.cell, call.viewer) as cell:
        view = cell.tracks(name, as_of=as_of, window_days=window_days, limit=limit)
    if to:
        write(call, to, theme, lambda paint: charts.tracks(view, paint))
    if not to or call.json or call.csv or call.parquet:
        give(call, _answer(view, name))


def _on_terminal() -> bool:
    from honeycell.cli.terminal import screen

    return screen().is_terminal


def _answer(view: Tracks, name: str) -> Answer:
    from honeycell.cli import lanes

    return Answer(
        view.as_of,
        lambda: view,
        lambda: lanes.table(view),
        lambda: lanes.lines(view),
        lambda console: lanes.drawn(view, name, console.width),
    )
