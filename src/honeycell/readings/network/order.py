"""How ordered one-sided ties are: whether they point in circles, or from some people down to others.

Of two people an arc goes from the one who writes on clearly more days. Of many such arcs: the global reaching
centrality (Mones, Vicsek & Vicsek 2012), the share of arcs in no circle (Luo & Magee 2011) and Krackhardt's hierarchy
(1994), each for any number of orientations of the same arcs at once. Arcs say who writes to whom, never who decides.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from honeycell.readings.arrays import Floats, Ints

__all__ = ["DRAWS", "LEAST_DAYS", "SURE", "TARGETS", "Order", "one_sided", "order", "reoriented"]

LEAST_DAYS, SURE = 6, 0.95
"""Directed contact days that a pair needs, and how sure it must be that one of the two writes on more of them."""
DRAWS = 500
TARGETS = 512
"""Up to so many people it is counted exactly whom each reaches; beyond, whom of so many, evenly chosen."""
_AT_ONCE = 4_000_000
"""Words of 64 bits in memory."""

Words = NDArray[np.uint64]


@dataclass(frozen=True)
class Order:
    """Three measures of each orientation, shape (orientations,), each 0 (circles) to 1 (a tree pointing one way)."""

    reaching: Floats
    """Global reaching centrality: sum of (C_max - C_i) / (N - 1), C_i the share of the others that i reaches."""
    flow: Floats
    """Share of arcs that are part of no circle."""
    krackhardt: Floats
    """One minus the share of the connected pairs that reach each other both ways."""


def one_sided(n_ab: Ints, n_ba: Ints) -> Ints:
    """1 where a writes on more days than b for sure, -1 where b does, 0 where neither is sure.

    P(b > 0.5) > 0.95 under a flat prior, b the share of directed contact days that go from a to b.

    Args:
        n_ab: Days on which a wrote to b, one place for each pair.
        n_ba: Days on which b wrote to a.

    Example:
        >>> one_sided(np.array([7, 1, 5]), np.array([1, 7, 0]))
        array([ 1, -1,  0])
    """
    from scipy.special import betainc

    less = betainc(1.0 + n_ab, 1.0 + n_ba, 0.5)
    found: Ints = np.where(n_ab + n_ba < LEAST_DAYS, 0, (1 - less > SURE).astype(np.int64) - (less > SURE))
    return found


def reoriented(tail: Ints, head: Ints, *, seed: int, draws: int = DRAWS) -> tuple[Ints, Ints]:
    """The same arcs, each pointing either way by chance: tails and heads of shape (draws, arcs)."""
    turn = np.random.default_rng(seed).random((draws, len(tail))) < 0.5
    return np.where(turn, head, tail), np.where(turn, tail, head)


def order(n: int, tails: Ints, heads: Ints, present: NDArray[np.bool_] | None = None) -> Order:
    """The measures of some orientations, or of some parts, of the same arcs.

    Args:
        n: People, numbered from 0.
        tails: Where arcs begin, shape (orientations, arcs).
        heads: Where they end.
        present: Which people are there in each, shape (orientations, n); everybody by default.

    Example:
        >>> tree, ring = np.array([[0, 0, 1]]), np.array([[0, 1, 2]])
        >>> round(float(order(4, tree, np.array([[1, 2, 3]])).reaching[0]), 3)
        0.889
        >>> float(order(3, ring, (ring + 1) % 3).flow[0])
        0.0
    """
    there = np.ones((len(tails), n), bool) if present is None else present
    n_words = -(-min(n, TARGETS) // 64)
    step = max(1, _AT_ONCE // (max(n, tails.shape[1]) * n_words))
    parts = [
        _measured(tails[at : at + step], heads[at : at + step], there[at : at + step])
        for at in range(0, len(tails), step)
    ]
    return Order(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _measured(tails: Ints, heads: Ints, there: NDArray[np.bool_]) -> tuple[Floats, Floats, Floats]:
    """All orientations as one graph of as many separate pieces."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    n_pieces, n = there.shape
    piece = np.repeat(np.arange(n_pieces), tails.shape[1])
    tail, head = tails.ravel() + piece * n, heads.ravel() + piece * n
    kept = there.ravel()[tail] & there.ravel()[head]
    tail, head, piece = tail[kept], head[kept], piece[kept]
    size = there.sum(axis=1)

    graph = csr_array((np.ones(len(tail), np.int8), (tail, head)), (n_pieces * n, n_pieces * n))
    _, circle = connected_components(graph, connection="strong")
    n_arcs = np.bincount(piece, minlength=n_pieces)
    in_none = np.bincount(piece, circle[tail] != circle[head], minlength=n_pieces)

    targets = np.arange(n) if n <= TARGETS else np.arange(TARGETS) * (n - 1) // (TARGETS - 1)
    reached = _reached(n_pieces, n, tail, head, targets).reshape(n_pieces, n)
    # Nobody counts as reaching themselves; where targets are a sample, its share stands for that of all.
    itself = np.isin(np.arange(n), targets)
    among = np.maximum(there[:, targets].sum(axis=1)[:, None] - itself, 1)
    share = np.where(there, (reached - itself) / among, 0.0)
    top, total = share.max(axis=1), share.sum(axis=1)
    reaching = (size * top - total) / np.maximum(size - 1, 1)

    piece_of = np.repeat(np.arange(n_pieces), n)
    sizes = np.bincount(circle)
    owner = np.zeros(len(sizes), np.int64)
    owner[circle] = piece_of
    mutual = np.bincount(owner, sizes * (sizes - 1) / 2, minlength=n_pieces)
    connected = np.maximum(total * (size - 1) - mutual, mutual)
    return reaching, _ratio(in_none, n_arcs), 1 - _ratio(mutual, connected)


def _ratio(part: Floats | Ints, whole: Floats | Ints) -> Floats:
    shares: Floats = np.divide(part, whole, out=np.zeros(len(part)), where=whole > 0)
    return shares


def _reached(n_pieces: int, n: int, tail: Ints, head: Ints, targets: Ints) -> Ints:
    """How many of the targets each person reaches, themselves included: sets of bits handed back along the arcs."""
    bits: Words = np.zeros((n, -(-len(targets) // 64)), np.uint64)
    place = np.arange(len(targets))
    bits[targets, place // 64] = np.uint64(1) << (place % 64).astype(np.uint64)
    bits = np.tile(bits, (n_pieces, 1))
    if len(tail):
        along = np.argsort(tail, kind="stable")
        head, start = head[along], np.flatnonzero(np.diff(tail[along], prepend=-1))
        begins = tail[along][start]
        while True:
            now = bits[begins] | np.bitwise_or.reduceat(bits[head], start, axis=0)
            if np.array_equal(now, bits[begins]):
                break
            bits[begins] = now
    n_reached: Ints = np.bitwise_count(bits).sum(axis=1, dtype=np.int64)
    return n_reached
