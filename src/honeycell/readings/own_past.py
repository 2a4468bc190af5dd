"""The past of a cell that Vitality is fitted on, read from its tables; and the fit as rows of `parameters`.

Cut-offs are the ends of months. Only those count whose horizon was covered day by day and is over: past the end of an
archive every tie looks dead (`science.md` 9, trap 1).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
from ibis import _

from honeycell.readings.arrays import day_number, ints, numbered_ids
from honeycell.readings.calibration import MONTHS_BACK, MOST_PAIRS, contact_days, cut, n_pairs, own_hazard
from honeycell.readings.coefficients import MEDIAN_GAP_DAYS, SHIPPED
from honeycell.readings.covered import Covered, covered
from honeycell.readings.persistence import CLASSES, FEATURES, MINIMUM_COVERED_DAYS, WINDOW_DAYS, Hazard

if TYPE_CHECKING:
    from honeycell.steps import Tables

__all__ = ["NAMES", "cut_offs", "hazard_as_of", "hazard_of", "rows_of"]

_STEPS = 20
_COEFFICIENT, _COVARIANCE, _FROM, _TO = (
    f"vitality_{part}_" for part in ("coefficient", "covariance", "step_from", "step_to")
)
_ERROR = "vitality_calibration_error"
_ALIKE, _ALIKE_MET = "vitality_comparable_", "vitality_comparable_met_"
_AT = [(one, other) for one in range(len(FEATURES)) for other in range(one + 1)]
NAMES: tuple[str, ...] = (
    *(f"{_COEFFICIENT}{at}" for at in range(len(FEATURES))),
    *(f"{_COVARIANCE}{one}_{other}" for one, other in _AT),
    *(f"{side}{at}" for side in (_FROM, _TO) for at in range(_STEPS)),
    _ERROR,
    *(f"{part}{at}" for part in (_ALIKE, _ALIKE_MET) for at in range(CLASSES)),
)
"""Names of the rows of `parameters` that hold a fit."""


def hazard_as_of(t: Tables, month: date, medians: Mapping[date, float]) -> Hazard | None:
    """The hazard fitted on what happened before a month; None where that is too little.

    Args:
        t: The tables of a cell.
        month: The first day of a month.
        medians: The cell's median gap as known on the first day of each month.
    """
    seen = covered(t)
    months = cut_offs(month, seen)
    if not months:
        return None
    first = months[0] - timedelta(WINDOW_DAYS)
    rows = t["pair_days"].filter((_.on >= first) & (_.on < month) & (_.n_ab + _.n_ba > 0))
    held = t.arrow(rows.select("a_person_id", "b_person_id", "on", n=_.n_ab + _.n_ba))
    _persons, (a, b) = numbered_ids(held["a_person_id"], held["b_person_id"])
    days = contact_days(a, b, ints(held["on"]), ints(held["n"]))
    eves = [day_number(after) - 1 for after in months]
    every = 1 + sum(n_pairs(days, eve, WINDOW_DAYS) for eve in eves) // MOST_PAIRS
    cuts = [
        # Others at each cut-off: else the same pairs would be left out everywhere.
        cut(
            days, eve, WINDOW_DAYS, SHIPPED.horizon_days, medians.get(after, MEDIAN_GAP_DAYS),
            slice(number % every, None, every),
        )
        for number, (after, eve) in enumerate(zip(months, eves, strict=True))
    ]  # fmt: skip
    return own_hazard([one for one in cuts if len(one.met)], SHIPPED, every)


def cut_offs(month: date, seen: Covered) -> list[date]:
    """The months whose eve is a cut-off for a fit as of the first day of `month`, oldest first.

    The horizon after it is over, each of its days covered; and of the window before it as many days as the reading
    asks for.
    """
    found: list[date] = []
    for back in range(1, MONTHS_BACK + SHIPPED.horizon_days // 28 + 1):
        year, at = divmod(month.year * 12 + month.month - 1 - back, 12)
        first = date(year, at + 1, 1)
        eve, horizon = day_number(first) - 1, SHIPPED.horizon_days
        ahead = seen.shares[max(0, eve + 1 - seen.first) : max(0, eve + 1 + horizon - seen.first)]
        over = first + timedelta(horizon) <= month
        whole = eve + 1 >= seen.first and len(ahead) == horizon and bool(np.all(ahead > 0))
        if over and whole and seen.days(eve, WINDOW_DAYS) >= MINIMUM_COVERED_DAYS:
            found.append(first)
    return found[:MONTHS_BACK][::-1]


def rows_of(hazard: Hazard) -> dict[str, float]:
    """The fit by name, each number to ten digits, so that the last bits of a sum are of no account."""
    numbers = {f"{_COEFFICIENT}{at}": value for at, value in enumerate(hazard.coefficients)}
    numbers |= {f"{_COVARIANCE}{one}_{other}": hazard.covariance[one, other] for one, other in _AT}
    numbers |= {f"{_FROM}{at}": value for at, value in enumerate(hazard.steps_from)}
    numbers |= {f"{_TO}{at}": value for at, value in enumerate(hazard.steps_to)}
    numbers[_ERROR] = hazard.calibration_error or 0.0
    numbers |= {f"{_ALIKE}{at}": value for at, value in enumerate(hazard.alike)}
    numbers |= {f"{_ALIKE_MET}{at}": value for at, value in enumerate(hazard.alike_met)}
    return {name: float(f"{value:.10g}") for name, value in numbers.items()}


def hazard_of(held: Mapping[str, float]) -> Hazard:
    """The hazard that rows of `parameters` hold, or the shipped one where they hold none."""
    if _ERROR not in held:
        return SHIPPED
    covariance = np.zeros((len(FEATURES), len(FEATURES)))
    for one, other in _AT:
        covariance[one, other] = covariance[other, one] = held[f"{_COVARIANCE}{one}_{other}"]
    steps = [at for at in range(_STEPS) if f"{_FROM}{at}" in held]
    alike, alike_met = (np.array([held[f"{part}{at}"] for at in range(CLASSES)]) for part in (_ALIKE, _ALIKE_MET))
    return Hazard(
        np.array([held[f"{_COEFFICIENT}{at}"] for at in range(len(FEATURES))]), covariance, SHIPPED.bgnbd,
        SHIPPED.horizon_days, np.array([held[f"{_FROM}{at}"] for at in steps]),
        np.array([held[f"{_TO}{at}"] for at in steps]), calibration_error=held[_ERROR], alike=alike,
        alike_met=alike_met,
    )  # fmt: skip
