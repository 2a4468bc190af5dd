"""The interactions behind the contact days of a relationship: the evidence of most readings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from ibis import _

from honeycell.readings.arrays import column, day_number
from honeycell.readings.held import Held
from honeycell.readings.state import EvidenceRow
from honeycell.readings.way import Parameters

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from honeycell.steps import Tables

__all__ = ["Detail", "contact_days", "n_touched", "touched", "units"]

Detail = Mapping[str, str | float | int | None]
_COLUMNS = (
    "interaction_id", "occurred_at", "from_person_id", "to_person_id", "on", "weight", "role", "channel", "kind",
    "in_space", "forward",
)  # fmt: skip


def touched(
    t: Tables, held: Held, on: date, days: int, more: Callable[[Mapping[str, Any]], Detail] = lambda _: {}
) -> tuple[EvidenceRow, ...]:
    """The interactions of the contact days of the one relationship held, oldest first.

    Args:
        t: The tables of a cell.
        held: The relationship.
        on: The last day.
        days: How many days.
        more: What is told of a row besides day, channel, kind and which side it came from.
    """
    touches = t["touches"].filter((_.on > on - timedelta(days)) & (_.on <= on) & ~_.broadcast)
    ours = touches.inner_join(contact_days(t, held, on, days), ["from_person_id", "to_person_id", "on"])
    rows = t.arrow(ours.select(*_COLUMNS)).to_pylist()
    rows.sort(key=lambda row: (row["occurred_at"], row["interaction_id"], row["from_person_id"], row["to_person_id"]))
    return tuple(
        EvidenceRow(
            row["interaction_id"], row["occurred_at"], row["from_person_id"], row["to_person_id"], row["weight"],
            row["role"],
            {
                "on": row["on"].isoformat(), "channel": row["channel"], "kind": row["kind"],
                "side": "a" if row["forward"] else "b", **more(row),
            },
        )
        for row in rows
    )  # fmt: skip


def n_touched(held: Held, on: date, days: int) -> int:
    """How many rows `touched` gives."""
    return int(held.pairs(on, days).n.sum())


def contact_days(t: Tables, held: Held, on: date, days: int) -> ir.Table:
    """The contact days of the relationship both ways round, to find its interactions by.

    Returns:
        `from_person_id to_person_id on forward`; `forward` is 1 where the first person is on side a.
    """
    rows, end = held.contacts, day_number(on)
    inside = (rows.day > end - days) & (rows.day <= end)
    one, other = (column(rows.persons[side[inside]]) for side in (rows.a, rows.b))
    day, n = column(rows.day[inside].astype(np.int32)).cast(pa.date32()), int(inside.sum())
    return t.keep(
        pa.table({
            "from_person_id": pa.concat_arrays([one, other]), "to_person_id": pa.concat_arrays([other, one]),
            "on": pa.concat_arrays([day, day]), "forward": column(np.repeat(np.array([1, 0], np.int8), n)),
        })
    )  # fmt: skip


def units(held: Held) -> Parameters:
    """The attention of an average contact day of each kind, as parameters of a reading."""
    return {f"attention_per_day_{kind}": size for kind, size in sorted(held.fitted.units.items())}
