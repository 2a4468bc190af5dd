"""Reciprocity: which share of what passes between two sides the one gave, who begins, and when it squares up.

Of messages only: a meeting has no direction, and goods and money follow terms (`science.md` 4.4).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import betaincinv

from honeycell.readings.arrays import Bools, Floats, Ints
from honeycell.readings.contacts import Rows, by_pair_and_day
from honeycell.readings.traces import PairDays
from honeycell.readings.values import Values, shares

__all__ = [
    "HORIZONS", "KINDS", "MINIMUM_DAYS", "MINIMUM_TURNS", "STRENGTH", "Said", "beginnings", "evaluate", "horizon",
    "pair_draws", "pair_shares", "said", "seen",
]  # fmt: skip

KINDS = ("message",)
"""Kinds of interactions that have a direction and no terms."""
MINIMUM_DAYS = 5
"""Directed contact days under which no share is given."""
STRENGTH = 6.0
"""Directed contact days that the prior of one half weighs (`science.md` 3)."""
SILENCE_DAYS = 7
"""Days without contact of a pair after which a message begins anew."""
HORIZONS = (1, 3, 7, 14, 30, 90, 180, 365)
"""Days over which a balance is looked for."""
MINIMUM_TURNS = 30
_WINDOWS, _LEAST_GROSS, _PERMUTATIONS, _MOST_AS_EVEN = 4, 3, 200, 2
_MOST_MESSAGES = 20_000
"""Of a relationship, the latest: a balance is looked for among these."""


@dataclass(frozen=True)
class Said:
    """Messages between the two sides of relationships: a row for a pair and a day, by relationship, pair and day."""

    key: Ints
    a: Ints
    b: Ints
    day: Ints
    w_ab: Floats
    w_ba: Floats
    n_ab: Floats
    n_ba: Floats

    def within(self, end: int, days: int) -> Said:
        """The rows of the `days` up to and including day `end`."""
        inside = (self.day > end - days) & (self.day <= end)
        return Said(*(getattr(self, name)[inside] for name in self.__dataclass_fields__))


def said(days: PairDays, of: Rows) -> Said:
    """The messages among the rows of relationships."""
    talk = np.array([kind in KINDS for _, kind, _ in days.contexts] or [False])[days.context[of.rows]]
    rows, forward, key = of.rows[talk], of.forward[talk], of.key[talk]
    n_ba = days.n - days.n_ab
    columns = [
        np.where(forward, one[rows], other[rows])
        for one, other in (
            (days.a, days.b), (days.b, days.a), (days.w_ab, days.w_ba), (days.w_ba, days.w_ab), (days.n_ab, n_ba),
            (n_ba, days.n_ab),
        )
    ]  # fmt: skip
    a, b, *sums = columns
    whose, added = by_pair_and_day((key, a, b, days.day[rows]), sums)
    return Said(*whose, *added)


def evaluate(rows: Said, n_keys: int) -> Values:
    """The share of attention in messages that side a gave, of each relationship.

    The posterior is Beta(κ/2 + n s, κ/2 + n (1 - s)) with the share s of attention, n directed contact days (a pair
    and a day count once for each direction in which something was said) and κ = `STRENGTH`; value is its mean, the
    interval its 5th to 95th percentile. (Attention and not days says how much, days and not messages how sure:
    messages come in bursts.)
    """
    forth, back, n = _sums(rows, rows.key, n_keys)
    one, other = _beta(forth, back, n)
    value = one / (one + other)
    return Values(np.where(n > 0, value, np.nan), betaincinv(one, other, 0.05), betaincinv(one, other, 0.95), n)


def seen(rows: Said, n_keys: int) -> Values:
    """The share of attention that side a gave as it was, of each relationship, with n directed contact days.

    Nothing draws it to one half.
    """
    forth, back, n = _sums(rows, rows.key, n_keys)
    gross = forth + back
    return shares(np.divide(forth, gross, out=np.full(n_keys, np.nan), where=gross > 0), n)


def pair_shares(rows: Said, pair: Ints, n_pairs: int) -> tuple[Floats, Floats, Floats]:
    """Each pair's share as it was counted, its directed contact days, and its attention: (pairs,) each."""
    forth, back, n = _sums(rows, pair, n_pairs)
    return _share(forth, back), n, forth + back


