"""Where a time axis is marked: days, months or years, as many as there is room for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

__all__ = ["MONTHS", "Tick", "apart", "ticks"]

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_ROOM = 46.0
"""Units between two marks, at least."""
_DAYS = (1, 2, 7, 14)
_MONTHS = (1, 2, 3, 6, 12, 24, 60, 120)


@dataclass(frozen=True)
class Tick:
    """One mark of the axis."""

    on: date
    words: str
    year: bool
    """Whether a year begins here, or is named here first."""


def ticks(first: date, last: date, room: float) -> tuple[Tick, ...]:
    """The marks between two days, both of them days on the axis.

    Example:
        >>> [tick.words for tick in ticks(date(2025, 11, 20), date(2026, 3, 15), 300)]
        ['Dec', 'Jan 2026', 'Feb', 'Mar']
    """
    a_day = room / ((last - first).days + 1)
    days = next((step for step in _DAYS if step * a_day >= _ROOM), None)
    if days is not None:
        found = [on for on in _days(first, last, days)]
        return tuple(Tick(on, f"{on.day} {MONTHS[on.month - 1]}", False) for on in found)
    step = next((step for step in _MONTHS if step * 30.4 * a_day >= _ROOM), _MONTHS[-1])
    marks = []
    for on in _months(first, last, step):
        begins = on.month == 1
        words = str(on.year) if step >= 12 else MONTHS[on.month - 1] + (f" {on.year}" if begins else "")
        marks.append(Tick(on, str(on.year) if begins and step * 30.4 * a_day < 60 else words, begins))
    return tuple(marks)


def apart(places: Sequence[float], room: float, low: float, high: float) -> list[float]:
    """Places that are moved no more than they must, so that each is at least `room` from the one before.

    All stay between `low` and `high` where there is room for them; where there is none they lie evenly between both.

    Args:
        places: Ascending.
        room: Between two of them.
        low: The least place.
        high: The greatest.

    Example:
        >>> apart([10, 12, 50, 99], 15, 0, 100)
        [10, 25, 50, 99]
        >>> apart([90, 95, 99], 15, 0, 100)
        [70, 85, 100]
    """
    n = len(places)
    if n > 1 and (n - 1) * room > high - low:
        return [low + (high - low) * at / (n - 1) for at in range(n)]
    found: list[float] = []
    for place in places:
        found.append(max(place, found[-1] + room) if found else place)
    for at in range(n - 1, -1, -1):
        found[at] = min(found[at], high - (n - 1 - at) * room)
    return found


def _days(first: date, last: date, step: int) -> Iterator[date]:
    on = first if step < 7 else first + timedelta(-first.weekday() % 7)
    while on <= last:
        yield on
        on += timedelta(step)


def _months(first: date, last: date, step: int) -> Iterator[date]:
    number = first.year * 12 + first.month - 1
    number += -number % step
    while (on := date(number // 12, number % 12 + 1, 1)) <= last:
        if on >= first:
            yield on
        number += step
