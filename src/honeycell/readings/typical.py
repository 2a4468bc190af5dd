"""What is usual among the relationships of a cell."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from honeycell.readings.contacts import Sides
from honeycell.readings.declarations import BUILT
from honeycell.readings.numbers import NO_VALUE, Held, applies, held, numbers, window_of

if TYPE_CHECKING:
    from honeycell.steps import Tables

__all__ = ["typical"]

_ENOUGH = 5
"""Relationships under which nothing is called typical."""


def typical(t: Tables, like: Held, on: date) -> dict[str, tuple[float, float]]:
    """10th and 90th percentile of each reading over all relationships of the same level that have a value.

    Empty for a person with an organisation: there is no level of those to compare with.
    """
    if like.level == "person-organisation":
        return {}
    readings = [name for name in BUILT if applies(name, like.level)]
    since = on - timedelta(max(window_of(name, like.window_days) for name in readings) - 1)
    everyone = held(
        t, Sides(level="person" if like.level == "pair" else "organisation"), contacts_from=since,
        turns_from=on - timedelta(like.window_days - 1), to_on=on, fitted=like.fitted, covered=like.covered,
        window_days=like.window_days,
    )  # fmt: skip
    found = {}
    for name in readings:
        now = numbers(everyone, name, on, interval=False)
        values = now.values.value[[status not in NO_VALUE for status in now.status]]
        if len(values) >= _ENOUGH:
            low, high = np.quantile(values, [0.1, 0.9])
            found[name] = (float(low), float(high))
    return found
