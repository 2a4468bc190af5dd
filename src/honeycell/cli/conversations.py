"""`honeycell conversations`: deciding what belongs together, and taking it back."""

from __future__ import annotations

from functools import partial

import click

from honeycell.cli.deciding import decide
from honeycell.cli.options import Call, cell_options, decision_options, pass_call

__all__ = ["command"]


@click.group("conversations")
@cell_options
def command() -> None:
    """Say what belongs together: join, part, move, undo.

    A and B are ids of messages, meetings or conversations, six digits or more, or Message-IDs; a conversation stands
    for its first message. Every decision is kept with who made it, and can be undone: everything is then as it was.
    """


@command.command("join")
@click.argument("a", metavar="A")
@click.argument("b", metavar="B")
@decision_options
@cell_options
@pass_call
def join(call: Call, a: str, b: str, why: str | None, by: str | None) -> None:
    """Decide that the conversations of A and B are one."""
    decide(call, lambda cell: partial(cell.join, a, b), why, by)


@command.command("part")
@click.argument("a", metavar="A")
@decision_options
@cell_options
@pass_call
def part(call: Call, a: str, why: str | None, by: str | None) -> None:
    """Decide that A is not part of its conversation: it leaves, with what answers it."""
    decide(call, lambda cell: partial(cell.part, a), why, by)


@command.command("move")
@click.argument("a", metavar="A")
@click.argument("b", metavar="B")
@decision_options
@cell_options
@pass_call
def move(call: Call, a: str, b: str, why: str | None, by: str | None) -> None:
    """Decide that A, with what answers it, is part of the conversation of B."""
    decide(call, lambda cell: partial(cell.part, a, b), why, by)


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
