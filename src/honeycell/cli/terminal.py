"""The screen of a person: colours, consoles and progress. Loaded only where something is drawn."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.theme import Theme

from honeycell.cli.words import count, size

if TYPE_CHECKING:
    from rich.progress import Task

    from honeycell.cli.options import Call
    from honeycell.progress import Progress

__all__ = ["THEME", "following", "screen"]

THEME = Theme(
    {
        "ours": "#86B4F6",
        "theirs": "#F0A26C",
        "badge.ours": "bold #10181B on #86B4F6",
        "badge.theirs": "bold #10181B on #F0A26C",
        "third": "#C0A2EE",
        "risk": "#F58E84",
        "good": "#63C795",
        "honey": "#F0B637",
        "quiet": "#979EA5",
        "typical": "on #33301F",
        "dots": "#565D63",
    }
)
"""The dark tokens of the interface; every colour stands beside a shape or a word."""


def screen(width: int | None = None) -> Console:
    """The console of the results: stdout."""
    return Console(theme=THEME, highlight=False, width=width, emoji=False, markup=False)


@contextmanager
def following(call: Call) -> Iterator[Callable[[Progress], None] | None]:
    """What a long work reports its progress to: bars on a terminal, lines under -v, else nothing."""
    if call.quiet:
        yield None
    elif sys.stderr.isatty():
        with _bars() as report:
            yield report
    elif call.verbose:
        yield _lines()
    else:
        yield None


def _lines() -> Callable[[Progress], None]:
    """A line for each stage, its end, and every second between them."""
    last: dict[str, float] = {}

    def report(step: Progress) -> None:
        now = time.monotonic()
        if step.done < step.total and now - last.get(step.stage, 0.0) < 1.0:
            return
        last[step.stage] = now
        print(f"{step.stage} {step.done}/{step.total} {step.unit} {step.detail}".rstrip(), file=sys.stderr)  # noqa: T201

    return report


@contextmanager
def _bars() -> Iterator[Callable[[Progress], None]]:
    """One bar for each stage, with rate and time left."""
    from rich.progress import BarColumn, ProgressColumn, TextColumn
    from rich.progress import Progress as Bars
    from rich.text import Text

    def shown(n: float, unit: str) -> str:
        return size(n) if unit == "bytes" else count(int(n))

    class Done(ProgressColumn):
        def render(self, task: Task) -> Text:
            unit = task.fields["unit"]
            words = f"{shown(task.completed, unit)} of {shown(task.total or 0, unit)}"
            return Text(words if unit == "bytes" else f"{words} {unit}", "quiet")

    class Pace(ProgressColumn):
        def render(self, task: Task) -> Text:
            unit, speed = task.fields["unit"], task.finished_speed or task.speed
            if task.finished:
                return Text(f"{task.finished_time or 0:.1f} s", "quiet")
            if not speed or unit == "tables":
                return Text("")
            left = task.time_remaining
            rest = "" if left is None else f"   {_span(left)} left"
            return Text(f"{shown(speed, unit)}/s{rest}", "quiet")

    columns = (
        TextColumn("  {task.description:<10}", style="bold"),
        BarColumn(bar_width=32, style="dots", complete_style="honey", finished_style="good", pulse_style="honey"),
        TextColumn("{task.percentage:>3.0f} %"),
        Done(),
        Pace(),
        TextColumn("{task.fields[detail]}", style="quiet"),
    )
    console = Console(stderr=True, theme=THEME, highlight=False, emoji=False)
    with Bars(*columns, console=console, transient=False, speed_estimate_period=10) as bars:
        stages: dict[str, object] = {}

        def report(step: Progress) -> None:
            if step.stage not in stages:
                stages[step.stage] = bars.add_task(step.stage, total=step.total or 1, unit=step.unit, detail="")
            task = stages[step.stage]
            finished = step.total and step.done >= step.total
            detail = "" if finished else _cut(step.detail)
            bars.update(task, completed=step.done, total=step.total or 1, detail=detail)  # type: ignore[arg-type]

        yield report


def _cut(detail: str, width: int = 28) -> str:
    return detail if len(detail) <= width else "…" + detail[1 - width :]


def _span(seconds: float) -> str:
    """A duration as a person says it."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
