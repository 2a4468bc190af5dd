"""Hierarchy: honeycomb or chain of command, on a declared population.

Two different questions. Between organisations: how much of what they say to each other in shared spaces, where all of
them are seen alike, touches the hub. Between people: whether one-sided ties point from some down to others more than
the same ties would, pointing either way by chance. Neither says who is above whom: direction is not authority.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from honeycell.readings.arrays import Bools, Floats, Ints
from honeycell.readings.declared import GROUP, NETWORK, Declaration
from honeycell.readings.draws import poisson
from honeycell.readings.network.heard import Heard
from honeycell.readings.network.order import DRAWS, LEAST_DAYS, Order, one_sided, order, reoriented

__all__ = [
    "CENTRALISATION",
    "DECLARED",
    "LEAST_ORGANISATIONS",
    "ORDERED",
    "SEED",
    "Between",
    "Chance",
    "Ties",
    "between",
    "ties",
]

REPLICATES = 200
LEAST_ORGANISATIONS = 3
SEED = 411

DECLARED = Declaration(
    "hierarchy", "Honeycomb or chain of command?", "share", 0.0, 1.0, (NETWORK,), 20, "contact days",
    "share of the attention between organisations in shared spaces that ours, or else the one that is part of most,"
    " gives or gets; the rest goes between the others (Freeman 1979 on what goes through one; Powell 1990 on networks"
    " beside command)",
    "what each organisation of the same spaces gives or gets",
    "Of what people of different organisations say to each other in shared spaces {value} involves {hub}"
    " ({band}){which}; {rest} goes between the others.",
    smallest_group=GROUP,
    evidence="every message between people of two organisations in a shared space, with the organisation of each",
)  # fmt: skip
"""The headline: hub share."""
CENTRALISATION = Declaration(
    "centralisation", "Is one organisation in the middle of everything?", "share", 0.0, 1.0, (NETWORK,), 20,
    "contact days",
    "Freeman's centralisation (1979) of organisations by the attention they give or get: 0 where all have as much, 1"
    " where one is part of everything and the others have equal parts",
    "0 and 1, by definition",
    "Of {organisations} organisations that talk with each other in shared spaces, one is in the middle to {value}"
    " ({band}): 0% is all alike, 100% is everything through one.",
    smallest_group=GROUP,
    evidence="every message between people of two organisations in a shared space, with the organisation of each",
)  # fmt: skip
ORDERED = Declaration(
    "orderedness", "Do one-sided ties point one way, or in circles?", "on a scale of 0 to 1", 0.0, 1.0, (NETWORK,), 20,
    "one-sided pairs",
    "global reaching centrality (Mones, Vicsek & Vicsek 2012) of the arcs a to b with P(b_ab > 0.5) > 0.95 over six or"
    " more directed contact days; beside it the share of arcs in no circle (Luo & Magee 2011) and Krackhardt's"
    " hierarchy (1994)",
    "500 random re-orientations of the same arcs",
    "Of {pairs} pairs of people who wrote on {days} or more days {arcs} are one-sided: one of the two writes on clearly"
    " more days. Followed from who writes more to who writes less they stand at {value} ({band}), where 0 is all in"
    " circles and 1 is all away from one person; pointing either way by chance they would stand at {null}.",
    smallest_group=GROUP,
    evidence="every message between the two persons of a one-sided pair",
)  # fmt: skip


@dataclass(frozen=True)
class Between:
    """What organisations say to each other in shared spaces, one row for each pair of persons."""

    organisations: Ints
    """Ids, rising."""
    n_people: int
    n_days: int
    """Contact days: pairs of persons and days."""
    hub: int
    """The place of the hub among the organisations; -1 where it is not there."""
    giver: Ints
    """Persons by number, one place for each pair and direction."""
    taker: Ints
    one: Ints
    """The organisation of the giver, by place."""
    other: Ints
    weight: Floats
    persons: Ints

    def hub_share(self, counts: Floats | None = None) -> Floats:
        """The share of attention that touches the hub; of each replicate where counts of persons are given."""
        touches = (self.one == self.hub) | (self.other == self.hub)
        return np.array([_divided(w[touches].sum(), w.sum()) for w in self._weighted(counts)])

    def centralisation(self, counts: Floats | None = None) -> Floats:
        """Freeman's, of what each organisation gives or gets: a star of the same total would have 1."""
        g, found = len(self.organisations), []
        for w in self._weighted(counts):
            strength = np.bincount(self.one, w, minlength=g) + np.bincount(self.other, w, minlength=g)
            total = strength.sum() / 2
            found.append(_divided(g * strength.max() - 2 * total, (g - 2) * total))
        return np.clip(found, 0.0, 1.0)

    def counts(self) -> Floats:
        """How often each person is drawn, shape (replicates, persons)."""
        return poisson(self.persons.astype(np.uint64), REPLICATES).T

    def _weighted(self, counts: Floats | None) -> Iterator[Floats]:
        """The weights of each replicate, one after the other: all of them at once may be too many."""
        if counts is None:
            yield self.weight
            return
        for drawn in counts:
            yield drawn[self.giver] * drawn[self.taker] * self.weight


