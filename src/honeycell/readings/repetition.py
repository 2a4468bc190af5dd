"""Repetition: what one side asks or tells the other although it had said so before (`science.md` 4.8)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import betaincinv

from honeycell.readings.arrays import Bools, Floats, Ints
from honeycell.readings.contacts import Sides, between, numbered_sides
from honeycell.readings.told import ToldRows
from honeycell.readings.traces import Traces
from honeycell.readings.values import Values

__all__ = ["MINIMUM", "Inbound", "Learning", "counts", "evaluate", "hand_offs", "inbound", "learning"]

MINIMUM = 30
"""Messages that ask or answer something, under which no share is given."""
_PERIOD_DAYS = 30
_LEAST_PERIODS, _LEAST_REPEATS = 6, 10
"""Periods with a message, and repeats in them, from which a slope is fitted."""
_Z = 1.6448536269514722
"""From the middle of a normal distribution to its 95th percentile."""


@dataclass(frozen=True)
class Inbound:
    """The messages of some relationships, once for each of them and way round."""

    key: Ints
    forward: Bools
    """Whether side a wrote it."""
    interaction: Ints
    giver: Ints
    taker: Ints
    """One of those it is directed at."""
    day: Ints
    at: Ints
    later: Ints
    """Places of those that repeat an earlier one of the same relationship and way round; ascending, each once."""
    earlier: Ints
    """The place of what each of them repeats: the most alike, then the latest."""
    told: Bools
    similarity: Floats

    def counted(self, end: int, days: int, *, forward: bool) -> Bools:
        """Which were written in the `days` up to and including day `end`, by side b or a."""
        chosen: Bools = (self.day > end - days) & (self.day <= end) & (self.forward == forward)
        return chosen


@dataclass(frozen=True)
class Learning:
    """How the share of repeats goes with all interactions so far: log r = alpha + slope log(interactions)."""

    slope: float
    low: float
    high: float
    n_periods: int


def inbound(traces: Traces, sides: Sides, keys: tuple[tuple[int, int], ...]) -> Inbound:
    """The messages of relationships, and the repeats among them.

    An `asked` counts where the person who asks had asked: of several who ask once each nobody repeats anything. A
    `told` counts where it answers a message of the other side, whoever of the organisation had told it before.

    Args:
        traces: Says what was said.
        sides: The relationships that are meant.
        keys: Of them; a message of another is left out.
    """
    rows = traces.told
    held = between(traces, rows.giver, rows.taker, rows.day, sides)
    own, number = numbered_sides(traces, held, sides)
    place = {key: at for at, key in enumerate(keys)}
    key = np.array([place.get(one, -1) for one in own] or [-1], np.int64)[number]
    known = np.flatnonzero(key >= 0)
    at, key, forward = held.rows[known], key[known], held.forward[known]
    # Once for each relationship and way round; in front the row of whom it answers, if any.
    order = np.lexsort((rows.taker[at], ~rows.answers[at], rows.interaction[at], forward, key))
    at, key, forward = at[order], key[order], forward[order]
    interaction, way = rows.interaction[at], key << 1 | forward
    new = np.ones(len(at), bool)
    new[1:] = (way[1:] != way[:-1]) | (interaction[1:] != interaction[:-1])
    at, key, forward, way = at[new], key[new], forward[new], way[new]
    found = _matched(rows, at, way)
    return Inbound(
        key, forward, rows.interaction[at], rows.giver[at], rows.taker[at], rows.day[at], rows.at[at], *found
    )


def _matched(rows: ToldRows, at: Ints, way: Ints) -> tuple[Ints, Ints, Bools, Floats]:
    """`later earlier told similarity` of the repeats both of whose messages went the same way."""
    interaction = rows.interaction[at]
    order = np.lexsort((way, interaction))
    by_id = interaction[order]
    low, high = (np.searchsorted(by_id, rows.later, side=side) for side in ("left", "right"))
    size = high - low
    pair = np.repeat(np.arange(len(size)), size)
    later = order[np.arange(len(pair)) - np.repeat(np.cumsum(size) - size, size) + np.repeat(low, size)]
    # The earlier one, in the rows of the same relationship and way.
    _ids, number = np.unique(np.concatenate([by_id, rows.earlier]), return_inverse=True)
    ways = int(way.max(initial=0)) + 1
    codes, asked = number[: len(by_id)] * ways + way[order], number[len(by_id) :][pair] * ways + way[later]
    spot = np.minimum(np.searchsorted(codes, asked), max(len(codes) - 1, 0))
    hit = codes[spot] == asked if len(codes) else np.zeros(0, bool)
    earlier = order[spot[hit]] if len(codes) else spot
    later, pair = later[hit], pair[hit]
    told = rows.told[pair]
    good = np.where(told, rows.answers[at[later]], rows.giver[at[later]] == rows.giver[at[earlier]])
    later, earlier, told, alike = later[good], earlier[good], told[good], rows.similarity[pair[good]]
    best = np.lexsort((-interaction[earlier], -rows.at[at[earlier]], -alike, later))
    first = np.unique(later[best], return_index=True)[1]
    chosen = best[first]
    return later[chosen], earlier[chosen], told[chosen], alike[chosen]


def counts(found: Inbound, n_keys: int, end: int, days: int) -> tuple[Floats, Floats]:
    """What side b asked or answered in the window, and how much of it it had said before, of each relationship."""
    counted = found.counted(end, days, forward=False)
    again = np.zeros(len(counted), bool)
    again[found.later] = True
    n, x = (np.bincount(found.key[rows], minlength=n_keys).astype(float) for rows in (counted, counted & again))
    return n, x


def evaluate(found: Inbound, n_keys: int, end: int, days: int, mean: float, strength: float) -> Values:
    """The share of what side b asked or answered in the window that it had said before, of each relationship.

    Mean of the posterior Beta(½ + κμ + x, ½ + κ(1 - μ) + n - x), 5th to 95th percentile: the halves (Jeffreys 1946)
    keep what was never seen from being taken for impossible where a cell's share is next to nothing.
    """
    n, x = counts(found, n_keys, end, days)
    one, other = 0.5 + strength * mean + x, 0.5 + strength * (1.0 - mean) + n - x
    # Of most relationships there is too little to say; the ends of an interval take longest to compute.
    enough = n >= MINIMUM
    low, high = (betaincinv(one, other, at, out=np.full(n_keys, np.nan), where=enough) for at in (0.05, 0.95))
    return Values(one / (1.0 + strength + n), low, high, n)


def hand_offs(traces: Traces, sides: Sides, end: int, days: int) -> tuple[float, int] | None:
    """Persons of side a through whom a question of side b went until it was settled, on average, and questions."""
    rows = traces.told.handled
    held = between(traces, rows.asker, rows.helper, rows.day, sides)
    mine = held.rows[~held.forward]
    mine = mine[(rows.day[mine] > end - days) & (rows.day[mine] <= end)]
    n = len(np.unique(rows.loop[mine]))
    return (len(mine) / n, n) if n else None


def learning(found: Inbound, end: int, days: int, contact_day: Ints, contacts: Floats) -> Learning | None:
    """Whether side b has to say things again less as the two know each other better (Argote's learning curves).

    Poisson regression of the repeats of each month of 30 days on the log of all interactions up to its middle, with
    the log of the messages as offset, by Newton's method; the interval is the slope's 5th to 95th percentile.

    Args:
        found: The messages of one relationship.
        end: The last day.
        days: How far back months go.
        contact_day: Days with contact of the relationship.
        contacts: Interactions on each.

    Returns:
        None where fewer than six months have a message, or fewer than ten repeats are in them.
    """
    counted = found.counted(end, days, forward=False)
    again = np.zeros(len(counted), bool)
    again[found.later] = True
    month = (end - found.day) // _PERIOD_DAYS
    n = np.bincount(month[counted], minlength=1)
    x = np.bincount(month[counted & again], minlength=len(n)).astype(float)
    middle = end - _PERIOD_DAYS * np.arange(len(n)) - _PERIOD_DAYS // 2
    so_far = np.array([contacts[contact_day <= one].sum() for one in middle])
    used = (n > 0) & (so_far > 0)
    n, x, known = n[used], x[used], np.log(so_far[used])
    if len(n) < _LEAST_PERIODS or x.sum() < _LEAST_REPEATS or np.ptp(known) == 0.0:
        return None
    features = np.stack([np.ones(len(n)), known - known.mean()], axis=1)
    weights = np.array([np.log(x.sum() / n.sum()), 0.0])
    for _step in range(50):
        expected = n * np.exp(features @ weights)
        information = features.T @ (features * expected[:, None])
        change = np.linalg.solve(information, features.T @ (x - expected))
        weights += change
        if np.abs(change).max() < 1e-10:
            break
    # Repeats come in bursts: wider by the dispersion that is seen (McCullagh & Nelder 1989).
    spread = max(1.0, float(((x - expected) ** 2 / expected).sum() / (len(n) - 2)))
    half = _Z * float(np.sqrt(spread * np.linalg.inv(information)[1, 1]))
    slope = float(weights[1])
    return Learning(slope, slope - half, slope + half, len(n))
