"""Where each place of a network lies: how many ties it has, how near it is to all others, how near to what is central.

The usual measures (Freeman 1979; Bonacich 1972), exactly, for comparison with other software and with what was
published. None is a reading and none is shown of persons: degree says little of importance (`science.md` 8). What the
product itself goes by is `prominence`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from honeycell.readings.arrays import Floats, Ints

if TYPE_CHECKING:
    from scipy.sparse import csr_array

__all__ = ["closeness", "degree", "eigenvector"]

Words = NDArray[np.uint64]

_SOURCES = 64 * 64
"""From how many places at once distances are counted: one bit for each, in every place."""
_WORDS = 50_000
"""Words of 64 bits that are looked at together; they should fit into a cache."""


def degree(tail: Ints, head: Ints, n: int) -> Ints:
    """The ties of each of `n` places, either way, shape (n,).

    Args:
        tail: Where ties begin, numbered from 0.
        head: Where they end.
        n: Places.

    Example:
        >>> degree(np.array([0, 1]), np.array([1, 0]), 3)
        array([2, 2, 0])
    """
    found: Ints = np.bincount(tail, minlength=n) + np.bincount(head, minlength=n)
    return found


def closeness(tail: Ints, head: Ints, n: int) -> Floats:
    """One over the mean distance to all that can be reached, direction aside, shape (n,); NaN where nobody can be.

    All distances are found at once: each place holds the set of places from which it has been reached, as bits, and
    takes over those of its neighbours step by step (Then et al. 2014).

    Args:
        tail: Where ties begin, numbered from 0.
        head: Where they end.
        n: Places.

    Example:
        >>> closeness(np.array([0, 1]), np.array([1, 2]), 4).round(2)
        array([0.67, 1.  , 0.67,  nan])
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    ties = csr_array((np.ones(2 * len(tail), np.int8), (np.r_[tail, head], np.r_[head, tail])), (n, n))
    _, part = connected_components(ties, directed=False)
    far, n_reached = np.zeros(n), np.full(n, -1.0)
    for first in range(0, n, _SOURCES):
        sources = np.arange(first, min(first + _SOURCES, n))
        bits = np.zeros((n, -(-len(sources) // 64)), np.uint64)
        bits[sources, (sources - first) // 64] = np.uint64(1) << ((sources - first) % 64).astype(np.uint64)
        there = np.bincount(part[sources], minlength=n)[part]
        seen, distance = _counted(bits), 0
        while len(moving := np.flatnonzero(seen < there)):
            distance += 1
            bits[moving] |= _around(bits, ties[moving])
            now = _counted(bits[moving])
            far[moving] += distance * (now - seen[moving])
            seen[moving] = now
        n_reached += there
    found: Floats = np.divide(n_reached, far, out=np.full(n, np.nan), where=far > 0)
    return found


def eigenvector(tail: Ints, head: Ints, n: int) -> Floats:
    """How much each place is named by those that are much named, the most of all being 1, shape (n,).

    Args:
        tail: Where ties begin, numbered from 0.
        head: Where they end.
        n: Places, three at least.

    Example:
        >>> eigenvector(np.array([0, 1, 2, 3]), np.array([1, 0, 0, 0]), 4).round(2)
        array([1., 1., 0., 0.])
    """
    from scipy.sparse import csr_array
    from scipy.sparse.linalg import eigs

    named = csr_array((np.ones(len(tail)), (head, tail)), (n, n))
    _, vectors = eigs(named, k=1, which="LR", v0=degree(tail, head, n).astype(float))
    size = np.abs(vectors[:, 0].real)
    found: Floats = size / size.max()
    return found


def _around(bits: Words, ties: csr_array) -> Words:
    """What the neighbours of each place hold together, one row of ties each, none of them empty."""
    starts, found = ties.indptr, np.empty((ties.shape[0], bits.shape[1]), np.uint64)
    at = 0
    while at < len(found):
        # So many places as have their neighbours fit, but one at least.
        most = starts[at] + _WORDS // bits.shape[1]
        to = max(at + 1, int(np.searchsorted(starts, most, side="right")) - 1)
        rows = bits[ties.indices[starts[at] : starts[to]]]
        np.bitwise_or.reduceat(rows, starts[at:to] - starts[at], axis=0, out=found[at:to])
        at = to
    return found


def _counted(bits: Words) -> Floats:
    n: Floats = np.bitwise_count(bits).sum(axis=1, dtype=np.int64).astype(float)
    return n
