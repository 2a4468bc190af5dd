"""`honeycell priorities`: declaring to whom attention is meant to go, and taking it back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial

import click

from honeycell.cli.answers import give
from honeycell.cli.deciding import add_undo, carry_out
from honeycell.cli.options import Call, Day, answer_options, cell_options, decision_options, pass_call
from honeycell.errors import UsageError

__all__ = ["command"]


@click.group("priorities")
@cell_options
def command() -> None:
    """Declare to whom attention is meant to go: list, set, undo.

    They are declared by people and never worked out from revenue. Each declaration is kept with who made it, when and
    why, and can be undone; `honeycell attention` shows it beside where attention went.
    """


@command.command("list")
@answer_options
@cell_options
@pass_call
def list_(call: Call) -> None:
    """List the priorities that stand, the latest first."""
    from honeycell.cell import open_cell
    from honeycell.cli import listing

    with open_cell(call.cell, call.viewer) as cell:
        as_of, table = cell.as_of, cell.priorities()
    give(call, listing.answer(as_of, table, lambda console: listing.drawn(table, console.width, None)))


@command.command("set")
@click.argument("shares", nargs=-1, required=True, metavar="NAME=PERCENT...")
@click.option("--of", metavar="ORGANISATION", help="Whose attention; that of the cell's own organisation by default.")
@click.option("--from", "from_on", type=Day(), metavar="DATE", help="The first day they hold; since ever by default.")
@decision_options
@cell_options
@pass_call
def set_(
    call: Call, shares: Sequence[str], of: str | None, from_on: date | None, why: str | None, by: str | None
) -> None:
    """Declare to whom attention is meant to go.

    NAME is an organisation, PERCENT its share of the attention given to others, such as aldermoor=40. All together
    they sum to 100; give to `others` what is meant for everybody else. The latest declaration counts.
    """
    given = _read(shares)
    carry_out(call, lambda cell: partial(cell.declare_priorities, given, of=of, from_on=from_on), why, by)


def _read(shares: Sequence[str]) -> dict[str, float]:
    """Shares as fractions, by the names as they were typed.

    Raises:
        UsageError: One is not NAME=PERCENT, or a name stands there twice (`bad-decision`).

    Example:
        >>> _read(["aldermoor=40", "others=60%"])
        {'aldermoor': 0.4, 'others': 0.6}
    """
    found: dict[str, float] = {}
    for typed in shares:
        name, _, percent = typed.rpartition("=")
        try:
            share = float(percent.strip().removesuffix("%")) / 100
        except ValueError:
            name = ""
        if not name.strip() or name.strip() in found:
            raise UsageError("bad-decision", f"“{typed}” is no share", typed, "write each once, as aldermoor=40")
        found[name.strip()] = share
    return found


add_undo(command)
