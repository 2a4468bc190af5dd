"""The readings of a relationship, drawn for a person: a row for each, its words, its spread over the pairs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from honeycell.cli.marks import axis, sparkline, strip, trend
from honeycell.cli.words import amount, count, day, number, plain, share, unit_of

if TYPE_CHECKING:
    from honeycell.readings.state import Reading, Spread

__all__ = ["rows", "section", "spread", "titled", "worded"]

_STRIPS = (30, 26, 22)
"""Widths of a strip, the widest that fits is taken."""
_WIDE = 100
"""Columns from which on the spread is shown with all that is known of it."""
_NO_VALUE = {"not_observable": "not observable", "stale": "stale", "thin": "thin: too few to say"}
_TITLES = {"follow_through": "Follow-through", "off_deck_drift": "Off-deck drift"}


def section(title: str, *more: RenderableType) -> list[RenderableType]:
    """A part of a page under its title."""
    return [Text(), Text(title, "honey"), *more]


def rows(readings: Sequence[Reading], width: int, *, coloured: bool) -> RenderableType:
    """One row for each reading: a table, or stacked where the screen is narrower than 70."""
    return _stacked(readings, width, coloured) if width < 70 else _table(readings, width, coloured)


def titled(reading: str) -> str:
    """`follow_through` as Follow-through, the way the readings are written everywhere."""
    return _TITLES.get(reading, reading.replace("_", " ").capitalize())


def _table(readings: Sequence[Reading], width: int, coloured: bool) -> Table:
    """One row for each reading; first the strips get shorter, then columns fall away from the right."""
    for strips in _STRIPS:
        columns = _columns(readings, strips, coloured)
        if _breadth(columns) <= width:
            break
    while len(columns) > 1 and _breadth(columns) > width:
        columns.pop()
    wide = width < 140 and len(columns) == 6
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="quiet", show_edge=False, expand=wide)
    for title, _ in columns:
        table.add_column(title, justify="right" if title == "Evidence" else "left", no_wrap=True)
    for at in range(len(readings)):
        table.add_row(*(cells[at] for _, cells in columns))
    return table


def _columns(readings: Sequence[Reading], strips: int, coloured: bool) -> list[tuple[str, list[Text]]]:
    """Titles and cells, the most needed first."""
    middle = "typical shaded" if coloured else "typical :"
    return [
        ("Reading", [Text(titled(reading.reading), "bold") for reading in readings]),
        (f"low{middle:^{strips - 7}}high", [_strip(reading, strips, coloured) for reading in readings]),
        ("12 months", [Text(f"{sparkline(reading):<12}", "quiet") for reading in readings]),
        ("Trend", [trend(reading) for reading in readings]),
        ("In plain units", [_value(reading) for reading in readings]),
        ("Evidence", [_evidence(reading) for reading in readings]),
    ]


def _breadth(columns: Sequence[tuple[str, Sequence[Text]]]) -> int:
    """Columns of the terminal that a table needs, with the gaps."""
    return sum(max([len(title), *(cell.cell_len for cell in cells)]) + 3 for title, cells in columns) - 3


def _strip(reading: Reading, width: int, coloured: bool) -> Text:
    if reading.status in _NO_VALUE:
        return Text(_NO_VALUE[reading.status], "quiet")
    end = axis(reading).end
    return Text.assemble(strip(reading, width, coloured=coloured), (f" {end}", "quiet"))


def _value(reading: Reading) -> Text:
    """The value with its interval, and whether it may be trusted as a probability yet."""
    if reading.value is None:
        return Text()
    text = Text(amount(reading.value, reading.unit))
    if reading.low is not None and reading.high is not None:
        low, high = (number(end, reading.unit).removesuffix(" %") for end in (reading.low, reading.high))
        text.append(f"   {low} to {high}", "quiet")
    if reading.status == "not_calibrated":
        text.append("   not calibrated", "honey")
    return text


def _evidence(reading: Reading) -> Text:
    if reading.status == "not_observable":
        return Text("why?", "quiet")
    return Text(("thin · " if reading.status == "thin" else "") + count(reading.n_evidence), "quiet")


def worded(readings: Sequence[Reading]) -> list[RenderableType]:
    """What each reading says, whole."""
    table = Table.grid(padding=(0, 3, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(max_width=100)
    for reading in readings:
        table.add_row(Text("  " + titled(reading.reading), "bold"), Text(plain(reading.sentence)))
    return section("In words", table) if readings else []


def _stacked(readings: Sequence[Reading], width: int, coloured: bool) -> Group:
    """One reading under the other, for narrow screens."""
    parts: list[RenderableType] = []
    for reading in readings:
        mark = _strip(reading, max(10, min(28, width - 36)), coloured)
        parts.append(Text.assemble((f"{titled(reading.reading):<16}", "bold"), mark, "  ", trend(reading)))
        parts.append(Padding(Text.assemble(plain(reading.sentence), "  ", _evidence(reading)), (0, 0, 1, 2)))
    return Group(*parts)


def spread(readings: Sequence[Reading], width: int) -> list[RenderableType]:
    """Floor, middle and upside over the pairs, for the readings that have them, and what goes with the upper end."""
    known = [(reading, reading.spread) for reading in readings if reading.spread is not None]
    if not known:
        return []
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), header_style="quiet")
    table.add_column("  ")
    titles = ["floor", "middle", "upside"]
    titles += ["each pair once", "apart by", "not noise"] if width >= _WIDE else []
    for title in titles:
        table.add_column(title, justify="right", no_wrap=True)
    table.add_column()
    for reading, ends in known:
        values = [number(value, reading.unit) for value in (ends.p10, ends.p50, ends.p90)]
        values += _told(ends, reading.unit) if width >= _WIDE else []
        table.add_row(Text("  " + titled(reading.reading), "bold"), *values, Text(unit_of(reading.unit), "quiet"))
    upper = Table.grid(padding=(0, 3, 0, 0))
    upper.add_column(no_wrap=True)
    upper.add_column(max_width=100)
    for reading, ends in known:
        words = _below(ends, reading.unit) + ends.upside.sentence
        upper.add_row(Text("  " + titled(reading.reading), "bold"), Text(plain(words), "quiet"))
    return section("Spread over its pairs", table, Text(), upper)


def _told(ends: Spread, unit: str) -> list[str]:
    """The same with each pair counting once, how far pairs are apart, and how much of that is no noise."""
    each = " to ".join(number(value, unit) for value in (ends.each.p10, ends.each.p90))
    if ends.tau_squared is None or ends.i_squared is None:
        return [each, "–", "–"]
    return [each, number(math.sqrt(ends.tau_squared), unit), share(ends.i_squared)]


def _below(ends: Spread, unit: str) -> str:
    """How much lies below the agreed floor, and who agreed it and when; empty where none is agreed."""
    if ends.floor is None or ends.share_below is None or ends.share_below_each is None:
        return ""
    agreed = f"{amount(ends.floor.least, unit)}, agreed by {ends.floor.decided_by} on {day(ends.floor.decided_on)}"
    return f"Below {agreed}: {share(ends.share_below)}, of the pairs {share(ends.share_below_each)}. "
