"""The effective number of parts that fewer observations would show: rarefaction (Hurlbert 1971; Chao & Jost 2012).

D1 = exp(-sum q ln q) over the shares q of weight (Hill 1973) of few observations is too low: of a hundred equal parts
twenty observations show eighteen or so. Two of them are compared at as many observations, those of the one that has
fewer: means over draws without putting back.
"""

from __future__ import annotations

import numpy as np

from honeycell.readings.arrays import Floats, Ints
from honeycell.readings.draws import uniform

__all__ = ["DRAWS", "rarefied"]

DRAWS = 100
_AT_ONCE = 2_000_000
"""Numbers that are put in order at a time."""


def rarefied(key: Ints, part: Ints, w: Floats, ids: Ints, sizes: Ints, n_keys: int = 1, draws: int = DRAWS) -> Floats:
    """D1 of each relationship as so many of its observations would show it.

    Args:
        key: (R,) the relationship of each observation, from 0.
        part: (R,) what it shows.
        w: (R,) its weight, more than 0.
        ids: (R,) a number that tells it from the others of its relationship: what is drawn depends on nothing else.
        sizes: (S,) how many observations to draw.
        n_keys: Relationships.
        draws: How many times; the result is their mean.

    Returns:
        (n_keys, S): 1 and more; not-a-number where there are fewer observations.
    """
    n = np.bincount(key, minlength=n_keys)
    found = np.zeros((n_keys, len(sizes)))
    rows = np.flatnonzero(n[key] >= sizes.min(initial=len(key) + 1))
    rows = rows[np.argsort(key[rows], kind="stable")]
    key, w = key[rows], w[rows]
    parts, at = np.unique(np.stack([key, part[rows]]), axis=1, return_inverse=True)
    keys, first = np.unique(parts[0], return_index=True)
    place = np.arange(len(rows)) - np.searchsorted(key, key)
    step = max(1, _AT_ONCE // max(1, len(rows)))
    chance = uniform(ids[rows].astype(np.uint64), draws if len(rows) else 0)
    for start in range(0, chance.shape[1], step):
        some = chance[:, start : start + step]
        order, column = np.argsort(key[:, None] + some, axis=0), np.arange(some.shape[1])
        for at_size, size in enumerate(sizes.tolist()):
            drawn = order[place < size]
            code = at.ravel()[drawn] * len(column) + column
            sums = np.bincount(code.ravel(), w[drawn].ravel(), parts.shape[1] * len(column)).reshape(-1, len(column))
            inner = sums * np.log(np.where(sums > 0, sums, 1.0))
            total, entropy = (np.add.reduceat(one, first, axis=0) for one in (sums, inner))
            with np.errstate(invalid="ignore", divide="ignore"):
                found[keys, at_size] += np.exp(np.log(total) - entropy / total).sum(1)
    return np.where(n[:, None] >= sizes, found / draws, np.nan)
