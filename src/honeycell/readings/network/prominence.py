"""How much attention comes to each person, and from whom: for routing only, never shown, never a rank.

Weighted PageRank of received attention (Brin & Page 1998), by scikit-network. Nothing that a person reads calls it.
"""

from __future__ import annotations

from honeycell.readings.arrays import Floats, Ints

__all__ = ["prominence"]


def prominence(giver: Ints, taker: Ints, attention: Floats, n: int) -> Floats:
    """The share of attention that ends with each of `n` persons, summing to 1, shape (n,).

    Args:
        giver: Who gave attention, numbered from 0; repeats are added.
        taker: Who received it.
        attention: How much.
        n: Persons.

    Example:
        >>> import numpy as np
        >>> shares = prominence(np.array([0, 1]), np.array([2, 2]), np.array([1.0, 1.0]), 3)
        >>> bool(shares[2] > shares[0]), round(float(shares.sum()), 9)
        (True, 1.0)
    """
    from scipy.sparse import csr_matrix
    from sknetwork.ranking import PageRank

    graph = csr_matrix((attention, (giver, taker)), (n, n))
    found: Floats = PageRank(damping_factor=0.85, n_iter=100, tol=1e-12).fit_predict(graph)
    return found
