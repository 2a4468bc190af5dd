"""Whom people stood for on the day of what they said, and which organisation is ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from ibis import _

from honeycell.readings.arrays import Ints, column, ints
from honeycell.readings.state import Party
from honeycell.readings.traces import Spans

if TYPE_CHECKING:
    from ibis import Deferred

    from honeycell.steps import Tables

__all__ = ["ANEW", "NOBODY", "organisation", "ours", "standing"]

NOBODY = -1
"""The organisation of who belongs to none."""
ANEW = "make a new cell with `honeycell init DIR --us NAME` and import again"
"""What makes a cell say whose it is: that cannot be said of one that is there."""


def standing(t: Tables, person: Ints, day: Ints, *, lone: bool = False) -> Ints:
    """The organisation's id of each person on each day; `NOBODY` where there is none.

    Args:
        t: The tables of a cell.
        person: Ids of persons.
        day: Days since 1970-01-01, one for each.
        lone: Whether a domain of one person is an organisation too.
    """
    met = t.keep(pa.table({"person_id": column(np.unique(person))}))
    terms = t["terms"].semi_join(met, "person_id")
    if not lone:
        terms = terms.anti_join(t["organisations"].filter(_.provisional & ~_.us), "organisation_id")
    terms = t.arrow(terms)
    held, first = ints(terms["person_id"]), ints(terms["from_day"])
    ids, at = np.unique(held, return_inverse=True)
    order = np.lexsort((first, held))
    spans = Spans(at[order], first[order], ints(terms["to_day"])[order], ints(terms["organisation_id"])[order])
    place = np.searchsorted(ids, person)
    known = np.isin(person, ids)
    return np.where(known, spans.of(np.where(known, place, 0), day), NOBODY)


def ours(t: Tables) -> Party | None:
    """The organisation that the cell belongs to; None where it is left open."""
    return _first(t, _.us)


def organisation(t: Tables, organisation_id: int) -> Party | None:
    """The organisation of this id."""
    return _first(t, _.organisation_id == organisation_id)


def _first(t: Tables, wanted: Deferred) -> Party | None:
    one = t["organisations"].filter(wanted).order_by("organisation_id").limit(1)
    rows = t.arrow(one.select("organisation_id", "slug", "name")).to_pylist()
    return Party("organisation", rows[0]["organisation_id"], rows[0]["slug"], rows[0]["name"]) if rows else None
