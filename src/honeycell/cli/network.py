"""`honeycell network`: whether a cell as a whole is more of a honeycomb or of a chain of command."""

from __future__ import annotations

from datetime import date

import click

from honeycell.cli.answers import give
from honeycell.cli.options import Call, answer_options, axis_options, cell_options, pass_call

__all__ = ["command"]


@click.command("network")
@click.option("--why", "reading", metavar="READING", help="The messages behind one of its readings instead.")
@click.option("--limit", type=click.IntRange(min=0), metavar="N", help="Rows of --why; 0 for all. On a terminal 30.")
@axis_options
@answer_options
@cell_options
@pass_call
def command(call: Call, reading: str | None, limit: int | None, as_of: date | None, window_days: int) -> None:
    """Show how organisations and people of the whole cell hang together.

    It says on which people each reading was made; figures of cells that see different people are not comparable. It
    names nobody as above or below anybody.
    """
    from honeycell.cell import open_cell
    from honeycell.cli.space import proof, states

    with open_cell(call.cell, call.viewer) as cell:
        if reading:
            found = cell.why_network(reading, as_of=as_of, window_days=window_days)
            give(call, proof(cell, found, "network", as_of, limit))
            return
        state = cell.network(as_of=as_of, window_days=window_days)
    read = [one.reading for one in state.readings if one.value is not None]
    then = f"honeycell network --why {read[0]}" if read else ""
    give(call, states(state.as_of, state, state.readings, (state.population, *state.notes), "The network", then))