def between(rows: Heard, hub: int | None) -> Between:
    """Gather what organisations say to each other in shared spaces.

    Args:
        rows: What was said.
        hub: The id of the organisation taken as the hub; None for the one that is part of most.
    """
    rows = rows.between_organisations()
    organisations, both = np.unique(np.concatenate([rows.from_organisation, rows.to_organisation]), return_inverse=True)
    persons, people = np.unique(np.concatenate([rows.giver, rows.taker]), return_inverse=True)
    n, g, n_people = len(rows.day), max(len(organisations), 1), max(len(persons), 1)
    giver_of, taker_of = people[:n], people[n:]
    # One number for each pair of persons and of organisations: whoever changes employer counts for both.
    distinct, at = np.unique(((giver_of * n_people + taker_of) * g + both[:n]) * g + both[n:], return_inverse=True)
    weight: Floats = np.bincount(at, rows.weight, minlength=len(distinct)).astype(float)
    ends, sides = np.divmod(distinct, g * g)
    (giver, taker), (one, other) = np.divmod(ends, n_people), np.divmod(sides, g)
    pair = np.minimum(giver_of, taker_of) * n_people + np.maximum(giver_of, taker_of)
    n_days = len(np.unique(pair << 20 | rows.day))
    strength = np.bincount(np.concatenate([one, other]), np.tile(weight, 2), minlength=len(organisations))
    if hub is None:
        place = int(np.argmax(strength)) if n else -1
    else:
        place = int(np.flatnonzero(organisations == hub)[0]) if hub in organisations else -1
    return Between(
        organisations, len(persons), n_days, place, giver, taker, one, other, weight, persons
    )  # fmt: skip


@dataclass(frozen=True)
class Chance:
    """A measure beside what chance makes of the same arcs."""

    value: float
    mean: float
    spread: float
    """Standard deviation over the re-orientations."""

    @property
    def z(self) -> float:
        """By how many standard deviations it is more than chance; 0 where chance makes no difference."""
        return (self.value - self.mean) / self.spread if self.spread > 0 else 0.0


@dataclass(frozen=True)
class Ties:
    """The one-sided ties of a population."""

    n_people: int
    """People with a tie of six or more days."""
    n_pairs: int
    """Pairs of them with six or more directed contact days."""
    persons: Ints
    """Ids of who has a one-sided tie, rising."""
    tail: Ints
    """Who writes on clearly more days, by place, one for each arc."""
    head: Ints

    @cached_property
    def own(self) -> Order:
        """The measures of the arcs as they are."""
        return order(len(self.persons), self.tail[None, :], self.head[None, :])

    @cached_property
    def null(self) -> Order:
        """The same of 500 re-orientations; of fewer where there are more than 4,000 arcs."""
        return order(len(self.persons), *reoriented(self.tail, self.head, seed=SEED, draws=self.n_draws))

    @property
    def n_draws(self) -> int:
        """How many re-orientations: what chance makes of many arcs varies little."""
        return _affordable(DRAWS, len(self.tail))

    def chance(self, measure: str) -> Chance:
        """`reaching`, `flow` or `krackhardt` beside chance."""
        drawn: Floats = getattr(self.null, measure)
        return Chance(float(getattr(self.own, measure)[0]), float(drawn.mean()), float(drawn.std()))

    def replicates(self) -> Floats:
        """Reaching centrality where each person is drawn about as often as not: bootstrap over persons."""
        n = _affordable(REPLICATES, len(self.tail))
        present: Bools = poisson(self.persons.astype(np.uint64), n).T > 0
        tails, heads = (np.tile(end, (n, 1)) for end in (self.tail, self.head))
        return order(len(self.persons), tails, heads, present).reaching


def ties(rows: Heard) -> Ties:
    """The one-sided ties among those who wrote to each other."""
    people, both = np.unique(np.concatenate([rows.giver, rows.taker]), return_inverse=True)
    n = max(len(people), 1)
    giver, taker = both[: len(rows.day)], both[len(rows.day) :]
    pair = np.minimum(giver, taker) * n + np.maximum(giver, taker)
    # A day counts once in each direction, in a space or elsewhere.
    days = np.unique(pair << 21 | rows.day << 1 | (giver < taker))
    pairs, at = np.unique(days >> 21, return_inverse=True)
    n_ab, n_ba = (np.bincount(at, (days & 1) == way, minlength=len(pairs)).astype(np.int64) for way in (1, 0))
    enough = n_ab + n_ba >= LEAST_DAYS
    pairs, n_ab, n_ba = pairs[enough], n_ab[enough], n_ba[enough]
    side = one_sided(n_ab, n_ba)
    a, b = np.divmod(pairs[side != 0], n)
    tail, head = np.where(side[side != 0] > 0, (a, b), (b, a))
    with_arc, place = np.unique(np.concatenate([tail, head]), return_inverse=True)
    n_people = len(np.unique(np.divmod(pairs, n)))
    return Ties(n_people, len(pairs), people[with_arc], place[: len(tail)], place[len(tail) :])


def _affordable(draws: int, n_arcs: int) -> int:
    """So many draws, or what two million arcs make, but never fewer than 50."""
    return max(50, min(draws, 2_000_000 // max(n_arcs, 1)))


def _divided(part: float, whole: float) -> float:
    return part / whole if whole > 0 else np.nan
