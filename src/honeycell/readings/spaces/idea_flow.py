"""Idea flow of a shared space: of phrases that began there, how much likelier people take one up there who read it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from honeycell.readings.arrays import Ints, day_number
from honeycell.readings.declared import status
from honeycell.readings.idea_flow import WINDOW_DAYS, Crossings, by_lot, evaluate, recent, without_echoes
from honeycell.readings.ideas import Flows, kept
from honeycell.readings.ideas.telling import NOT_READ, example, handed_on, likelier, rows_of, times
from honeycell.readings.parties import actors
from honeycell.readings.recomputed import recomputed
from honeycell.readings.sentences import no_value
from honeycell.readings.spaces.asked import Asked, SpaceReadings
from honeycell.readings.state import Evidence, Reading
from honeycell.readings.ways.idea_flow import IDEA_FLOW

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["IDEAS_OF_SPACE"]

_DECLARED = IDEA_FLOW.declared


def _read(asked: Asked) -> tuple[Reading, ...]:
    return (_reading(asked, kept(asked.tables.state, asked.on)),)


def _reading(asked: Asked, flows: Flows | None) -> Reading:
    end, window = day_number(asked.on), (asked.on - timedelta(WINDOW_DAYS - 1), asked.on)

    def reading(value: float | None, low: float | None, high: float | None, n: int, said: str, rows: int) -> Reading:
        return Reading(
            _DECLARED.name, value, _DECLARED.unit, low, high, n, coverage, window, _DECLARED.reference, found, said,
            n_evidence=rows,
        )  # fmt: skip

    coverage, found = 0.0, "not_observable"
    if flows is None:
        return reading(None, None, None, 0, NOT_READ, 0)
    rows, passed = _rows(asked, flows)
    coverage = asked.covered.days(end, WINDOW_DAYS) / WINDOW_DAYS
    values, enough = evaluate(flows, Crossings(np.zeros(len(rows), np.int64), rows, 1))
    n, n_rows = int(values.n[0]), len(rows) + len(passed) + len(np.union1d(flows.phrase[rows], flows.passed[passed]))
    people = np.union1d(flows.first_by[flows.phrase[rows]], flows.taken_by[rows])
    shown = enough[0] and len(people) >= _DECLARED.smallest_group
    found = status(
        coverage=coverage, days_since_covered=asked.covered.since(end),
        n=n if shown else min(n, _DECLARED.minimum - 1), minimum=_DECLARED.minimum, calibrated=True,
    )  # fmt: skip
    if found != "ok":
        besides = f"{IDEA_FLOW.besides}, by {_DECLARED.smallest_group} people"
        return reading(None, None, None, n, no_value(_DECLARED, found, n, besides), n_rows)
    value, low = float(values.value[0]), float(values.low[0])
    high = None if np.isnan(values.high[0]) else float(values.high[0])

    def called(ids: Sequence[int]) -> tuple[str, ...]:
        known = actors(asked.tables, ids)
        return tuple(known[one].name if one in known else "somebody" for one in ids)

    crossed = int(flows.crosses[rows].sum())
    parts = (
        f"In {WINDOW_DAYS // 365} years {times(n, 'phrase')} that began in this space"
        f" {'was' if n == 1 else 'were'} taken up here {times(len(rows))}, {crossed:,} of these in another organisation"
        " than the one they began in;"
        f" {likelier(value, low, high, by_lot(flows, rows), without_echoes(flows, rows), flows.n_parts)}.",
        handed_on(flows.how[passed], "here"), example(flows, rows, called, "in this space"),
    )  # fmt: skip
    return reading(value, low, high, n, " ".join(part for part in parts if part), n_rows)


def _rows(asked: Asked, flows: Flows) -> tuple[Ints, Ints]:
    """The times that a phrase which began in the space was taken up there, and passed on there."""
    here = np.flatnonzero(flows.spaces == asked.space)
    place = int(here[0]) if len(here) else len(flows.spaces)
    rows = (flows.first_in[flows.phrase] == place) & (flows.taken_in == place) & recent(flows, flows.taken_at)
    passed = (flows.first_in[flows.passed] == place) & (flows.passed_in == place) & recent(flows, flows.passed_at)
    return np.flatnonzero(rows), np.flatnonzero(passed)


def _why(asked: Asked, name: str) -> Evidence:
    """The first uses, and the times that they were taken up or passed on."""
    flows = kept(asked.tables.state, asked.on)
    shown = _reading(asked, flows)
    rows = () if flows is None else rows_of(flows, *_rows(asked, flows), {})
    parameters: dict[str, float | int | str | list[float]] = {
        "as_of": asked.on.isoformat(), "window_days": WINDOW_DAYS, "from_on": shown.window[0].isoformat(),
    }  # fmt: skip
    return Evidence(
        name, shown.value, shown.unit, shown.low, shown.high, shown.n, parameters, rows,
        recomputed(name, rows, parameters) if shown.value is not None else None,
    )  # fmt: skip


IDEAS_OF_SPACE = SpaceReadings((_DECLARED,), _read, _why)
"""It as part of the state of a space."""
