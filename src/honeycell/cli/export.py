"""`honeycell export`: any table of the model, as a file."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from honeycell.cli.answers import note, unwritable, write_csv, write_parquet
from honeycell.cli.options import Call, cell_options, pass_call, viewer_option
from honeycell.cli.words import some
from honeycell.errors import UsageError

__all__ = ["command"]


@click.command("export")
@click.argument("table", metavar="TABLE")
@click.option("--to", "target", metavar="FILE", type=click.Path(path_type=Path), help="FILE.parquet or FILE.csv.")
@viewer_option
@cell_options
@pass_call
def command(call: Call, table: str, target: Path | None) -> None:
    """Write any table of the model to a file.

    The ending of FILE says the format. Without --to the table goes to stdout as CSV. The tables are those of
    `docs/map.md`.
    """
    from honeycell.cell import open_cell

    if target is not None and target.suffix not in (".parquet", ".csv"):
        raise UsageError("wrong-use", f"no format ends in “{target.suffix}”", str(target), "end it in .parquet or .csv")
    with open_cell(call.cell, call.viewer) as cell:
        rows = cell.export(table)
        if target is None:
            write_csv(rows, sys.stdout.buffer)
            return
        if target.suffix == ".parquet":
            n_rows = write_parquet(rows, target)
        else:
            try:
                with target.open("wb") as file:
                    n_rows = write_csv(rows, file)
            except OSError as error:
                raise unwritable(target, error) from error
    note(call, f"{some(n_rows, 'row')} of {table} in {target}")
