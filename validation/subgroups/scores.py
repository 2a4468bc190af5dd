"""How alike two divisions of the same people are."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

__all__ = ["adjusted_information", "adjusted_rand", "normalised_information"]

Ints = NDArray[np.int64]


def adjusted_rand(one: Ints, other: Ints) -> float:
    """Pairs that both put together, beyond chance: 1 for the same, 0 for chance (Hubert and Arabie, 1985).

    Example:
        >>> adjusted_rand(np.array([0, 0, 1, 1]), np.array([5, 5, 2, 2]))
        1.0
    """
    counts = _counts(one, other)
    both, rows, columns = (_pairs(part).sum() for part in (counts, counts.sum(1), counts.sum(0)))
    expected = rows * columns / _pairs(counts.sum())
    return float((both - expected) / ((rows + columns) / 2 - expected))


def normalised_information(one: Ints, other: Ints) -> float:
    """What either says of the other, 0 to 1: over the mean of their entropies (Danon and others, 2005).

    Example:
        >>> round(normalised_information(np.array([0, 0, 1, 1]), np.array([5, 5, 2, 2])), 6)
        1.0
    """
    counts = _counts(one, other)
    joint, rows, columns = (_entropy(part) for part in (counts, counts.sum(1), counts.sum(0)))
    return 2 * (rows + columns - joint) / (rows + columns)


def adjusted_information(one: Ints, other: Ints) -> float:
    """What either says of the other, beyond chance: 1 for the same, 0 for chance (Vinh, Epps and Bailey, 2010).

    Chance deals the same people into groups of the same sizes; over the mean of the two entropies.

    Example:
        >>> round(adjusted_information(np.array([0, 0, 1, 1, 2]), np.array([5, 5, 2, 2, 7])), 6)
        1.0
    """
    counts = _counts(one, other)
    joint, rows, columns = (_entropy(part) for part in (counts, counts.sum(1), counts.sum(0)))
    expected = _by_chance(counts.sum(1), counts.sum(0))
    return float((rows + columns - joint - expected) / ((rows + columns) / 2 - expected))


def _by_chance(rows: NDArray[np.float64], columns: NDArray[np.float64]) -> float:
    """Mean mutual information of divisions with these sizes: hypergeometric in each cell."""
    n, total = rows.sum(), 0.0
    for a in rows:
        for b in columns:
            both = np.arange(max(1.0, a + b - n), min(a, b) + 1)
            outside = (both, a - both, b - both, n - a - b + both)
            log_chance = sum(gammaln(part + 1) for part in (a, b, n - a, n - b)) - gammaln(n + 1)
            chance = np.exp(log_chance - sum(gammaln(part + 1) for part in outside))
            total += float(np.sum(both / n * np.log(n * both / (a * b)) * chance))
    return total


def _counts(one: Ints, other: Ints) -> NDArray[np.float64]:
    (_a, rows), (_b, columns) = np.unique(one, return_inverse=True), np.unique(other, return_inverse=True)
    counts = np.zeros((rows.max() + 1, columns.max() + 1))
    np.add.at(counts, (rows, columns), 1)
    return counts


def _pairs(n: NDArray[np.float64]) -> NDArray[np.float64]:
    return n * (n - 1) / 2


def _entropy(counts: NDArray[np.float64]) -> float:
    shares = counts[counts > 0] / counts.sum()
    return -math.fsum(shares * np.log(shares))
