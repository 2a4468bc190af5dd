"""`honeycell people`: what is to be decided of persons, deciding it, taking it back, and why it is so."""

from __future__ import annotations

import click

from honeycell.cli.answers import Answer, give
from honeycell.cli.deciding import add_undo, add_verb
from honeycell.cli.options import Call, answer_options, cell_options, pass_call

__all__ = ["command"]


@click.group("people")
@cell_options
def command() -> None:
    """Say who is who: the queue, merge, apart, split, undo, why.

    A and B are addresses, handles as the tables have them, or persons as @slug, which stands for the address they
    used first. Every decision is kept with who made it, and can be undone: everything is then as it was.
    """


@command.command("queue")
@click.option("--limit", type=click.IntRange(min=0), metavar="N", help="How many pairs; 0 for all. On a terminal 10.")
@answer_options
@cell_options
@pass_call
def queue(call: Call, limit: int | None) -> None:
    """List who may be one person and waits for an answer.

    First come the pairs where a wrong answer would change most: each message between two people counts as attention,
    and of the two in a pair the one who has less of it counts. A pair that was decided does not come back.
    """
    from honeycell.cell import open_cell
    from honeycell.cli import listing, waiting

    with open_cell(call.cell, call.viewer) as cell:
        as_of = cell.as_of
        table = cell.people_queue(limit or None)
    give(call, listing.answer(as_of, table, lambda _: waiting.drawn(table, 10 if limit is None else None)))


@command.command("why")
@click.argument("address", metavar="ADDRESS")
@answer_options
@cell_options
@pass_call
def why(call: Call, address: str) -> None:
    """Show whose an address is, and why.

    Names the other addresses of the person with the evidence for each, whom they were compared with and why they were
    not linked, what waits for an answer, and what people decided.
    """
    from honeycell.cell import open_cell
    from honeycell.cli import whose

    with open_cell(call.cell, call.viewer) as cell:
        as_of = cell.as_of
        found = cell.people_why(address)
    give(
        call,
        Answer(
            as_of,
            lambda: found,
            lambda: whose.table(found),
            lambda: whose.lines(found),
            lambda _: whose.drawn(found),
        ),
    )


add_verb(command, "merge", "Decide that A and B are one person.", lambda cell: cell.merge, "A", "B")
add_verb(command, "apart", "Decide that A and B are not one person.", lambda cell: cell.apart, "A", "B")
add_verb(
    command, "split", "Decide that address A stands alone: it leaves the person it was given to.",
    lambda cell: cell.split, "A",
)  # fmt: skip
add_undo(command)


@command.command("history")
@answer_options
@cell_options
@pass_call
def history(call: Call) -> None:
    """List every decision, the newest first, and what took it back."""
    from honeycell.cell import open_cell
    from honeycell.cli import decided, listing

    with open_cell(call.cell, call.viewer) as cell:
        as_of = cell.as_of
        made = cell.decisions()
    table = decided.table(made)
    give(
        call,
        Answer(
            as_of,
            lambda: made,
            lambda: table,
            lambda: listing.lines(table),
            lambda _: decided.drawn(table),
        ),
    )
