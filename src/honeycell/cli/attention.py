"""`honeycell attention`: to whom a person or an organisation gives attention, beside what was declared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import click

from honeycell.cli.answers import give
from honeycell.cli.options import Call, answer_options, as_of_options, cell_options, pass_call

if TYPE_CHECKING:
    import pyarrow as pa
    from rich.console import RenderableType

    from honeycell.readings.budget import Account, AttentionState
    from honeycell.readings.budget.load import Curve

__all__ = ["command"]

_SHOWN = 10
"""Organisations on a terminal, those that were declared besides."""
_BAR = 24


@click.command("attention")
@click.argument("name", required=False, metavar="[ORGANISATION|@PERSON]")
@click.option("--why", "reading", metavar="READING", help="The interactions behind one of its readings instead.")
@click.option("--limit", type=click.IntRange(min=0), metavar="N", help="Rows of --why; 0 for all. On a terminal 30.")
@as_of_options
@answer_options
@cell_options
@pass_call
def command(
    call: Call, name: str | None, reading: str | None, limit: int | None, as_of: date | None, window_days: int
) -> None:
    """Show to whom attention goes, beside what was declared.

    Of an organisation, ours by default: which share went to whom and how much would have to move to match its
    declared priorities. Of a person: how much went to customers and over how many people they are reached, over how
    many people it was spread, and how many messages can wait before answers get fewer. A person's is for that person.
    """
    from honeycell.cell import open_cell
    from honeycell.cli.space import proof, states

    with open_cell(call.cell, call.viewer) as cell:
        if reading:
            found = cell.why_attention(name, reading, as_of=as_of, window_days=window_days)
            give(call, proof(cell, found, name or "", as_of, limit))
            return
        state = cell.attention(name, as_of=as_of, window_days=window_days)
    read = [one.reading for one in state.readings if one.value is not None]
    then = f"honeycell attention {name + ' ' if name else ''}--why {read[0].replace('_', '-')}" if read else ""
    title = f"The attention of {state.party.name}"
    answer = states(state.as_of, state, state.readings, state.notes, title, then, lambda: _more(state))
    said, rows = answer.lines, answer.table
    give(call, replace(answer, lines=lambda: _lines(state, said()), table=lambda: _table(state, rows())))


def _lines(state: AttentionState, readings: Iterable[Sequence[object]]) -> Iterator[Sequence[object]]:
    yield from readings
    if state.priorities is not None:
        one = state.priorities
        yield ("declared", one.decision_id, one.decided_on, one.decided_by, one.from_on, one.why)
    for a in state.accounts:
        slug = a.organisation.slug if a.organisation else ""
        yield ("account", slug, a.name, a.share, a.low, a.high, a.n_days, a.declared, a.log2_times)
    for load, chance, n in _points(state.load):
        yield ("load", load, chance, n)


def _table(state: AttentionState, readings: pa.Table) -> pa.Table:
    """The readings, and for each organisation a row `share`, with what was declared."""
    import pyarrow as pa

    accounts = [
        {
            "reading": "share", "value": a.share, "unit": "share", "low": a.low, "high": a.high, "n": a.n_days,
            "from_on": state.readings[0].window[0], "to_on": state.as_of, "status": "ok",
            "of": a.organisation.slug if a.organisation else a.name, "declared": a.declared,
            "log2_times": a.log2_times,
        }
        for a in state.accounts
    ]  # fmt: skip
    more = pa.schema([("of", pa.string()), ("declared", pa.float64()), ("log2_times", pa.float64())])
    return pa.Table.from_pylist([*readings.to_pylist(), *accounts], schema=pa.schema([*readings.schema, *more]))


def _more(state: AttentionState) -> Sequence[RenderableType]:
    """Where it went, and the load curve."""
    from rich.text import Text

    from honeycell.cli.readings import section
    from honeycell.cli.words import day, plain

    parts: list[RenderableType] = []
    if state.accounts:
        of_it = "Where it went, of what went outward" if state.party.kind == "organisation" else "Where it went"
        parts += section(of_it, _accounts(state.accounts))
    if state.priorities is not None and state.party.kind == "organisation":
        one = state.priorities
        since = f", from {day(one.from_on)} on" if one.from_on else ""
        why = f": {plain(one.why)}" if one.why else ""
        said = f"  declared by {plain(one.decided_by)} on {day(one.decided_on)}{since}{why}"
        parts.append(Text(said, "quiet"))
    if state.load is not None:
        parts += section("Answered within a working day, by how many others wait", _curve(state.load))
    return parts


def _accounts(accounts: Sequence[Account]) -> RenderableType:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    from honeycell.cli.words import count, named, share

    shown = [one for at, one in enumerate(accounts) if at < _SHOWN or one.declared is not None]
    most = max(max(one.high, one.declared or 0.0) for one in shown)
    compared = any(one.declared is not None for one in shown)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="quiet", show_edge=False)
    for title in ("  to", "", "share", "between", "days", *(["declared", "times"] if compared else [])):
        table.add_column(title, justify="right" if title in ("share", "days", "declared", "times") else "left")
    for one in shown:
        cells = [
            Text("  " + named(one.name)), Text(_bar(one.share / most), "honey"), Text(share(one.share), "bold"),
            Text(f"{share(one.low).removesuffix(' %')} to {share(one.high)}", "quiet"),
            Text(count(one.n_days), "quiet"),
        ]  # fmt: skip
        if compared:
            cells.append(Text("" if one.declared is None else share(one.declared)))
            cells.append(Text("" if one.log2_times is None else f"× {2**one.log2_times:.2g}", "quiet"))
        table.add_row(*cells)
    if len(shown) < len(accounts):
        table.add_row(Text(f"  and {count(len(accounts) - len(shown))} more", "quiet"))
    return table


def _curve(curve: Curve) -> RenderableType:
    from rich.table import Table
    from rich.text import Text

    from honeycell.cli.words import count, share

    table = Table.grid(padding=(0, 2, 0, 0))
    points = list(_points(curve))
    for (load, chance, n), after in zip(points, [*(load for load, *_ in points[1:]), None], strict=True):
        under = curve.capacity is not None and load >= curve.capacity
        table.add_row(
            Text("  " + _loads(load, after)), Text(_bar(chance), "risk" if under else "honey"),
            Text(share(chance), "bold"), Text(f"of {count(n)}", "quiet"),
        )  # fmt: skip
    return table


def _loads(load: int, after: int | None) -> str:
    """The loads of a point, up to that of the next.

    Example:
        >>> _loads(0, 1), _loads(1, 3), _loads(3, None)
        ('none', '1 to 2', '3 or more')
    """
    if after is None:
        return f"{load} or more"
    return f"{load} to {after - 1}" if after > load + 1 else str(load or "none")


def _bar(part: float) -> str:
    """A bar for 0 to 1, in eighths of a column.

    Example:
        >>> _bar(1.0) == "█" * 24, _bar(0.0)
        (True, '')
    """
    whole, eighths = divmod(round(min(1.0, part) * _BAR * 8), 8)
    return "█" * whole + " ▏▎▍▌▋▊▉"[eighths].strip()


def _points(curve: Curve | None) -> Iterator[tuple[int, float, int]]:
    if curve is not None:
        yield from zip(curve.from_load.tolist(), curve.chance.tolist(), curve.n.tolist(), strict=True)
