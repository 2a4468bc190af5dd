"""Columns in memory, and days as numbers."""

from __future__ import annotations

from datetime import date

import numpy as np
from numpy.typing import NDArray

__all__ = ["Bools", "Floats", "Ints", "day_number"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


def day_number(day: date) -> int:
    """Days since 1970-01-01.

    Example:
        >>> day_number(date(1970, 1, 2))
        1
    """
    return day.toordinal() - 719_163
