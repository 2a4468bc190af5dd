"""The marks of a reading's row: where the value lies, its last twelve months, and which way it goes."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.text import Text

from honeycell.cli.words import number

if TYPE_CHECKING:
    from honeycell.readings.state import Reading

__all__ = ["BLOCKS", "Axis", "axis", "sparkline", "strip", "trend"]

BLOCKS = "▁▂▃▄▅▆▇█"
_STEADY_SPAN = 0.25
"""A year that moves less than this share of its axis is drawn on this much of it, so that noise stays small."""


@dataclass(frozen=True)
class Axis:
    """How a reading's unit is laid on a strip."""

    low: float
    high: float
    logarithmic: bool
    unit: str

    def place(self, value: float) -> float:
        """Where a value lies, 0 (left end) to 1 (right end)."""
        if self.logarithmic:
            at = math.log(max(value, self.low) / self.low) / math.log(self.high / self.low)
        else:
            at = (value - self.low) / (self.high - self.low)
        return min(1.0, max(0.0, at))

    @property
    def end(self) -> str:
        """The right end in words."""
        return number(self.high, self.unit)


def axis(reading: Reading) -> Axis:
    """The axis on which a reading's marks all fit, by its declared range.

    A reading with a greatest possible value starts at its least and ends at the least of 1, 2, 5, 10, 20, 50, ...
    that holds all marks, and never beyond that value. One without bound is laid out by ratios, over whole powers of
    ten.
    """
    from honeycell.readings.declarations import declaration
    from honeycell.tracks import BESIDE

    declared = BESIDE.get(reading.reading) or declaration(reading.reading)
    marks = [mark for mark in (reading.value, reading.low, reading.high, *(reading.typical or ())) if mark is not None]
    top = max(marks, default=1.0)
    if declared.highest is not None:
        steps = (step * 10.0**power for power in range(-4, 4) for step in (1.0, 2.0, 5.0))
        end = next((step for step in steps if step >= top * 0.999 and step > declared.lowest), declared.highest)
        return Axis(declared.lowest, min(end, declared.highest), False, reading.unit)
    bottom = max(declared.lowest, min((mark for mark in marks if mark > 0), default=1.0))
    first, last = math.floor(math.log10(bottom) + 1e-9), math.ceil(math.log10(max(top, bottom)) - 1e-9)
    return Axis(10.0**first, 10.0 ** max(last, first + 1), True, reading.unit)


def strip(reading: Reading, width: int = 30, *, coloured: bool = True) -> Text:
    """The value as ●, 5th to 95th percentile as ─ with its inner half ━, the typical range shaded.

    Without colour the typical range is written with : instead of a shade.
    """
    scale = axis(reading)
    column: Callable[[float], int] = lambda value: min(width - 1, int(scale.place(value) * width))  # noqa: E731
    value = reading.value if reading.value is not None else scale.low
    low, high = (value if end is None else end for end in (reading.low, reading.high))
    at, left, right = column(value), column(low), column(high)
    inner_left, inner_right = at - (at - left) // 2, at + (right - at) // 2
    typical = tuple(column(end) for end in reading.typical) if reading.typical else (width, -1)
    text = Text()
    for place in range(width):
        shaded = typical[0] <= place <= typical[1]
        if place == at:
            mark, style = "●", "bold white"
        elif inner_left <= place <= inner_right:
            mark, style = "━", "bold white"
        elif left <= place <= right:
            mark, style = "─", "white"
        else:
            mark, style = (":" if shaded and not coloured else "·"), "#565D63"
        text.append(mark, f"{style} on #33301F" if shaded else style)
    return text


def sparkline(reading: Reading) -> str:
    """The value at the end of each of the last twelve months; a gap where there is none."""
    known = [value for value in reading.series if value is not None]
    if not known:
        return ""
    scale = axis(reading)
    places = [None if value is None else scale.place(value) for value in reading.series]
    heights = [place for place in places if place is not None]
    middle, span = (min(heights) + max(heights)) / 2, max(_STEADY_SPAN, max(heights) - min(heights))
    steps = len(BLOCKS) - 1
    return "".join(
        " " if place is None else BLOCKS[round(min(1.0, max(0.0, (place - middle) / span + 0.5)) * steps)]
        for place in places
    )


def trend(reading: Reading) -> Text:
    """Which way the year went: a glyph and a word, so that colour is not needed."""
    glyph, style = {"rising": ("▲", "good"), "falling": ("▼", "risk"), "steady": ("▬", "quiet")}.get(
        reading.trend or "", ("", "quiet")
    )
    return Text(f"{glyph} {reading.trend}" if glyph else "", style)
