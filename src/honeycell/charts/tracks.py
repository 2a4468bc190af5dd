"""The tracks of a relationship: every conversation on one time axis.

What side a wrote rises above the line of its conversation, what side b wrote hangs below, a tick across is somebody
of neither. Its length grows with the logarithm of what was written. A hexagon is a meeting, a square a document of
trade, a flag a promise; hatched are the silences beyond the habit of a conversation.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from honeycell.charts.axis import apart, ticks
from honeycell.charts.measure import width
from honeycell.charts.svg import document, element, hexagon, text
from honeycell.charts.tokens import Tokens
from honeycell.charts.words import channels, counted, described, named, rest, said_turn

if TYPE_CHECKING:
    from honeycell.tracks import Event, Lane, Silence, Tracks

__all__ = ["LANES", "tracks"]

LANES = 12
"""Lanes that a picture holds with ease."""
_LABEL, _STATE, _LANE, _TOP, _VOLUME, _ROW = 264, 186, 54, 96, 54, 20
_MARGIN = 18
_FLAG = 15.0
"""How far flags stand apart, at least."""
_HALF = 23.0
"""How far a mark may rise above or hang below the line of its lane."""
_MOST_MARKS = 3000
_SMALL, _TEXT, _TITLE = 11.5, 13.5, 17.0
_MEETINGS = ("meeting", "call")
_TRADE = ("order", "shipment", "invoice", "payment")
_WEEK = timedelta(7)


@dataclass(frozen=True)
class _Plot:
    """Where things are."""

    view: Tracks
    paint: Tokens
    left: float
    right: float
    """The end of the last day."""
    n_lanes: int

    @property
    def bottom(self) -> float:
        """Where the lanes end."""
        return _TOP + self.n_lanes * _LANE

    def x(self, at: datetime | date) -> float:
        """The place of an instant, or of the middle of a day; never off the axis."""
        moment = at if isinstance(at, datetime) else datetime(at.year, at.month, at.day, 12)
        start = datetime(self.view.from_on.year, self.view.from_on.month, self.view.from_on.day)
        whole = (self.view.as_of - self.view.from_on).days + 1
        share = (moment - start).total_seconds() / 86_400 / whole
        return self.left + min(1.0, max(0.0, share)) * (self.right - self.left)


def tracks(view: Tracks, paint: Tokens, *, wide: float = 1200) -> str:
    """The tracks as SVG.

    Args:
        view: What was found; each of its lanes is drawn.
        paint: Colours: `LIGHT`, `DARK`, or `VARIABLES` for a page.
        wide: Width of the picture; its height follows from the number of lanes.
    """
    n_lanes = len(view.lanes)
    plot = _Plot(view, paint, _MARGIN + _LABEL, wide - _MARGIN - _STATE, max(1, n_lanes))
    foot = plot.bottom + (_VOLUME if view.lanes else 0) + _ROW
    n_rows, legend = _legend(plot, foot, wide)
    high = foot + n_rows * _ROW
    return document(
        wide,
        high,
        described(view),
        _hatching(paint),
        element("rect", x=0, y=0, width=wide, height=high, rx=12, fill=paint.surface),
        *_head(plot, wide),
        *_axis(plot),
        *(_lane(plot, lane, number, wide) for number, lane in enumerate(view.lanes)),
        *([] if view.lanes else [_nothing(plot)]),
        element("line", x1=_MARGIN, x2=wide - _MARGIN, y1=plot.bottom, y2=plot.bottom, stroke=paint.line),
        element("line", x1=plot.right, x2=plot.right, y1=_TOP - 6, y2=plot.bottom, stroke=paint.ink, stroke_width=1.2),
        *(_volume(plot) if view.lanes else []),
        *legend,
    )


def _hatching(paint: Tokens) -> str:
    stripes = (
        element("rect", width=5, height=5, fill=paint.sunken),
        element("rect", width=1.4, height=5, fill=paint.edge, fill_opacity=0.55),
    )
    pattern = element(
        "pattern", *stripes, id="quiet", width=5, height=5, patternUnits="userSpaceOnUse",
        patternTransform="rotate(45)",
    )  # fmt: skip
    return element("defs", pattern)


def _head(plot: _Plot, wide: float) -> Iterator[str]:
    view, paint = plot.view, plot.paint
    yield text(_MARGIN, 32, f"{view.a.name} ↔ {view.b.name}", _TITLE, paint.ink, room=wide - 2 * _MARGIN, bold=True)
    yield text(_MARGIN, 52, counted(view), 12.5, paint.ink_3, room=wide - 2 * _MARGIN)


def _axis(plot: _Plot) -> Iterator[str]:
    paint, view = plot.paint, plot.view
    for tick in ticks(view.from_on, view.as_of, plot.right - plot.left):
        x = plot.x(datetime(tick.on.year, tick.on.month, tick.on.day))
        yield element(
            "line", x1=x, x2=x, y1=_TOP - 26, y2=plot.bottom, stroke=paint.line, stroke_width=1.6 if tick.year else 1
        )
        if x + 8 + width(tick.words, 11, bold=tick.year) < plot.right:
            yield text(x + 4, _TOP - 14, tick.words, 11, paint.ink_3, bold=tick.year)


def _lane(plot: _Plot, lane: Lane, number: int, wide: float) -> str:
    paint, top = plot.paint, _TOP + number * _LANE
    y = top + _LANE / 2
    n = lane.n_messages + lane.n_meetings
    people = len(lane.people)
    facts = f"{channels(lane.channels)} · {people:,} {'people' if people != 1 else 'person'} · {n:,}"
    return element(
        "g",
        element("line", x1=_MARGIN, x2=wide - _MARGIN, y1=top, y2=top, stroke=paint.line),
        text(_MARGIN, y - 3, lane.title or "(no subject)", _TEXT, paint.ink, room=_LABEL - 14, bold=True),
        text(_MARGIN, y + 14, facts, _SMALL, paint.ink_3, room=_LABEL - 14),
        *_marks(plot, lane, y),
        *_turn(plot, lane, y, wide),
        class_="lane",
    )


def _marks(plot: _Plot, lane: Lane, y: float) -> Iterator[str]:
    paint = plot.paint
    if not lane.events:
        return
    first, last = plot.x(lane.events[0].occurred_at), plot.x(lane.events[-1].occurred_at)
    yield element("line", x1=first, x2=last, y1=y, y2=y, stroke=paint.edge, stroke_opacity=0.55)
    for silence in lane.silences:
        yield from _silence(plot, silence, y)
    marks = _marked(plot, lane.events)
    for side, colour in (("other", paint.third), ("a", paint.ours), ("b", paint.theirs)):
        strokes = "".join(_stroke(one, y) for one in marks if one.side == side and one.kind not in _TRADE)
        if strokes:
            yield element(
                "path", d=strokes, stroke=colour, stroke_width=1.7, stroke_linecap="round", stroke_opacity=0.8,
                fill="none", class_=side,
            )  # fmt: skip
    for one in marks:
        if one.kind in _MEETINGS or one.side == "both":
            yield hexagon(one.x, y, one.size, fill=paint.ink, stroke=paint.surface, stroke_width=1.4)
        elif one.kind in _TRADE:
            colour = {"a": paint.ours, "b": paint.theirs}.get(one.side, paint.third)
            middle = y + {"a": -7, "b": 7}.get(one.side, 0)
            yield element("rect", x=one.x - 3, y=middle - 3, width=6, height=6, rx=1, fill=colour)
    poles = [plot.x(flag.opened_at) for flag in lane.flags]
    for flag, pole, x in zip(lane.flags, poles, apart(poles, _FLAG, plot.left, plot.right), strict=True):
        colour = _flag_colour(paint, flag.state)
        yield element("line", x1=pole, x2=x, y1=y, y2=y - 13, stroke=colour, stroke_width=1.2)
        yield from _pennant(paint, x, y - 19, flag.state)


@dataclass(frozen=True)
class _Mark:
    x: float
    side: str
    kind: str
    size: float
    """Length of a stroke, radius of a hexagon."""


def _marked(plot: _Plot, events: Sequence[Event]) -> list[_Mark]:
    """The marks of a lane; of very many events those of each week together."""
    if len(events) < _MOST_MARKS:
        return [_Mark(plot.x(one.occurred_at), one.side, one.kind, _length(one.kind, one.size)) for one in events]
    weeks: dict[tuple[int, str, str], float] = {}
    for one in events:
        kind = one.kind if one.kind in (*_MEETINGS, *_TRADE) else "message"
        key = ((plot.view.as_of - one.occurred_at.date()).days // 7, one.side, kind)
        weeks[key] = weeks.get(key, 0.0) + one.size
    end = datetime(plot.view.as_of.year, plot.view.as_of.month, plot.view.as_of.day) + timedelta(1)
    return [
        _Mark(plot.x(end - _WEEK * (back + 0.5)), side, kind, _length(kind, size))
        for (back, side, kind), size in sorted(weeks.items())
    ]


def _length(kind: str, size: float) -> float:
    if kind in _MEETINGS:
        return min(8.0, 2.6 + size / 26)
    return min(_HALF, 2 + 4.1 * math.log1p(size / 32))


def _stroke(mark: _Mark, y: float) -> str:
    if mark.side == "other":
        return f"M{mark.x:.1f},{y - 3:.1f}v6"
    return f"M{mark.x:.1f},{y:.1f}v{-mark.size if mark.side == 'a' else mark.size:.1f}"


def _silence(plot: _Plot, silence: Silence, y: float) -> Iterator[str]:
    start, end = plot.x(silence.from_on), plot.x(silence.to_on)
    yield element(
        "rect", x=start + 3, y=y - 5, width=max(0.0, end - start - 6), height=10, rx=5, fill="url(#quiet)",
        class_="silence",
    )  # fmt: skip
    words = f"{silence.n_days} d quiet"
    wide = width(words, 11) + 12
    if end - start > wide + 12:
        middle = (start + end) / 2
        yield element("rect", x=middle - wide / 2, y=y - 8.5, width=wide, height=17, rx=8.5, fill=plot.paint.surface)
        yield text(middle, y + 4, words, 11, plot.paint.ink_3, anchor="middle")


def _flag_colour(paint: Tokens, state: str) -> str:
    return {"kept": paint.good, "late": paint.risk}.get(state, paint.honey_line)


def _pennant(paint: Tokens, x: float, y: float, state: str) -> Iterator[str]:
    """What a flag shows: a filled check (kept), a ring with ! (late) or the hands of a clock (open)."""
    colour = _flag_colour(paint, state)
    fill = colour if state == "kept" else paint.surface
    yield element("circle", cx=x, cy=y, r=6.5, fill=fill, stroke=colour, stroke_width=1.7)
    drawn = {
        "kept": f"M{x - 3:.1f},{y:.1f}l2.2,2.2 4,-4.4",
        "late": f"M{x:.1f},{y - 3.4:.1f}v4M{x:.1f},{y + 2.6:.1f}v.4",
    }.get(state, f"M{x:.1f},{y - 2.5:.1f}v2.8h2.4")
    pen = paint.surface if state == "kept" else colour
    yield element("path", d=drawn, fill="none", stroke=pen, stroke_width=1.6, stroke_linecap="round")


def _turn(plot: _Plot, lane: Lane, y: float, wide: float) -> Iterator[str]:
    """Whose turn it is: a pill where somebody is waited for, and whom, or since when nobody was."""
    paint, x = plot.paint, plot.right + 14
    room = wide - _MARGIN - x
    words, below = said_turn(plot.view, lane)
    if lane.turn not in ("a", "b"):
        up = 3 if below else -4
        yield text(x + 2, y - up, words, _SMALL, paint.ink_3, room=room)
        yield text(x + 2, y + 14, below, _SMALL, paint.ink_3, room=room)
        return
    ink, soft = (paint.ours, paint.ours_soft) if lane.turn == "a" else (paint.theirs, paint.theirs_soft)
    days = f" · {lane.unanswered.n_days} d" if lane.unanswered else ""
    words = named(words, days, room - 28, _SMALL)
    pill = min(room, width(words, _SMALL, bold=True) + 28)
    yield element("rect", x=x, y=y - 17, width=pill, height=18, rx=9, fill=soft)
    tip = f"M{x + 8:.1f},{y - 5:.1f}h7l-3.5,-6.5z" if lane.turn == "a" else f"M{x + 8:.1f},{y - 11:.1f}h7l-3.5,6.5z"
    yield element("path", d=tip, fill=ink)
    yield text(x + 19, y - 4, words, _SMALL, ink, room=room - 24, bold=True)
    yield text(x + 2, y + 15, below, _SMALL, paint.ink_3, room=room)


def _nothing(plot: _Plot) -> str:
    return text(_MARGIN, _TOP + _LANE / 2 + 4, "No conversation in these days", _TEXT, plot.paint.ink_3, room=_LABEL)


def _volume(plot: _Plot) -> Iterator[str]:
    """How much both wrote each week: a up, b down."""
    view, paint, middle = plot.view, plot.paint, plot.bottom + _VOLUME / 2 + 4
    most = max((max(week.n_a, week.n_b) for week in view.weeks), default=0) or 1
    sides: Sequence[tuple[str, Callable[[int], int], int, str]] = (
        (view.a.name, lambda n: view.weeks[n].n_a, -1, paint.ours),
        (view.b.name, lambda n: view.weeks[n].n_b, 1, paint.theirs),
    )
    for name, n_of, way, colour in sides:
        points = [f"M{plot.left:.1f},{middle:.1f}"]
        for n, week in enumerate(view.weeks):
            x = plot.x(datetime(week.from_on.year, week.from_on.month, week.from_on.day) + _WEEK / 2)
            points.append(f"L{x:.1f},{middle + way * 17 * n_of(n) / most:.1f}")
        points.append(f"L{plot.right:.1f},{middle:.1f}Z")
        yield element("path", d="".join(points), fill=colour, fill_opacity=0.55)
        baseline = middle + (-5 if way < 0 else 14)
        tip = f"M{_MARGIN},{baseline:.1f}h7l-3.5,-7z" if way < 0 else f"M{_MARGIN},{baseline - 7:.1f}h7l-3.5,7z"
        yield element("path", d=tip, fill=colour)
        side = "a" if way < 0 else "b"
        wrote = ("we wrote" if side == "a" else "they wrote") if view.us == "a" else f"{name} wrote"
        yield text(_MARGIN + 12, baseline, wrote, _SMALL, colour, room=_LABEL - 26, bold=True)
    yield text(plot.right + 16, middle + 4, f"at most {most:,} a week", _SMALL, paint.ink_3, room=_STATE - 18)


def _legend(plot: _Plot, y: float, wide: float) -> tuple[int, list[str]]:
    """What there is besides the lanes, and what the marks mean that are there; in so many rows."""
    view, paint = plot.view, plot.paint
    more = rest(view)
    made = [text(_MARGIN, y, more, _SMALL, paint.ink_2, room=_LABEL - 14, bold=True)] if more else []
    first = float(_MARGIN + (_LABEL if more else 0))
    x, row = first, 0
    for sign, words in _signs(view, paint):
        taken = 24 + width(words, 11)
        if x > first and x + taken > wide - _MARGIN:
            x, row = first, row + 1
        made.append(element("g", sign, transform=f"translate({x + 8:.1f} {y + row * _ROW:.1f})"))
        made.append(text(x + 24, y + row * _ROW, words, 11, paint.ink_3))
        x += taken + 20
    return row + 1, made


def _signs(view: Tracks, paint: Tokens) -> Iterator[tuple[str, str]]:
    """Each kind of mark that is drawn, and what it means."""
    kinds = {one.kind for lane in view.lanes for one in lane.events}
    if kinds - {*_MEETINGS, *_TRADE}:
        yield element("path", d="M0,0v-9M4,0v-5", stroke=paint.ink_2, stroke_width=1.7), "message, by length"
    if any(one.side == "other" for lane in view.lanes for one in lane.events):
        yield element("path", d="M3,-7v6", stroke=paint.third, stroke_width=1.7), "somebody else"
    if kinds & set(_MEETINGS):
        yield hexagon(3, -4, 5, fill=paint.ink), "meeting, by length"
    if kinds & set(_TRADE):
        yield element("rect", x=0, y=-7, width=6, height=6, rx=1, fill=paint.ink_2), "order, invoice, payment"
    states = {flag.state for lane in view.lanes for flag in lane.flags}
    for state in ("kept", "late", "open"):
        if state in states:
            yield "".join(_pennant(paint, 3, -4, state)), f"promise {state}"
    if any(lane.silences for lane in view.lanes):
        yield element("rect", x=-6, y=-8, width=16, height=8, rx=4, fill="url(#quiet)"), "unusually quiet"
