"""`honeycell import`: files and folders into the log, then a refresh."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from honeycell.cli.answers import as_json, write_json
from honeycell.cli.options import Call, cell_options, json_option, pass_call
from honeycell.cli.problems import say
from honeycell.cli.words import count
from honeycell.errors import HoneycellError, NotFoundError, problem_details

if TYPE_CHECKING:
    from honeycell.cell import Cell
    from honeycell.log import ImportResult

__all__ = ["command"]


@click.command("import")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=click.Path(path_type=Path, readable=False))
@click.option("--as", "source", metavar="SOURCE", help="Read the paths as this source: mbox, maildir, eml, …")
@click.option("--dry-run", is_flag=True, help="Read and count, keep nothing.")
@click.option("--no-refresh", is_flag=True, help="Leave the derived tables as they are.")
@json_option
@cell_options
@pass_call
def command(call: Call, paths: tuple[Path, ...], source: str | None, dry_run: bool, no_refresh: bool) -> int:
    """Bring in files and folders of mail, chat, calendars and ledgers.

    What a path holds is recognised; compressed files, archives and folders too. The same archive twice adds nothing,
    and an import that was stopped goes on where it was when it is called again. A record that cannot be used is
    counted and listed under `honeycell imports --skipped`.
    """
    from honeycell.cli.terminal import following

    started = time.perf_counter()
    with _opened(call.cell, paths) as cell:
        with following(call) as report:
            result = cell.import_paths(list(paths), source, dry_run=dry_run, progress=report)
            if not (dry_run or no_refresh):
                cell.refresh(progress=report)
        as_of = cell.as_of
    for warning in result.warnings:
        if not call.quiet:
            say(warning, 0, "warning")
    nothing_read = bool(result.failures) and not result.n_records
    if call.json and nothing_read:
        click.echo(_problem(result.failures))
    elif call.json:
        write_json(as_of, _data(result))
    else:
        _told(call, result, dry_run, time.perf_counter() - started)
    for failure in result.failures:
        if not (call.json and nothing_read):
            say(failure, failure.exit_status)
    return max((failure.exit_status for failure in result.failures), default=0)


def _opened(folder: Path, paths: tuple[Path, ...]) -> Cell:
    """The cell in the folder; a new one where there is none and there is something to read."""
    from honeycell.cell import create_cell, open_cell

    try:
        return open_cell(folder)
    except NotFoundError:
        missing = [path for path in paths if not path.exists()]
        if len(missing) == len(paths):
            where = str(missing[0])
            raise NotFoundError(
                "file-not-found", f"there is no file or folder {where}", where, "check the path"
            ) from None
        return create_cell(folder)


def _problem(failures: tuple[HoneycellError, ...]) -> str:
    """Nothing could be read: the problem details of the first failure, the others beside it."""
    import json

    details: dict[str, Any] = dict(problem_details(failures[0]))
    if failures[1:]:
        details["others"] = [problem_details(failure) for failure in failures[1:]]
    return json.dumps(as_json(details), ensure_ascii=False)


def _data(result: ImportResult) -> dict[str, Any]:
    return {
        "import_id": result.import_id,
        "records": result.n_records,
        "added": result.added,
        "duplicate": result.duplicate,
        "skipped": dict(result.skipped),
        "failures": [problem_details(failure) for failure in result.failures],
        "warnings": [problem_details(warning) for warning in result.warnings],
    }


def _counts(result: ImportResult) -> Iterator[tuple[str, int, str]]:
    yield "records", result.n_records, ""
    yield "added", result.added, ""
    yield "duplicate", result.duplicate, ""
    reasons = ", ".join(f"{reason} {count(n)}" for reason, n in sorted(result.skipped.items(), key=lambda r: -r[1]))
    yield "skipped", sum(result.skipped.values()), reasons


def _told(call: Call, result: ImportResult, dry_run: bool, seconds: float) -> None:
    if not sys.stdout.isatty():
        for name, n, reasons in _counts(result):
            click.echo(f"{name}\t{n}" + (f"\t{reasons}" if reasons else ""))
        return
    for name, n, reasons in _counts(result):
        click.echo(f"  {name:<10}{count(n):>12}" + (f"   {reasons}" if reasons else ""))
    if call.quiet:
        return
    click.echo(f"\n  {'nothing was kept (--dry-run)' if dry_run else 'done'} in {seconds:.1f} s", err=True)
    if result.skipped:
        click.echo(f"  what was skipped: honeycell imports {result.import_id} --skipped", err=True)
    if result.added and not dry_run:
        click.echo("  next: honeycell list relationships", err=True)
