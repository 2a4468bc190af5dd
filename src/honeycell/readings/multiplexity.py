"""Multiplexity: in how many kinds of context two sides meet, and how many one would expect (`science.md` 4.7).

D1 = exp(-sum p ln p) over the shares p of the contexts among the contact days of a relationship's pairs (Hill 1973),
beside what so many days would show if they were spread as those of the whole cell: the rarefied entropy of order 1
(Chao et al. 2014). A handful of days shows few contexts whatever the relationship.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import digamma, gammaln, ndtri, polygamma, xlog1py, xlogy

from honeycell.readings.arrays import Bools, Floats, Ints
from honeycell.readings.contacts import Rows, by_pair_and_day
from honeycell.readings.contexts import CONTEXTS, context_of
from honeycell.readings.draws import poisson
from honeycell.readings.follow_through import Due
from honeycell.readings.parameters import STRENGTH, moments
from honeycell.readings.traces import NEVER, PairDays
from honeycell.readings.values import Values

__all__ = ["MINIMUM_DAYS", "REPLICATES", "WINDOW_DAYS", "Met", "evaluate", "expected", "met", "pair_draws", "pooled"]

WINDOW_DAYS = 180
MINIMUM_DAYS = 10
REPLICATES = 200
_Z = 1.644854
_MOST = 1_000
"""Days from which on a larger sample shows no more."""
_PLACES = {name: place for place, name in enumerate(CONTEXTS)}


@dataclass(frozen=True)
class Met:
    """Contact days in contexts: one row for each relationship, context and pair; of documents without a pair."""

    key: Ints
    context: Ints
    """A place in `CONTEXTS`."""
    a: Ints
    """-1 for documents."""
    b: Ints
    n: Floats
    """Days."""

    def counts(self, n_keys: int, times: Floats | None = None) -> Floats:
        """(relationships, contexts): days in each, each row `times` so often."""
        n = self.n if times is None else self.n * times
        found = np.bincount(self.key * len(CONTEXTS) + self.context, n, n_keys * len(CONTEXTS)).astype(float)
        return found.reshape(n_keys, len(CONTEXTS))


def met(days: PairDays, of: Rows, due: Due, end: int, window_days: int = WINDOW_DAYS) -> Met:
    """In which contexts the pairs of relationships met, and the organisations exchanged documents.

    Args:
        days: The days of pairs.
        of: Those of the relationships.
        due: What organisations owe each other; none for persons.
        end: The last day.
        window_days: How many days.
    """
    place = np.array([_PLACES[context_of(*context)] for context in days.contexts] or [0])
    inside = (days.day[of.rows] > end - window_days) & (days.day[of.rows] <= end)
    rows, key = of.rows[inside], of.key[inside] * len(CONTEXTS) + place[days.context[of.rows[inside]]]
    # Two channels of one class on one day are one day.
    (key, a, b, _), _ = by_pair_and_day((key, days.a[rows], days.b[rows], days.day[rows]), ())
    talk = _counted(key, a, b)
    opened = due.rows.opened
    told = np.flatnonzero((due.key >= 0) & (opened > end - window_days) & (opened <= end) & (opened < NEVER))
    ledger = np.where(due.rows.invoice[told], _PLACES["money"], _PLACES["goods"])
    different = np.unique(np.stack([due.key[told] * len(CONTEXTS) + ledger, opened[told]], axis=1), axis=0)[:, 0]
    none = np.full(len(different), -1)
    parts = zip(talk, _counted(different, none, none), strict=True)
    key, a, b, n = (np.concatenate(both) for both in parts)
    return Met(key // len(CONTEXTS), key % len(CONTEXTS), a, b, n.astype(float))


def _counted(*columns: Ints) -> tuple[Ints, ...]:
    """Different rows of some sorted columns, and how often each is there."""
    rows, n = np.unique(np.stack(columns, axis=1), axis=0, return_counts=True)
    return *rows.T, n


def evaluate(
    found: Met, persons: Ints, n_keys: int, known: Bools, *, pair: bool, interval: bool = True
) -> Values:  # fmt: skip
    """The effective number of contexts of each relationship.

    The interval is that of the days: shares are Dirichlet with one day of prior spread evenly over the contexts that
    the cell knows (Perks 1947), entropy with its exact moments (Wolpert & Wolf 1995), so that who was met in one
    context alone may be met in another yet. Of more than two persons it is widened by a bootstrap over persons around
    the value: a pair counts as often as the product of its two persons' counts, Poisson of mean 1.

    Args:
        found: Where they met.
        persons: Ids of the persons.
        n_keys: Relationships.
        known: (contexts,) which ones the cell knows.
        pair: Whether they are of two persons.
        interval: Whether to work one out.
    """
    counts = found.counts(n_keys)
    value, n = _hill(counts), counts.sum(1)
    low, high = value.copy(), value.copy()
    enough = np.flatnonzero(n >= MINIMUM_DAYS)
    if interval and len(enough):
        most = np.maximum(known.sum(), (counts[enough] > 0).sum(1)).astype(float)
        mean, sd = _entropy(counts[enough] + np.where(known, 1.0 / max(int(known.sum()), 1), 0.0))
        low[enough] = np.minimum(value[enough], np.maximum(np.exp(mean - _Z * sd), 1.0))
        high[enough] = np.maximum(value[enough], np.minimum(np.exp(mean + _Z * sd), most))
        if not pair:
            below, above = _persons_again(found, persons, n_keys, enough)
            low[enough] = np.minimum(low[enough], np.clip(value[enough] * below, 1.0, None))
            high[enough] = np.maximum(high[enough], np.minimum(value[enough] * above, most))
    return Values(value, low, high, n)


def _entropy(a: Floats) -> tuple[Floats, Floats]:
    """Mean and standard deviation of the entropy of shares that are Dirichlet (Wolpert & Wolf 1995); (rows,) each.

    Args:
        a: (rows, contexts): the parameters, 0 where a context cannot be.
    """
    total = a.sum(1)
    mean = digamma(total + 1) - (a * digamma(a + 1)).sum(1) / total
    # Of shares i and j: a_i a_j (I_i I_j + J), and of one alone a_i (a_i + 1) (K_i^2 + trigamma(a_i + 2) + J).
    one = digamma(a + 1) - digamma(total + 2)[:, None]
    both = -polygamma(1, total + 2)
    mixed = (a * one).sum(1) ** 2 - (a * one) ** 2 @ np.ones(a.shape[1]) + (total**2 - (a**2).sum(1)) * both
    alone = (digamma(a + 2) - digamma(total + 2)[:, None]) ** 2 + polygamma(1, a + 2) + both[:, None]
    second = (mixed + (a * (a + 1) * alone).sum(1)) / (total * (total + 1))
    return mean, np.sqrt(np.maximum(second - mean**2, 0.0))


def _hill(counts: Floats) -> Floats:
    total = counts.sum(-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        found: Floats = np.exp(np.log(total) - xlogy(counts, counts).sum(-1) / total)
    # Rounding aside: of one context there is exactly one, or it would seem to rise and fall.
    found[(counts > 0).sum(-1) == 1] = 1.0
    return np.where(total > 0, found, np.nan)


def pair_draws(found: Met, pair: Ints, uniform: Floats) -> tuple[Floats, Floats, Floats]:
    """What is known of the effective number of contexts of each pair of one relationship.

    Its shares are Dirichlet around those of the relationship, as tightly as the pairs' shares of its commonest context
    agree (method of moments); draws are normal in the entropy, by its exact moments (Wolpert & Wolf 1995).

    Args:
        found: Where the pairs met, documents aside.
        pair: The pair of each row.
        uniform: (pairs, draws) numbers between 0 and 1.

    Returns:
        (pairs,) as it was counted; (pairs,) the sampling variance of that, by the delta method (Basharin 1959), NaN
        under `MINIMUM_DAYS`; and (pairs, draws).
    """
    whose = Met(pair, *(getattr(found, name) for name in ("context", "a", "b", "n")))
    counts = whose.counts(len(uniform))
    n, shares, seen = counts.sum(1), counts.sum(0) / counts.sum(), _hill(counts)
    often, first = n > 1, int(np.argmax(shares))
    strength = moments(counts[often, first] / n[often], n[often])[1] if often.any() else STRENGTH
    mean, sd = _entropy(counts + strength * shares)
    draws = np.clip(np.exp(mean[:, None] + sd[:, None] * ndtri(uniform)), 1.0, float((shares > 0).sum()))
    p = counts / n[:, None]
    noise = seen**2 * ((xlogy(p, p) ** 2 / np.where(p > 0, p, 1.0)).sum(1) - np.log(seen) ** 2) / n
    return seen, np.where(n >= MINIMUM_DAYS, noise, np.nan), draws


def _persons_again(found: Met, persons: Ints, n_keys: int, keys: Ints) -> tuple[Floats, Floats]:
    """The 5th and 95th percentile of replicates over persons, as parts of their median.

    Drawing again lowers D1, so they say how wide it is and not where it lies.
    """
    rows = np.flatnonzero(np.isin(found.key, keys))
    part = Met(*(getattr(found, name)[rows] for name in found.__dataclass_fields__))
    drawn = np.unique(np.concatenate([part.a, part.b]))
    # Documents are between organisations, whoever is there, and be it nobody.
    times = poisson(np.append(persons, 0)[drawn].astype(np.uint64), REPLICATES).T
    times[:, drawn < 0] = 1.0
    a, b = np.searchsorted(drawn, part.a), np.searchsorted(drawn, part.b)
    held = np.stack([_hill(part.counts(n_keys, count[a] * count[b])[keys]) for count in times])
    below, middle, above = np.nanquantile(held, [0.05, 0.5, 0.95], axis=0)
    return below / middle, above / middle


def expected(n: Floats, shares: Floats) -> Floats:
    """The effective number of contexts that so many days would show, were they spread as `shares`.

    exp of the expected entropy of a sample (Chao et al. 2014): -sum over contexts and k of Binomial(k; n, share)
    k/n ln k/n.

    Args:
        n: Days of each relationship.
        shares: Of the contexts, summing to 1.

    Example:
        >>> expected(np.array([1.0, 2.0, 1000.0]), np.array([0.5, 0.5])).round(2)
        array([1.  , 1.41, 2.  ])
    """
    sizes, at = np.unique(np.clip(n, 1, _MOST).astype(np.int64), return_inverse=True)
    entropy = np.zeros(len(sizes))
    for place, size in enumerate(sizes.tolist()):
        k = np.arange(1, size + 1)
        ways = gammaln(size + 1) - gammaln(k + 1) - gammaln(size - k + 1)
        p = shares[shares > 0][:, None]
        chance = np.exp(ways + xlogy(k, p) + xlog1py(size - k, -p))
        entropy[place] = -(chance * xlogy(k / size, k / size)).sum()
    found: Floats = np.exp(entropy)[at]
    return found


def pooled(days: Mapping[str, float], names: Sequence[str]) -> Floats:
    """Shares of the contexts of the cell, in the order of `CONTEXTS`; none where nothing is known.

    Args:
        days: Contact days by context.
        names: The contexts that count.
    """
    held = np.array([days.get(name, 0.0) if name in names else 0.0 for name in CONTEXTS])
    total = held.sum()
    found: Floats = held / total if total else held
    return found
