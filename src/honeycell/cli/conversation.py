"""`honeycell conversation`: one conversation by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from honeycell.cli.answers import Answer, give
from honeycell.cli.options import Call, answer_options, cell_options, pass_call

if TYPE_CHECKING:
    from honeycell.tracks import Conversation

__all__ = ["command"]


@click.command("conversation")
@click.argument("conversation_id", metavar="ID")
@click.option("--limit", type=click.IntRange(min=0), metavar="N", help="How many, the latest; 0 for all. Drawn are 20.")
@click.option("--full", is_flag=True, help="Do not fold long messages.")
@answer_options
@cell_options
@pass_call
def command(call: Call, conversation_id: str, limit: int | None, full: bool) -> None:
    """Show one conversation: who said what, and what is open.

    ID is that of a conversation, as `tracks` and `list conversations` show it, or of one of its interactions, as
    `why` does; its first six digits will do. Words are the authors' own, without quotations, signatures and notices.
    """
    from honeycell.cell import open_cell

    with open_cell(call.cell) as cell:
        give(call, _answer(cell.conversation(conversation_id), 20 if limit is None else limit or None, full))


def _answer(found: Conversation, limit: int | None, full: bool) -> Answer:
    from honeycell.cli import messages

    return Answer(
        found.as_of,
        lambda: found,
        lambda: messages.table(found),
        lambda: messages.lines(found),
        lambda console: messages.drawn(found, console.width, limit, full=full),
    )
