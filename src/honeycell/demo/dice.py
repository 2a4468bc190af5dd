"""Chance that is the same on every machine: numpy's raw uniform stream, and everything else computed from it."""

from __future__ import annotations

import hashlib
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = ["Dice", "Floats", "Ints", "Truths"]

Floats: TypeAlias = npt.NDArray[np.float64]
Ints: TypeAlias = npt.NDArray[np.int64]
Truths: TypeAlias = npt.NDArray[np.bool_]


class Dice:
    """A stream of chance for one purpose, so that a change in one part of the world leaves the others alone.

    Only the uniform stream of PCG64 is taken from numpy, which promises to keep it; the other distributions
    are written out here, because numpy may improve its own from one version to the next.

    Example:
        >>> Dice(7, "names").whole(3, 10).tolist() == Dice(7, "names").whole(3, 10).tolist()
        True
    """

    def __init__(self, seed: int, purpose: str) -> None:
        digest = hashlib.sha256(f"{seed}/{purpose}".encode()).digest()
        self._uniform = np.random.Generator(np.random.PCG64(int.from_bytes(digest[:16], "big")))
        self._kept: list[float] = []

    def share(self, n: int) -> Floats:
        """`n` uniform numbers in [0, 1)."""
        return self._uniform.random(n)

    def whole(self, n: int, below: int | Ints) -> Ints:
        """`n` whole numbers from 0 to `below` - 1, each as likely."""
        return np.floor(self.share(n) * below).astype(np.int64)

    def normal(self, n: int) -> Floats:
        """`n` standard normal numbers (Box & Muller 1958)."""
        radius = np.sqrt(-2.0 * np.log1p(-self.share(n)))
        normal: Floats = radius * np.cos(2.0 * np.pi * self.share(n))
        return normal

    def gamma(self, halves: Ints) -> Floats:
        """Gamma numbers of mean 1 and shape `halves` / 2 (1 to 6 halves): a chi-square over its mean."""
        total = np.zeros(len(halves))
        for degree in range(1, int(halves.max(initial=0)) + 1):
            square = self.normal(len(halves)) ** 2
            total += np.where(halves >= degree, square, 0.0)
        mean_one: Floats = total / halves
        return mean_one

    def order(self, n: int) -> Ints:
        """The numbers 0 to `n` - 1 in random order."""
        return np.argsort(self.share(n), kind="stable")

    def roll(self) -> float:
        """One uniform number; cheap enough for a loop over messages."""
        if not self._kept:
            self._kept = self.share(4096).tolist()
        return self._kept.pop()

    def pick(self, n: int) -> int:
        """One whole number from 0 to `n` - 1."""
        return int(self.roll() * n)
