"""The attention budget: over how many people, in effect, somebody's attention is spread, beside their own past.

D1 = exp(-sum q ln q) over the shares q of the attention given to each person (Hill 1973; Jost 2006). Few contact days
show few people, so the past is compared at equal amount: means over draws of as many contact days from each window
(rarefaction, Hurlbert 1971).
"""

from __future__ import annotations

import numpy as np

from honeycell.readings.arrays import Floats, Ints
from honeycell.readings.draws import poisson, uniform

__all__ = ["LEAST_DAYS", "REPLICATES", "band", "effective", "rarefied"]

LEAST_DAYS = 20
"""Contact days under which nothing is said of a window."""
REPLICATES = 200
_DRAWS = 100


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


def rarefied(taker: Ints, w: Floats, ids: Ints, n_days: int) -> float:
    """D1 of `n_days` contact days drawn without putting back, the mean over 100 draws.

    Args:
        taker: Of each contact day, who was given attention.
        w: How much.
        ids: A number for each contact day that tells it from all others.
        n_days: How many to draw, at most all.
    """
    chosen = np.argsort(uniform(ids.astype(np.uint64), _DRAWS), axis=0)[:n_days]
    who, place = np.unique(taker, return_inverse=True)
    at = place[chosen] * _DRAWS + np.arange(_DRAWS)
    sums = np.bincount(at.ravel(), w[chosen].ravel(), minlength=len(who) * _DRAWS).astype(float)
    return float(effective(sums.reshape(len(who), _DRAWS).T).mean())
