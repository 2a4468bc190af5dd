"""Idea flow in numbers: of which boundary a phrase crossed, and how much likelier where it had been read.

Arrays in, arrays out, the same for one relationship, for all of them and for a space: a part of the times that somebody
took a phrase up has the ratio of Mantel and Haenszel (1959), each such time a stratum of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from honeycell.readings.arrays import Bools, Floats, Ints
from honeycell.readings.draws import poisson
from honeycell.readings.ideas import NOBODY, Flows
from honeycell.readings.values import Values

__all__ = [
    "LEAST_COMPARED",
    "MINIMUM",
    "WINDOW_DAYS",
    "Crossings",
    "between",
    "by_lot",
    "counts",
    "crossings",
    "evaluate",
    "recent",
    "without_echoes",
]

WINDOW_DAYS = 1095
"""Phrases that cross are few: three years."""
MINIMUM = 30
"""Phrases under which nothing is said."""
LEAST_COMPARED = 5
"""Times that some of those alike had read a phrase and others had not, under which nothing is said either."""
_REPLICATES = 200
_DAY = 86_400_000_000


@dataclass(frozen=True, eq=False)
class Crossings:
    """The times that belong to each of some relationships, or of one space.

    Attributes:
        key: Of each the number of its relationship; (c,).
        row: Its place among the times of `Flows`; (c,).
        n_keys: How many relationships there are.
    """

    key: Ints
    row: Ints
    n_keys: int


def between(before: Ints, after: Ints, keys: Ints) -> Ints:
    """Of each pair of organisations the relationship that it is of, -1 for none.

    Args:
        before: The organisation of who said it before, (n,).
        after: Of who said it after, (n,).
        keys: The two sides of each relationship, (k, 2).

    Example:
        >>> between(np.array([7, 5, 5]), np.array([5, 7, 9]), np.array([[5, 9], [5, 7]])).tolist()
        [1, 1, 0]
    """
    ids, place = np.unique(np.concatenate([keys.ravel(), before, after]), return_inverse=True)
    known, one, other = np.split(place, [keys.size, keys.size + len(before)])
    sides = np.sort(known.reshape(-1, 2), axis=1)
    of_key = sides[:, 0] * len(ids) + sides[:, 1]
    order = np.argsort(of_key)
    asked = np.minimum(one, other) * len(ids) + np.maximum(one, other)
    at = np.minimum(np.searchsorted(of_key[order], asked), max(len(keys) - 1, 0))
    found = of_key[order][at] == asked if len(keys) else np.zeros(len(asked), bool)
    return np.where(
        found & (before != NOBODY) & (after != NOBODY) & (before != after), order[at] if len(keys) else -1, -1
    )


def crossings(flows: Flows, keys: Ints) -> Crossings:
    """The times in the window that somebody of one side of a relationship took up what the other side began."""
    key = between(flows.first_of[flows.phrase], flows.taken_of, keys)
    row = np.flatnonzero((key >= 0) & recent(flows, flows.taken_at))
    return Crossings(key[row], row, len(keys))


def recent(flows: Flows, at: Ints) -> Bools:
    """Whether moments lie in the window that ends with the day of the reading."""
    return at // _DAY > flows.day - WINDOW_DAYS


def evaluate(flows: Flows, held: Crossings, *, interval: bool = True) -> tuple[Values, Bools]:
    """The lift of each, and whether enough could be compared; n are the phrases that crossed.

    Args:
        flows: All times that somebody took up a phrase.
        held: Those that count, and where.
        interval: Whether to draw phrases (200 replicates) for low and high.
    """
    phrase, sums = flows.phrase[held.row], _sums(flows, held.row)
    n_phrases = np.bincount(np.unique(held.key * (len(flows.first_id) + 1) + phrase) // (len(flows.first_id) + 1),
                            minlength=held.n_keys)  # fmt: skip
    n, n_seen = flows.n[held.row], flows.n_seen[held.row]
    n_compared = np.bincount(held.key[(n_seen > 0) & (n_seen < n)], minlength=held.n_keys)
    value = _ratio(held.key, sums, held.n_keys)
    enough = (n_compared >= LEAST_COMPARED) & np.isfinite(value)
    low, high = np.full(held.n_keys, np.nan), np.full(held.n_keys, np.nan)
    if interval and enough.any():
        shown = enough & (n_phrases >= MINIMUM)
        low[shown], high[shown] = _ends(flows, held, sums, shown)
        low, high = np.minimum(low, value), np.maximum(high, value)
    return Values(np.where(np.isfinite(value), value, np.nan), low, high, n_phrases.astype(float)), enough


def counts(first_id: Ints, phrase: Ints) -> Floats:
    """How often each phrase is drawn in each replicate; (p, 200).

    A phrase is known by the message it began in: drawn alike for every relationship that it crossed.
    """
    return poisson(first_id.astype(np.uint64) + phrase.astype(np.uint64), _REPLICATES)


def by_lot(flows: Flows, row: Ints) -> float | None:
    """The same ratio of these times with readers drawn by lot among those alike: near 1 unless the method leans."""
    had, had_not = flows.by_lot[row].sum(0)
    return float(had / had_not) if had_not > 0 else None


def without_echoes(flows: Flows, row: Ints) -> float | None:
    """The same ratio without those who took a phrase up where somebody else had just said it; None for too few."""
    left = row[flows.elsewhere[row]]
    enough = int(((flows.n_seen[left] > 0) & (flows.n_seen[left] < flows.n[left])).sum()) >= LEAST_COMPARED
    value = float(_ratio(np.zeros(len(left), np.int64), _sums(flows, left), 1)[0])
    return value if enough and np.isfinite(value) else None


def _sums(flows: Flows, row: Ints) -> Floats:
    """Both sides of the ratio of each time; (c, 2)."""
    n, n_seen, seen = np.maximum(flows.n[row], 1), flows.n_seen[row], flows.seen[row]
    compared = flows.n[row] > 0
    return np.stack([seen * compared * (n - n_seen) / n, ~seen * compared * n_seen / n], axis=1)


def _ratio(key: Ints, sums: Floats, n_keys: int) -> Floats:
    """The ratio of each relationship; infinite where nobody took a phrase up without having read it."""
    had, had_not = (np.bincount(key, side, minlength=n_keys) for side in sums.T)
    ratio: Floats = np.divide(had, had_not, out=np.full(n_keys, np.inf), where=had_not > 0)
    return ratio


def _ends(flows: Flows, held: Crossings, sums: Floats, shown: Bools) -> tuple[Floats, Floats]:
    """5th and 95th percentile over draws of phrases, of those relationships that are shown; NaN for no upper end."""
    inside = shown[held.key] & (sums.sum(1) > 0)
    key = (np.cumsum(shown) - 1)[held.key[inside]]
    phrases, at = np.unique(flows.phrase[held.row[inside]], return_inverse=True)
    times = counts(flows.first_id[phrases], phrases)
    drawn = np.stack([
        _ratio(key, sums[inside] * times[at, draw][:, None], int(shown.sum())) for draw in range(_REPLICATES)
    ])  # fmt: skip
    low, high = np.quantile(drawn, [0.05, 0.95], axis=0, method="nearest")
    return low, np.where(np.isfinite(high), high, np.nan)
