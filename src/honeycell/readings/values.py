"""The numbers of one reading over many relationships at once."""

from __future__ import annotations

from dataclasses import dataclass

from honeycell.readings.arrays import Floats

__all__ = ["Values"]


@dataclass(frozen=True)
class Values:
    """One place for each relationship; not-a-number where there is nothing to compute from."""

    value: Floats
    low: Floats
    """5th percentile."""
    high: Floats
    """95th percentile."""
    n: Floats
    """Effective observations."""
