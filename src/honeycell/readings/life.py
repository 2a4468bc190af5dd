"""How long until an answer, when some are still waited for.

Cumulative incidence of an answer beside competing ends (Aalen & Johansen 1978); with one cause it is one minus
Kaplan & Meier (1958). Many groups at once: everything is sorted and summed, nothing loops over groups.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from honeycell.readings.arrays import Floats, Ints

__all__ = ["CENSORED", "COMPETING", "EVENT", "Incidence", "band", "incidence", "median", "medians"]

CENSORED, EVENT, COMPETING = 0, 1, 2
_Z = 1.6448536269514722
"""95th percentile of the standard normal: a band from the 5th to the 95th."""


@dataclass(frozen=True)
class Incidence:
    """For each group: the chance of the event by a time, its variance, and the observations behind it."""

    value: Floats
    variance: Floats
    n: Floats


def incidence(group: Ints, n_groups: int, time: Floats, outcome: Ints, at: float) -> Incidence:
    """The chance that the event has happened by `at`, competing ends counted as ends without it.

    The variance is that of Marubini & Valsecchi (1995), which is Greenwood's (1926) with a single cause.

    Args:
        group: The group of each observation.
        n_groups: How many groups there are.
        time: How long each was watched, in the unit of `at`.
        outcome: What ended it: `EVENT`, `COMPETING`, or `CENSORED` (it was still open).
        at: The time asked for; an event exactly then counts.

    Example:
        >>> found = incidence(np.zeros(4, int), 1, np.array([1.0, 2, 2, 3]), np.array([1, 1, 0, 0]), 2.0)
        >>> found.value.round(3)
        array([0.5])
    """
    totals = np.bincount(group, minlength=n_groups).astype(float)
    order = np.lexsort((time, group))
    g, when, how = group[order], time[order], outcome[order]
    if not len(g):
        return Incidence(np.full(n_groups, np.nan), np.zeros(n_groups), totals)
    start = np.flatnonzero(np.concatenate([[True], (np.diff(g) != 0) | (np.diff(when) != 0)]))
    d, other, everyone = (
        np.add.reduceat(column.astype(float), start) for column in (how == EVENT, how == COMPETING, np.ones(len(g)))
    )
    g, when = g[start], when[start]
    before = np.cumsum(everyone) - everyone
    at_risk = totals[g] - (before - _at_start(before, g))
    ended = d + other
    last = ended >= at_risk
    with np.errstate(divide="ignore"):
        logs = np.where(last, 0.0, np.log1p(-np.where(last, 0.0, ended / at_risk)))
    earlier = np.cumsum(logs) - logs
    survived = np.exp(earlier - _at_start(earlier, g))
    counted = when <= at
    jump = np.where(counted, survived * d / at_risk, 0.0)
    value = np.bincount(g, jump, minlength=n_groups)
    running = np.cumsum(jump)
    ahead = value[g] - (running - _at_start(running - jump, g))
    left = np.where(last, 1.0, at_risk * (at_risk - ended))
    terms = (
        np.where(last, 0.0, ahead**2 * ended / left)
        + survived**2 * d * (at_risk - d) / at_risk**3
        - 2.0 * ahead * survived * d / at_risk**2
    )
    variance = np.bincount(g, np.where(counted, terms, 0.0), minlength=n_groups)
    return Incidence(np.where(totals > 0, value, np.nan), np.maximum(variance, 0.0), totals)


def band(found: Incidence) -> tuple[Floats, Floats]:
    """The 5th and 95th percentile of an incidence, on the scale log(-log(1 - F)).

    At 0 and 1 that scale has no width: the exact binomial bound stands in.
    """
    value, n = found.value, np.maximum(found.n, 1.0)
    inner = (value > 1e-12) & (value < 1.0 - 1e-12)
    safe = np.where(inner, value, 0.5)
    width = _Z * np.sqrt(found.variance) / (np.abs(np.log1p(-safe)) * (1.0 - safe))
    width = np.minimum(width, 50.0)  # e to that is all or nothing already
    low = 1.0 - (1.0 - safe) ** np.exp(-width)
    high = 1.0 - (1.0 - safe) ** np.exp(width)
    none, all_of_them = value <= 0.5, 0.05 ** (1.0 / n)
    low = np.where(inner, low, np.where(none, 0.0, all_of_them))
    high = np.where(inner, high, np.where(none, 1.0 - all_of_them, 1.0))
    return low, high


def _at_start(column: Floats, group: Ints) -> Floats:
    """The first value of each group, for each row; rows are sorted by group."""
    first = np.concatenate([[True], np.diff(group) != 0])
    values: Floats = column[np.flatnonzero(first)][np.cumsum(first) - 1]
    return values


def median(time: Floats, outcome: Ints) -> float | None:
    """The first time by which half have had the event, one group; None where that is never seen."""
    [found] = medians(time, outcome, np.ones((1, len(time)))) if len(time) else [np.inf]
    return float(found) if np.isfinite(found) else None


def medians(time: Floats, outcome: Ints, weights: Floats) -> Floats:
    """The first time by which half of one group have had the event, infinite where that is never seen.

    Args:
        time: How long each was watched: (n,).
        outcome: What ended it.
        weights: How often each counts, in each of several replicates: (replicates, n).

    Returns:
        One time for each replicate, in the unit of `time`.

    Example:
        >>> medians(np.array([1.0, 2, 3, 4]), np.array([1, 1, 0, 0]), np.array([[1, 1, 1, 1], [1, 1, 2, 1]]))
        array([ 2., inf])
    """
    order = np.argsort(time, kind="stable")
    when, how, weight = time[order], outcome[order], weights[:, order].astype(float)
    start = np.flatnonzero(np.diff(when, prepend=-np.inf) != 0)
    everyone, ended, events = (
        np.add.reduceat(weight * counted, start, axis=1) for counted in (how >= CENSORED, how != CENSORED, how == EVENT)
    )
    at_risk = np.maximum(np.cumsum(everyone[:, ::-1], axis=1)[:, ::-1], 1e-12)
    survived = np.cumprod(1.0 - ended / at_risk, axis=1)
    before = np.concatenate([np.ones((len(weight), 1)), survived[:, :-1]], axis=1)
    reached = np.cumsum(before * events / at_risk, axis=1) >= 0.5 - 1e-12
    found: Floats = np.where(reached.any(axis=1), when[start][np.argmax(reached, axis=1)], np.inf)
    return found
