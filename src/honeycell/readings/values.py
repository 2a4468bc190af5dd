"""The numbers of one reading over many relationships at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import betaincinv

from honeycell.readings.arrays import Floats

__all__ = ["Values", "shares"]


@dataclass(frozen=True)
class Values:
    """One place for each relationship; not-a-number where there is nothing to compute from."""

    value: Floats
    low: Floats
    """5th percentile."""
    high: Floats
    """95th percentile."""
    n: Floats
    """Effective observations."""


def shares(share: Floats, n: Floats) -> Values:
    """Shares of `n` observations each as they are, with the interval of a beta under next to no prior (Jeffreys 1946).

    Example:
        >>> found = shares(np.array([1.0]), np.array([9.0]))
        >>> found.value, found.low.round(2), found.high
        (array([1.]), array([0.81]), array([1.]))
    """
    low, high = (betaincinv(n * share + 0.5, n * (1.0 - share) + 0.5, at) for at in (0.05, 0.95))
    return Values(share, np.minimum(low, share), np.maximum(high, share), n)
