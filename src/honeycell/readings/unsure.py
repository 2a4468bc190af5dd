"""How much of what is seen cannot be placed with certainty in an organisation."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from ibis import _

from honeycell.identities import affiliated

if TYPE_CHECKING:
    from honeycell.steps import Tables

__all__ = ["unsure"]


def unsure(t: Tables, from_on: date, to_on: date) -> tuple[float, float]:
    """Shares of the interactions between persons: with somebody of no organisation; of a provisional one at most."""
    days = t["pair_days"].filter((_.on >= from_on) & (_.on <= to_on) & (_.n_ab + _.n_ba > 0))
    days = days.select("a_person_id", "b_person_id", "on", n=_.n_ab + _.n_ba)
    placed = affiliated(t, days, "a_person_id", "on").rename(one="organisation_id")
    placed = affiliated(t, placed, "b_person_id", "on").rename(other="organisation_id")
    provisional = t["organisations"].filter(_.provisional).select(_of="organisation_id")
    nowhere = placed.one.isnull() | placed.other.isnull()
    row = t.arrow(
        placed.aggregate(
            n=placed.n.sum(),
            n_nowhere=placed.n.sum(where=nowhere),
            n_provisional=placed.n.sum(
                where=~nowhere & (placed.one.isin(provisional["_of"]) | placed.other.isin(provisional["_of"]))
            ),
        )
    ).to_pylist()[0]
    n = row["n"] or 0
    return ((row["n_nowhere"] or 0) / n, (row["n_provisional"] or 0) / n) if n else (0.0, 0.0)
