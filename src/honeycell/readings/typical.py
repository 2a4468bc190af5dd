"""What is usual among the relationships of a cell."""

from __future__ import annotations

from datetime import date

import numpy as np
from scipy.special import betaincinv

from honeycell.readings.arrays import Floats, Ints
from honeycell.readings.contacts import Sides
from honeycell.readings.declarations import NAMES
from honeycell.readings.declared import PAIR, PERSON_ORGANISATION
from honeycell.readings.draws import uniform
from honeycell.readings.held import held
from honeycell.readings.numbers import NO_VALUE, applies, numbers
from honeycell.readings.parameters import moments
from honeycell.readings.spread import DRAWS
from honeycell.readings.traces import Traces
from honeycell.readings.ways import WAYS

__all__ = ["typical"]

_ENOUGH = 5
"""Relationships under which nothing is called typical."""
_ENDS = (0.1, 0.9)
_STEP, _RAREFIED_DRAWS = 1.5, 20
"""From one number of observations to the next at which relationships are compared, and how often each is drawn."""


def typical(traces: Traces, level: str, on: date, window_days: int) -> dict[str, Floats]:
    """10th and 90th percentile of each reading over all relationships of a level that have a value.

    Raw values of little exaggerate how relationships differ and shrunk ones hide it (`science.md` 1.6): of shares these
    are percentiles of draws from each one's posterior, whose prior is what is usual among them, pooled (Louis 1984). Of
    readings that fewer observations make smaller there is a row for each of some numbers of observations, over those
    relationships that have as many. Chances of Vitality are foretold, and shrunk by what foretells them.

    Args:
        traces: Those of the whole cell.
        level: As of `honeycell.readings.declared`.
        on: The last day.
        window_days: Days that Attention and Responsiveness look back over.

    Returns:
        By name (rows, 3): observations, 0 where their number does not matter, 10th and 90th percentile. Empty for a
        person with an organisation: there are not all of those to compare with.
    """
    if level == PERSON_ORGANISATION:
        return {}
    everyone = held(traces, Sides(level="person" if level == PAIR else "organisation"), window_days)
    ids = np.array(everyone.contacts.keys, np.int64).reshape(-1, 2).sum(1)
    found = {}
    for name in (name for name in NAMES if applies(name, level)):
        now, way = numbers(everyone, name, on, interval=False), WAYS[name]
        known = np.array([status not in NO_VALUE for status in now.status], bool)
        if known.sum() < _ENOUGH:
            continue
        if way.rarefied:
            n = now.values.n * known
            sizes = _sizes(way.declared.minimum, float(np.sort(n)[-_ENOUGH]))
            values = way.rarefied(everyone, on, sizes, _RAREFIED_DRAWS)[known]
            found[name] = np.column_stack([sizes, np.nanquantile(values, _ENDS, axis=0).T])
            continue
        values = now.values.value[known]
        if way.seen:
            seen, most = way.seen(everyone, on, False), way.declared.highest or 1.0
            if (known := known & (seen.n > 1)).sum() < _ENOUGH:
                continue
            share, n, of = seen.value[known] / most, seen.n[known], ids[known]
            if way.mirrored:
                share, n, of = np.append(share, 1.0 - share), np.tile(n, 2), np.tile(of, 2)
            values = most * _posterior(share, n, of)
        found[name] = np.array([[0.0, *np.quantile(values, _ENDS)]])
    return found


def _posterior(share: Floats, n: Floats, ids: Ints) -> Floats:
    """Draws (relationships, `DRAWS`) from the posterior of each share, beta with the mean and strength of them all.

    The halves (Jeffreys 1946) keep what was never seen, or always, from being taken for certain.
    """
    mean, strength = moments(share, n)
    one, other = 0.5 + strength * mean + n * share, 0.5 + strength * (1.0 - mean) + n * (1.0 - share)
    drawn: Floats = betaincinv(one[:, None], other[:, None], uniform(ids.astype(np.uint64), DRAWS))
    return drawn


def _sizes(least: int, most: float) -> Ints:
    """Numbers of observations to compare at, each half as many again as the one before."""
    steps = np.arange(np.log(most / least) / np.log(_STEP))
    return np.unique(np.append(least * _STEP**steps, most).astype(np.int64))
