"""Agreed floors: the value of a reading that no pair is meant to lie under, as people agreed it (`science.md` 5.1).

Agreed by people and never worked out, of every relationship and of no person, and shown with who agreed it and when: a
floor that nobody looks at again becomes a target.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pyarrow as pa

from honeycell.errors import UsageError
from honeycell.readings.declarations import named
from honeycell.readings.state import Floor

if TYPE_CHECKING:
    from honeycell.steps import Tables

__all__ = ["agreed", "as_decided", "in_force"]


def in_force(t: Tables, on: date) -> dict[str, Floor]:
    """The floor of each reading on a day: the last that was agreed of those that held then."""
    rows = agreed(t).to_pylist()[::-1]
    return {
        row["reading"]: Floor(row["least"], row["decided_by"], row["decided_on"], row["why"])
        for row in rows
        if row["from_on"] is None or row["from_on"] <= on
    }


def agreed(t: Tables) -> pa.Table:
    """All floors that stand, the latest decision first.

    Returns:
        `reading least from_on decided_on decided_by why decision_id`; `least` in the unit of the reading.
    """
    rows = t.arrow(t["floors"]).sort_by([("decision_id", "descending")]).to_pylist()
    return pa.Table.from_pylist(
        [{**row, "least": float(row["least"]), "decided_on": row["decided_at"].date()} for row in rows], schema=_ROWS
    )


def as_decided(reading: str, least: str) -> dict[str, str]:
    """A floor as typed, in the words that are kept; a share may be typed in per cent.

    Raises:
        NotFoundError: No reading is called so (`no-such-reading`).
        UsageError: `least` is no number, or the reading never lies there (`bad-decision`).

    Example:
        >>> as_decided("Responsiveness", "50%")
        {'reading': 'responsiveness', 'least': '0.5'}
    """
    declared = named(reading)
    try:
        value = float(least.removesuffix("%")) / (100.0 if least.endswith("%") else 1.0)
    except ValueError:
        raise UsageError("bad-decision", "this is no number", least, "write it as 2, or a share as 50%") from None
    highest = float("inf") if declared.highest is None else declared.highest
    if not declared.lowest < value < highest:
        raise UsageError(
            "bad-decision", f"{declared.name} lies between {declared.lowest:g} and {highest:g} {declared.unit}", least,
            "name a value between",
        )  # fmt: skip
    return {"reading": declared.name, "least": f"{value:.6f}".rstrip("0").rstrip(".")}


_ROWS = pa.schema([
    ("reading", pa.string()), ("least", pa.float64()), ("from_on", pa.date32()), ("decided_on", pa.date32()),
    ("decided_by", pa.string()), ("why", pa.string()), ("decision_id", pa.int64()),
])  # fmt: skip
