"""A reading at the ends of the last twelve months beside one another, and which way it went.

Only what may be compared is: windows that the same archives cover; at as many observations, where fewer show less than
there is; and shares with nothing lent to them by a prior, which draws the more the less was seen.
"""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from ibis import _

from honeycell.readings.arrays import day_number
from honeycell.readings.covered import Covered
from honeycell.readings.held import Held
from honeycell.readings.numbers import NO_VALUE, Numbers, numbers
from honeycell.readings.rarefied import DRAWS
from honeycell.readings.ways import WAYS
from honeycell.readings.ways.touched import contact_days

if TYPE_CHECKING:
    from honeycell.steps import Tables

__all__ = ["Past", "month_ends", "past", "seen_through"]

_MONTHS = 12
_BEFORE = 6
"""Months back that a trend compares with: the windows of 180 days do not overlap then."""
_DRAWN, _LEAST_DRAWS = 200_000, 5
"""Observations that are put in order for one month: the more there are, the more alike are draws of them."""
_LONGEST_DAYS = 180
"""Of the windows whose archives are looked for, beside the one asked for."""


@dataclass(frozen=True)
class Past:
    """What a reading is, and what it was before."""

    now: Numbers
    series: tuple[float | None, ...]
    """The value at the end of each of the last twelve months, comparable with one another; null where it is not."""
    trend: str | None
    """rising, falling or steady against six months before; null where that cannot be said."""
    differing: tuple[str, ...]
    """Archives for whose sake a month is left out: they cover its window more, or less, than that of the last."""


def month_ends(on: date) -> tuple[date, ...]:
    """The ends of the eleven months before that of `on`, and `on` itself, oldest first.

    Example:
        >>> month_ends(date(2024, 3, 15))[-3:]
        (datetime.date(2024, 1, 31), datetime.date(2024, 2, 29), datetime.date(2024, 3, 15))
    """
    ends = []
    for back in range(_MONTHS - 1, 0, -1):
        year, month = divmod(on.year * 12 + on.month - 1 - back, 12)
        ends.append(date(year, month + 1, calendar.monthrange(year, month + 1)[1]))
    return (*ends, on)


def past(state: Held, reading: str, points: tuple[date, ...], cover: Covered) -> Past:
    """How one relationship came to the value that a reading has.

    Args:
        state: The relationship.
        reading: Its name.
        points: The ends of months, as `month_ends` gives them.
        cover: The coverage of the archives that it is seen through.
    """
    last, then = len(points) - 1, len(points) - 1 - _BEFORE
    found = [numbers(state, reading, point, interval=at in (then, last)) for at, point in enumerate(points)]
    days = WAYS[reading].days(state.window_days)
    known = [at for at, one in enumerate(found) if one.status[0] not in NO_VALUE]
    differing = {at: cover.differing(day_number(points[at]), day_number(points[-1]), days) for at in known}
    alike = [at for at in known if not differing[at]]
    values = _comparable(state, reading, [(points[at], found[at]) for at in alike], interval=False)
    series = dict(zip(alike, (value for value, _low, _high in values), strict=True))
    trend = None
    if then in alike and last in alike:
        trend = _trend(*_comparable(state, reading, [(points[at], found[at]) for at in (then, last)], interval=True))
    names = sorted({name for some in differing.values() for name in some})
    return Past(found[last], tuple(series.get(at) for at in range(len(points))), trend, tuple(names))


def _comparable(
    state: Held, reading: str, months: Sequence[tuple[date, Numbers]], *, interval: bool
) -> list[tuple[float, float, float]]:
    """Value, low and high of each of some months that have a value, as they may be compared."""
    way = WAYS[reading]
    values = [way.seen(state, point, interval) if way.seen else one.values for point, one in months]
    found = [(float(one.value[0]), float(one.low[0]), float(one.high[0])) for one in values]
    if way.rarefied is None or len(months) < 2:
        return found
    n = [int(one.n[0]) for one in values]
    draws = int(np.clip(_DRAWN // max(n), _LEAST_DRAWS, DRAWS))
    fewer = [float(way.rarefied(state, point, np.array([min(n)]), draws)[0, 0]) for point, _one in months]
    # How wide an interval is, is said in proportion.
    return [
        (value, value * low / whole, value * high / whole)
        for value, (whole, low, high) in zip(fewer, found, strict=True)
    ]


def _trend(then: tuple[float, float, float], now: tuple[float, float, float]) -> str | None:
    """Rising or falling only where the two 90% intervals are apart."""
    (_then, low_then, high_then), (_now, low, high) = then, now
    if np.isnan([low_then, high_then, low, high]).any():
        return None
    return "rising" if low > high_then else "falling" if high < low_then else "steady"


def seen_through(t: Tables, state: Held, points: tuple[date, ...]) -> Covered:
    """The coverage of those archives that a relationship was seen through since the first of some days was in a window.

    Who else's mailbox is connected, or is no more, changes nothing of what is seen of the two. Where it is not known
    through which they were seen, it is the coverage of all.
    """
    cover, ends, last = state.covered, [day_number(point) for point in points], points[-1]
    windows = {state.window_days, _LONGEST_DAYS}
    if not any(cover.differing(end, ends[-1], days) for end in ends for days in windows):
        return cover
    days = ends[-1] - ends[0] + max(windows)
    touches = t["touches"].inner_join(contact_days(t, state, last, days), ["from_person_id", "to_person_id", "on"])
    sightings = t["sightings"].semi_join(touches, "interaction_id")
    owners = t.arrow(sightings.select(owner=_.locator.re_extract(r"^([^/#]+)", 1)).distinct())["owner"].to_pylist()
    return replace(cover, stretches=tuple(one for one in cover.stretches if not owners or one.owner in owners))
