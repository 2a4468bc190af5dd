"""Deciding at the command line: the decision, what follows from it, and how to take it back."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import click

from honeycell.cli.answers import write_json
from honeycell.cli.options import Call, cell_options, decision_options, pass_call
from honeycell.errors import UsageError

if TYPE_CHECKING:
    from honeycell.cell import Cell, Decided

__all__ = ["add_undo", "add_verb", "carry_out", "login"]


def add_verb(
    group: click.Group, name: str, meaning: str, act: Callable[[Cell], Callable[..., Decided]], *said: str
) -> None:
    """Give a group of commands one that decides.

    Args:
        group: The group.
        name: The word that is typed.
        meaning: What it says of itself: a sentence, and paragraphs if need be.
        act: Of a cell, the method that decides.
        said: What the words after it are called, and handed to the method in their order: A, B, or ID for a number.
    """

    def run(call: Call, /, why: str | None, by: str | None, **words: str | int) -> None:
        carry_out(call, lambda cell: partial(act(cell), *(words[one.lower()] for one in said)), why, by)

    decorated = decision_options(cell_options(pass_call(run)))
    for one in reversed(said):
        decorated = click.argument(one.lower(), type=int if one == "ID" else str, metavar=one)(decorated)
    group.command(name, help=meaning)(decorated)


def add_undo(group: click.Group) -> None:
    """Give a group of commands the one that takes a decision back."""
    meaning = (
        "Take decision ID back, as if it had never been made.\n\n"
        "That is a decision too: undoing it brings the first one back. `honeycell people history` names them all."
    )
    add_verb(group, "undo", meaning, lambda cell: cell.undo, "ID")


def carry_out(call: Call, act: Callable[[Cell], Callable[..., Decided]], why: str | None, by: str | None) -> None:
    """Decide, refresh, and say what changed and how to take it back."""
    from honeycell.cell import open_cell
    from honeycell.cli import decided
    from honeycell.cli.terminal import following

    who = by or login()
    with open_cell(call.cell) as cell:
        with following(call) as report:
            done = act(cell)(by=who, why=why, progress=report)
        as_of = cell.as_of
    if call.json:
        write_json(as_of, decided.data(done))
    elif sys.stdout.isatty():
        click.echo("\n".join(decided.sentences(done)))
    else:
        for line in decided.lines(done):
            click.echo("\t".join(line))


def login() -> str:
    """The name of whoever is logged in.

    Raises:
        UsageError: Nobody is (`wrong-use`).
    """
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError) as error:
        raise UsageError("wrong-use", "nobody is logged in", "", "say who decides with --as NAME") from error
