"""`honeycell loops`: judge whether what was found in texts is there."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from honeycell.cli.answers import Answer, give, note
from honeycell.cli.options import Call, cell_options, form_options, pass_call
from honeycell.errors import NotFoundError, UsageError

if TYPE_CHECKING:
    import pyarrow as pa

    from honeycell.cell import Cell

__all__ = ["command"]

_VERDICTS = {"y": "yes", "yes": "yes", "n": "no", "no": "no", "u": "unsure", "unsure": "unsure", "?": "unsure"}
_AROUND = 4
"""Lines shown before and behind the sentence."""
_FOUND_AS = {
    "question": "a question that waits for an answer",
    "request": "a request that somebody does something",
    "promise": "a promise to do something",
}


@click.group("loops")
@cell_options
def command() -> None:
    """Judge what was found in texts: audit. What is owed is listed by `honeycell list loops`."""


@command.command("audit")
@click.option("--file", "file", type=click.Path(path_type=Path), metavar="FILE", help="CSV with loop_id and verdict.")
@click.option("--as", "by", metavar="NAME", help="Who judges; whoever is logged in by default.")
@form_options
@cell_options
@pass_call
def audit(call: Call, file: Path | None, by: str | None) -> None:
    """Judge a sample of 200 questions, requests and promises found in texts; stop and go on at will.

    On a terminal each is shown in its place: y when it is what it was found as, n when not, u when nobody could tell,
    q to stop. With --file FILE, verdicts (yes, no, unsure) come from a CSV file, as --csv writes it. Every judgement is
    kept as a decision. It is enough once the whole sample is judged and at least 80 % are right. Follow-through counts
    none of them either way.
    """
    from honeycell.cell import open_cell
    from honeycell.cli.deciding import login

    with open_cell(call.cell) as cell:
        rows, _ = cell.loops_audit()
        if file is not None:
            cell.judge_loops(_read(file, rows), by=by or login())
        elif sys.stdin.isatty() and sys.stdout.isatty() and not (call.silent or call.json or call.csv or call.parquet):
            _ask(cell, rows, by or login())
        rows, known = cell.loops_audit()
        as_of = cell.as_of
    if file is None and not rows.num_rows:
        note(call, "nothing was found in texts yet")
    from honeycell.cli import listing, owed

    shown = rows.drop_columns(["body"])
    give(
        call,
        Answer(
            as_of,
            lambda: {"audit": known, "sample": shown.to_pylist()},
            lambda: shown,
            lambda: listing.lines(shown),
            lambda _: "\n".join(owed.judged(known)),
        ),
    )


def _ask(cell: Cell, rows: pa.Table, by: str) -> None:
    """Show each that nobody judged yet, and keep the answer at once."""
    from rich.text import Text

    from honeycell.cli.terminal import screen
    from honeycell.cli.words import day, plain, shown_handle

    console = screen()
    left = [row for row in rows.to_pylist() if row["verdict"] is None]
    for number, row in enumerate(left, 1):
        author = shown_handle(row["author"]) if row["author"] else "somebody"
        console.print()
        console.print(Text(f"{number} of {len(left)}   {author}, {day(row['occurred_at'])}", "quiet"))
        console.print(Text(plain(row["subject"] or ""), "bold"))
        before, sentence, behind = _place(row)
        console.print(Text.assemble((before, "quiet"), (sentence, "bold honey"), (behind, "quiet")))
        console.print(f"Is this {_FOUND_AS[row['type']]}?", style="quiet")
        answer = click.prompt(
            "y, n, u or q", type=click.Choice(["y", "n", "u", "q"]), show_choices=False, prompt_suffix=": "
        )
        if answer == "q":
            return
        cell.judge_loops([(row["loop_id"], _VERDICTS[answer])], by=by)


def _place(row: Mapping[str, Any]) -> tuple[str, str, str]:
    """What stands before the sentence, itself, and what stands behind it; quoted lines are left out."""
    from honeycell.cli.words import plain

    body = row["body"] or ""

    def own(lines: list[str]) -> str:
        return "\n".join(plain(line) for line in lines if not line.lstrip().startswith((">", "|")))

    before, behind = body[: row["starts"]].split("\n"), body[row["ends"] :].split("\n")
    sentence = " ".join(plain(line) for line in body[row["starts"] : row["ends"]].split("\n"))
    above, below = own(before[-_AROUND:]), own(behind[:_AROUND])
    # The blank beside the sentence goes with the blanks at the ends of lines.
    return above + " " * bool(before[-1]), sentence, " " * bool(behind[0]) + below


def _read(file: Path, rows: pa.Table) -> Iterator[tuple[int, str]]:
    """The verdicts of a file, checked against the sample before the first is kept.

    Raises:
        NotFoundError: There is no such file (`file-not-found`).
        UsageError: A row names no loop of the sample, or no verdict (`bad-decision`).
    """
    from honeycell.ids import written_id

    known = {written_id(one): one for one in rows["loop_id"].to_pylist()}
    found = []
    try:
        with file.open(newline="", encoding="utf-8") as lines:
            for number, row in enumerate(csv.DictReader(lines), 2):
                where, verdict = f"{file}, line {number}", (row.get("verdict") or "").strip().lower()
                if not verdict:
                    continue
                if row.get("loop_id") not in known:
                    raise UsageError(
                        "bad-decision",
                        f"“{row.get('loop_id')}” is not in the sample",
                        where,
                        "take --csv for the sample",
                    )
                if verdict not in _VERDICTS:
                    raise UsageError(
                        "bad-decision", f"a verdict cannot be “{verdict}”", where, "choose one of yes, no, unsure"
                    )
                found.append((known[str(row["loop_id"])], _VERDICTS[verdict]))
    except FileNotFoundError:
        raise NotFoundError("file-not-found", "there is no such file", str(file), "name another file") from None
    return iter(found)
