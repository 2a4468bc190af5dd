"""Follow-through: which share of what was due is done by its day, and what is still open (`science.md` 4.5).

Only what documents say counts: order lines until they are delivered, invoices until they are paid. What texts were
found to promise stays out: people judge whether it was promised (`honeycell loops audit`), and not whether it was kept.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import betaincinv

from honeycell.readings.arrays import Bools, Floats, Ints
from honeycell.readings.traces import DueRows, Traces
from honeycell.readings.values import Values

__all__ = ["MINIMUM", "WINDOW_DAYS", "Due", "Standing", "due_between", "evaluate", "fell_due", "interval", "standing"]

WINDOW_DAYS = 180
MINIMUM = 10
"""Things that were due, under which no share is given."""


@dataclass(frozen=True)
class Due:
    """What one side of a relationship owed the other, by relationship and day."""

    key: Ints
    """The relationship, as numbered where it is asked for; -1 where it is none of those."""
    by_b: Bools
    """Whether side b owed it."""
    rows: DueRows


@dataclass(frozen=True)
class Standing:
    """How one side stands to its word."""

    n_due: int
    n_kept: int
    n_open: int
    """Open on the day, due or not."""
    n_late: int
    """Of these, past their day."""
    n_aged: int
    """Of these, open for more than twice as long as half of all such things of the cell take."""


def due_between(traces: Traces, keys: tuple[tuple[int, int], ...]) -> Due:
    """What is owed between the two organisations of each relationship.

    Args:
        traces: Says what is owed.
        keys: The ids of side a and side b of each, either way round.
    """
    rows, ids = traces.due, traces.organisations
    both = np.array(keys, np.int64).reshape(-1, 2)
    place = np.minimum(np.searchsorted(ids, both), max(len(ids) - 1, 0))
    known = np.flatnonzero((ids[place] == both).all(axis=1)) if len(ids) else np.zeros(0, np.int64)
    asked = place[known, 0] << 32 | place[known, 1]
    order = np.argsort(asked)
    found, by_b = np.full(len(rows.owner), -1, np.int64), np.zeros(len(rows.owner), bool)
    for reversed_, owed in ((False, rows.owner << 32 | rows.counterpart), (True, rows.counterpart << 32 | rows.owner)):
        if len(known):
            at = order[np.minimum(np.searchsorted(asked[order], owed), len(known) - 1)]
            hit = asked[at] == owed
            found[hit], by_b[hit] = known[at[hit]], reversed_
    return Due(found, by_b, rows)


def evaluate(due: Due, n_keys: int, end: int, days: int) -> Values:
    """The share of what side b owed, and what fell due in the window, that was done by its day.

    What falls due is known whole once its day is over, so nothing is censored: what is open then is not kept.
    """
    mine = due.by_b & (due.key >= 0) & fell_due(due.rows, end, days)
    n, kept = _counts(due, mine, n_keys)
    value = np.divide(kept, n, out=np.full(n_keys, np.nan), where=n > 0)
    return Values(value, *interval(kept, n), n)


def interval(kept: Floats, n: Floats) -> tuple[Floats, Floats]:
    """The 5th and 95th percentile of shares kept, beta of Jeffreys 1946; never beyond the share itself.

    Example:
        >>> [float(end[0].round(2)) for end in interval(np.array([18.0]), np.array([30.0]))]
        [0.45, 0.74]
    """
    value = np.divide(kept, n, out=np.full(len(n), np.nan), where=n > 0)
    low, high = (betaincinv(kept + 0.5, n - kept + 0.5, at) for at in (0.05, 0.95))
    return np.fmin(low, value), np.fmax(high, value)


def standing(due: Due, key: int, end: int, days: int) -> tuple[Standing, Standing]:
    """How side a and side b of one relationship stand on a day."""
    rows, found = due.rows, []
    is_open = (rows.opened <= end) & (rows.closed > end)
    is_aged = end - rows.opened > 2 * np.where(rows.invoice, rows.usual_days[1], rows.usual_days[0])
    for by_b in (False, True):
        mine = (due.key == key) & (due.by_b == by_b)
        fell = mine & fell_due(rows, end, days)
        found.append(
            Standing(
                int(fell.sum()), int((fell & (rows.closed <= rows.due)).sum()), int((mine & is_open).sum()),
                int((mine & is_open & (rows.due <= end)).sum()), int((mine & is_open & is_aged).sum()),
            )
        )  # fmt: skip
    return found[0], found[1]


def fell_due(rows: DueRows, end: int, days: int) -> Bools:
    """What fell due in the `days` up to and including day `end`, was known by then and not withdrawn."""
    withdrawn = rows.withdrawn & (rows.closed <= end)
    fell: Bools = (rows.due > end - days) & (rows.due <= end) & (rows.opened <= end) & ~withdrawn
    return fell


def _counts(due: Due, mine: Bools, n_keys: int) -> tuple[Floats, Floats]:
    rows, key = due.rows, due.key[mine]
    kept = rows.closed[mine] <= rows.due[mine]
    n, done = np.bincount(key, minlength=n_keys), np.bincount(key, kept, minlength=n_keys)
    return n.astype(float), done.astype(float)
