"""The attention budget: over how many people, in effect, somebody's attention is spread, beside their own past.

D1 = exp(-sum q ln q) over the shares q of the attention given to each person (Hill 1973; Jost 2006). Few contact days
show few people, so the past is compared at equal amount (`honeycell.readings.rarefied`).
"""

from __future__ import annotations

import numpy as np

from honeycell.readings.arrays import Floats, Ints
from honeycell.readings.draws import poisson

__all__ = ["LEAST_DAYS", "REPLICATES", "band", "effective"]

LEAST_DAYS = 20
"""Contact days under which nothing is said of a window."""
REPLICATES = 200


def effective(w: Floats) -> Floats:
    """As many equal shares would be as even: the Hill number of order 1 of each row of weights.

    Example:
        >>> effective(np.array([[1.0, 1.0, 1.0, 1.0], [1.0, 0.0, 0.0, 0.0]])).round(6).tolist()
        [4.0, 1.0]
    """
    total = w.sum(axis=-1)
    inner = (w * np.log(np.where(w > 0, w, 1.0))).sum(axis=-1)
    hill: Floats = np.exp(np.log(total) - inner / total)
    return hill


def band(w: Floats, ids: Ints) -> tuple[float, float]:
    """The 5th and 95th percentile by bootstrap over the people who were given attention.

    Leaving people out always lowers it, so the replicates say how wide the interval is and not where it lies.

    Args:
        w: The attention each was given.
        ids: Who they are.
    """
    value = float(effective(w[None, :])[0])
    counted = w[None, :] * poisson(ids.astype(np.uint64), REPLICATES).T
    low, middle, high = np.quantile(effective(counted[counted.sum(axis=1) > 0]), [0.05, 0.5, 0.95])
    return max(1.0, min(value, value * low / middle)), min(float(len(w)), max(value, value * high / middle))
