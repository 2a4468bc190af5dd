"""A small network that ranks the candidates of a message, exact to the last bit.

Inputs, weights and what is between the layers lie on grids so coarse that every sum of products fits a float64:
the same message gets the same scores whatever batch it comes in, on whatever machine.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

__all__ = ["GRID", "WEIGHT", "Ranker", "on_grid", "scores", "times"]

GRID = 1024
"""Inputs and activations are multiples of 1 / GRID."""
WEIGHT = 4096
"""Weights are multiples of 1 / WEIGHT, and less than 8."""

_Floats = NDArray[np.floating]
_NONE = -1e9
_TOGETHER = 32
"""Messages whose numbers stay in the cache."""
_ALONE = 200_000
"""Multiplications too few to be shared."""


@dataclass(frozen=True, slots=True, eq=False)
class Ranker:
    """Weights of f features of a pair and m of a message, through h and g units.

    A pair is scored from its features, those of the message and those of the candidate; a beginning from
    those of the message and a constant.
    """

    pair: _Floats
    """(f, h)"""
    message: _Floats
    """(m, h)"""
    candidate: _Floats
    """(m, h)"""
    begins: _Floats
    """(h,)"""
    hidden: _Floats
    """(h,)"""
    second: _Floats
    """(h, g)"""
    second_hidden: _Floats
    """(g,)"""
    last: _Floats
    """(g,)"""

    @classmethod
    def from_integers(cls, **weights: NDArray[np.int16]) -> Ranker:
        """From weights times `WEIGHT`."""
        return cls(**{name: numbers / WEIGHT for name, numbers in weights.items()})

    def integers(self) -> dict[str, NDArray[np.int16]]:
        """Weights times `WEIGHT`, as they are kept."""
        whole = {one.name: np.rint(getattr(self, one.name) * WEIGHT) for one in fields(self)}
        return {name: np.clip(numbers, -32767, 32767).astype(np.int16) for name, numbers in whole.items()}


def on_grid(numbers: _Floats) -> NDArray[np.float64]:
    """The nearest multiples of 1 / GRID."""
    return np.asarray(np.rint(numbers * float(GRID)) / GRID, np.float64)


def scores(
    ranker: Ranker, pairs: _Floats, own: _Floats, i: NDArray[np.int64], j: NDArray[np.int64]
) -> NDArray[np.float64]:
    """How well each candidate fits; only differences within a message mean something.

    Args:
        ranker: The weights.
        pairs: Features of the pairs on the grid, (b, c, f).
        own: Features of all messages on the grid, (n, m).
        i: Places of the messages, (b,).
        j: Places of their candidates, (b, c); negative where there is none.

    Returns:
        (b, c + 1), the last of beginning a conversation.
    """
    found = np.empty((len(i), pairs.shape[1] + 1))
    for low in range(0, len(i), _TOGETHER):
        part = slice(low, low + _TOGETHER)
        found[part] = _scores(ranker, pairs[part], own, i[part], j[part])
    return found


def _scores(
    ranker: Ranker, pairs: _Floats, own: _Floats, i: NDArray[np.int64], j: NDArray[np.int64]
) -> NDArray[np.float64]:
    b, c, f = pairs.shape
    known = j >= 0
    low = max(int(np.where(known, j, i[:, None]).min()), 0)
    tail = times(own[low : int(i.max()) + 1], ranker.candidate)
    head = times(own[i], ranker.message) + ranker.hidden
    first = np.empty((b, c + 1, head.shape[1]))
    first[:, :c] = times(pairs.reshape(b * c, f), ranker.pair).reshape(b, c, -1)
    first[:, :c] += tail[np.where(known, j - low, 0)]
    first[:, c] = ranker.begins
    first += head[:, None]
    between = _active(first.reshape(b * (c + 1), -1))
    further = _active(times(between, ranker.second) + ranker.second_hidden)
    found: NDArray[np.float64] = np.einsum("rg,g->r", further, ranker.last).reshape(b, c + 1)
    found[:, :c][~known] = _NONE
    return found


def times(rows: _Floats, weights: _Floats) -> NDArray[np.float64]:
    """The matrix product, in pieces so small that no library of linear algebra would share them among threads.

    On a busy machine threads that wait for each other take many times as long as one.
    """
    n, size = len(rows), max(_ALONE // weights.size, 1)
    whole = n - n % size
    found = np.empty((n, weights.shape[1]))
    pieces = np.ascontiguousarray(rows[:whole]).reshape(-1, size, rows.shape[1])
    np.matmul(pieces, weights, out=found[:whole].reshape(-1, size, weights.shape[1]))
    np.matmul(rows[whole:], weights, out=found[whole:])
    return found


def _active(numbers: NDArray[np.float64]) -> NDArray[np.float64]:
    """What is positive, on the grid, in place."""
    np.maximum(numbers, 0, out=numbers)
    numbers *= GRID
    np.rint(numbers, out=numbers)
    numbers /= GRID
    return numbers
