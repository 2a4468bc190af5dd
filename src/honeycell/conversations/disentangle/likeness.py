"""How much two messages have in common by their words."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from honeycell.conversations.disentangle.ranker import on_grid, times
from honeycell.conversations.disentangle.stream import WINDOW, Stream
from honeycell.conversations.disentangle.words import VECTOR, Words

__all__ = ["LIKENESS", "Likeness", "standing"]

_TELLING = 3.0
"""Words that one line in twenty has say nothing of what it is about."""

LIKENESS: tuple[str, ...] = (
    "words in common, by rarity",
    "and by length",
    "words in common",
    "nearest with words in common",
    "subject",
)
"""What `Likeness.of` says of a pair, in order."""


class Likeness:
    """The words of a stream, ready to be compared: rows are messages.

    Args:
        stream: The messages.
        words: How rare words are and where they stand.
    """

    def __init__(self, stream: Stream, words: Words) -> None:
        rarity = words.rarities(stream.words)
        rarity[rarity < _TELLING] = 0
        distinct, column = np.unique(stream.words, return_inverse=True)
        shape = (len(stream), len(distinct))
        self._has = csr_array((np.ones(len(column)), column, stream.starts), shape=shape)
        self._weighs = csr_array((rarity, column, stream.starts), shape=shape)
        sums = np.concatenate([[0.0], np.cumsum(rarity)])
        self._length = np.sqrt(np.maximum(sums[stream.starts[1:]] - sums[stream.starts[:-1]], 1))
        self.standing = standing(stream, words)

    def of(self, low: int, high: int) -> NDArray[np.float32]:
        """Of the messages low to high with each of those in the window before: (high - low, WINDOW, 5)."""
        first = max(low - WINDOW, 0)
        common = (self._has[low:high] @ self._weighs[first:high].T).toarray()
        place = np.arange(low, high)[:, None] - np.arange(1, WINDOW + 1)
        known = place >= first
        place = np.maximum(place, first)
        shared = np.where(known, np.take_along_axis(common, place - first, 1), 0)
        found = np.empty((high - low, WINDOW, len(LIKENESS)), np.float32)
        found[..., 0] = np.log1p(shared) / 3
        found[..., 1] = shared / (self._length[low:high, None] * self._length[place])
        some = shared > 0
        found[..., 2] = some
        found[..., 3] = some & (np.cumsum(some, axis=1) == 1)
        subject = times(self.standing[low:high], self.standing[first:high].T)
        found[..., 4] = np.where(known, np.take_along_axis(subject, place - first, 1), 0)
        return found


def standing(stream: Stream, words: Words) -> NDArray[np.float64]:
    """Where each message stands: the sum of the vectors of its known words by rarity, of length 1; (n, d)."""
    n = len(words.keys)
    known = np.flatnonzero(stream.words < n)
    row = np.repeat(np.arange(len(stream)), np.diff(stream.starts))
    numbers = stream.words[known]
    weights = csr_array((words.rarities(numbers), (row[known], numbers)), shape=(len(stream), n))
    summed = weights @ (words.vectors / VECTOR)
    return on_grid(summed / np.maximum(np.linalg.norm(summed, axis=1, keepdims=True), 1 / VECTOR))
