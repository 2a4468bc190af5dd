"""Redundancy: how many pairs carry the relationship in effect, and what goes with the busiest people.

D1 = exp(-sum q ln q), D2 = 1 / sum q^2 over the pairs' shares q of attention in 180 days (Hill 1973; Jost 2006).
L_k is the share that is lost without the k persons, of either side, chosen greedily by what they still carry.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from honeycell.readings.arrays import Floats, Ints
from honeycell.readings.contacts import Pairs
from honeycell.readings.draws import poisson
from honeycell.readings.values import Values

__all__ = ["MINIMUM_DAYS", "MINIMUM_PAIRS", "REPLICATES", "WINDOW_DAYS", "Losses", "evaluate", "losses"]

WINDOW_DAYS = 180
REPLICATES = 200
MINIMUM_PAIRS, MINIMUM_DAYS = 3, 20


@dataclass(frozen=True)
class Losses:
    """What goes with whom, for each relationship."""

    persons: Ints
    """(relationships, k): who is taken away, in order; -1 where nobody is left."""
    share: Floats
    """(relationships, k): share of attention gone with the first 1, 2, ... k of them."""


def evaluate(pairs: Pairs, persons: Ints, n_keys: int, *, interval: bool = True) -> Values:
    """The effective number of pairs of each relationship.

    The interval is a bootstrap over persons: a pair counts as often as the product of its two persons' counts
    (Poisson of mean 1, from their ids). Taking persons out always lowers D1, so the replicates say how wide the
    interval is, around their median, and not where it lies.
    """
    w = pairs.w
    value = _hill(w[None, :], pairs.key, n_keys)[0]
    n: Floats = np.bincount(pairs.key, pairs.n_days, minlength=n_keys).astype(float)
    low, high = np.full(n_keys, np.nan), np.full(n_keys, np.nan)
    if interval:
        # Where there is too little for a value no interval is drawn.
        keys = np.flatnonzero((np.bincount(pairs.key, minlength=n_keys) >= MINIMUM_PAIRS) & (n >= MINIMUM_DAYS))
        part = np.isin(pairs.key, keys)
        if len(keys):
            key = np.searchsorted(keys, pairs.key[part])
            low[keys], high[keys] = _interval(
                key, pairs.a[part], pairs.b[part], w[part], persons, value[keys]
            )  # fmt: skip
    return Values(value, low, high, n)


def losses(pairs: Pairs, n_keys: int, k: int = 3) -> Losses:
    """The persons of each relationship chosen greedily by the attention they still carry, and the share lost."""
    w, total = pairs.w.copy(), np.bincount(pairs.key, pairs.w, minlength=n_keys)
    chosen, share = np.full((n_keys, k), -1), np.zeros((n_keys, k))
    key, person = np.tile(pairs.key, 2), np.concatenate([pairs.a, pairs.b])
    who, of = np.unique(key << 32 | person, return_inverse=True)
    for step in range(k):
        # Rounded, so that equals stay equal in whatever order they were added; then the smaller id goes first.
        carried = np.round(np.bincount(of, np.tile(w, 2), minlength=len(who)), 9)
        order = np.lexsort((who & 0xFFFFFFFF, -carried, who >> 32))
        keys, first = np.unique(who[order] >> 32, return_index=True)
        best, heavy = who[order][first], carried[order][first] > 0
        chosen[keys[heavy], step] = best[heavy] & 0xFFFFFFFF
        gone = np.isin(pairs.key << 32 | pairs.a, best[heavy]) | np.isin(pairs.key << 32 | pairs.b, best[heavy])
        w[gone] = 0.0
        left = np.bincount(pairs.key, w, minlength=n_keys)
        share[:, step] = 1.0 - np.divide(left, total, out=np.ones(n_keys), where=total > 0)
    return Losses(chosen, share)


def _hill(w: Floats, key: Ints, n_keys: int) -> Floats:
    """Hill number of order 1 for each replicate (rows of `w`) and relationship."""
    results = np.full((len(w), n_keys), np.nan)
    for row, weights in enumerate(w):
        total = np.bincount(key, weights, minlength=n_keys)
        entropy = np.bincount(key, weights * np.log(np.where(weights > 0, weights, 1.0)), minlength=n_keys)
        held = total > 0
        results[row, held] = np.exp(np.log(total[held]) - entropy[held] / total[held])
    return results


def _interval(key: Ints, a: Ints, b: Ints, w: Floats, persons: Ints, value: Floats) -> tuple[Floats, Floats]:
    drawn = np.unique(np.concatenate([a, b]))
    counts = poisson(persons[drawn].astype(np.uint64), REPLICATES).T
    a, b = np.searchsorted(drawn, a), np.searchsorted(drawn, b)
    replicates = np.vstack([_hill((w * count[a] * count[b])[None, :], key, len(value)) for count in counts])
    low, middle, high = _quantiles(replicates, (0.05, 0.5, 0.95))
    most = np.bincount(key, minlength=len(value)).astype(float)
    return np.clip(value * low / middle, 1.0, value), np.clip(value * high / middle, value, np.maximum(most, value))


def _quantiles(rows: Floats, shares: Sequence[float]) -> list[Floats]:
    """Quantiles of each column, replicates in which nobody was drawn aside; 1 where that is all of them."""
    held = np.sort(rows, axis=0)  # what is no number comes last
    n = np.sum(~np.isnan(rows), axis=0)
    found = []
    for share in shares:
        place = share * np.maximum(n - 1, 0)
        under = np.floor(place).astype(np.int64)
        over = np.minimum(under + 1, np.maximum(n - 1, 0))
        low, high = (np.take_along_axis(held, at[None, :], axis=0)[0] for at in (under, over))
        found.append(np.where(n > 0, low + (high - low) * (place - under), 1.0))
    return found
