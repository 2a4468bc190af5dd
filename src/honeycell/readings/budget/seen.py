"""Who may see whose attention: the one place that decides it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from honeycell.errors import NotAllowedError
from honeycell.readings.arrays import day_number, ints
from honeycell.readings.state import Party

if TYPE_CHECKING:
    from honeycell.steps import Tables

__all__ = ["check_visible"]


def check_visible(t: Tables, viewer: Party | None, whose: Party, on: date) -> None:
    """What is somebody's own is for themselves, what is of an organisation is for its people.

    Args:
        t: The tables of a cell.
        viewer: Who looks; None for the owner of the cell.
        whose: Whose attention it is.
        on: The day as of which it is looked at.

    Raises:
        NotAllowedError: It is not for them (`not-for-you`).
    """
    if viewer is None or viewer == whose:
        return
    if whose.kind == "organisation":
        terms = t.arrow(t["terms"].filter(t["terms"].person_id == viewer.id))
        first, after = ints(terms["from_day"]), ints(terms["to_day"])
        there = (ints(terms["organisation_id"]) == whose.id) & (first <= day_number(on)) & (day_number(on) < after)
        if np.any(there):
            return
    raise NotAllowedError(
        "not-for-you",
        f"to whom {whose.name} gives attention is shown to {'its people' if whose.kind == 'organisation' else 'them'}",
        whose.slug,
        f"ask {whose.name}",
    )
