"""Spread: floor, middle and upside of a reading over the pairs of a relationship (`science.md` 5.1).

The mean hides the tails, raw values of small pairs exaggerate them, shrunk values hide them again; quantiles of
posterior draws pooled over the pairs do neither (Louis 1984; Ghosh 1992). Each pair counts by its attention.
"""

from __future__ import annotations

import numpy as np

from honeycell.readings.arrays import Floats, Ints
from honeycell.readings.contacts import Pairs
from honeycell.readings.draws import uniform
from honeycell.readings.held import Held
from honeycell.readings.state import Spread

__all__ = ["DRAWS", "drawn_for", "drawn_for_persons", "pooled"]

DRAWS = 50


def pooled(draws: Floats, weights: Floats) -> Spread:
    """10th, 50th and 90th percentile of all draws (pairs, draws) together, each pair weighing what it weighs.

    Example:
        >>> pooled(np.array([[0.1, 0.1], [0.9, 0.9]]), np.array([1.0, 3.0]))
        Spread(p10=0.1, p50=0.9, p90=0.9)
    """
    value, weight = draws.ravel(), np.repeat(weights, draws.shape[1])
    order = np.argsort(value, kind="stable")
    running = np.cumsum(weight[order])
    places = np.searchsorted(running, np.array([0.1, 0.5, 0.9]) * running[-1])
    low, middle, high = (float(value[order][min(place, len(value) - 1)]) for place in places)
    return Spread(low, middle, high)


def drawn_for(held: Held, pairs: Pairs) -> Floats:
    """Uniform draws (pairs, `DRAWS`) for each pair of a relationship."""
    return drawn_for_persons(held.contacts.persons[pairs.a], held.contacts.persons[pairs.b])


def drawn_for_persons(one: Ints, other: Ints) -> Floats:
    """Uniform draws (pairs, `DRAWS`) for pairs of persons, the same whichever side is named first."""
    return uniform(one.astype(np.uint64) + other.astype(np.uint64), DRAWS)
