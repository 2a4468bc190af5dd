"""`honeycell conversations`: deciding what belongs together, and taking it back."""

from __future__ import annotations

import click

from honeycell.cli.deciding import add_undo, add_verb
from honeycell.cli.options import cell_options

__all__ = ["command"]


@click.group("conversations")
@cell_options
def command() -> None:
    """Say what belongs together: join, part, move, undo.

    A and B are ids of messages, meetings or conversations, six digits or more, or Message-IDs; a conversation stands
    for its first message. Every decision is kept with who made it, and can be undone: everything is then as it was.
    """


add_verb(command, "join", "Decide that the conversations of A and B are one.", lambda cell: cell.join, "A", "B")
add_verb(
    command, "part", "Decide that A is not part of its conversation: it leaves, with what answers it.",
    lambda cell: cell.part, "A",
)  # fmt: skip
add_verb(
    command, "move", "Decide that A, with what answers it, is part of the conversation of B.",
    lambda cell: cell.part, "A", "B",
)  # fmt: skip
add_undo(command)
