"""Spread: floor, middle and upside of a reading over the pairs of a relationship (`science.md` 5.1).

The mean hides the tails, raw values of small pairs exaggerate them, shrunk values hide them again; quantiles of
posterior draws pooled over the pairs do neither (Louis 1984; Ghosh 1992). Each pair counts by its attention.
"""

from __future__ import annotations

from datetime import date

import numpy as np

from honeycell.readings import attention, responsiveness, vitality
from honeycell.readings.arrays import Floats, Ints, day_number
from honeycell.readings.coefficients import SHIPPED
from honeycell.readings.contacts import Pairs
from honeycell.readings.draws import uniform
from honeycell.readings.numbers import Held, covered_days, overlaps
from honeycell.readings.state import Spread

__all__ = ["DRAWS", "pooled", "spread"]

DRAWS = 50


def spread(held: Held, reading: str, on: date) -> Spread | None:
    """The spread of a reading over the pairs of the one relationship held; none for fewer than two pairs."""
    if reading == "responsiveness":
        return _answers(held, on)
    if reading not in ("vitality", "attention"):
        return None
    pairs = held.contacts.window(day_number(on), vitality.WINDOW_DAYS if reading == "vitality" else held.window_days)
    if len(pairs.key) < 2:
        return None
    if reading == "vitality":
        gap = held.fitted.median_gap_days
        _, draws = vitality.pair_chances(pairs, overlaps(held, pairs), gap, SHIPPED, DRAWS)
    else:
        draws = attention.pair_draws(
            pairs,
            covered_days(held, reading, on),
            _uniform(*_persons(held, pairs)),
        )
    return pooled(draws, pairs.w)


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


def _answers(held: Held, on: date) -> Spread | None:
    asked = held.turns.asked(on, held.window_days, colleagues=held.level != "pair")
    mine = asked.group == 0
    directed, group = np.unique(asked.person[mine], return_inverse=True)
    if len(directed) < 2:
        return None
    some = responsiveness.Asked(
        group, asked.person[mine], asked.working_seconds[mine], asked.wall_seconds[mine], asked.outcome[mine],
        asked.explicit[mine], asked.answered_by[mine],
    )  # fmt: skip
    mean, strength = held.fitted.share_answered_mean, held.fitted.share_answered_strength
    found = responsiveness.evaluate(some, len(directed), mean=mean, strength=strength, shrunk=False, interval=False)
    persons, n = held.turns.persons, len(held.turns.persons)
    draws = responsiveness.pair_draws(found, mean, strength, _uniform(persons[directed // n], persons[directed % n]))
    return pooled(draws, found.n)


def _persons(held: Held, pairs: Pairs) -> tuple[Ints, Ints]:
    return held.contacts.persons[pairs.a], held.contacts.persons[pairs.b]


def _uniform(one: Ints, other: Ints) -> Floats:
    """Draws for each pair of persons, the same whichever side is named first."""
    return uniform(one.astype(np.uint64) + other.astype(np.uint64), DRAWS)
