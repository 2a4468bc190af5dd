"""`honeycell conversation`: one conversation by itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from honeycell.cli.answers import Answer, give
from honeycell.cli.options import Call, answer_options, cell_options, pass_call
from honeycell.cli.pictures import checked, picture_options, write

if TYPE_CHECKING:
    from honeycell.tracks import Conversation

__all__ = ["command"]


@click.command("conversation")
@click.argument("conversation_id", metavar="ID")
@picture_options
@click.option("--limit", type=click.IntRange(min=0), metavar="N", help="How many, the latest; 0 for all. Drawn are 20.")
@click.option("--full", is_flag=True, help="Do not fold long messages.")
@answer_options
@cell_options
@pass_call
def command(call: Call, conversation_id: str, to: Path | None, theme: str, limit: int | None, full: bool) -> None:
    """Show one conversation: who said what, and what is open.

    With --to FILE, draw which ideas one brought up and others took up.

    ID is that of a conversation, as `tracks` and `list conversations` show it, or of one of its interactions, as
    `why` does; its first six digits will do. Words are the authors' own, without quotations, signatures and notices.
    """
    from honeycell.cell import open_cell

    checked(to)
    with open_cell(call.cell, call.viewer) as cell:
        found = cell.conversation(conversation_id)
    if to:
        from honeycell import charts

        write(call, to, theme, lambda paint: charts.flow(found, paint))
    if not to or call.json or call.csv or call.parquet:
        give(call, _answer(found, 20 if limit is None else limit or None, full))


def _answer(found: Conversation, limit: int | None, full: bool) -> Answer:
    from honeycell.cli import messages

    return Answer(
        found.as_of,
        lambda: found,
        lambda: messages.table(found),
        lambda: messages.lines(found),
        lambda console: messages.drawn(found, console.width, limit, full=full),
    )
