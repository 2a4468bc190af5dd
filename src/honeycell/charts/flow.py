"""One conversation as a flow of ideas: a lane for each who takes part, messages in order, ideas as threads.

A thread rests on the lane of whoever said it last, and swings over just before the next who says it: a long flat piece
means that it lay with that person. A ring is where it was brought up. Time is shortened where nothing is said.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from honeycell.charts.axis import MONTHS
from honeycell.charts.measure import width
from honeycell.charts.svg import document, element, hexagon, text
from honeycell.charts.tokens import Tokens
from honeycell.charts.words import some

if TYPE_CHECKING:
    from honeycell.tracks import Conversation, Message, Raised

__all__ = ["flow"]

_MARGIN, _LABEL, _STATE, _LANE, _TOP = 18, 196, 200, 46, 92
_LANES, _IDEAS, _MESSAGES = 9, 5, 60
"""More people than this share a lane for each party; more ideas are not drawn; beyond so many messages days are one."""
_SWING, _APART = 46.0, 3.1
"""Before how much of the axis a thread swings over, and how far threads on one lane are apart."""
_SMALL, _TEXT, _TITLE = 11.5, 13.5, 17.0
_MEETINGS = ("meeting", "call")


@dataclass(frozen=True)
class _Lane:
    """Who stands on a lane."""

    name: str
    party: str
    """The organisation, or nothing."""


@dataclass(frozen=True)
class _Dot:
    """A message, or the messages of one on one day."""

    x: float
    lane: int
    messages: tuple[Message, ...]


@dataclass(frozen=True)
class _Plot:
    talk: Conversation
    paint: Tokens
    lanes: tuple[_Lane, ...]
    dots: tuple[_Dot, ...]
    right: float

    def y(self, lane: int) -> float:
        return _TOP + (lane + 0.5) * _LANE

    def colour(self, lane: int) -> str:
        """That of the party: the first in order, the second, and all others."""
        parties = list(dict.fromkeys(one.party for one in self.lanes))
        at = parties.index(self.lanes[lane].party)
        return (self.paint.ours, self.paint.theirs, self.paint.third)[min(at, 2)]


def flow(talk: Conversation, paint: Tokens, *, wide: float = 1200) -> str:
    """The flow of ideas of a conversation as SVG.

    Args:
        talk: The conversation, with its ideas; the first five are drawn.
        paint: Colours: `LIGHT`, `DARK`, or `VARIABLES` for a page.
        wide: Width of the picture; its height follows from the number of lanes.
    """
    plot = _plotted(talk, paint, wide)
    bottom = _TOP + max(1, len(plot.lanes)) * _LANE
    ideas = talk.ideas[:_IDEAS]
    high = bottom + 18 + 20 * max(1, len(ideas))
    said = (
        f"{some(len(talk.messages), 'message')} of {some(len(plot.lanes), 'lane')}" if talk.messages else "nothing said"
    )
    about = ", ".join(one.phrase for one in ideas) or "nothing taken up"
    return document(
        wide, high, f"Flow of ideas in “{talk.title}”: {said}; {about}",
        element("rect", x=0, y=0, width=wide, height=high, rx=12, fill=paint.surface),
        text(_MARGIN, 32, talk.title or "(no subject)", _TITLE, paint.ink, room=wide - 2 * _MARGIN, bold=True),
        text(_MARGIN, 52, _counted(talk), 12.5, paint.ink_3, room=wide - 2 * _MARGIN),
        *_days(plot, bottom), *_lanes(plot, wide),
        *(_thread(plot, one, number) for number, one in enumerate(ideas)),
        *_messages(plot), *_ends(plot, ideas, wide), *_legend(plot, ideas, bottom),
    )  # fmt: skip


def _plotted(talk: Conversation, paint: Tokens, wide: float) -> _Plot:
    lanes, of = _seated(talk)
    messages = [one for one in talk.messages if one.author is not None and one.author.id in of]
    groups: list[tuple[int, list[Message]]] = []
    bundled = len(messages) > _MESSAGES
    for one in messages:
        lane = of[one.author.id] if one.author else 0
        same = next((held for at, held in reversed(groups) if at == lane), None) if bundled else None
        if same is not None and same[-1].occurred_at.date() == one.occurred_at.date():
            same.append(one)
        else:
            groups.append((lane, [one]))
    steps = [0.0]
    for (_lane, before), (_next, after) in pairwise(groups):
        hours = max(0.0, (after[0].occurred_at - before[-1].occurred_at).total_seconds() / 3600)
        steps.append(steps[-1] + 1 + 0.5 * math.log1p(hours))
    left, right = _MARGIN + _LABEL + 14.0, wide - _MARGIN - _STATE
    scale = (right - 14 - left) / (steps[-1] or 1.0)
    dots = tuple(_Dot(left + at * scale, lane, tuple(held)) for at, (lane, held) in zip(steps, groups, strict=False))
    return _Plot(talk, paint, lanes, dots, right)


def _seated(talk: Conversation) -> tuple[tuple[_Lane, ...], dict[int, int]]:
    """The lanes, those of one party together, and on which of them each person is."""
    wrote = {one.author.id for one in talk.messages if one.author is not None}
    people = [one for one in talk.people if one.person.id in wrote]
    parties = list(dict.fromkeys(one.organisation or "" for one in people))
    people.sort(key=lambda one: parties.index(one.organisation or ""))
    lanes: dict[_Lane, int] = {}
    of = {}
    single = {one.person.id for one in sorted(people, key=lambda one: -one.n)[: _LANES if len(people) <= _LANES else 5]}
    for one in people:
        party = one.organisation or ""
        name = one.person.name if one.person.id in single else f"Others{', ' + party if party else ''}"
        of[one.person.id] = lanes.setdefault(_Lane(name, party), len(lanes))
    return tuple(lanes), of


def _counted(talk: Conversation) -> str:
    people = some(len(talk.people), "person")
    return f"{people} · {some(len(talk.messages), 'message')} · {len(talk.ideas):,} taken up"


def _days(plot: _Plot, bottom: float) -> Iterator[str]:
    """The first message of each day is marked, as far as words have room; meetings are lines."""
    free, last = 0.0, None
    for dot in plot.dots:
        day = dot.messages[0].occurred_at.date()
        if day != last and dot.x - 12 >= free:
            words = f"{day.day} {MONTHS[day.month - 1]}" + (
                f" {day.year}" if last is None or last.year != day.year else ""
            )
            yield element("line", x1=dot.x, x2=dot.x, y1=_TOP - 8, y2=bottom, stroke=plot.paint.line)
            yield text(dot.x, _TOP - 14, words, 11, plot.paint.ink_3)
            free, last = dot.x + width(words, 11), day
        if any(one.kind in _MEETINGS for one in dot.messages):
            yield element("line", x1=dot.x, x2=dot.x, y1=_TOP, y2=bottom, stroke=plot.paint.edge, stroke_width=1.4)


def _lanes(plot: _Plot, wide: float) -> Iterator[str]:
    paint = plot.paint
    for number, lane in enumerate(plot.lanes):
        y, colour = plot.y(number), plot.colour(number)
        yield element("rect", x=_MARGIN, y=y - _LANE / 2 + 2, width=3, height=_LANE - 4, rx=1.5, fill=colour)
        yield text(_MARGIN + 12, y - 1, lane.name, _TEXT, paint.ink, room=_LABEL - 20, bold=True)
        yield text(_MARGIN + 12, y + 14, lane.party, _SMALL, paint.ink_3, room=_LABEL - 20)
        yield element(
            "line", x1=_MARGIN + _LABEL, x2=plot.right, y1=y, y2=y, stroke=paint.edge, stroke_opacity=0.4, class_="lane"
        )
    if not plot.lanes:
        yield text(_MARGIN, _TOP + _LANE / 2, "Nobody said anything", _TEXT, paint.ink_3, room=wide - 2 * _MARGIN)


def _messages(plot: _Plot) -> Iterator[str]:
    for dot in plot.dots:
        y, colour = plot.y(dot.lane), plot.colour(dot.lane)
        n_words = sum(len(one.words.split()) for one in dot.messages)
        if all(one.kind in _MEETINGS for one in dot.messages):
            yield hexagon(dot.x, y, 6, fill=plot.paint.surface, stroke=plot.paint.ink, stroke_width=1.6)
        else:
            radius = min(11.0, 3.8 + math.sqrt(n_words) / 2.6)
            yield element("circle", cx=dot.x, cy=y, r=radius, fill=colour, fill_opacity=0.85)


def _stations(plot: _Plot, one: Raised) -> list[_Dot]:
    """The dots with a phrase, in order."""
    said = {use.interaction_id for use in one.uses}
    return [dot for dot in plot.dots if any(message.interaction_id in said for message in dot.messages)]


def _thread(plot: _Plot, one: Raised, number: int) -> str:
    stations = _stations(plot, one)
    if not stations:
        return ""
    off = (number - (_IDEAS - 1) / 2) * _APART
    at, path = stations[0], []
    path.append(f"M{at.x:.1f},{plot.y(at.lane) + off:.1f}")
    for after in stations[1:]:
        y, next_y = plot.y(at.lane) + off, plot.y(after.lane) + off
        turn = max(at.x, after.x - _SWING)
        middle = (turn + after.x) / 2
        path.append(f"L{turn:.1f},{y:.1f}C{middle:.1f},{y:.1f} {middle:.1f},{next_y:.1f} {after.x:.1f},{next_y:.1f}")
        at = after
    path.append(f"L{plot.right:.1f},{plot.y(at.lane) + off:.1f}")
    colour, first = _colour(plot.paint, number), stations[0]
    return element(
        "g",
        element("path", d="".join(path), fill="none", stroke=colour, stroke_width=2, stroke_opacity=0.9),
        element("circle", cx=first.x, cy=plot.y(first.lane), r=13.5, fill="none", stroke=colour, stroke_width=2),
        class_="idea",
    )


def _colour(paint: Tokens, number: int) -> str:
    return (paint.idea_1, paint.idea_2, paint.idea_3, paint.idea_4, paint.idea_5)[number]


def _ends(plot: _Plot, ideas: Sequence[Raised], wide: float) -> Iterator[str]:
    """At the end of each lane the phrases that rest there, with how they stand."""
    resting: dict[int, list[int]] = {}
    for number, one in enumerate(ideas):
        if stations := _stations(plot, one):
            resting.setdefault(stations[-1].lane, []).append(number)
    for lane, numbers in resting.items():
        size = min(15.0, (_LANE - 4) / len(numbers))
        for place, number in enumerate(numbers):
            y = plot.y(lane) + (place - (len(numbers) - 1) / 2) * size + 4
            size_, colour = _SMALL if size > 11 else 9, _colour(plot.paint, number)
            # By itself: a face that lacks the sign would change for the words too.
            yield text(plot.right + 8, y, _MARKS.get(ideas[number].state or "", ""), size_, colour)
            room = wide - _MARGIN - plot.right - 22
            yield text(plot.right + 22, y, ideas[number].phrase, size_, colour, room=room, bold=True)


_MARKS = {"kept": "✓", "open": "?", "late": "!"}
"""How the question, request or promise stands in which a phrase was said."""


def _legend(plot: _Plot, ideas: Sequence[Raised], bottom: float) -> Iterator[str]:
    """Of each phrase who brought it up and who took it up."""
    room = plot.right - _MARGIN
    for number, one in enumerate(ideas):
        y = bottom + 24 + 20 * number
        yield element(
            "circle", cx=_MARGIN + 6, cy=y - 4, r=5, fill="none", stroke=_colour(plot.paint, number), stroke_width=2
        )
        taken = ", ".join(take.person.name for take in one.taken)
        yield text(_MARGIN + 20, y, f"{one.phrase}: {one.person.name} → {taken}", _SMALL, plot.paint.ink_2, room=room)
    if not ideas:
        yield text(_MARGIN, bottom + 24, "Nothing was taken up", _SMALL, plot.paint.ink_3, room=room)
