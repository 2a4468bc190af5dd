"""All readings of all relationships of a cell at once."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from ibis import _

from honeycell.readings import vitality
from honeycell.readings.arrays import Bools, Ints, day_number, ints
from honeycell.readings.contacts import Sides
from honeycell.readings.covered import covered
from honeycell.readings.declarations import NAMES
from honeycell.readings.held import Held, held
from honeycell.readings.numbers import NO_VALUE, applies, numbers
from honeycell.readings.state import Party
from honeycell.readings.traces import Traces, read
from honeycell.readings.visible import check_usual, few

if TYPE_CHECKING:
    from honeycell.steps import Tables

__all__ = ["all_readings", "ours_first"]


def all_readings(
    t: Tables, as_of: date, level: str, *, window_days: int = 90, interval: bool = True, of: Party | None = None
) -> pa.Table:
    """Every built reading of every relationship of a level that had contact, or exchanged documents, in 180 days.

    Args:
        t: The tables of a cell.
        as_of: The day.
        level: `organisation` (pairs of organisations) or `person` (pairs of persons).
        window_days: Days that Attention and Responsiveness look back over.
        interval: Whether to compute low and high; without, they are null.
        of: Only relationships of this party, with organisations.

    Returns:
        `a_id b_id n_contact_days n_pairs last_on`, the days and pairs of the window, then for each reading NAME its
        value, `NAME_low`, `NAME_high`, `NAME_n` and `NAME_status`; numbers are null at status thin and before. Side a
        of two organisations is `of`, else ours, else the one whose slug comes first, of two persons the one with the
        smaller id. One row for each relationship.
    """
    on = as_of
    days = max(window_days, vitality.WINDOW_DAYS)
    traces = read(
        t, on, days_from=on - timedelta(days - 1), turns_from=on - timedelta(window_days - 1),
    )  # fmt: skip
    order = ours_first(t, traces) if level == "organisation" and of is None else None
    state = held(traces, Sides(level=level, a=of, order=order), window_days)
    if t.viewer is None:
        return _table(state, on, interval, None)
    check_usual(t, as_of if as_of != covered(t).end else None, window_days)
    window = state.contacts.window(day_number(on), window_days)
    return _table(
        state, on, interval, few(window, len(state.contacts.keys)) if of is None or of.kind != "person" else None
    )


def ours_first(t: Tables, traces: Traces) -> Ints:
    """The rank of each organisation of the traces: the one that the cell belongs to, then by slug."""
    rows = t.arrow(t["organisations"].order_by(~_.us, "slug").select("organisation_id"))
    ids = ints(rows["organisation_id"])
    by_id = np.argsort(ids)
    found: Ints = by_id[np.searchsorted(ids, traces.organisations, sorter=by_id)]
    return found


def _table(state: Held, on: date, interval: bool, withheld: Bools | None) -> pa.Table:
    keys, end = state.contacts.keys, day_number(on)
    pairs, met = (state.contacts.window(end, days) for days in (state.window_days, _days(state)))
    last = np.zeros(len(keys), np.int64)
    np.maximum.at(last, met.key, met.last.astype(np.int64))
    known = (state.due.key >= 0) & (state.due.rows.opened <= end)
    np.maximum.at(last, state.due.key[known], state.due.rows.opened[known])
    columns: dict[str, pa.Array] = {
        "a_id": pa.array([a for a, _ in keys], pa.int64()),
        "b_id": pa.array([b for _, b in keys], pa.int64()),
        "n_contact_days": pa.array(state.contacts.contact_days(end, state.window_days)),
        "n_pairs": pa.array(np.bincount(pairs.key, minlength=len(keys)).astype(np.int64)),
        "last_on": pa.array(last.astype(np.int32)).cast(pa.date32()),
    }
    for name in NAMES:
        if not applies(name, state.level):
            continue
        now = numbers(state, name, on, interval=interval)
        status = np.array(now.status, dtype=object)
        if withheld is not None:
            status[withheld] = "not_observable"
        hidden = np.isin(status, NO_VALUE) if len(status) else np.zeros(0, bool)
        columns[name] = _nullable(now.values.value, hidden)
        if interval:
            columns[f"{name}_low"] = _nullable(now.values.low, hidden)
            columns[f"{name}_high"] = _nullable(now.values.high, hidden)
        columns[f"{name}_n"] = pa.array(now.values.n.astype(np.int64))
        columns[f"{name}_status"] = pa.array(status, pa.string())
    # Documents are known from ever on; who exchanged none lately is in touch no more than who last spoke long ago.
    return pa.table(columns).filter(pa.array(last > end - _days(state)))


def _days(state: Held) -> int:
    """Days in which a relationship that is listed had contact."""
    return max(state.window_days, vitality.WINDOW_DAYS)


def _nullable(column: np.ndarray, hidden: np.ndarray) -> pa.Array:
    return pa.array(column, pa.float64(), mask=hidden | np.isnan(column))
