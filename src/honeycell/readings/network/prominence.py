"""How much attention comes to each person, and from whom: for routing only, never shown, never a rank.

Weighted PageRank of received attention (Brin & Page 1998). Nothing that a person reads calls it. scikit-network's is
not used: it hands what reaches people who give nothing back to those people, and not to everybody.
"""

from __future__ import annotations

import numpy as np

from honeycell.readings.arrays import Floats, Ints

__all__ = ["prominence"]

DAMPING, CLOSE = 0.85, 1e-12
"""The share that is handed on, and the sum of changes at which it has settled."""


def prominence(giver: Ints, taker: Ints, attention: Floats, n: int) -> Floats:
    """The share of attention that ends with each of `n` persons, summing to 1, shape (n,).

    What reaches somebody who gives none goes to everybody alike.

    Args:
        giver: Who gave attention, numbered from 0; repeats are added.
        taker: Who received it.
        attention: How much.
        n: Persons.

    Example:
        >>> shares = prominence(np.array([0, 1]), np.array([2, 2]), np.array([1.0, 1.0]), 3)
        >>> bool(shares[2] > shares[0]), round(float(shares.sum()), 9)
        (True, 1.0)
    """
    from scipy.sparse import csr_array

    given = np.bincount(giver, attention, minlength=n)
    handed = csr_array((attention / np.where(given > 0, given, 1.0)[giver], (taker, giver)), (n, n))
    shares: Floats = np.full(n, 1.0 / n)
    while True:
        now = DAMPING * (handed @ shares + shares[given == 0].sum() / n) + (1.0 - DAMPING) / n
        moved, shares = np.abs(now - shares).sum(), now
        if moved < CLOSE:
            return shares
