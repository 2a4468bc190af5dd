"""`honeycell imports`: what came in, and what was skipped and why."""

from __future__ import annotations

import click

from honeycell.cli.answers import give
from honeycell.cli.options import Call, cell_options, form_options, pass_call
from honeycell.errors import NotFoundError

__all__ = ["command"]


@click.command("imports")
@click.argument("import_id", required=False, type=int, metavar="[ID]")
@click.option("--skipped", is_flag=True, help="List the records that could not be used.")
@form_options
@cell_options
@pass_call
def command(call: Call, import_id: int | None, skipped: bool) -> None:
    """Show what came in, and what was skipped and why.

    Without ID every import is listed, newest last. A skipped record is listed with its source, where it stands in the
    file, the reason and what was found.
    """
    from honeycell.cell import open_cell
    from honeycell.cli import listing

    with open_cell(call.cell) as cell:
        as_of = cell.as_of
        table = cell.skipped(import_id) if skipped else cell.imports()
    if import_id is not None and not skipped:
        import pyarrow.compute as pc

        table = table.filter(pc.equal(table["import_id"], import_id))
        if not table.num_rows:
            raise NotFoundError(
                "no-such-import", f"there is no import {import_id}", str(import_id), "see honeycell imports"
            )
    table = table.drop_columns([name for name in ("batch", "content_hash") if name in table.schema.names])
    give(
        call, listing.answer(as_of, table, lambda console: listing.drawn(table, console.width, 200, "; all with --csv"))
    )
