"""What is usual among the relationships of a cell."""

from __future__ import annotations

from datetime import date

import numpy as np

from honeycell.readings.contacts import Sides
from honeycell.readings.declarations import NAMES
from honeycell.readings.held import Held, held
from honeycell.readings.numbers import NO_VALUE, applies, numbers
from honeycell.readings.traces import Traces

__all__ = ["typical"]

_ENOUGH = 5
"""Relationships under which nothing is called typical."""


def typical(traces: Traces, like: Held, on: date) -> dict[str, tuple[float, float]]:
    """10th and 90th percentile of each reading over all relationships of the same level that have a value.

    `traces` are those of the whole cell.
    Empty for a person with an organisation: there is no level of those to compare with.
    """
    if like.level == "person-organisation":
        return {}
    readings = [name for name in NAMES if applies(name, like.level)]
    level = "person" if like.level == "pair" else "organisation"
    everyone = held(traces, Sides(level=level), like.window_days)
    found = {}
    for name in readings:
        now = numbers(everyone, name, on, interval=False)
        values = now.values.value[[status not in NO_VALUE for status in now.status]]
        if len(values) >= _ENOUGH:
            low, high = np.quantile(values, [0.1, 0.9])
            found[name] = (float(low), float(high))
    return found
