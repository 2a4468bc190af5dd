"""`honeycell search`: people, organisations, promises and messages, by words and filters."""

from __future__ import annotations

import sys

import click

from honeycell.cli.answers import Answer, give, note
from honeycell.cli.options import Call, answer_options, cell_options, pass_call

__all__ = ["command"]


@click.command("search")
@click.argument("query", nargs=-1, required=True, metavar="QUERY")
@click.option(
    "--limit",
    type=click.IntRange(min=1, max=1000),
    default=5,
    show_default=True,
    metavar="N",
    help="Rows of each group, at most.",
)
@answer_options
@cell_options
@pass_call
def command(call: Call, query: tuple[str, ...], limit: int) -> None:
    """Find people, organisations, promises and messages.

    QUERY is words, "phrases", beginnings of words (deliv*) and filters; a message fulfils all of them, and a - in front
    leaves out what fulfils one. Filters: from: to: with: (us, an organisation, @person, address), in: (list, stream or
    channel), about: (words of the subject), before: after: on: (2026, 2026-06 or 2026-06-15), kind: (mail, slack,
    meeting, ...), has: (link, question, request, promise). Only the author's own words are looked at, no quotations.
    """
    from honeycell.cell import open_cell
    from honeycell.cli import found

    with open_cell(call.cell, call.viewer) as cell:
        result, today = cell.search(" ".join(query), limit=limit), cell.as_of
    give(
        call,
        Answer(
            today,
            lambda: result,
            lambda: found.table(result),
            lambda: found.lines(result),
            lambda console: found.drawn(result, console.width),
        ),
    )
    none = found.nothing(result)
    if none and not sys.stdout.isatty():
        note(call, none)
