"""A plot as SVG, in the colours and faces of the charts: two axes, and marks on them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from honeycell.charts import LIGHT as PAINT
from honeycell.charts.measure import width
from honeycell.charts.svg import document, element, hexagon, text

__all__ = ["PAINT", "Axis", "Plot", "percents", "powers"]

WIDE, HIGH = 720.0, 400.0
_MARGIN, _TOP, _FOOT = 28.0, 104.0, 58.0
_TITLE, _TEXT, _SMALL = 18.0, 13.0, 12.0

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Axis:
    """One direction of a plot."""

    low: float
    high: float
    marks: Sequence[tuple[float, str]]
    """Where lines are, and what stands beside them."""
    words: str
    """What is measured, and its unit."""
    log: bool = False

    def share(self, values: ArrayLike) -> Floats:
        """How far along the axis values are, 0 to 1; what is beyond an end is at it."""
        ends, given = np.array([self.low, self.high]), np.asarray(values, float)
        if self.log:
            ends, given = np.log(ends), np.log(np.maximum(given, self.low))
        along: Floats = np.clip((given - ends[0]) / (ends[1] - ends[0]), 0.0, 1.0)
        return along


def percents(*values: int) -> tuple[tuple[float, str], ...]:
    """Marks at shares.

    Example:
        >>> percents(0, 50)
        ((0.0, '0%'), (0.5, '50%'))
    """
    return tuple((value / 100, f"{value}%") for value in values)


def powers(*values: float) -> tuple[tuple[float, str], ...]:
    """Marks at numbers as they are written."""
    return tuple((value, f"{value:,.3g}" if value < 1000 else f"{value:,.0f}") for value in values)


@dataclass(frozen=True)
class Plot:
    """A frame of two axes; its marks are made by the methods, and `drawn` puts them together."""

    x: Axis
    y: Axis
    high: float = HIGH
    right: float = WIDE - _MARGIN
    top: float = _TOP
    words: float = 0.0
    """Room beside the lines for their words, at least."""

    @property
    def left(self) -> float:
        """Where the words beside the lines end."""
        return _MARGIN + max([self.words, *(width(words, _SMALL) for _value, words in self.y.marks)]) + 8

    @property
    def bottom(self) -> float:
        """The lower end of the frame."""
        return self.high - _FOOT

    def px(self, values: ArrayLike) -> Floats:
        """Places from left to right."""
        return self.left + self.x.share(values) * (self.right - self.left)

    def py(self, values: ArrayLike) -> Floats:
        """Places from bottom to top."""
        return self.bottom - self.y.share(values) * (self.bottom - self.top)

    def line(self, x: ArrayLike, y: ArrayLike, colour: str, *, wide: float = 2.4, dash: str = "") -> str:
        """A line through points."""
        more: dict[str, str | float] = {"stroke_dasharray": dash} if dash else {}
        return element(
            "path", d="M" + "L".join(self._points(x, y)), fill="none", stroke=colour, stroke_width=wide,
            stroke_linejoin="round", stroke_linecap="round", **more,
        )  # fmt: skip

    def band(self, x: ArrayLike, low: ArrayLike, high: ArrayLike, colour: str) -> str:
        """What lies between two lines."""
        around = [*self._points(x, high), *reversed(self._points(x, low))]
        return element("path", d="M" + "L".join(around) + "Z", fill=colour, fill_opacity=".16")

    def bars(self, start: ArrayLike, end: ArrayLike, y: ArrayLike, colour: str) -> str:
        """Bars from the bottom up."""
        ends = zip(self.px(start) + 1, self.px(end) - 1, self.py(y), strict=True)
        return "".join(
            element("rect", x=one, y=at, width=max(other - one, 0.8), height=self.bottom - at, rx=1.5, fill=colour)
            for one, other, at in ends if self.bottom - at > 0.05
        )  # fmt: skip

    def reaches(self, x: ArrayLike, low: ArrayLike, high: ArrayLike, colour: str, *, wide: float = 2.0) -> str:
        """Upright lines from low to high: intervals."""
        ends = zip(self.px(x), self.py(low), self.py(high), strict=True)
        path = "".join(f"M{at:.1f},{one:.1f}V{other:.1f}" for at, one, other in ends)
        return element("path", d=path, stroke=colour, stroke_width=wide, stroke_linecap="round", stroke_opacity=".45")

    def spans(self, y: ArrayLike, low: ArrayLike, high: ArrayLike, colour: str) -> str:
        """Level lines from low to high: intervals of rows."""
        ends = zip(self.py(y), self.px(low), self.px(high), strict=True)
        path = "".join(f"M{one:.1f},{at:.1f}H{other:.1f}" for at, one, other in ends)
        return element("path", d=path, stroke=colour, stroke_width=5, stroke_linecap="round", stroke_opacity=".45")

    def dots(self, x: ArrayLike, y: ArrayLike, colour: str, *, size: float = 3.2, faint: bool = False) -> str:
        """A circle at each point."""
        places = zip(self.px(x), self.py(y), strict=True)
        how: dict[str, str | float] = {"fill_opacity": ".45"} if faint else {}
        return element("g", *(element("circle", cx=a, cy=b, r=size) for a, b in places), fill=colour, **how)

    def cells(self, x: ArrayLike, y: ArrayLike, colour: str, *, size: float = 7.0) -> str:
        """A hexagon at each point: what the eye is to find."""
        places = zip(self.px(x), self.py(y), strict=True)
        return "".join(hexagon(a, b, size, fill=colour, stroke=PAINT.surface, stroke_width=1.5) for a, b in places)

    def note(
        self, x: float, y: float, words: str, colour: str, *, dx: float = 0, dy: float = 0, anchor: str = "start",
        bold: bool = True,
    ) -> str:  # fmt: skip
        """Words at a point, on a strip of the ground so that lines do not cross them."""
        at, on = float(self.px(x)) + dx, float(self.py(y)) + dy
        wide = width(words, _TEXT, bold=bold)
        start = at - {"start": 0.0, "middle": wide / 2, "end": wide}[anchor]
        ground = element(
            "rect", x=start - 3, y=on - 12, width=wide + 6, height=17, rx=3, fill=PAINT.surface, fill_opacity=".85"
        )
        return ground + text(at, on, words, _TEXT, colour, bold=bold, anchor=anchor)

    def drawn(self, title: str, below: str, *marks: str) -> str:
        """The whole picture: what it shows, how it was counted, the frame and the marks."""
        return document(
            WIDE, self.high, f"{title}. {below}.",
            element("rect", x=0.5, y=0.5, width=WIDE - 1, height=self.high - 1, rx=12, fill=PAINT.surface,
                    stroke=PAINT.line),
            text(_MARGIN, 38, title, _TITLE, PAINT.ink, bold=True, room=WIDE - 2 * _MARGIN),
            text(_MARGIN, 60, below, _TEXT, PAINT.ink_3, room=WIDE - 2 * _MARGIN),
            *self.frame(), *marks,
        )  # fmt: skip

    def frame(self) -> Iterator[str]:
        """The lines of both axes, and what they measure."""
        for value, words in self.y.marks:
            at = float(self.py(value))
            yield element("line", x1=self.left, x2=self.right, y1=at, y2=at, stroke=PAINT.line)
            yield text(self.left - 8, at + 4, words, _SMALL, PAINT.ink_3, anchor="end")
        yield text(_MARGIN, self.top - 16, self.y.words, _SMALL, PAINT.ink_2)
        yield element("line", x1=self.left, x2=self.right, y1=self.bottom, y2=self.bottom, stroke=PAINT.edge)
        for value, words in self.x.marks:
            at = float(self.px(value))
            yield element("line", x1=at, x2=at, y1=self.bottom, y2=self.bottom + 4, stroke=PAINT.edge)
            yield text(at, self.bottom + 18, words, _SMALL, PAINT.ink_3, anchor="middle")
        yield text(self.right, self.bottom + 40, self.x.words, _SMALL, PAINT.ink_2, anchor="end")

    def _points(self, x: ArrayLike, y: ArrayLike) -> list[str]:
        return [f"{a:.1f},{b:.1f}" for a, b in zip(self.px(x), self.py(y), strict=True)]
