"""Spread: floor, middle and upside of a reading over the pairs of a relationship (`science.md` 5.1).

The mean hides the tails, raw values of small pairs exaggerate them, shrunk values hide them again; quantiles of
posterior draws pooled over the pairs do neither (Louis 1984; Ghosh 1992), each pair counting by its attention, and
beside that as one. How much of what differs between pairs is no noise: tau squared, the variance of what was seen less
the mean sampling variance (Hedges & Olkin 1985), and I squared, its share of both (Higgins & Thompson 2002).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from honeycell.readings.arrays import Floats, Ints
from honeycell.readings.contacts import Pairs
from honeycell.readings.draws import uniform
from honeycell.readings.held import Held
from honeycell.readings.state import Floor, Quantiles, Spread, Upside

__all__ = [
    "DRAWS", "LEAST_PAIRS", "Drawn", "between", "drawn_for", "drawn_for_persons", "pooled", "share_error", "spread",
]  # fmt: skip

DRAWS = 50
LEAST_PAIRS = 2


@dataclass(frozen=True, eq=False)
class Drawn:
    """What is known of each pair of one relationship in one reading."""

    a: Ints
    """(pairs,): one of the two, a place among the persons of the relationship's contacts."""
    b: Ints
    """(pairs,): the other."""
    w: Floats
    """(pairs,): by what it counts."""
    seen: Floats
    """(pairs,): its value as it was counted, before anything is shrunk."""
    error: Floats
    """(pairs,): the sampling variance of that; NaN where it is of too little to tell."""
    draws: Floats
    """(pairs, draws): what its value may be, given what was seen."""


def spread(drawn: Drawn, floor: Floor | None, upside: Upside) -> Spread:
    """Floor, middle and upside of a reading over the pairs of a relationship.

    Args:
        drawn: What is known of the pairs.
        floor: The agreed floor, where there is one.
        upside: What the pairs at the upper end do differently.
    """
    each = np.ones(len(drawn.w))
    tau_squared, i_squared = between(drawn.seen, drawn.error)
    below = None if floor is None else drawn.draws < floor.least
    low, middle, high = pooled(drawn.draws, drawn.w)
    return Spread(
        low, middle, high, Quantiles(*pooled(drawn.draws, each)), len(drawn.w), tau_squared, i_squared, floor,
        None if below is None else float(np.average(below.mean(axis=1), weights=drawn.w)),
        None if below is None else float(below.mean()), upside,
    )  # fmt: skip


def pooled(draws: Floats, weights: Floats) -> tuple[float, float, float]:
    """10th, 50th and 90th percentile of all draws (pairs, draws) together, each pair weighing what it weighs.

    Example:
        >>> pooled(np.array([[0.1, 0.1], [0.9, 0.9]]), np.array([1.0, 3.0]))
        (0.1, 0.9, 0.9)
    """
    value, weight = draws.ravel(), np.repeat(weights, draws.shape[1])
    order = np.argsort(value, kind="stable")
    running = np.cumsum(weight[order])
    places = np.searchsorted(running, np.array([0.1, 0.5, 0.9]) * running[-1])
    low, middle, high = (float(value[order][min(place, len(value) - 1)]) for place in places)
    return low, middle, high


def between(seen: Floats, error: Floats) -> tuple[float | None, float | None]:
    """Tau squared, the variance between pairs that is no noise, and I squared, its share of that and the noise.

    Args:
        seen: (pairs,), values as they were counted.
        error: (pairs,), the sampling variance of each; NaN where it cannot be told, and the pair then says nothing.

    Returns:
        In the squared unit, 0 and more, and 0 to 1; None where fewer than two pairs say something.

    Example:
        >>> between(np.array([0.25, 0.5, 0.75]), np.full(3, 0.015625))
        (0.046875, 0.75)
    """
    told = np.isfinite(error)
    if told.sum() < LEAST_PAIRS:
        return None, None
    noise = float(error[told].mean())
    true = max(float(seen[told].var(ddof=1)) - noise, 0.0)
    return true, true / (true + noise) if true > 0.0 else 0.0


def share_error(share: Floats, n: Floats) -> Floats:
    """The sampling variance of shares of `n` things: share (1 - share) / (n - 1), free of bias; NaN of fewer than two.

    Example:
        >>> share_error(np.array([0.5, 1.0]), np.array([5.0, 1.0]))
        array([0.0625,    nan])
    """
    error: Floats = np.divide(share * (1.0 - share), n - 1.0, out=np.full(len(n), np.nan), where=n >= 2)
    return error


def drawn_for(held: Held, pairs: Pairs) -> Floats:
    """Uniform draws (pairs, `DRAWS`) for each pair of a relationship."""
    return drawn_for_persons(held.contacts.persons[pairs.a], held.contacts.persons[pairs.b])


def drawn_for_persons(one: Ints, other: Ints) -> Floats:
    """Uniform draws (pairs, `DRAWS`) for pairs of persons, the same whichever side is named first."""
    return uniform(one.astype(np.uint64) + other.astype(np.uint64), DRAWS)
