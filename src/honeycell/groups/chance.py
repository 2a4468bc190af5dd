"""How sure a group is: whether it is found again in other draws of the talk, and how often chance makes one like it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from honeycell.groups.communities import LARGEST, SMALLEST, communities
from honeycell.groups.following import SAME
from honeycell.groups.talk import Talk

__all__ = ["DRAWS", "by_chance", "found_again", "share_inside", "shuffled"]

DRAWS = 20
"""How often the talk is drawn, and shuffled, anew."""
_SEED = 20


def found_again(now: Talk, groups: Sequence[frozenset[int]]) -> list[float]:
    """For each group the share of draws in which a community has at least half of its people in common with it.

    A draw is of whole conversations, with replacement (Efron, 1979): one long conversation makes no group by itself.
    """
    talks, place = np.unique(now.talk, return_inverse=True)
    order = np.argsort(place, kind="stable")
    ends = np.searchsorted(place[order], np.arange(len(talks) + 1))
    chance, n = np.random.default_rng(_SEED), np.zeros(len(groups))
    for _draw in range(DRAWS if groups else 0):
        drawn = chance.integers(0, len(talks), len(talks))
        others = communities(now.only(np.concatenate([order[ends[one] : ends[one + 1]] for one in drawn])))
        n += [any(len(one & other) >= SAME * len(one | other) for other in others) for one in groups]
    return [float(one) / DRAWS for one in n]


def by_chance(now: Talk, groups: Sequence[frozenset[int]]) -> list[float]:
    """For each group how many groups keep as much talk inside where hearers are shuffled: a share, itself counted.

    A shuffle in which there is no group of that size counts as one that keeps none.
    """
    inside: list[float] = []
    for draw in range(DRAWS if groups else 0):
        other = shuffled(now, _SEED + draw)
        inside += [share_inside(other, one) for one in communities(other) if SMALLEST <= len(one) <= LARGEST] or [0.0]
    return [
        (1 + sum(one >= share for one in inside)) / (1 + len(inside))
        for share in (share_inside(now, group) for group in groups)
    ]


def shuffled(talk: Talk, seed: int) -> Talk:
    """The same messages by the same people in the same weeks, each heard by somebody who heard one of that week.

    Everybody writes and hears about as much as before, but nobody talks with anybody in particular.
    """
    chance = np.random.default_rng(seed)
    order = np.lexsort((chance.random(len(talk.said)), talk.said))
    hearer = talk.hearer[order]
    kept = hearer != talk.speaker
    parts = {name: getattr(talk, name)[kept] for name in ("message", "talk", "said", "speaker", "weight")}
    return Talk(talk.person, talk.wrote, hearer=hearer[kept], **parts)


def share_inside(talk: Talk, group: frozenset[int]) -> float:
    """The part of what the people of a group said that went to each other, 0 to 1."""
    members = np.fromiter(group, np.int64, len(group))
    by = np.isin(talk.speaker, members)
    said = talk.weight[by].sum()
    return float(talk.weight[by & np.isin(talk.hearer, members)].sum() / said) if said else 0.0
