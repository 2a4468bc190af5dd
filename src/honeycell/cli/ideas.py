"""`honeycell ideas`: phrases that were new and went from person to person."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import click

from honeycell.cli.answers import Answer, give
from honeycell.cli.options import Call, answer_options, cell_options, day_option, pass_call

if TYPE_CHECKING:
    from honeycell.tracks import Ideas

__all__ = ["command"]


@click.command("ideas")
@click.argument("name", metavar="[A~B]", required=False)
@click.option("--in", "space", metavar="SPACE", help="Only what was said in this list, stream or channel.")
@click.option("--limit", type=click.IntRange(min=0), metavar="N", help="How many; 0 for all. Drawn are 20.")
@day_option
@answer_options
@cell_options
@pass_call
def command(call: Call, name: str | None, space: str | None, limit: int | None, as_of: date | None) -> None:
    """Show which phrases were new and went from person to person.

    Of the whole cell, of a space, or of A~B: those that people of both sides use. Then how much likelier whoever had
    read one was to take it up. Every message is read for it, which takes a second for a thousand of them. What it finds
    is kept for the reading Idea flow of `show`, `list` and `space`.
    """
    from honeycell.cell import open_cell
    from honeycell.cli.terminal import following

    with open_cell(call.cell, call.viewer) as cell, following(call) as report:
        found = cell.ideas(name, space=space, as_of=as_of, progress=report)
    give(call, _answer(found, 20 if limit is None else limit or None))


def _answer(found: Ideas, limit: int | None) -> Answer:
    from honeycell.cli import carried

    return Answer(
        found.as_of,
        lambda: found,
        lambda: carried.table(found),
        lambda: carried.lines(found),
        lambda console: carried.drawn(found, console.width, limit),
    )
