"""`honeycell refresh`: derive what the last import changed, or everything."""

from __future__ import annotations

import sys

import click

from honeycell.cli.answers import write_json
from honeycell.cli.options import Call, cell_options, json_option, pass_call

__all__ = ["command"]


@click.command("refresh")
@click.option("--rebuild", is_flag=True, help="Derive everything again from the log.")
@json_option
@cell_options
@pass_call
def command(call: Call, rebuild: bool) -> None:
    """Derive what the last import changed, or everything.

    Both give the same tables; `honeycell doctor` proves it. Readers see the new state at the end, all at once.
    """
    from honeycell.cell import open_cell
    from honeycell.cli.terminal import following

    with open_cell(call.cell) as cell:
        with following(call) as report:
            result = cell.refresh(rebuild=rebuild, progress=report)
        as_of = cell.as_of
    if call.json:
        write_json(as_of, result)
    elif sys.stdout.isatty():
        click.echo(_sentence(result.rebuilt, len(result.tables)) + f" in {result.seconds:.1f} s")
    else:
        for table in result.tables:
            click.echo(table)


def _sentence(rebuilt: bool, n_tables: int) -> str:
    if rebuilt:
        return f"rebuilt {n_tables} tables"
    return f"changed {n_tables} tables" if n_tables else "nothing to do: everything is derived"
