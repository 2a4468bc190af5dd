"""The load curve: how the chance of an answer within a working day falls with what waits already.

For each message that opened a turn to somebody, the load is how many others were waiting for their answer at that
moment; a message that was not answered within a week counts no longer. The chance of an answer by load is fitted by
isotonic regression, never rising (Barlow, Bartholomew, Bremner & Brunk 1972); the capacity is the least load at which
it lies under 80% of what it is at low load (`science.md` 4.2 d).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from scipy.optimize import isotonic_regression

from honeycell.readings.arrays import Bools, Floats, Ints, day_number
from honeycell.readings.draws import poisson
from honeycell.readings.parameters import WORKING_DAY_SECONDS
from honeycell.readings.responsiveness import worked_seconds

__all__ = ["BACK_DAYS", "LEAST_TURNS", "SHARE_OF_LOW", "WAITS_DAYS", "Curve", "Inbound", "curve", "inbound"]

BACK_DAYS = 730
"""Two years."""
WAITS_DAYS = 7
"""How long a message that is not answered counts as waiting: five working days, whenever it came."""
LEAST_TURNS = 100
SHARE_OF_LOW = 0.8
_BIN = 20
"""Turns that a point of the curve stands on, at the least; a twentieth of all where that is more."""
_PARTS = 20
_LOW = 0.25
"""The share of turns with the least load that low load is."""
_SURE = 0.95
_REPLICATES = 200
_DAY = 86_400_000_000
_NOTHING = 1e-9
"""Weight of a point of which a replicate drew no day."""


@dataclass(frozen=True)
class Inbound:
    """What somebody was asked, in order of opening."""

    row: Ints
    """Places among the turns that were given."""
    opened: Ints
    """Microseconds since 1970-01-01, UTC."""
    load: Ints
    """How many others were waiting at that moment."""
    answered: Bools
    """Within one working day."""


@dataclass(frozen=True)
class Curve:
    """The chance of an answer within a working day by load."""

    load: Floats
    """(points,): mean load of the turns of each point, rising."""
    from_load: Ints
    """The least load of each."""
    chance: Floats
    """Fitted, never rising."""
    n: Ints
    """Turns of each point."""
    at_low: float
    """The chance at low load: the quarter of the turns with the least."""
    capacity: int | None
    """The least load at which the chance is under 80% of that at low load; None where it never surely is."""
    low: float | None
    """5th percentile of the capacity."""
    high: float | None
    """95th percentile."""


def inbound(opened: Ints, closed: Ints, met: Bools, offset_minutes: Ints, on: date) -> Inbound:
    """What somebody was asked in the two years up to the end of `on`, as it was known then.

    A message that has not been there for one working day yet says nothing, answered or not: with the quick answers
    alone the latest days would look better than they were. Nor does one that a meeting ended within the day.

    Args:
        opened: When each turn opened, in microseconds, rising; from `WAITS_DAYS` before the first that counts.
        closed: When it closed, far away while it has not.
        met: Whether a meeting closed it.
        offset_minutes: Of the responder's clock.
        on: The last day.
    """
    end = day_number(on + timedelta(1)) * _DAY
    gone = np.sort(np.minimum(closed, opened + WAITS_DAYS * _DAY))
    load = np.searchsorted(opened, opened, "left") - np.searchsorted(gone, opened, "right")
    start = worked_seconds(opened, offset_minutes)
    watched = worked_seconds(np.full(len(opened), end), offset_minutes) - start >= WORKING_DAY_SECONDS
    in_time = worked_seconds(np.minimum(closed, end), offset_minutes) - start <= WORKING_DAY_SECONDS
    in_time &= closed < end
    counted = watched & (opened >= end - BACK_DAYS * _DAY) & (opened < end) & ~(met & in_time)
    row = np.flatnonzero(counted)
    return Inbound(row, opened[row], np.maximum(load, 0)[row], in_time[row])


def curve(asked: Inbound, *, replicates: int = _REPLICATES) -> Curve:
    """The fitted curve, and the capacity where at least 95% of the bootstrap replicates (over days) have one too."""
    load, place = np.unique(asked.load, return_inverse=True)
    n = np.bincount(place, minlength=len(load))
    point = _pooled(n, max(_BIN, len(place) // _PARTS))
    at = point[place]
    size = np.bincount(at)
    total, from_load = np.bincount(at, asked.load), load[np.unique(point, return_index=True)[1]]
    held = np.bincount(at, asked.answered) / size
    low_load = _low(size)
    chance, at_low, where = _fitted(held, size.astype(float), low_load)
    days, day = np.unique(asked.opened // _DAY, return_inverse=True)
    found = []
    for count in poisson(days.astype(np.uint64), replicates).T:
        weight = np.bincount(at, count[day], minlength=len(size))
        share = np.bincount(at, count[day] * asked.answered, minlength=len(size)) / np.maximum(weight, _NOTHING)
        *_, again = _fitted(share, np.maximum(weight, _NOTHING), low_load)
        found.append(np.inf if again is None else float(from_load[again]))
    sure = where is not None and np.mean(np.isfinite(found)) >= _SURE
    low, high = np.quantile(found, [0.05, 0.95], method="lower") if sure else (np.nan, np.nan)
    capacity = int(from_load[where]) if sure and where is not None else None
    return Curve(
        total / size, from_load, chance, size, at_low, capacity,
        None if capacity is None else min(float(low), capacity),
        None if capacity is None or not np.isfinite(high) else max(float(high), capacity),
    )  # fmt: skip


def _pooled(n: Ints, least: int) -> Ints:
    """The point of each load: neighbours together until there are enough turns; what is left joins the last."""
    point, held, number = np.zeros(len(n), np.int64), 0, 0
    for at, here in enumerate(n):
        point[at] = number
        held += int(here)
        if held >= least:
            number, held = number + 1, 0
    return np.minimum(point, max(number - 1, 0))


def _low(size: Ints) -> int:
    """How many points, from the least load on, low load is."""
    return int(np.searchsorted(np.cumsum(size), _LOW * size.sum())) + 1


def _fitted(held: Floats, weight: Floats, low_load: int) -> tuple[Floats, float, int | None]:
    """The fit, the chance at low load, and the first point under 80% of it."""
    chance: Floats = isotonic_regression(held, weights=weight, increasing=False).x
    at_low = float((held * weight)[:low_load].sum() / weight[:low_load].sum())
    under = np.flatnonzero((chance < SHARE_OF_LOW * at_low) & (weight >= 1.0))
    return chance, at_low, int(under[0]) if len(under) else None
