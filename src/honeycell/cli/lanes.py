"""The tracks of a relationship, drawn for a terminal: two rows a conversation, side a above, side b below."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.text import Text

from honeycell.charts.axis import ticks
from honeycell.charts.words import channels, counted, rest, said_turn
from honeycell.cli.relationship import head
from honeycell.cli.words import count, plain, some
from honeycell.ids import written_id

if TYPE_CHECKING:
    import pyarrow as pa

    from honeycell.tracks import Lane, Tracks

__all__ = ["drawn", "lines", "table"]

_ABOVE, _BELOW = " ▁▄█", " ▔▀█"
_MEETINGS = ("meeting", "call")
_NARROW = 70
_GAP = 2
_FLAGS = {"kept": ("✓", "good"), "late": ("!", "risk"), "open": ("⚑", "honey")}


def drawn(view: Tracks, name: str, width: int) -> RenderableType:
    """The page of `tracks`.

    Args:
        view: What was found.
        name: How the person called the relationship, `a~b`, for the next commands.
        width: Columns of the terminal; below 70 what a lane is stands above it.
    """
    parts: list[RenderableType] = [Text(), head(view.a, view.b, [counted(view)], width), Text()]
    if not view.lanes:
        parts.append(Text("  No conversation in these days; --window 3650 looks back ten years.", "quiet"))
        return Group(*parts, Text())
    page = _Page.of(view, width)
    parts += [page.axis(), *(row for lane in view.lanes for row in page.lane(lane)), Text(), *page.volume()]
    if more := rest(view):
        parts.append(Text(f"\n  {more}; all with --lanes 0", "quiet"))
    parts += [Text(), *(Text(f"  {plain(one.sentence)}") for one in view.shares)]
    first = written_id(view.lanes[0].conversation_id)[:8]
    commands = [f"honeycell conversation {first}", f"honeycell tracks {plain(name)} --to tracks.svg"]
    parts += [Text("\n  " + ("     " if width >= 100 else "\n  ").join(commands), "quiet"), Text()]
    return Group(*parts)


class _Page:
    """Where things stand on a page of a width."""

    def __init__(self, view: Tracks, label: int, columns: int, state: int) -> None:
        self.view, self.label, self.columns, self.state = view, label, columns, state
        self.days = (view.as_of - view.from_on).days + 1

    @classmethod
    def of(cls, view: Tracks, width: int) -> _Page:
        if width < _NARROW:
            return cls(view, 0, max(20, width - 2), 0)
        label, state = (44, 24) if width >= 130 else (38, 24) if width >= 110 else (35, 20) if width >= 90 else (28, 18)
        return cls(view, label, width - label - state - 2 * _GAP, state)

    def column(self, on: date) -> int:
        """The column of a day."""
        at = (on - self.view.from_on).days * self.columns // self.days
        return min(self.columns - 1, max(0, at))

    def axis(self) -> Text:
        """The months or years, as many as have room."""
        row = [" "] * (self.columns + 12)
        end = 0
        for tick in ticks(self.view.from_on, self.view.as_of, self.columns * 8.0):
            at = self.column(tick.on)
            if at >= end and at + len(tick.words) <= self.columns:
                row[at : at + len(tick.words)] = tick.words
                end = at + len(tick.words) + 1
        return Text(" " * (self.label + (_GAP if self.label else 2)) + "".join(row).rstrip(), "quiet")

    def lane(self, lane: Lane) -> Iterator[Text]:
        """The rows of a conversation."""
        above, below = self._marks(lane)
        people = some(len(lane.people), "person").replace("persons", "people")
        facts = f"{channels(lane.channels)} · {people} · {count(lane.n_messages + lane.n_meetings)}"
        number, title = written_id(lane.conversation_id)[:8], plain(lane.title) or "(no subject)"
        words, under = said_turn(self.view, lane)
        turn = _turn(words, lane)
        yield Text()
        if not self.label:
            yield _cut(Text(f"{title}", "bold"), self.columns)
            yield _cut(Text.assemble((f"{number}  {facts}   ", "quiet"), turn), self.columns)
            yield Text("  ") + above
            yield Text("  ") + below
            return
        yield self._row(Text(title, "bold"), above, turn)
        yield self._row(Text(f"{number}  {facts}", "quiet"), below, Text(plain(under), "quiet"))

    def volume(self) -> Iterator[Text]:
        """How much was written, of all conversations."""
        most = max((max(week.n_a, week.n_b) for week in self.view.weeks), default=0) or 1
        names = ("we wrote", "they wrote") if self.view.us == "a" else (
            f"{plain(self.view.a.name)} wrote", f"{plain(self.view.b.name)} wrote")  # fmt: skip
        sides: Sequence[tuple[str, Callable[[int], int], str, str, str]] = (
            ("▲ " + names[0], lambda n: self.view.weeks[n].n_a, _ABOVE, "ours", f"at most {count(most)} a week"),
            ("▼ " + names[1], lambda n: self.view.weeks[n].n_b, _BELOW, "theirs", ""),
        )
        for words, n_of, blocks, style, beside in sides:
            row = [" "] * self.columns
            for n, week in enumerate(self.view.weeks):
                level = math.ceil(3 * n_of(n) / most)
                last = min(self.view.as_of, week.from_on + timedelta(6))
                for at in range(self.column(week.from_on), self.column(last) + 1):
                    row[at] = max(row[at], blocks[level], key=blocks.index)
            if not self.label:
                yield Text(words, style)
                yield Text("  " + "".join(row), style)
            else:
                yield self._row(Text(words, style), Text("".join(row), style), Text(beside, "quiet"))

    def _row(self, label: Text, middle: Text, state: Text) -> Text:
        gap = " " * _GAP
        return Text.assemble(_cut(label, self.label, pad=True), gap, middle, gap, _cut(state, self.state))

    def _marks(self, lane: Lane) -> tuple[Text, Text]:
        """What happened, column by column: a above, b below, meetings and flags where there is room."""
        sizes = {side: [0.0] * self.columns for side in ("a", "b", "other")}
        met: set[int] = set()
        for event in lane.events:
            at = self.column(event.occurred_at.date())
            if event.kind in _MEETINGS or event.side == "both":
                met.add(at)
            else:
                sizes[event.side][at] += 1 + math.log1p(event.size / 32)
        first, last = (self.column(lane.events[n].occurred_at.date()) for n in (0, -1))
        above, below = [(" ", "")] * self.columns, [(" ", "")] * self.columns
        for at in range(first, last + 1):
            above[at] = ("·", "dots")
        for at in range(self.columns):
            if sizes["other"][at]:
                above[at] = ("∙", "third")
            if sizes["a"][at]:
                above[at] = (_ABOVE[_level(sizes["a"][at])], "ours")
            if sizes["b"][at]:
                below[at] = (_BELOW[_level(sizes["b"][at])], "theirs")
            if at in met:
                row = below if sizes["a"][at] and not sizes["b"][at] else above
                row[at] = ("⬢", "bold")
        for silence in lane.silences:
            start, end = self.column(silence.from_on) + 1, self.column(silence.to_on)
            end += silence.to_on == self.view.as_of
            above[start:end] = [("┄", "dots")] * (end - start)
            words = f" {silence.n_days} d quiet "
            if len(words) + 2 <= end - start:
                at = start + (end - start - len(words)) // 2
                above[at : at + len(words)] = [(letter, "quiet") for letter in words]
        for flag in lane.flags:
            above[self.column(flag.opened_at.date())] = _FLAGS[flag.state]
        return _joined(above), _joined(below)


def _level(size: float) -> int:
    return 1 if size < 3 else 2 if size < 7 else 3


def _joined(cells: Sequence[tuple[str, str]]) -> Text:
    return Text.assemble(*cells)


def _turn(words: str, lane: Lane) -> Text:
    """Whose turn it is, with its sign and how long."""
    if lane.turn not in ("a", "b"):
        return Text(plain(words), "quiet")
    sign, style = ("▲", "ours") if lane.turn == "a" else ("▼", "theirs")
    days = f" · {lane.unanswered.n_days} d" if lane.unanswered else ""
    return Text.assemble((f"{sign} {plain(words)}", style), (days, style))


def _cut(text: Text, width: int, *, pad: bool = False) -> Text:
    held = text.copy()
    held.truncate(width, overflow="ellipsis", pad=pad)
    return held


def lines(view: Tracks) -> Iterator[Sequence[object]]:
    """The same for a program: rows whose first word says what they are."""
    yield ("tracks", view.a.slug, view.b.slug, view.from_on, view.as_of, view.n_lanes, view.n_messages, view.n_meetings)
    for lane in view.lanes:
        since = lane.unanswered.opened_at if lane.unanswered else None
        yield (
            "conversation",
            written_id(lane.conversation_id),
            lane.turn,
            since,
            lane.events[0].occurred_at,
            lane.events[-1].occurred_at,
            lane.n_messages,
            lane.n_meetings,
            len(lane.people),
            list(lane.channels),
            lane.title,
        )
        for silence in lane.silences:
            yield ("silence", written_id(lane.conversation_id), silence.from_on, silence.to_on, silence.n_days)
    for one in view.shares:
        yield (one.name, one.value, one.low, one.high, one.n, one.status, one.sentence)
    for week in view.weeks:
        yield ("week", week.from_on, week.n_a, week.n_b, week.n_other)


def table(view: Tracks) -> pa.Table:
    """Every event of every lane, one row each."""
    import pyarrow as pa

    rows = [
        {
            "conversation_id": lane.conversation_id, "title": lane.title, "turn": lane.turn,
            "interaction_id": event.interaction_id, "occurred_at": event.occurred_at, "side": event.side,
            "kind": event.kind, "size": event.size,
        }
        for lane in view.lanes
        for event in lane.events
    ]  # fmt: skip
    kinds = {"conversation_id": pa.int64(), "interaction_id": pa.int64(), "occurred_at": pa.timestamp("us"),
             "size": pa.float64()}  # fmt: skip
    names = ("conversation_id", "title", "turn", "interaction_id", "occurred_at", "side", "kind", "size")
    return pa.Table.from_pylist(rows, schema=pa.schema([(one, kinds.get(one, pa.string())) for one in names]))
