"""`honeycell doctor`: is the cell whole?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from honeycell.cli.answers import Answer, give
from honeycell.cli.options import Call, cell_options, form_options, pass_call
from honeycell.cli.words import plain

if TYPE_CHECKING:
    from rich.console import RenderableType

    from honeycell.doctor import Finding

__all__ = ["command"]


@click.command("doctor")
@form_options
@cell_options
@pass_call
def command(call: Call) -> int:
    """Check whether the cell is whole.

    Reads every table of the log, derives all the others again from nothing in a scratch folder, and compares them
    row by row with those of the cell. Ends with 1 when something is not as it should be.
    """
    import pyarrow as pa

    from honeycell.cell import open_cell
    from honeycell.cli.terminal import following

    with open_cell(call.cell) as cell:
        as_of = cell.as_of
        with following(call) as report:
            findings = cell.doctor(progress=report)
    rows = [{"table": f.table, "ok": f.ok, "message": f.message} for f in findings]
    give(
        call,
        Answer(
            as_of,
            lambda: rows,
            lambda: pa.Table.from_pylist(rows),
            lambda: [(("ok" if f.ok else "bad"), f.table, f.message) for f in findings],
            lambda console: _picture(findings),
        ),
    )
    return 0 if all(finding.ok for finding in findings) else 1


def _picture(findings: tuple[Finding, ...]) -> RenderableType:
    from rich.table import Table
    from rich.text import Text

    table = Table.grid(padding=(0, 3, 0, 0))
    for finding in findings:
        mark = Text("  ✓", "good") if finding.ok else Text("  ✗", "risk")
        table.add_row(mark, Text(finding.table, "bold"), Text(plain(finding.message), "" if finding.ok else "risk"))
    bad = sum(not finding.ok for finding in findings)
    whole = "the cell is whole" if not bad else f"{bad} of {len(findings)} are not as they should be"
    table.add_row("", "", Text("\n" + whole, "good" if not bad else "risk"))
    return table
