"""How a failure is told: a line for what, one for where, one for what to do; or problem details."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence

import click

from honeycell.cli.words import escaped, plain
from honeycell.errors import HoneycellError, UsageError, problem_details

__all__ = ["say", "told"]

STATUS_WORDS = {1: "fault", 2: "wrong use", 3: "not allowed", 4: "not found", 5: "a source failed", 130: "stopped"}


def told(fault: BaseException, arguments: Sequence[str]) -> int:
    """Tell a person, or a program under `--json`, what ended the command.

    Returns:
        The exit status.
    """
    if isinstance(fault, click.exceptions.NoArgsIsHelpError):
        fault.show()
        return fault.exit_code
    error, status = _understood(fault, arguments)
    if "--json" in arguments:
        click.echo(escaped(json.dumps(problem_details(error), ensure_ascii=False)))
    else:
        say(error, status)
    if error.code == "unexpected" and _asked(arguments, "-v", "--verbose"):
        import traceback

        traceback.print_exception(fault, file=sys.stderr)
    return status


def say(error: HoneycellError, status: int, kind: str = "error") -> None:
    """Write an error or a warning to stderr: what, where, what to do, each on one line."""
    colour = "red" if kind == "error" else "yellow"
    code = f"{error.code} · exit {status} ({STATUS_WORDS.get(status, 'fault')})" if kind == "error" else error.code
    click.echo(f"{_styled(kind, fg=colour)}  {_styled(plain(error.message), bold=True)}", err=True)
    if error.where and not _named(error):
        click.echo(f"  where: {plain(error.where)}", err=True)
    if error.remedy:
        click.echo(f"  {plain(error.remedy)}", err=True)
    click.echo(_styled(f"  {code}", dim=True), err=True)


def _named(error: HoneycellError) -> bool:
    """Whether the sentence names the place already."""
    message, where = plain(error.message), plain(error.where)
    return f"“{where}”" in message or message.endswith(where)


def _styled(text: str, **style: bool | str) -> str:
    import os

    return text if os.environ.get("NO_COLOR") else click.style(text, **style)  # type: ignore[arg-type]


def _asked(arguments: Sequence[str], *words: str) -> bool:
    return any(word in words for word in arguments)


def _understood(fault: BaseException, arguments: Sequence[str]) -> tuple[HoneycellError, int]:
    """The fault as an error that a person can meet, and its exit status."""
    if isinstance(fault, HoneycellError):
        return fault, fault.exit_status
    if isinstance(fault, KeyboardInterrupt | click.Abort):
        importing = "import" in arguments
        remedy = "the import keeps its place: run the same command again to go on" if importing else ""
        return HoneycellError("stopped", "stopped", "", remedy), 130
    if isinstance(fault, click.ClickException):
        context = fault.ctx if isinstance(fault, click.UsageError) else None
        remedy = f"see {context.command_path} --help" if context else "see honeycell --help"
        return UsageError("wrong-use", _lowered(fault.format_message()), "", remedy), 2
    if isinstance(fault, PermissionError):
        return HoneycellError(
            "file-not-readable",
            "the file system does not allow this",
            str(fault.filename or ""),
            "check who may read and write it",
        ), 3
    return HoneycellError(
        "unexpected",
        f"honeycell met something it does not know: {type(fault).__name__}: {_first_line(fault)}",
        "",
        "this is our fault: run it again with -v and report what it prints; nothing that was imported is lost",
    ), 1


def _first_line(fault: BaseException) -> str:
    words = (str(fault).splitlines() or [""])[0]
    return words if len(words) <= 160 else words[:159] + "…"


def _lowered(sentence: str) -> str:
    """Click's sentence in the manner of ours: small first letter, no full stop."""
    return sentence[:1].lower() + sentence[1:].rstrip(".")
