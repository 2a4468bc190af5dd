"""The `honeycell` command: one file per command, loaded only when it is called.

Results go to stdout, everything else to stderr. Whatever goes wrong ends here: as a line for a person, or under
`--json` as problem details, and as an exit status. No traceback reaches a person without `-v`.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import click

import honeycell
from honeycell.cli.commands import Commands
from honeycell.cli.options import Call, cell_options
from honeycell.cli.problems import told

__all__ = ["main"]

_COLLECTED = (100_000, 20, 20)
"""How many new objects, and how many smaller collections, Python waits for before it looks for unused ones."""


@click.group(cls=Commands, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(honeycell.__version__, prog_name="honeycell", message="%(prog)s %(version)s")
@cell_options
@click.pass_context
def honeycell_command(context: click.Context) -> None:
    """Read the traces an organisation has, and show the evidenced state of its relationships."""
    call = context.ensure_object(Call)
    if call.folder is None:
        call.folder = Path(os.environ.get("HONEYCELL_CELL") or "cell")
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and say how it ended.

    Args:
        arguments: The words after `honeycell`; those of the process by default.

    Returns:
        0 done, 1 a finding or a fault of ours, 2 wrong use, 3 not allowed, 4 not found, 5 a source failed,
        130 stopped.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    # Queries are built of hundreds of thousands of small objects that live until the end; looking through them
    # again and again for what is unused took a tenth of a refresh.
    gc.set_threshold(*_COLLECTED)
    try:
        status = honeycell_command.main(given, prog_name="honeycell", standalone_mode=False)
        sys.stdout.flush()
        return status if isinstance(status, int) else 0
    except BrokenPipeError:
        # The reader of the pipe has seen enough (`| head`). Python must not complain when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (Exception, KeyboardInterrupt) as fault:
        return told(fault, given)
