"""Which resolution: what communities found in half of the conversations say of the other half."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from honeycell.groups import LARGEST, SMALLEST, Talk, communities

__all__ = ["held_out", "modularity"]


def held_out(said: Talk, weeks: Sequence[int], resolution: float, seed: int = 0) -> tuple[float, float, float]:
    """Communities of one half of the conversations before each of these weeks, judged by the other half.

    Returns:
        Modularity in the other half (at 1, whatever the resolution); how many of the groups, communities of 3 to 7, are
        found there too (Jaccard of at least 0.5), and how many groups there are in a half.
    """
    chance = np.random.default_rng(seed)
    held, same, n = [], 0, 0
    for week in weeks:
        now = said.among(said.regulars(week), week)
        talks = np.unique(now.talk)
        first = np.isin(now.talk, chance.permutation(talks)[: len(talks) // 2])
        one, other = now.only(first), now.only(~first)
        found, there = communities(one, resolution), communities(other, resolution)
        small = [members for members in found if SMALLEST <= len(members) <= LARGEST]
        held.append(modularity(other, found))
        same += sum(any(len(a & b) >= 0.5 * len(a | b) for b in there) for a in small)
        n += len(small)
    return float(np.mean(held)), same / max(n, 1), n / len(weeks)


def modularity(talk: Talk, divided: Sequence[frozenset[int]]) -> float:
    """Talk inside beyond what everybody's share of the talk makes likely (Newman, 2004); who is in no part is left out.

    Example:
        >>> a = np.array([1, 2, 3, 4])
        >>> pairs = Talk(a, a, a, a, a, a, np.array([2, 1, 4, 3]), np.ones(4))
        >>> modularity(pairs, [frozenset({1, 2}), frozenset({3, 4})])
        0.5
    """
    label = {person: number for number, members in enumerate(divided) for person in members}
    speaker, hearer = (np.array([label.get(one, -1) for one in part.tolist()]) for part in (talk.speaker, talk.hearer))
    both = (speaker >= 0) & (hearer >= 0)
    speaker, hearer, weight = speaker[both], hearer[both], talk.weight[both] / talk.weight[both].sum()
    shares = sum(np.bincount(part, weight, len(divided)) for part in (speaker, hearer)) / 2
    return float(weight[speaker == hearer].sum() - (shares**2).sum())
