"""Words as numbers: how rare each is, and where it stands among the others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

__all__ = ["RARITY", "VECTOR", "Words", "bare"]

RARITY = 256
"""Rarities are multiples of 1 / RARITY, and vectors of 1 / VECTOR: sums are exact, in any order."""
VECTOR = 128

_TRIM = "\"'`,;:.!?()<>[]{}*~@"
_COMMON = 2000
"""So many of the most frequent words are not taken for a name unless marked as one."""


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """The known words, most frequent first; what they are is not kept, only a sum of it.

    Attributes:
        keys: The CRC-32 of each word, (k,).
        rarity: The natural logarithm of lines per line with the word, times `RARITY`, (k,).
        vectors: Where each stands, times `VECTOR`, (k, d).
    """

    keys: NDArray[np.uint32]
    rarity: NDArray[np.int16]
    vectors: NDArray[np.int8]
    _number: dict[int, int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_number", {int(key): number for number, key in enumerate(self.keys)})

    def common(self, word: str) -> bool:
        """Whether a word is so frequent that it is hardly a name."""
        return self._number.get(crc32(word.encode()), _COMMON) < _COMMON

    def numbers(self, tokens: Iterable[str]) -> list[int]:
        """The numbers of the words, none twice, in order; of unknown ones at least `len(keys)`."""
        known, n = self._number, len(self.keys)
        found: dict[int, None] = {}
        for token in tokens:
            word = token.strip(_TRIM)
            if word:
                key = crc32(word.encode())
                found[known.get(key, n + key)] = None
        return list(found)

    def rarities(self, numbers: NDArray[np.int64]) -> NDArray[np.float64]:
        """How rare words are; an unknown one is as rare as the rarest."""
        padded = np.append(self.rarity, self.rarity.max(initial=RARITY)) / RARITY
        return padded[np.minimum(numbers, len(self.keys))]


def bare(word: str) -> str:
    """A word without the marks around it."""
    return word.strip(_TRIM)
