"""`honeycell init`: a new cell."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from honeycell.cli.answers import note, write_json
from honeycell.cli.options import Call, cell_options, json_option, pass_call

__all__ = ["command"]


@click.command("init")
@click.argument("folder", required=False, metavar="[DIR]", type=click.Path(path_type=Path, file_okay=True))
@click.option("--us", metavar="NAME", help="The organisation that the cell belongs to.")
@click.option("--domain", "domains", metavar="D", multiple=True, help="A mail domain of ours; may be repeated.")
@json_option
@cell_options
@pass_call
def command(call: Call, folder: Path | None, us: str | None, domains: tuple[str, ...]) -> None:
    """Make a new cell.

    DIR is made where it does not exist; without it the cell goes to --cell, HONEYCELL_CELL or ./cell. Whose cell it
    is may be left open: then both sides of a relationship are named as they stand.
    """
    from honeycell.cell import create_cell

    folder = folder or call.cell
    if us is None and not domains and _asks(call):
        us = (
            click.prompt("Your organisation (empty for none)", default="", show_default=False, err=True).strip() or None
        )
        if us:
            words = click.prompt("Its mail domains", default="", show_default=False, err=True)
            domains = tuple(words.replace(",", " ").split())
    create_cell(folder, us=us, domains=domains).close()
    if call.json:
        write_json(None, {"cell": str(folder), "us": us, "domains": domains})
        return
    click.echo(f"cell\t{folder}" if not sys.stdout.isatty() else f"a new cell in {folder}")
    where = "" if folder == Path("cell") else f" --cell {folder}"
    note(call, f"next: honeycell import PATH{where}")


def _asks(call: Call) -> bool:
    return not (call.silent or call.quiet or call.json) and sys.stdin.isatty() and sys.stderr.isatty()
