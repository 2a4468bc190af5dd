"""`honeycell people`: what is to be decided of persons, deciding it, taking it back, and why it is so."""

from __future__ import annotations

from functools import partial

import click

from honeycell.cli.answers import Answer, give
from honeycell.cli.deciding import decide
from honeycell.cli.options import Call, answer_options, cell_options, decision_options, pass_call

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

    with open_cell(call.cell) as cell:
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

    with open_cell(call.cell) as cell:
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


@command.command("merge")
@click.argument("a", metavar="A")
@click.argument("b", metavar="B")
@decision_options
@cell_options
@pass_call
def merge(call: Call, a: str, b: str, why: str | None, by: str | None) -> None:
    """Decide that A and B are one person."""
    decide(call, lambda cell: partial(cell.merge, a, b), why, by)


@command.command("apart")
@click.argument("a", metavar="A")
@click.argument("b", metavar="B")
@decision_options
@cell_options
@pass_call
def apart(call: Call, a: str, b: str, why: str | None, by: str | None) -> None:
    """Decide that A and B are not one person."""
    decide(call, lambda cell: partial(cell.apart, a, b), why, by)


@command.command("split")
@click.argument("a", metavar="A")
@decision_options
@cell_options
@pass_call
def split(call: Call, a: str, why: str | None, by: str | None) -> None:
    """Decide that address A stands alone: it leaves the person it was given to."""
    decide(call, lambda cell: partial(cell.split, a), why, by)


@command.command("undo")
@click.argument("decision_id", type=int, metavar="ID")
@decision_options
@cell_options
@pass_call
def undo(call: Call, decision_id: int, why: str | None, by: str | None) -> None:
    """Take decision ID back, as if it had never been made.

    That is a decision too: undoing it brings the first one back. `honeycell people history` names them all.
    """
    decide(call, lambda cell: partial(cell.undo, decision_id), why, by)


@command.command("history")
@answer_options
@cell_options
@pass_call
def history(call: Call) -> None:
    """List every decision, the newest first, and what took it back."""
    from honeycell.cell import open_cell
    from honeycell.cli import decided, listing

    with open_cell(call.cell) as cell:
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
