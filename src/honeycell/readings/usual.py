"""What is usual in the cell on a day, beside which one relationship is shown.

All of the window is read for it; kept until the tables change, so that the next question reads its own rows only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
from ibis import _

from honeycell.readings import redundancy
from honeycell.readings.arrays import Floats, day_number, ints
from honeycell.readings.covered import Covered
from honeycell.readings.ideas import kept
from honeycell.readings.keeping import Columns, once
from honeycell.readings.parameters import Fitted
from honeycell.readings.placing import unplaced
from honeycell.readings.traces import EVER, read
from honeycell.readings.typical import typical

if TYPE_CHECKING:
    from honeycell.steps import Tables

__all__ = ["Usual", "usual"]

_READ_WHOLE = 300_000
"""Rows of `pair_days` up to which relationships of long ago are compared with too."""


@dataclass(frozen=True)
class Usual:
    """What is usual among the relationships of a level."""

    typical: dict[str, Floats]
    """10th and 90th percentile by reading, and by number of observations (`honeycell.readings.typical`)."""
    nowhere: float
    """Share of all contact of the window with people of no known organisation, ..."""
    unsure: float
    """... and with those of domains of one person (`honeycell.readings.placing`)."""

    def beside(self, reading: str, n: int) -> tuple[float, float] | None:
        """The 10th and 90th percentile beside a value of `n` observations; None where too few have as many."""
        if reading not in self.typical:
            return None
        at, low, high = self.typical[reading].T
        if len(at) > 1 and not at[0] <= n <= at[-1]:
            return None
        return float(np.interp(n, at, low)), float(np.interp(n, at, high))


def usual(
    t: Tables, level: str, on: date, window_days: int, turns_from: date, known: tuple[Fitted, Covered]
) -> Usual:  # fmt: skip
    """What is usual in the cell on a day.

    Args:
        t: The tables of a cell.
        level: As of `honeycell.readings.declared`.
        on: The last day.
        window_days: Days that Attention and Responsiveness look back over.
        turns_from: The first day for turns where the cell is small.
        known: Parameters and coverage as of the day.
    """

    def find() -> Columns:
        ever = int(t.arrow(t["pair_days"].count()).as_py()) <= _READ_WHOLE
        recent = on - timedelta(max(window_days, redundancy.WINDOW_DAYS) - 1)
        turns = turns_from if ever else on - timedelta(window_days - 1)
        whole = read(t, on, days_from=EVER if ever else recent, turns_from=turns, known=known)
        perhaps = t.arrow(t["organisations"].filter(_.provisional).select("organisation_id"))["organisation_id"]
        ranges = typical(whole, level, on, window_days)
        return {
            "names": np.repeat(np.array([*ranges], np.str_), [len(rows) for rows in ranges.values()]),
            "ranges": np.concatenate([np.zeros((0, 3)), *ranges.values()]),
            "unplaced": np.array(unplaced(whole, ints(perhaps), day_number(on), window_days)),
        }  # fmt: skip

    # Of phrases there are values only once the texts have been read for them.
    name = f"{level}-{on}-{window_days}{'' if kept(t.state, on) is None else '-ideas'}"
    held = once(t.state, "usual", name, find)
    names, ranges = held["names"], held["ranges"]
    return Usual({name: ranges[names == name] for name in np.unique(names).tolist()}, *held["unplaced"].tolist())
