"""Who wrote to whom on which days: of the whole cell, and what of it was said in shared spaces."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
from ibis import _

from honeycell import log
from honeycell.readings.arrays import Bools, Floats, Ints, column, floats, ints
from honeycell.readings.spaces.standing import NOBODY, standing
from honeycell.readings.state import EvidenceRow

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from honeycell.steps import Tables

__all__ = ["Heard", "heard", "rows_behind"]


@dataclass(frozen=True)
class Heard:
    """One row for each day on which one person wrote to another, apart for spaces and elsewhere."""

    giver: Ints
    """Ids of persons."""
    taker: Ints
    day: Ints
    in_space: Bools
    weight: Floats
    """Attention: the parts of each message sum to 1."""
    n: Ints
    """Messages."""
    from_organisation: Ints
    """Ids, as of the day; `NOBODY` where there is none."""
    to_organisation: Ints

    def only(self, chosen: Bools) -> Heard:
        """These rows."""
        return Heard(*(getattr(self, field.name)[chosen] for field in fields(self)))

    def between_organisations(self) -> Heard:
        """What people of different organisations said to each other in shared spaces."""
        a, b = self.from_organisation, self.to_organisation
        return self.only(self.in_space & (a != NOBODY) & (b != NOBODY) & (a != b))


def heard(t: Tables, on: date, days: int) -> Heard:
    """Messages to somebody, those to many at once left out, in the days up to and including `on`."""
    said = _messages(t, on, days).group_by("from_person_id", "to_person_id", "on", "in_space")
    rows = t.arrow(
        said.agg(weight=_.weight.sum(), n=_.count()).order_by("from_person_id", "to_person_id", "on", "in_space")
    )
    giver, taker, day = (ints(rows[name]) for name in ("from_person_id", "to_person_id", "on"))
    return Heard(
        giver, taker, day, ints(rows["in_space"]) > 0, floats(rows["weight"]), ints(rows["n"]),
        standing(t, giver, day), standing(t, taker, day),
    )  # fmt: skip


def rows_behind(t: Tables, part: Heard, on: date, days: int) -> tuple[EvidenceRow, ...]:
    """The messages that some rows count, oldest first."""
    import pyarrow as pa

    wanted = t.keep(
        pa.table(
            {
                "from_person_id": column(part.giver), "to_person_id": column(part.taker),
                "day": column(part.day), "in_space": column(part.in_space.astype(np.int8)),
                "from_organisation": column(part.from_organisation), "to_organisation": column(part.to_organisation),
            }
        )
    )  # fmt: skip
    messages = _messages(t, on, days).mutate(day=_.on.epoch_days().cast("int64"))
    found = messages.inner_join(wanted, ["from_person_id", "to_person_id", "day", "in_space"])
    named = t.arrow(t["organisations"].select("organisation_id", "slug"))
    slug = dict(zip(named["organisation_id"].to_pylist(), named["slug"].to_pylist(), strict=True))
    rows = t.arrow(found.order_by("occurred_at", "interaction_id", "from_person_id", "to_person_id")).to_pylist()
    return tuple(
        EvidenceRow(
            row["interaction_id"], row["occurred_at"], row["from_person_id"], row["to_person_id"], row["weight"],
            row["role"],
            {
                "on": row["on"].isoformat(), "channel": row["channel"],
                "from_organisation": slug.get(row["from_organisation"]),
                "to_organisation": slug.get(row["to_organisation"]),
            },
        )
        for row in rows
    )  # fmt: skip


def _messages(t: Tables, on: date, days: int) -> ir.Table:
    touches = t["touches"].filter(
        (_.on > on - timedelta(days)) & (_.on <= on) & ~_.broadcast & (_.kind == "message")
    )  # fmt: skip
    there = log.interactions(t, None, ("interaction_id", "space")).filter(_.space.notnull()).select("interaction_id")
    return (
        touches.left_join(there.mutate(there=True), "interaction_id")
        .mutate(in_space=_.there.notnull().cast("int8"))
        .select("interaction_id", "occurred_at", "from_person_id", "to_person_id", "on", "weight", "role", "channel",
                "in_space")
    )  # fmt: skip
