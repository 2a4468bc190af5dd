"""A space with planted groups: who writes how often, to whom, and how much of it goes to their own group."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from honeycell.groups import Talk

__all__ = ["Planted", "planted"]

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Planted:
    """A space, and the group of each of its people; 0 for those in none."""

    talk: Talk
    group: Ints
    """Shape (people,); a person's id is the place."""


def planted(
    seed: int,
    *,
    sizes: tuple[int, ...] = (3, 4, 5, 6, 7, 3, 4, 5),
    others: int = 23,
    weeks: int = 40,
    share_inside: float = 0.6,
    rate: float = 2.0,
) -> Planted:
    """A space of people who write about as often as people do: a few much, most little.

    Args:
        seed: Of all that is drawn.
        sizes: People of each planted group.
        others: People in none.
        weeks: Weeks of talk, the first of number 0.
        share_inside: Chance that a message of somebody in a group goes to the group.
        rate: Messages that somebody writes a week, on average; gamma distributed over people, of shape 1.
    """
    chance = np.random.default_rng(seed)
    group = np.concatenate([np.full(size, n + 1) for n, size in enumerate(sizes)] + [np.zeros(others, np.int64)])
    n = len(group)
    active = chance.gamma(1.0, rate, n) + 0.2
    rows: list[tuple[int, int, int, int, int, float]] = []
    wrote = set()
    number = 0
    for week in range(weeks):
        for person in np.repeat(np.arange(n), chance.poisson(active)):
            inside = group[person] > 0 and chance.random() < share_inside
            circle = np.flatnonzero(group == group[person]) if inside else np.arange(n)
            circle = circle[circle != person]
            some = min(len(circle), 1 + int(chance.random() < 0.3))
            hearers = chance.choice(circle, some, replace=False, p=active[circle] / active[circle].sum())
            number += 1
            wrote.add((week, int(person)))
            rows += [(number, number // 3, week, int(person), int(hearer), 1 / some) for hearer in hearers]
    weeks_of, people = (np.array(part, np.int64) for part in zip(*sorted(wrote), strict=True))
    message, talk, said, speaker, hearer, weight = map(np.array, zip(*rows, strict=True))
    return Planted(Talk(people, weeks_of, message, talk, said, speaker, hearer, weight), group)