def pair_draws(rows: Said, draws: Floats, pair: Ints) -> Floats:
    """Posterior draws of each pair's share: an array as `draws` (pairs, draws), which are uniform."""
    one, other = _beta(*_sums(rows, pair, len(draws)))
    drawn: Floats = betaincinv(one[:, None], other[:, None], draws)
    return drawn


def _sums(rows: Said, group: Ints, n_groups: int) -> tuple[Floats, Floats, Floats]:
    """Attention forth and back, and directed contact days, of each group."""
    directed = (rows.n_ab > 0).astype(float) + (rows.n_ba > 0)
    columns = (rows.w_ab, rows.w_ba, directed)
    forth, back, n = (np.bincount(group, one, minlength=n_groups).astype(float) for one in columns)
    return forth, back, n


def _share(forth: Floats, back: Floats) -> Floats:
    """Which part of both is forth; one half of nothing."""
    gross = forth + back
    share: Floats = np.divide(forth, gross, out=np.full(len(gross), 0.5), where=gross > 0)
    return share


def _beta(forth: Floats, back: Floats, n: Floats) -> tuple[Floats, Floats]:
    share = _share(forth, back)
    return STRENGTH / 2 + n * share, STRENGTH / 2 + n * (1.0 - share)


def beginnings(rows: Said) -> tuple[int, int]:
    """How often side a, and side b, wrote to somebody of the other after a week without a message of those two people.

    Days on which both wrote count for neither: which was first is not known from days.
    """
    if not len(rows.day):
        return 0, 0
    same: Bools = np.zeros(len(rows.day), bool)
    same[1:] = (rows.key[1:] == rows.key[:-1]) & (rows.a[1:] == rows.a[:-1]) & (rows.b[1:] == rows.b[:-1])
    # The first day on record is no beginning: what was before is not known.
    quiet = np.zeros(len(rows.day), bool)
    quiet[1:] = same[1:] & (np.diff(rows.day) > SILENCE_DAYS)
    forth, back = quiet & (rows.n_ba == 0), quiet & (rows.n_ab == 0)
    return int(forth.sum()), int(back.sum())


def horizon(day: Ints, n_ab: Floats, n_ba: Floats, end: int, seed: int) -> int | None:
    """Days within which what is said squares up: the balance horizon.

    The smallest h at which the median imbalance |net - E net| / gross over consecutive windows of h days (those with
    three messages or more) is at most half of what it is when the directions of the messages are shuffled 200 times,
    and at most two of these shuffles are as even.
    None where no h is, or where the messages do not span four windows of it.

    Args:
        day: The day of each row, in days since 1970-01-01.
        n_ab: Messages from a to b on it.
        n_ba: Messages from b to a.
        end: The last day of the last window.
        seed: Of the shuffles.
    """
    order = np.argsort(day, kind="stable")
    day, forth, total = day[order], n_ab[order].astype(np.int64), (n_ab + n_ba)[order].astype(np.int64)
    recent = np.cumsum(total[::-1])[::-1] <= _MOST_MESSAGES
    day, forth, total = day[recent], forth[recent], total[recent]
    n = int(total.sum())
    if n < MINIMUM_TURNS:
        return None
    # One sign a message, in the order of days.
    signs = np.repeat(np.tile([1, -1], len(day)), np.stack([forth, total - forth], axis=1).ravel())
    when = np.repeat(day, total)
    mean, drawn = float(signs.mean()), np.random.default_rng(seed)
    shuffled = np.stack([signs, *(drawn.permutation(signs) for _ in range(_PERMUTATIONS))])
    for days in HORIZONS:
        if end - int(day[0]) + 1 < _WINDOWS * days:
            return None
        window = (end - when) // days
        start = np.flatnonzero(np.diff(window, prepend=window[0] - 1))
        gross = np.diff(np.append(start, n))
        net = np.add.reduceat(shuffled, start, axis=1)[:, gross >= _LEAST_GROSS]
        if not net.shape[1]:
            continue
        gross = gross[gross >= _LEAST_GROSS]
        imbalance = np.median(np.abs(net - mean * gross) / gross, axis=1)
        # Half of the shuffled comes about by chance where windows are few: nearly no shuffle may be as even.
        n_as_even = int((imbalance[1:] <= imbalance[0]).sum())
        if imbalance[0] <= 0.5 * float(imbalance[1:].mean()) and n_as_even <= _MOST_AS_EVEN:
            return days
    return None
