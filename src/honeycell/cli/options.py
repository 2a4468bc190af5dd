"""What every command may be told, and the types of the words on the line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import click

from honeycell.errors import UsageError

__all__ = [
    "Call",
    "Day",
    "answer_options",
    "as_of_options",
    "axis_options",
    "cell_options",
    "day_option",
    "decision_options",
    "form_options",
    "json_option",
    "pass_call",
    "viewer_option",
]

Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass
class Call:
    """One call of the command: which cell, how to answer, how much to say."""

    folder: Path | None = None
    """The cell's folder."""
    quiet: bool = False
    """No progress, no notes."""
    verbose: bool = False
    """Every stage on a line of its own, and tracebacks."""
    silent: bool = False
    """Never ask anything (`--no-input`)."""
    json: bool = False
    csv: bool = False
    parquet: Path | None = None
    viewer: str | None = None
    """Who asks; None for the owner of the cell."""

    @property
    def cell(self) -> Path:
        """The cell's folder, `./cell` where nothing names one."""
        return self.folder or Path("cell")


pass_call = click.make_pass_decorator(Call, ensure=True)
"""Gives a command the `Call` as its first argument."""


def _told(name: str) -> Callable[[click.Context, click.Parameter, Any], None]:
    """An option's callback that writes it into the `Call`, so that it may stand before or after the command."""

    def write(context: click.Context, parameter: click.Parameter, value: Any) -> None:
        if value:
            setattr(context.find_root().ensure_object(Call), name, value)

    return write


def _flag(name: str, *words: str, help: str) -> Callable[[Function], Function]:
    return click.option(*words, is_flag=True, expose_value=False, callback=_told(name), help=help)


def _file(name: str, word: str, metavar: str, help: str) -> Callable[[Function], Function]:
    kind = click.Path(path_type=Path)
    return click.option(word, type=kind, metavar=metavar, expose_value=False, callback=_told(name), help=help)


def _together(*options: Callable[[Function], Function]) -> Callable[[Function], Function]:
    def decorate(function: Function) -> Function:
        for option in reversed(options):
            function = option(function)
        return function

    return decorate


cell_options = _together(
    _file("folder", "--cell", "DIR", "The cell's folder; else HONEYCELL_CELL, else ./cell."),
    _flag("quiet", "-q", "--quiet", help="No progress and no notes."),
    _flag("verbose", "-v", "--verbose", help="Say more; tracebacks too."),
    _flag("silent", "--no-input", help="Never ask."),
)
"""Options of every command: --cell, -q, -v, --no-input."""

json_option = _flag("json", "--json", help="Answer in JSON: as_of, data, next.")
"""Option of a command that acts: --json."""

viewer_option = click.option(
    "--as",
    metavar="@PERSON",
    expose_value=False,
    callback=_told("viewer"),
    help="Look as this person does; as the owner of the cell by default.",
)
"""Option of every command that reads what was said or worked out: --as."""

form_options = _together(
    json_option,
    _flag("csv", "--csv", help="Answer in CSV."),
    _file("parquet", "--parquet", "FILE", "Answer into a Parquet file."),
)
"""Options of every answer: --json, --csv, --parquet FILE."""

answer_options = _together(viewer_option, form_options)
"""Options of every command that reads: --as @PERSON, --json, --csv, --parquet FILE."""


decision_options = _together(
    click.option("--why", metavar="WORDS", help="The reason, kept with the decision."),
    click.option("--as", "by", metavar="NAME", help="Who decides; whoever is logged in by default."),
    json_option,
)
"""Options of a command that decides: --why, --as, --json."""


class Day(click.ParamType[date]):
    """A date as 2026-10-05."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The date that is written.

        Raises:
            UsageError: It is not one (`bad-date`).
        """
        try:
            return value if isinstance(value, date) else date.fromisoformat(value)
        except ValueError:
            raise UsageError(
                "bad-date", f"“{value}” is not a date", param.opts[0] if param else "", "write it as 2026-10-05"
            ) from None


day_option = click.option(
    "--as-of", type=Day(), metavar="DATE", help="How it stood on this day; the end of coverage by default."
)
"""Option of a question about a day: --as-of."""


def _looking_back(days: int) -> Callable[[Function], Function]:
    return _together(
        day_option,
        click.option(
            "--window",
            "window_days",
            type=click.IntRange(min=1, max=36525),
            default=days,
            show_default=True,
            metavar="DAYS",
            help="How many days to look back.",
        ),
    )


as_of_options = _looking_back(90)
"""Options of a question about a relationship: --as-of, --window."""

axis_options = _looking_back(365)
"""The same for what is drawn on an axis of time."""
