"""Which phrases went from person to person: how many of those who took one up had read it, and would have by chance."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from honeycell.conversations.ideas.phrases import Said, different
from honeycell.conversations.ideas.spread import NEVER, READ, Spread

__all__ = ["evidence", "had_read"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_WEEK = 7 * 86_400_000_000
_LEAST = 0.5
"""Fewer than this are not expected of a phrase: few people would make any reader a wonder."""


def had_read(went: Spread) -> NDArray[np.bool_]:
    """Of each row whether the person had read the phrase when they first used it; (r,)."""
    read: NDArray[np.bool_] = (went.used >= 0) & (went.seen_at[:, list(READ)].min(1) < went.used_at)
    return read


def evidence(said: Said, went: Spread) -> Floats:
    """How much speaks for each phrase having gone from one to the other: n ln(n / m) - (n - m), 0 where n < m; (p,).

    n is how many of those who took it up had read it, m how many would have if those who wrote in the same week and
    had not used it were as likely to (the deviance of a Poisson count). Common turns of phrase are taken up by people
    who happen to have read them; what is passed on, by few others.
    """
    n = int(max(went.person.max(initial=0), said.person.max(initial=0))) + 1
    weeks, present = different(said.at // _WEEK, said.person)
    read_at, took, read = went.seen_at[:, list(READ)].min(1), went.adopted(), had_read(went)
    ends = np.append(np.searchsorted(went.phrase, np.arange(len(went.origin))), len(went.phrase))
    by_chance = np.zeros(len(went.origin))
    for phrase in range(len(went.origin)):
        rows = slice(ends[phrase], ends[phrase + 1])
        of_person, used = np.full(n, NEVER), np.full(n, NEVER)
        of_person[went.person[rows]], used[went.person[rows]] = read_at[rows], went.used_at[rows]
        for at in went.used_at[rows][took[rows]].tolist():
            there = present[slice(*np.searchsorted(weeks, (at // _WEEK, at // _WEEK + 1)))]
            free = there[used[there] >= at]
            by_chance[phrase] += (of_person[free] < at).mean()
    found = np.bincount(went.phrase[took & read], minlength=len(went.origin))
    expected = np.maximum(by_chance, _LEAST)
    return np.where(found > expected, found * np.log(np.maximum(found, 1) / expected) - (found - expected), 0.0)
