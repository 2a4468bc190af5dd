"""A change point in words."""

from __future__ import annotations

from honeycell.readings.changes.state import ChangePoint
from honeycell.readings.changes.trend import said
from honeycell.readings.sentences import day

__all__ = ["sentence", "times"]

_SHARES = (
    (1 / 6, "a sixth"), (1 / 4, "a quarter"), (1 / 3, "a third"), (1 / 2, "half"), (2 / 3, "two thirds"),
    (3 / 4, "three quarters"),
)  # fmt: skip
_HARDLY = 1 / 8
"""A level by whose side another is no contact to speak of."""
_SURE_DAYS = 14
"""A change that lies within a fortnight has a date; any other has one about which it lies."""


def times(factor: float) -> str:
    """How many times as often, as one says it.

    Example:
        >>> times(0.48), times(0.02), times(1.6), times(3.2)
        ('about half as often', 'hardly in contact', 'about 1.5 times as often', 'about 3 times as often')
    """
    if factor < _HARDLY:
        return "hardly in contact"
    if factor < 1:
        return f"about {min(_SHARES, key=lambda share: abs(share[0] - factor))[1]} as often"
    if factor > 1 / _HARDLY:
        return "in contact again"
    if factor < 1.75:
        return "about 1.5 times as often" if factor >= 1.375 else "somewhat more often"
    return "about twice as often" if factor < 2.5 else f"about {factor:.0f} times as often"


def sentence(point: ChangePoint) -> str:
    """Since when, how much, from what to what, and how likely that is."""
    sure = (point.between[1] - point.between[0]).days <= _SURE_DAYS
    when = f"since {'' if sure else 'about '}{day(point.on)}"
    levels = f"from {point.before.value:.1f} to {point.after.value:.1f} contact days in a usual week"
    return f"{when} {times(point.factor)}: {levels}, {said(point.likelihood)}"
