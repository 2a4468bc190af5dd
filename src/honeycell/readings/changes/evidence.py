"""Changes with what happened on either side of them: none is shown without."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from ibis import _

from honeycell.readings.arrays import Bools, column, day_number
from honeycell.readings.changes.exposure import exposure
from honeycell.readings.changes.points import courses
from honeycell.readings.changes.state import Change, ChangePoint, Seen, Trend
from honeycell.readings.changes.wording import sentence
from honeycell.readings.contacts import Contacts
from honeycell.readings.covered import Covered
from honeycell.readings.traces import EVER

if TYPE_CHECKING:
    from honeycell.steps import Tables

__all__ = ["MOST", "shown", "told"]

MOST = 3
"""Changes that are shown of a relationship, the newest."""
_DAYS = 3
"""Contact days on either side whose interactions stand beside a change."""


def told(t: Tables, contacts: Contacts, covered: Covered, on: date) -> tuple[tuple[Change, ...], Trend | None]:
    """The newest changes of one relationship up to a day, newest first, each with its evidence; and its trend."""
    found = courses(contacts, exposure(t, covered, on), on)
    return (shown(t, contacts, found[0].points[-MOST:], on), found[0].trend) if found else ((), None)


def shown(t: Tables, contacts: Contacts, points: Sequence[ChangePoint], on: date) -> tuple[Change, ...]:
    """Changes of one relationship, newest first, with the interactions before and after each.

    Left out is a change with nothing beside it: before it there must be interactions, or after it, and on both sides
    where contact days were counted on both.
    """
    if not points:
        return ()
    sides = [_beside(contacts, point, on) for point in points]
    ids = _interactions(t, contacts, np.logical_or.reduce([side for both in sides for side in both]))
    found = []
    for point, (before, after) in zip(points, sides, strict=True):
        one, other = _listed(contacts, before, ids), _listed(contacts, after, ids)
        if (one or not point.before.n) and (other or not point.after.n) and (one or other):
            found.append(Change(point, sentence(point), one, other))
    return tuple(reversed(found))


def _beside(contacts: Contacts, point: ChangePoint, on: date) -> tuple[Bools, Bools]:
    """Which rows are the last contact days before a change, and which the first from it on."""
    days, at = np.unique(contacts.day[contacts.day <= day_number(on)]), day_number(point.on)
    days = days[(days >= day_number(point.before.from_on)) & (days <= day_number(point.after.to_on))]
    return np.isin(contacts.day, days[days < at][-_DAYS:]), np.isin(contacts.day, days[days >= at][:_DAYS])


def _interactions(t: Tables, contacts: Contacts, rows: Bools) -> dict[tuple[int, int, int], list[int]]:
    """The ids of the interactions of some contact days, in order of time, by the two persons and the day."""
    a, b = contacts.persons[contacts.a[rows]], contacts.persons[contacts.b[rows]]
    day = column(contacts.day[rows].astype(np.int32)).cast(pa.date32())
    held = t.keep(
        pa.table({
            "from_person_id": pa.concat_arrays([column(a), column(b)]),
            "to_person_id": pa.concat_arrays([column(b), column(a)]), "on": pa.concat_arrays([day, day]),
        })
    )  # fmt: skip
    touches = t["touches"].filter(~_.broadcast).inner_join(held, ["from_person_id", "to_person_id", "on"])
    found: dict[tuple[int, int, int], list[int]] = {}
    ordered = touches.select("from_person_id", "to_person_id", "on", "occurred_at", "interaction_id").distinct()
    for row in t.arrow(ordered.order_by("occurred_at", "interaction_id")).to_pylist():
        one, other = sorted((row["from_person_id"], row["to_person_id"]))
        found.setdefault((one, other, day_number(row["on"])), []).append(row["interaction_id"])
    return found


def _listed(contacts: Contacts, rows: Bools, ids: dict[tuple[int, int, int], list[int]]) -> tuple[Seen, ...]:
    """The different interactions of some contact days, day by day."""
    found: dict[Seen, None] = {}
    for at in np.flatnonzero(rows)[np.argsort(contacts.day[rows], kind="stable")]:
        one, other = sorted((int(contacts.persons[contacts.a[at]]), int(contacts.persons[contacts.b[at]])))
        day = int(contacts.day[at])
        found |= {Seen(one_id, EVER + timedelta(day)): None for one_id in ids.get((one, other, day), ())}
    return tuple(found)
