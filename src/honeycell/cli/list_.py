"""`honeycell list`: relationships, organisations, people or conversations."""

from __future__ import annotations

from datetime import date

import click

from honeycell.cli.answers import give
from honeycell.cli.options import Call, answer_options, as_of_options, cell_options, pass_call
from honeycell.errors import UsageError

__all__ = ["command"]

NOUNS = ("relationships", "organisations", "people", "conversations")


@click.command("list")
@click.argument("noun", type=click.Choice(NOUNS), metavar="|".join(NOUNS))
@click.argument("name", required=False, metavar="[A~B]")
@click.option("--limit", type=click.IntRange(min=0), metavar="N", help="How many rows; 0 for all. On a terminal 30.")
@as_of_options
@answer_options
@cell_options
@pass_call
def command(call: Call, noun: str, name: str | None, limit: int | None, as_of: date | None, window_days: int) -> None:
    """List relationships, organisations, people or conversations.

    People are listed by name, never by a reading. A~B is for conversations: only those between the two. --as-of and
    --window hold for relationships, and for conversations between two.
    """
    from honeycell.cell import open_cell
    from honeycell.cli import listing

    if name and noun != "conversations":
        raise UsageError(
            "wrong-use", f"{noun} are not listed between two", name, f"leave it out: honeycell list {noun}"
        )
    shown = {"relationships": listing.paired, "conversations": listing.numbered}.get(noun, lambda table: table)
    with open_cell(call.cell) as cell:
        today = as_of or cell.as_of
        if noun == "relationships":
            table = cell.relationships(as_of=as_of, window_days=window_days)
        elif noun == "conversations":
            table = cell.conversations(name, as_of=as_of, window_days=window_days)
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
                shown(table),
                console.width,
                30 if limit is None else None,
                "; all with --limit 0",
            ),
        ),
    )
