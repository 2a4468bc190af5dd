"""`honeycell floors`: agreeing on a value that no pair should lie under, and taking it back."""

from __future__ import annotations

from datetime import date
from functools import partial

import click

from honeycell.cli.answers import give
from honeycell.cli.deciding import add_undo, carry_out
from honeycell.cli.options import Call, Day, answer_options, cell_options, decision_options, pass_call

__all__ = ["command"]


@click.group("floors")
@cell_options
def command() -> None:
    """Agree on what no pair of people should lie under: list, set, undo.

    A floor is of one reading and of every relationship. It is kept with who agreed it, when and why, and can be
    undone; `honeycell show A~B` says how much of the relationship lies below it, and never which pairs.
    """


@command.command("list")
@answer_options
@cell_options
@pass_call
def list_(call: Call) -> None:
    """List the floors that stand, the latest first."""
    from honeycell.cell import open_cell
    from honeycell.cli import listing

    with open_cell(call.cell) as cell:
        as_of, table = cell.as_of, cell.floors()
    give(call, listing.answer(as_of, table, lambda console: listing.drawn(table, console.width, None)))


@command.command("set")
@click.argument("reading")
@click.argument("least")
@click.option("--from", "from_on", type=Day(), metavar="DATE", help="The first day it holds; since ever by default.")
@decision_options
@cell_options
@pass_call
def set_(call: Call, reading: str, least: str, from_on: date | None, why: str | None, by: str | None) -> None:
    """Agree on a floor.

    READING is one of which pairs have values: vitality, attention, responsiveness, reciprocity or multiplexity. LEAST
    is a number in its unit, such as 2, or a share, such as 50%. The latest for a reading counts.
    """
    carry_out(call, lambda cell: partial(cell.agree_floor, reading, least, from_on=from_on), why, by)


add_undo(command)
