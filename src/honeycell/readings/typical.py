"""What is usual among the relationships of a cell."""

from __future__ import annotations

from datetime import date

import numpy as np

from honeycell.readings.contacts import Sides
from honeycell.readings.declarations import NAMES
from honeycell.readings.declared import PAIR, PERSON_ORGANISATION
from honeycell.readings.held import held
from honeycell.readings.numbers import NO_VALUE, applies, numbers
from honeycell.readings.traces import Traces

__all__ = ["typical"]

_ENOUGH = 5
"""Relationships under which nothing is called typical."""


def typical(traces: Traces, level: str, on: date, window_days: int) -> dict[str, tuple[float, float]]:
    """10th and 90th percentile of each reading over all relationships of a level that have a value.

    `traces` are those of the whole cell.
    Empty for a person with an organisation: there are not all of those to compare with.
    """
    if level == PERSON_ORGANISATION:
        return {}
    readings = [name for name in NAMES if applies(name, level)]
    everyone = held(traces, Sides(level="person" if level == PAIR else "organisation"), window_days)
    found = {}
    for name in readings:
        now = numbers(everyone, name, on, interval=False)
        values = now.values.value[[status not in NO_VALUE for status in now.status]]
        if len(values) >= _ENOUGH:
            low, high = np.quantile(values, [0.1, 0.9])
            found[name] = (float(low), float(high))
    return found
