"""The numbers of a reading of one relationship or of all of them, on any day: the same way for both."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from honeycell.readings.arrays import day_number
from honeycell.readings.declarations import declaration
from honeycell.readings.declared import status
from honeycell.readings.held import Held
from honeycell.readings.values import Values
from honeycell.readings.ways import WAYS

__all__ = ["NO_VALUE", "Numbers", "applies", "numbers"]

NO_VALUE = ("not_observable", "stale", "thin")
"""Statuses at which value, low and high are null."""


@dataclass(frozen=True)
class Numbers:
    """One reading of each relationship on a day."""

    values: Values
    status: tuple[str, ...]
    coverage: float
    window: tuple[date, date]

    def shown(self, at: int) -> tuple[float | None, float | None, float | None]:
        """Value, low and high of one relationship; none at `thin` and before."""
        if self.status[at] in NO_VALUE:
            return None, None, None
        value, low, high = (float(column[at]) for column in (self.values.value, self.values.low, self.values.high))
        return value, (None if np.isnan(low) else low), (None if np.isnan(high) else high)


def applies(reading: str, level: str) -> bool:
    """Whether a reading is made at this level.

    Example:
        >>> applies("redundancy", "pair")
        False
    """
    return level in declaration(reading).levels


def numbers(held: Held, reading: str, on: date, *, interval: bool = True) -> Numbers:
    """A reading of every relationship held, on a day; without `interval` low and high are not meant."""
    way = WAYS[reading]
    days = way.days(held.window_days)
    values, enough = way.evaluate(held, on, interval)
    coverage = held.covered_days(on, days) / days if way.observed(held, on) else 0.0
    since = held.covered.since(day_number(on))

    least, calibrated = way.declared.minimum, way.calibrated(held)
    is_enough = (values.n >= least) & enough
    seen, thin = (
        status(coverage=coverage, days_since_covered=since, n=n, minimum=least, calibrated=calibrated)
        for n in (least, least - 1)
    )
    found = tuple(np.where(is_enough, seen, thin).tolist())
    return Numbers(values, found, coverage, (on - timedelta(days - 1), on))
