"""The history of a relationship cut where its level changed: binary segmentation (Scott & Knott 1974).

A stretch is cut at the week where two levels explain it best, if they do so better than one by more than a change is
unlikely beforehand; then each part in turn. On the Turing Change Point Dataset this is among the best of fourteen
methods (van den Burg & Williams 2020). Levels are summed out, not fitted, so a second level costs what it should.
"""

from __future__ import annotations

import numpy as np

from honeycell.readings.arrays import Bools, Floats
from honeycell.readings.changes.online import HAZARD, LEAST_WEEKS

__all__ = ["cut"]


def cut(marginal: Floats, known: Bools) -> tuple[int, ...]:
    """The boundaries at which the level changed, in order.

    Args:
        marginal: (W + 1, W + 1) log probability of the weeks s ... t - 1 under one level.
        known: (W,) whether a week is looked at.
    """
    seen = np.concatenate([[0], np.cumsum(known)])
    found: list[int] = []
    open_parts = [(0, len(known))]
    while open_parts:
        start, end = open_parts.pop()
        inside = np.arange(start + 1, end)
        room = (seen[inside] - seen[start] >= LEAST_WEEKS) & (seen[end] - seen[inside] >= LEAST_WEEKS)
        inside = inside[room & known[inside]]
        if not len(inside):
            continue
        gain = marginal[start, inside] + marginal[inside, end] - marginal[start, end]
        best = int(np.argmax(gain))
        if gain[best] + np.log(HAZARD / (1 - HAZARD)) > 0:
            at = int(inside[best])
            found.append(at)
            open_parts += [(start, at), (at, end)]
    return tuple(sorted(found))
