"""How much there was to expect in a week: the cell's active person-days, holidays and coverage in them.

E_w is the number of days on which persons of the cell sent anything in week w, summed over persons. In the week after
Christmas it is low, and so is what a relationship can be expected to show. A week without coverage is no week: its
zeros are nobody's silence (science.md 9, trap 1).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import ibis
import numpy as np
from ibis import _

from honeycell.readings.arrays import Bools, Floats, Ints, day_number, floats, ints
from honeycell.readings.covered import Covered
from honeycell.readings.keeping import Columns, once

if TYPE_CHECKING:
    from honeycell.steps import Tables

__all__ = ["Exposure", "exposure", "monday", "weekly"]

_COVERED_DAYS = 3.5
"""Covered days under which a week is not looked at: of less than half of it nothing is known."""
_LEAST = 0.1
"""Share of the usual exposure under which a week is not looked at either: with nobody at work there is nothing to
expect, and one contact then would weigh like a storm of them."""


@dataclass(frozen=True)
class Exposure:
    """The weeks of a cell, one place for each, from Monday on."""

    first: int
    """The number of the first week, in weeks since Monday 29 December 1969."""
    active: Floats
    """Active person-days."""
    observed: Bools
    """Whether a sensor was on for half of the week, and anybody there to be seen."""


def monday(week: Ints) -> Ints:
    """The day on which a week begins, in days since 1970-01-01.

    Example:
        >>> monday(np.array([1]))
        array([4])
    """
    return week * 7 - 3


def weekly(day: Ints, active: Floats, covered: Covered, on: date) -> Exposure:
    """The exposure of each week, from active persons on each day.

    Args:
        day: Days, each at most once.
        active: Persons who sent anything on each of them.
        covered: When sensors were on.
        on: The last day; its week may have begun only just.
    """
    inside = day <= day_number(on)
    week, active = (day[inside] + 3) // 7, active[inside]
    if not len(week):
        return Exposure(0, np.zeros(0), np.zeros(0, bool))
    first, last = int(week.min()), (day_number(on) + 3) // 7
    sums = np.bincount(week - first, active, minlength=last - first + 1).astype(np.float64)
    starts = monday(np.arange(first, last + 1))
    sensed = np.array([covered.days(min(int(start) + 6, day_number(on)), 7) for start in starts]) >= _COVERED_DAYS
    usual = float(np.median(sums[sensed & (sums > 0)])) if np.any(sensed & (sums > 0)) else 1.0
    return Exposure(first, sums, sensed & (sums >= _LEAST * usual))


def exposure(t: Tables, covered: Covered, on: date) -> Exposure:
    """The exposure of each week up to a day, from `pair_days`."""
    days = once(t.state, "usual", "active", lambda: _active(t))
    return weekly(days["on"], days["n"], covered, on)


def _active(t: Tables) -> Columns:
    """Every day, and the persons who sent anything on it."""
    rows = t["pair_days"]
    sent = ibis.union(
        rows.filter(_.n_ab > 0).select("on", person="a_person_id"),
        rows.filter(_.n_ba > 0).select("on", person="b_person_id"),
        distinct=True,
    )
    days = t.arrow(sent.group_by("on").agg(n=_.count()).order_by("on"))
    return {"on": ints(days["on"]), "n": floats(days["n"])}
