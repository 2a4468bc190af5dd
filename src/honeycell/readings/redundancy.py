"""Redundancy: how many pairs carry the relationship in effect, and what goes with the busiest people.

D1 = exp(-sum q ln q), D2 = 1 / sum q^2 over the pairs' shares q of attention in 180 days (Hill 1973; Jost 2006).
L_k is the share that is lost without the k persons, of either side or of one, chosen greedily by what they still carry
(Albert, Jeong & Barabasi 2000 on taking the busiest away); part of it has somebody ready to go to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from honeycell.readings.arrays import Bools, Floats, Ints
from honeycell.readings.contacts import Pairs
from honeycell.readings.draws import poisson
from honeycell.readings.values import Values

__all__ = [
    "MINIMUM_DAYS", "MINIMUM_PAIRS", "READY_DAYS", "READY_WINDOW_DAYS", "REPLICATES", "WINDOW_DAYS", "Losses",
    "evaluate", "losses", "share_ready",
]  # fmt: skip

WINDOW_DAYS = 180
REPLICATES = 200
MINIMUM_PAIRS, MINIMUM_DAYS = 3, 20
READY_DAYS, READY_WINDOW_DAYS = 3, 90
"""Contact days, in so many days, from which on somebody is a ready second contact."""


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


def losses(pairs: Pairs, n_keys: int, k: int = 3, *, side: str = "ab") -> Losses:
    """The persons of each relationship chosen greedily by the attention they still carry, and the share lost.

    Args:
        pairs: The pairs in contact in the window.
        n_keys: Relationships.
        k: Persons.
        side: Whose persons may go: those of `a`, of `b`, or of both.
    """
    w, total = pairs.w.copy(), np.bincount(pairs.key, pairs.w, minlength=n_keys)
    chosen, share = np.full((n_keys, k), -1), np.zeros((n_keys, k))
    key, person = np.tile(pairs.key, len(side)), np.concatenate([getattr(pairs, one) for one in side])
    who, of = np.unique(key << 32 | person, return_inverse=True)
    for step in range(k):
        # Rounded, so that equals stay equal in whatever order they were added; then the smaller id goes first.
        carried = np.round(np.bincount(of, np.tile(w, len(side)), minlength=len(who)), 9)
        order = np.lexsort((who & 0xFFFFFFFF, -carried, who >> 32))
        keys, first = np.unique(who[order] >> 32, return_index=True)
        best, heavy = who[order][first], carried[order][first] > 0
        chosen[keys[heavy], step] = best[heavy] & 0xFFFFFFFF
        w[_without(pairs, best[heavy], side)] = 0.0
        left = np.bincount(pairs.key, w, minlength=n_keys)
        share[:, step] = 1.0 - np.divide(left, total, out=np.ones(n_keys), where=total > 0)
    return Losses(chosen, share)


def share_ready(pairs: Pairs, recent: Pairs, found: Losses) -> Floats:
    """The re-routable share: of what is lost, the part whose counterpart has a ready second contact.

    That is somebody else of the side of whoever left, who stays and was in touch with the counterpart on `READY_DAYS`
    days of the last `READY_WINDOW_DAYS`. Where both of a pair leave nobody is left to go to.

    Args:
        pairs: The pairs in contact in the window.
        recent: Those in contact in the last `READY_WINDOW_DAYS` days.
        found: Who leaves, of either side.

    Returns:
        (relationships,): from 0 to 1; NaN where nothing is lost.
    """
    n_keys = len(found.persons)
    gone = (np.arange(n_keys)[:, None] << 32 | found.persons)[found.persons >= 0]
    left_a, left_b = (_without(pairs, gone, side) for side in "ab")
    stays = (recent.n_days >= READY_DAYS) & ~_without(recent, gone)
    known_a, known_b = (np.isin(_whose(pairs, side), _whose(recent, side)[stays]) for side in "ab")
    ready = (left_a & known_b) | (left_b & known_a)
    lost, kept = (np.bincount(pairs.key, pairs.w * part, minlength=n_keys) for part in (left_a | left_b, ready))
    share: Floats = np.divide(kept, lost, out=np.full(n_keys, np.nan), where=lost > 0)
    return share


def _whose(pairs: Pairs, side: str) -> Ints:
    """Of each pair a number for its relationship and its person of one side."""
    whose: Ints = pairs.key << 32 | getattr(pairs, side)
    return whose


def _without(pairs: Pairs, gone: Ints, sides: str = "ab") -> Bools:
    """Which pairs are no more where some persons, each a number as `_whose` gives it, leave some sides."""
    left: Bools = np.logical_or.reduce([np.isin(_whose(pairs, side), gone) for side in sides])
    return left


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
