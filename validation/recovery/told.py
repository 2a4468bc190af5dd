"""A reading beside what was planted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

__all__ = ["Told", "figures_of"]


@dataclass(frozen=True)
class Told:
    """A reading of one relationship, and what was planted there."""

    reading: str
    value: float
    low: float
    high: float
    planted: float

    @property
    def inside(self) -> bool:
        """Whether the interval holds what was planted."""
        return self.low <= self.planted <= self.high


def figures_of(told: Sequence[Told]) -> dict[str, float | int]:
    """Of each reading the share of intervals that hold what was planted, the mean error, and how many there are."""
    figures: dict[str, float | int] = {}
    for name in dict.fromkeys(one.reading for one in told):
        some = [one for one in told if one.reading == name]
        figures |= {
            f"{name}_inside": round(float(np.mean([one.inside for one in some])), 3),
            f"{name}_bias": round(float(np.mean([one.value - one.planted for one in some])), 4),
            f"{name}_n": len(some),
        }
    return figures
