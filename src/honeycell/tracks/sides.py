"""Who stood on which side of a relationship, and when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

import ibis
import pyarrow as pa
from ibis import _

from honeycell.readings.traces import EVER

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from honeycell.readings.state import Party
    from honeycell.steps import Tables

__all__ = ["sided", "sides", "sides_of"]

_FIRST, _LAST = -(1 << 31), (1 << 31) - 1
"""Days before and after all others."""


def sides(t: Tables, a: Party, b: Party) -> ir.Table:
    """`person_id side from_day to_day`: on these days (the last aside) a person stood for side `a` or `b`.

    A person who is a side does not stand for the other one, be it their own organisation.
    """
    named = [(party.id, side) for party, side in ((a, "a"), (b, "b")) if party.kind == "person"]
    always = {"side": pa.string(), "person_id": pa.int64(), "from_day": pa.int64(), "to_day": pa.int64()}
    rows = [{"side": side, "person_id": one, "from_day": _FIRST, "to_day": _LAST} for one, side in named]
    persons = t.keep(pa.Table.from_pylist(rows, schema=pa.schema(list(always.items()))))
    found = [persons.select(*always)] if named else []
    for party, side in ((a, "a"), (b, "b")):
        if party.kind != "person":
            terms = t["terms"].filter(_.organisation_id == party.id)
            terms = terms.anti_join(persons, "person_id") if named else terms
            found.append(terms.mutate(side=ibis.literal(side)).select(*always))
    return t.keep(ibis.union(*found))


def sided(rows: ir.Table, held: ir.Table, person: str, on: str, side: str) -> ir.Table:
    """Those rows whose person stood for a side on their day, with the side in a new column.

    Args:
        rows: Any table.
        held: What `sides` gives.
        person: Its column that says whose side is asked for.
        on: Its column that says on which day.
        side: The name of the new column.
    """
    days = held.select("from_day", "to_day", **{person: _.person_id, side: _.side})
    joined = rows.mutate(day=rows[on].delta(EVER, unit="day")).inner_join(days, person)
    return joined.filter((_.day >= _.from_day) & (_.day < _.to_day)).drop("day", "from_day", "to_day")


def sides_of(t: Tables, held: ir.Table | None) -> Callable[[int | None, date], str]:
    """For whom a person stood on a day: `a`, `b` or `other`.

    Args:
        t: The tables of a cell.
        held: What `sides` gives; None for no sides.
    """
    stood: dict[int, list[tuple[int, int, str]]] = defaultdict(list)
    for row in [] if held is None else t.arrow(held).to_pylist():
        stood[row["person_id"]].append((row["from_day"], row["to_day"], row["side"]))

    def side_of(person: int | None, on: date) -> str:
        day = (on - EVER).days
        spans = stood.get(person, ()) if person is not None else ()
        return next((side for since, until, side in spans if since <= day < until), "other")

    return side_of
