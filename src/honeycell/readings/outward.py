"""All that one side gave to others: what the share of attention is a share of."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import ibis
from ibis import _

from honeycell.identities import affiliated
from honeycell.readings.state import Party

if TYPE_CHECKING:
    from honeycell.steps import Tables

__all__ = ["outward"]


def outward(t: Tables, side: Party, from_on: date, to_on: date, units: dict[str, float]) -> float:
    """Attention of a person, or of an organisation's persons of the day, to anybody who was not of it."""
    days = t["pair_days"].filter((_.on >= from_on) & (_.on <= to_on) & (_.n_ab + _.n_ba > 0))
    given = ibis.union(
        days.select("on", "kind", x="a_person_id", y="b_person_id", w="w_ab"),
        days.select("on", "kind", x="b_person_id", y="a_person_id", w="w_ba"),
    )
    if side.kind == "person":
        given = given.filter(_.x == side.id)
    else:
        members = t["affiliations"].filter(_.organisation_id == side.id).select(x="person_id")
        given = affiliated(t, given.semi_join(members, "x"), "x", "on").rename(of="organisation_id")
        given = affiliated(t, given.filter(_.of == side.id), "y", "on")
        given = given.filter(_.organisation_id.isnull() | (_.organisation_id != side.id))
    by_kind = t.arrow(given.group_by("kind").agg(w=_.w.sum())).to_pylist()
    return float(sum(row["w"] / units.get(row["kind"], 1.0) for row in sorted(by_kind, key=lambda row: row["kind"])))
