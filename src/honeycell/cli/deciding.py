"""Deciding at the command line: the decision, what follows from it, and how to take it back."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from honeycell.cli.answers import write_json
from honeycell.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from honeycell.cell import Cell, Decided
    from honeycell.cli.options import Call

__all__ = ["decide", "login"]


def decide(call: Call, act: Callable[[Cell], Callable[..., Decided]], why: str | None, by: str | None) -> None:
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
