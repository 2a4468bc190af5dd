"""In which conversations of several people the two sides of a relationship were in touch (`science.md` 4.7).

Who meets another where others are too has a focus in common with them, and not one another alone (Feld 1981).
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import ibis
import numpy as np
import pyarrow as pa
from ibis import _

from honeycell.readings.arrays import ints
from honeycell.readings.held import Held
from honeycell.readings.ways.touched import contact_days

if TYPE_CHECKING:
    from honeycell.steps import Tables

__all__ = ["LEAST_CONVERSATIONS", "LEAST_PEOPLE", "n_together", "together"]

LEAST_PEOPLE = 3
"""People who wrote in a conversation or were turned to in it, from which it is one of several people."""
LEAST_CONVERSATIONS = 2
"""Conversations of several people that two have in common when they share a context."""


def together(t: Tables, held: Held, on: date, days: int) -> pa.Table:
    """The interactions between the two sides, with the conversation of each and how many people took part in it.

    Args:
        t: The tables of a cell.
        held: The relationship.
        on: The last day.
        days: How many days, also of those who took part.

    Returns:
        `interaction_id from_person_id to_person_id conversation_id n_people`, in no order.
    """
    touches = t["touches"].filter((_.on > on - timedelta(days)) & (_.on <= on) & ~_.broadcast)
    threads = t["threads"].select("interaction_id", "conversation_id")
    columns = ("interaction_id", "from_person_id", "to_person_id", "conversation_id")
    ours = touches.inner_join(contact_days(t, held, on, days), ["from_person_id", "to_person_id", "on"])
    ours = t.keep(ours.inner_join(threads, "interaction_id").select(*columns))
    said = threads.semi_join(ours, "conversation_id").inner_join(touches, "interaction_id")
    people = ibis.union(*(said.select("conversation_id", person_id=side) for side in columns[1:3]))
    sizes = people.group_by("conversation_id").agg(n_people=_.person_id.nunique())
    return t.arrow(ours.inner_join(sizes, "conversation_id").select(*columns, "n_people"))


def n_together(rows: pa.Table) -> tuple[int, int]:
    """How many conversations of several people there are, and how many pairs were in touch in two or more of them.

    Args:
        rows: What `together` gives.

    Example:
        >>> rows = {"from_person_id": [1, 1, 3], "to_person_id": [2, 2, 1], "conversation_id": [7, 8, 8]}
        >>> n_together(pa.table({**rows, "n_people": [3, 4, 4]}))
        (2, 1)
    """
    several = ints(rows["n_people"]) >= LEAST_PEOPLE
    one, other, talk = (ints(rows[name])[several] for name in ("from_person_id", "to_person_id", "conversation_id"))
    pairs = np.unique(np.stack([np.minimum(one, other), np.maximum(one, other), talk], axis=1), axis=0)
    _pairs, n = np.unique(pairs[:, :2], axis=0, return_counts=True)
    return len(np.unique(talk)), int((n >= LEAST_CONVERSATIONS).sum())
