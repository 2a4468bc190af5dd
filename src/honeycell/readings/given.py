"""The attention that one side gives to others: to whom, on which day, and for whom they stood then."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from honeycell.readings.arrays import Bools, Floats, Ints
from honeycell.readings.contacts import number_of, placed
from honeycell.readings.state import Party
from honeycell.readings.traces import Traces

__all__ = ["NOWHERE", "Given", "given", "organisation_ids"]

NOWHERE = -1
"""The organisation of who belongs to none."""


@dataclass(frozen=True)
class Given:
    """One row for each day on which somebody of the side gave attention to another person."""

    giver: Ints
    """Places in the persons of the traces."""
    taker: Ints
    day: Ints
    w: Floats
    """In units of an average contact day of its kind."""
    n: Floats
    """Interactions in which it was."""
    organisation: Ints
    """Whom the taker stood for on that day, by place; `NOWHERE` for nobody."""
    inside: Bools
    """Whether giver and taker stood for the same organisation."""

    def only(self, chosen: Bools) -> Given:
        """These rows."""
        return Given(*(getattr(self, field.name)[chosen] for field in fields(self)))

    def window(self, end: int, days: int) -> Given:
        """The `days` up to and including day `end`."""
        return self.only((self.day > end - days) & (self.day <= end))

    def n_days(self, to: Ints) -> int:
        """Contact days on which attention was given: a day counts once for each different one of `to`."""
        return len(np.unique(np.stack([to, self.day]), axis=1).T)


def given(traces: Traces, side: Party, end: int, days: int) -> Given:
    """The attention that a person, or the people of an organisation, gave; affiliations count as of the day.

    Args:
        traces: What is looked at.
        side: Who gave.
        end: Last day of the window.
        days: Its length.
    """
    held, number = traces.days, number_of(traces, side)
    inside = np.flatnonzero((held.day > end - days) & (held.day <= end))
    a, b = held.a[inside], held.b[inside]
    giver, taker, day = np.concatenate([a, b]), np.concatenate([b, a]), np.tile(held.day[inside], 2)
    w = np.concatenate([held.w_ab[inside], held.w_ba[inside]])
    n = np.concatenate([held.n_ab[inside], held.n[inside] - held.n_ab[inside]])
    rows = np.flatnonzero((w > 0) & (placed(traces, giver, day, side) == number))
    giver, taker, day, w, n = giver[rows], taker[rows], day[rows], w[rows], n[rows]
    # A day has a row for each channel and kind; a total order, so that sums come out the same whatever was read.
    order = np.lexsort((n, w, day, taker, giver))
    giver, taker, day, w, n = giver[order], taker[order], day[order], w[order], n[order]
    new = np.ones(len(rows), bool)
    new[1:] = (np.diff(giver) != 0) | (np.diff(taker) != 0) | (np.diff(day) != 0)
    start = np.flatnonzero(new)
    giver, taker, day = giver[start], taker[start], day[start]
    own, other = traces.spans.of(giver, day), traces.spans.of(taker, day)
    w, n = (np.add.reduceat(column, start) if len(start) else column for column in (w, n))
    return Given(giver, taker, day, w, n, other, (own == other) & (own != NOWHERE))


def organisation_ids(traces: Traces, place: Ints) -> Ints:
    """Ids of organisations by their places; `NOWHERE` stays what it is."""
    ids: Ints = np.append(traces.organisations, NOWHERE)[np.where(place < 0, len(traces.organisations), place)]
    return ids
