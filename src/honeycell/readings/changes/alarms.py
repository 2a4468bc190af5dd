"""Which changes are worth an alarm: ranked by what is at stake, and no more than can be heeded."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from honeycell.readings.changes.state import ChangePoint

__all__ = ["FALSE_SHARE", "PER_RELATIONSHIPS", "alarms"]

PER_RELATIONSHIPS = 50
"""Relationships that share one alarm in a quarter."""
FALSE_SHARE = 0.1
"""Most of the alarms given that may be false, as expected: what Benjamini & Hochberg (1995) hold for p-values."""


def alarms(points: Sequence[ChangePoint], n_relationships: int, quarters: float = 1.0) -> tuple[int, ...]:
    """The changes to tell of unasked, by their places, first what there is most to lose by not telling.

    Args:
        points: All changes that were noticed in the time looked at.
        n_relationships: Relationships that were watched.
        quarters: How long, in quarters of a year.
    """
    budget = int(n_relationships * quarters / PER_RELATIONSHIPS)
    sure = sorted(range(len(points)), key=lambda at: (-points[at].likelihood, at))
    false = np.cumsum([1 - points[at].likelihood for at in sure])
    held = [at for place, at in enumerate(sure) if false[place] <= FALSE_SHARE * (place + 1)]

    def lost(at: int) -> float:
        return points[at].likelihood * abs(points[at].after.value - points[at].before.value)

    return tuple(sorted(held, key=lambda at: (-lost(at), at))[:budget])
