"""`honeycell why`: the interactions behind one reading."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import click

from honeycell.cli.answers import Answer, as_json, give
from honeycell.cli.options import Call, answer_options, as_of_options, cell_options, pass_call

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from honeycell.cell import Cell
    from honeycell.readings.state import Evidence

__all__ = ["command"]


@click.command("why")
@click.argument("name", metavar="A~B")
@click.argument("reading", metavar="READING")
@click.option("--limit", type=click.IntRange(min=0), metavar="N", help="How many rows; 0 for all. On a terminal 30.")
@as_of_options
@answer_options
@cell_options
@pass_call
def command(call: Call, name: str, reading: str, limit: int | None, as_of: date | None, window_days: int) -> None:
    """Show the interactions behind one reading.

    Computing the reading again from these rows and the parameters beside them gives the number that `show` shows; the
    recomputed number stands beside it.
    """
    from honeycell.cell import open_cell
    from honeycell.cli import evidence

    with open_cell(call.cell, call.viewer) as cell:
        today = as_of or cell.as_of
        found = cell.why(name, reading, as_of=as_of, window_days=window_days)
        kept = evidence.cut(found, limit)
        give(
            call,
            Answer(
                today,
                lambda: {**as_json(kept), "next": None},
                lambda: evidence.table(kept),
                lambda: evidence.lines(kept),
                lambda console: _picture(console, cell, found, name, 30 if limit is None else limit or None),
            ),
        )


def _picture(console: Console, cell: Cell, found: Evidence, name: str, limit: int | None) -> RenderableType:
    from rich.text import Text

    from honeycell.cli import evidence
    from honeycell.cli.words import plain

    ids = {person for row in found.evidence for person in (row.from_person_id, row.to_person_id)}
    names = {actor: party.name for actor, party in cell.actors(sorted(ids)).items()}
    title = Text.assemble((plain(name), "bold"), "   ", (found.reading.replace("_", "-"), "honey"))
    return evidence.drawn(found, title, names, console.width, limit)
