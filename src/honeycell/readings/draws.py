"""Chance that is the same wherever and in whatever order it is drawn: numbers made from ids.

One relationship read alone and all relationships read at once must give the same interval, and so must another
machine tomorrow. Each draw is therefore a function of whom it concerns and of its number (splitmix64, Steele,
Lea & Flood 2014), not of a generator's position.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["poisson", "resampled", "uniform"]

_STEP = np.uint64(0x9E3779B97F4A7C15)


def uniform(seed: NDArray[np.uint64], n: int) -> NDArray[np.float64]:
    """`n` numbers between 0 and 1, ends excluded, for each seed: an array (seeds, n).

    Example:
        >>> uniform(np.array([1, 2], np.uint64), 3).shape
        (2, 3)
    """
    with np.errstate(over="ignore"):
        z = _mixed(seed)[:, None] + np.arange(1, n + 1, dtype=np.uint64)[None, :] * _STEP
        z = _mixed(z)
    return ((z >> np.uint64(11)).astype(np.float64) + 0.5) / float(1 << 53)


def poisson(seed: NDArray[np.uint64], n: int) -> NDArray[np.float64]:
    """`n` counts of mean 1 for each seed: how often a person appears in each bootstrap replicate."""
    steps = np.cumsum(np.exp(-1.0) / np.cumprod(np.concatenate([[1.0], np.arange(1.0, 12.0)])))
    return np.searchsorted(steps, uniform(seed, n), side="right").astype(np.float64)


def resampled(group: NDArray[np.int64], n: int) -> NDArray[np.float64]:
    """How often each row appears in each of `n` bootstrap replicates that draw within its group: an array (n, rows).

    Example:
        >>> resampled(np.array([0, 0, 7]), 4)[:, 2]
        array([1., 1., 1., 1.])
    """
    order = np.argsort(group, kind="stable")
    _, first, at, size = np.unique(group[order], return_index=True, return_inverse=True, return_counts=True)
    chance = uniform(np.arange(len(group), dtype=np.uint64), n)
    drawn = order[first[at][:, None] + (chance * size[at][:, None]).astype(np.int64)]
    counts = np.bincount((drawn + np.arange(n) * len(group)).ravel(), minlength=n * len(group))
    return counts.reshape(n, len(group)).astype(np.float64)


def _mixed(z: NDArray[np.uint64]) -> NDArray[np.uint64]:
    with np.errstate(over="ignore"):
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return z ^ (z >> np.uint64(31))
