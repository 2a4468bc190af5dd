"""Silences that mean something: longer than forty days, and longer than the conversation's own habit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from itertools import pairwise
from statistics import median

from honeycell.tracks.views import Silence

__all__ = ["LEAST_DAYS", "silences"]

LEAST_DAYS = 40
_HABITS = 3
"""How many times the usual gap is beyond habit."""


def silences(days: Sequence[date], on: date, covered: Callable[[date, date], bool]) -> tuple[Silence, ...]:
    """The unusual gaps between days with events, and the one since the last of them.

    A gap is unusual when it is longer than forty days and than three times the median gap of the conversation. The
    time since the last event counts only where the conversation had gone on for as long as that: one that was over
    sooner than it has been quiet has ended. Days on which no sensor was on are no silence.

    Args:
        days: The days with events, ascending, repeats allowed.
        on: The last day looked at.
        covered: Whether a sensor was on between two days.

    Example:
        >>> weekly = [date(2024, 1, day) for day in (1, 8, 15, 22, 29)]
        >>> silences([*weekly, date(2024, 4, 29)], date(2024, 5, 1), lambda first, last: True)
        (Silence(from_on=datetime.date(2024, 1, 29), to_on=datetime.date(2024, 4, 29), n_days=91),)
    """
    different = sorted(set(days))
    gaps = list(pairwise(different))
    usual = median((later - earlier).days for earlier, later in gaps) if gaps else 0
    if gaps and on - different[-1] <= different[-1] - different[0]:
        gaps.append((different[-1], on))
    longest_usual = max(LEAST_DAYS, _HABITS * usual)
    return tuple(
        Silence(earlier, later, (later - earlier).days)
        for earlier, later in gaps
        if (later - earlier).days > longest_usual and covered(earlier, later)
    )
