"""Distance: over how many people's ties somebody reaches each customer (`science.md` 4.2 e).

A tie is two people who each gave the other something on two or more days of the last 90. Who has one with a person of
a customer is one step away from it; what is further than three steps, or not to be reached, counts as four.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
from ibis import _
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from honeycell.readings.arrays import Bools, Floats, Ints, ints
from honeycell.readings.draws import poisson

if TYPE_CHECKING:
    from honeycell.steps import Tables

__all__ = ["EACH_WAY", "FURTHEST", "WINDOW_DAYS", "Reach", "Ties", "distances", "replicates", "steps", "ties", "width"]

WINDOW_DAYS = 90
EACH_WAY = 2
"""Contact days each way that make a tie."""
FURTHEST = 4
_REPLICATES, _AT_ONCE = 200, 50


@dataclass(frozen=True)
class Ties:
    """Pairs of persons in contact in the 90 days up to a day."""

    persons: Ints
    """Sorted ids."""
    a: Ints
    """Places in `persons`."""
    b: Ints
    days_ab: Ints
    """Days on which a gave b something."""
    days_ba: Ints

    def strong(self) -> Ties:
        """Those with two or more days each way."""
        held = (self.days_ab >= EACH_WAY) & (self.days_ba >= EACH_WAY)
        return Ties(self.persons, self.a[held], self.b[held], self.days_ab[held], self.days_ba[held])

    def graph(self) -> csr_matrix:
        """Both ways round, each tie 1."""
        n, one = len(self.persons), np.ones(2 * len(self.a), np.float32)
        ends = (np.concatenate([self.a, self.b]), np.concatenate([self.b, self.a]))
        return csr_matrix((one, ends), shape=(n, n))


@dataclass(frozen=True)
class Reach:
    """Steps from one person to everybody, and who stands before each on a shortest way; -1 where there is none."""

    steps: Ints
    before: Ints


def ties(t: Tables, on: date) -> Ties:
    """The pairs in contact in the 90 days up to and including `on`."""
    days = t["pair_days"].filter((_.on > on - timedelta(WINDOW_DAYS)) & (_.on <= on) & (_.n_ab + _.n_ba > 0))
    pairs = days.group_by("a_person_id", "b_person_id").agg(
        days_ab=_.on.nunique(where=_.n_ab > 0), days_ba=_.on.nunique(where=_.n_ba > 0)
    )
    rows = t.arrow(pairs.order_by("a_person_id", "b_person_id"))
    a, b = ints(rows["a_person_id"]), ints(rows["b_person_id"])
    persons, place = np.unique(np.concatenate([a, b]), return_inverse=True)
    first, second = np.split(place.astype(np.int64), 2)
    return Ties(persons, first, second, ints(rows["days_ab"]), ints(rows["days_ba"]))


def steps(graph: csr_matrix, start: int) -> Reach:
    """Steps from one person to everybody, at most three; four beyond."""
    far, before = dijkstra(graph, unweighted=True, indices=start, limit=FURTHEST - 1, return_predecessors=True)
    return Reach(np.where(np.isfinite(far), far, FURTHEST).astype(np.int64), np.maximum(before, -1).astype(np.int64))


def distances(steps_to: Ints, customer: Ints, n_customers: int) -> Ints:
    """Steps to the nearest person of each customer, 1 to 4; nobody is nearer than one step.

    Args:
        steps_to: Steps to each person, (persons,) or (replicates, persons).
        customer: The number of each person's customer, -1 for none.
        n_customers: How many there are.

    Example:
        >>> distances(np.array([0, 1, 2, 2]), np.array([-1, -1, 0, 0]), 2).tolist()
        [2, 4]
    """
    nearest = np.full((*steps_to.shape[:-1], n_customers), FURTHEST)
    for number in range(n_customers):
        inside = steps_to[..., customer == number]
        if inside.shape[-1]:
            nearest[..., number] = np.clip(inside.min(axis=-1), 1, FURTHEST)
    return nearest


def replicates(graph: csr_matrix, start: int, persons: Ints) -> Ints:
    """Steps to everybody, (200, persons), each time without those whom a bootstrap over persons does not draw.

    All replicates walk together: a product of the graph with who was reached is one step of each.
    """
    # Who is too far with everybody there is too far without some.
    near = np.flatnonzero(steps(graph, start).steps < FURTHEST)
    drawn = poisson(persons[near].astype(np.uint64), _REPLICATES) > 0
    begin = int(np.searchsorted(near, start))
    drawn[begin] = True
    part, found = graph[near][:, near], np.full((_REPLICATES, len(persons)), FURTHEST)
    for at in range(0, _REPLICATES, _AT_ONCE):
        found[at : at + _AT_ONCE, near] = _walked(part, begin, drawn[:, at : at + _AT_ONCE])
    return found


def _walked(graph: csr_matrix, start: int, there: Bools) -> Ints:
    reached = np.zeros(there.shape, np.float32)
    reached[start] = 1.0
    taken: Ints = np.full(there.shape, FURTHEST)
    taken[start] = 0
    for step in range(1, FURTHEST):
        reached = ((graph @ reached > 0) & there).astype(np.float32)
        taken[(reached > 0) & (taken > step)] = step
    return taken.T


def width(value: float, drawn: Floats, lowest: float, highest: float) -> tuple[float, float]:
    """An interval as wide as the replicates, around their middle: leaving people out itself moves what is measured."""
    low, middle, high = np.quantile(drawn, [0.05, 0.5, 0.95])
    return max(lowest, value - float(middle - low)), min(highest, value + float(high - middle))
