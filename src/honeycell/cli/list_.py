"""`honeycell list`: relationships, organisations, people or conversations."""

from __future__ import annotations

from datetime import date

import click

from honeycell.cli.answers import give
from honeycell.cli.options import Call, answer_options, as_of_options, cell_options, pass_call

__all__ = ["command"]

NOUNS = ("relationships", "organisations", "people", "conversations")


@click.command("list")
@click.argument("noun", type=click.Choice(NOUNS), metavar="|".join(NOUNS))
@click.option("--limit", type=click.IntRange(min=0), metavar="N", help="How many rows; 0 for all. On a terminal 30.")
@as_of_options
@answer_options
@cell_options
@pass_call
def command(call: Call, noun: str, limit: int | None, as_of: date | None, window_days: int) -> None:
    """List relationships, organisations, people or conversations.

    People are listed by name, never by a reading. --as-of and --window hold for relationships.
    """
    from honeycell.cell import open_cell
    from honeycell.cli import listing

    with open_cell(call.cell) as cell:
        today = as_of or cell.as_of
        if noun == "relationships":
            table = cell.relationships(as_of=as_of, window_days=window_days)
        else:
            table = getattr(cell, noun)()
    if limit:
        table = table.slice(0, limit)
    give(
        call,
        listing.answer(
            today,
            table,
            lambda console: listing.drawn(
                listing.paired(table) if noun == "relationships" else table,
                console.width,
                30 if limit is None else None,
                "; all with --limit 0",
            ),
        ),
    )
