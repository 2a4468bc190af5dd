"""Who no longer stands for the organisation they stood for when a pair was last in contact.

Such a pair has not gone quiet: somebody has left. That is a departure, and is told as one (`science.md` 4.1).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from ibis import _

from honeycell.identities.affiliated import NEAR_DAYS
from honeycell.readings.arrays import Bools, Floats, Ints, floats, ints

if TYPE_CHECKING:
    from honeycell.readings.traces import Spans
    from honeycell.steps import Tables

__all__ = ["Departures", "departures"]


@dataclass(frozen=True)
class Departures:
    """What tells a departure from a silence; persons and organisations by their place in the sorted ids."""

    stay: Ints
    """Persons, shifted by 32 bits, with the organisations where a decision or a file ends their last stay; sorted."""
    ended: Ints
    """The last day of each."""
    lone: Bools
    """Whether an organisation is only a domain of one person: nobody leaves for their own, or leaves it."""

    def left(self, spans: Spans, person: Ints, last: Floats, on: int) -> Bools:
        """Whether each person, last in contact on a day, has left what they stood for then, as of the day `on`.

        They have where a decision or a file says that it ended, or where they stand for another organisation now and
        no more for that one `NEAR_DAYS` ago: some write from two addresses by turns. Who only fell silent has not.
        """
        was = spans.of(person, last.astype(np.int64))
        before, now = (spans.of(person, np.full(len(person), day)) for day in (on - NEAR_DAYS, on))
        moved = (now >= 0) & (now != was) & (before != was)
        if len(self.lone):
            moved &= ~self.lone[now] & ~self.lone[was]
        if len(self.stay):
            stay = person << 32 | np.maximum(was, 0)
            at = np.minimum(np.searchsorted(self.stay, stay), len(self.stay) - 1)
            moved |= (self.stay[at] == stay) & (self.ended[at] < on)
        found: Bools = moved & (was >= 0)
        return found


def departures(t: Tables, persons: Ints, organisations: Ints) -> Departures:
    """What decisions and files say of ends, and which organisations are one person's domain.

    Args:
        t: The tables of a cell.
        persons: Sorted ids.
        organisations: Sorted ids.
    """
    sure, alone = 1.0, 0.5
    rows = t.arrow(
        t["affiliations"]
        .filter(_.confidence.isin((sure, alone)))
        .select("person_id", "organisation_id", "confidence", to_day=_.to_on.epoch_days().fill_null(_NEVER))
    )
    who, where, ended = (ints(rows[name]) for name in ("person_id", "organisation_id", "to_day"))
    known = np.isin(who, persons) & np.isin(where, organisations)
    told, lone = known & (floats(rows["confidence"]) == sure), known & (floats(rows["confidence"]) == alone)
    place = np.searchsorted(organisations, where)
    stay = np.searchsorted(persons, who) << 32 | place
    stays, at = np.unique(stay[told], return_inverse=True)
    last = np.zeros(len(stays), np.int64)
    np.maximum.at(last, at, ended[told])
    one_persons = np.zeros(len(organisations), bool)
    one_persons[place[lone]] = True
    return Departures(stays, last, one_persons)


_NEVER = 1 << 23
"""A day after all days."""
