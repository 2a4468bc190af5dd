"""What charts of conversations say in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from honeycell.charts.axis import MONTHS
from honeycell.charts.measure import fitted, width

if TYPE_CHECKING:
    from honeycell.tracks import Lane, Tracks

__all__ = ["channels", "counted", "described", "named", "rest", "said_turn", "some"]

_CHANNELS = {"mail": "e-mail", "calendar": "meetings", "ledger": "orders", "slack": "Slack", "zulip": "Zulip"}


def channels(names: Sequence[str]) -> str:
    """The channels of a conversation.

    Example:
        >>> channels(("calendar", "mail"))
        'meetings + e-mail'
    """
    return " + ".join(_CHANNELS.get(name, name) for name in names)


def counted(view: Tracks) -> str:
    """How much there is, and of when."""
    parts = [some(view.n_messages, "message")] + ([some(view.n_meetings, "meeting")] if view.n_meetings else [])
    return f"{' and '.join(parts)} in {some(view.n_lanes, 'conversation')}, {day(view.from_on)} to {day(view.as_of)}"


def described(view: Tracks) -> str:
    """The whole picture in words, for those who do not see it."""
    waiting = [f"{some(n, 'conversation')} waits on {_side(view, side)}" if n == 1 else
               f"{n:,} conversations wait on {_side(view, side)}"
               for side, n in zip(("a", "b"), view.n_waiting, strict=True) if n]  # fmt: skip
    return ". ".join([f"Conversations of {view.a.name} and {view.b.name}: {counted(view)}", *waiting]) + "."


def said_turn(view: Tracks, lane: Lane) -> tuple[str, str]:
    """Whose turn it is, and what belongs below it: whom was asked, or since when nothing came back."""
    open_ = lane.unanswered
    if lane.turn in ("a", "b"):
        return f"on {_side(view, lane.turn)}", ", ".join(one.name for one in open_.persons) if open_ else ""
    if lane.turn == "nobody":
        return "nobody’s turn", f"unanswered for {open_.n_days:,} d" if open_ else ""
    return "up to date", ""


def rest(view: Tracks) -> str:
    """How many conversations there are besides the lanes, and how many of those wait; empty for none."""
    left = view.n_lanes - len(view.lanes)
    waiting = sum(view.n_waiting) - sum(lane.turn in ("a", "b") for lane in view.lanes)
    return f"and {left:,} more" + (f", {waiting:,} of them waiting" if waiting else "") if left else ""


def named(words: str, after: str, room: float, size: float) -> str:
    """A name and what stands behind it, the name cut where both are wider than the room."""
    return fitted(words, room - width(after, size, bold=True), size, bold=True) + after


def day(on: date) -> str:
    """A date as `5 Oct 2026`."""
    return f"{on.day} {MONTHS[on.month - 1]} {on.year}"


def _side(view: Tracks, side: str) -> str:
    if view.us == "a":
        return "us" if side == "a" else "them"
    return (view.a if side == "a" else view.b).name


def some(n: int, noun: str) -> str:
    """How many, with the noun."""
    many = "people" if noun == "person" else f"{noun}s"
    return f"{n:,} {noun if n == 1 else many}"
