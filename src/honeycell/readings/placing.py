"""How much of what is seen cannot be placed with certainty in an organisation."""

from __future__ import annotations

import numpy as np

from honeycell.readings.arrays import Ints
from honeycell.readings.traces import Traces

__all__ = ["unplaced"]


def unplaced(traces: Traces, provisional: Ints, end: int, days: int) -> tuple[float, float]:
    """Shares of the interactions between persons in a window: with somebody of no organisation; else of a provisional.

    Args:
        traces: Of the whole cell.
        provisional: Ids of the organisations that may be none.
        end: Last day of the window.
        days: Its length.
    """
    rows = traces.days
    inside = (rows.day > end - days) & (rows.day <= end)
    if not inside.any():
        return 0.0, 0.0
    day, n = rows.day[inside], rows.n[inside]
    perhaps = np.append(np.isin(traces.organisations, provisional), False)
    one, other = (traces.spans.of(person[inside], day) for person in (rows.a, rows.b))
    nowhere = (one < 0) | (other < 0)
    unsure = ~nowhere & (perhaps[one] | perhaps[other])
    return float(n[nowhere].sum() / n.sum()), float(n[unsure].sum() / n.sum())
