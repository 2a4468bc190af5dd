"""The interactions behind the attention of one person or organisation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from ibis import _

from honeycell.readings.arrays import Bools, column
from honeycell.readings.budget.distance import WINDOW_DAYS, steps
from honeycell.readings.budget.look import Look, numbered
from honeycell.readings.given import Given, organisation_ids
from honeycell.readings.state import EvidenceRow

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["gifts", "openings", "path"]

_COLUMNS = (
    "interaction_id",
    "occurred_at",
    "from_person_id",
    "to_person_id",
    "on",
    "weight",
    "role",
    "channel",
    "kind",
)


def gifts(seen: Look, of: Given) -> tuple[EvidenceRow, ...]:
    """The interactions in which attention was given, oldest first, with whom the other stood for then."""
    slugs = _slugs(seen)
    ids = organisation_ids(seen.traces, of.organisation)
    wanted = seen.t.keep(
        pa.table({
            "from_person_id": column(seen.traces.persons[of.giver]),
            "to_person_id": column(seen.traces.persons[of.taker]),
            "on": column(of.day.astype(np.int32)).cast(pa.date32()), "to_organisation": column(ids),
        })
    )  # fmt: skip
    touches = _touches(seen, seen.window_days)
    found = touches.inner_join(wanted, ["from_person_id", "to_person_id", "on"])
    return _rows(seen, found, lambda row: {"to_organisation": slugs.get(row["to_organisation"])})


def path(seen: Look) -> tuple[EvidenceRow, ...]:
    """The interactions of one shortest way to each customer that is reached, oldest first."""
    if seen.place_in_ties < 0:
        return ()
    ties, reach = seen.ties.strong(), steps(seen.ties.strong().graph(), seen.place_in_ties)
    customer = numbered(seen.standing, seen.customers.ids)
    wanted: set[tuple[int, int]] = set()
    for number in range(len(seen.customers.ids)):
        inside = np.flatnonzero((customer == number) & (reach.before >= 0))
        at = int(inside[np.argmin(reach.steps[inside])]) if len(inside) else -1
        while at >= 0 and reach.before[at] >= 0:
            wanted.add((int(reach.before[at]), at))
            at = int(reach.before[at])
    ends = np.array(sorted(wanted), np.int64).reshape(-1, 2)
    both = np.concatenate([ends, ends[:, ::-1]])
    slugs = _slugs(seen)
    of: dict[int, str | None] = {
        int(ties.persons[at]): slugs.get(int(seen.standing[at])) if customer[at] >= 0 else None
        for at in np.unique(ends).tolist()
    }
    pairs = seen.t.keep(
        pa.table({
            "from_person_id": column(ties.persons[both[:, 0]]), "to_person_id": column(ties.persons[both[:, 1]])
        })
    )  # fmt: skip
    found = _touches(seen, WINDOW_DAYS).inner_join(pairs, ["from_person_id", "to_person_id"])
    return _rows(
        seen, found,
        lambda row: {"from_customer": of[row["from_person_id"]], "to_customer": of[row["to_person_id"]]},
    )  # fmt: skip


def openings(seen: Look) -> tuple[EvidenceRow, ...]:
    """What the person was asked and what closed it, oldest first; what only adds to the load of others too."""
    asked = seen.asked
    counted: Bools = np.isin(np.arange(asked.rows.num_rows), asked.inbound.row)
    end = datetime(seen.on.year, seen.on.month, seen.on.day) + timedelta(1)
    found: list[EvidenceRow] = []
    for turn, row in enumerate(asked.rows.to_pylist()):
        detail = {"turn": turn, "counted": int(counted[turn]), "offset_minutes": row["offset_minutes"]}
        found.append(
            EvidenceRow(row["opening_id"], row["opened"], row["from_person_id"], seen.party.id, 1.0, "opening", detail)
        )
        if row["closing_id"] is not None and row["closed"] < end:
            giver, taker = seen.party.id, row["from_person_id"]
            closing = {"turn": turn, "met": row["met"]}
            found.append(EvidenceRow(row["closing_id"], row["closed"], giver, taker, 1.0, "closing", closing))
    found.sort(key=lambda one: (one.occurred_at.replace(tzinfo=UTC), one.detail["turn"] or 0, one.role))
    return tuple(found)


def _touches(seen: Look, days: int) -> ir.Table:
    on: date = seen.on
    return seen.t["touches"].filter((_.on > on - timedelta(days)) & (_.on <= on) & ~_.broadcast).select(*_COLUMNS)


def _rows(
    seen: Look, found: ir.Table, more: Callable[[Mapping[str, Any]], Mapping[str, str | None]]
) -> tuple[EvidenceRow, ...]:
    rows = seen.t.arrow(found.order_by("occurred_at", "interaction_id", "from_person_id", "to_person_id")).to_pylist()
    return tuple(
        EvidenceRow(
            row["interaction_id"], row["occurred_at"], row["from_person_id"], row["to_person_id"], row["weight"],
            row["role"], {"on": row["on"].isoformat(), "channel": row["channel"], "kind": row["kind"], **more(row)},
        )
        for row in rows
    )  # fmt: skip


def _slugs(seen: Look) -> dict[int, str]:
    rows = seen.t.arrow(seen.t["organisations"].select("organisation_id", "slug"))
    return dict(zip(rows["organisation_id"].to_pylist(), rows["slug"].to_pylist(), strict=True))
