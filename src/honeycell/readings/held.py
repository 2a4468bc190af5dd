"""What belongs to one relationship, or to all of a level: all that their readings are computed from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import numpy as np

from honeycell.readings.arrays import Bools, Floats, Ints, day_number
from honeycell.readings.contacts import Contacts, Pairs, Rows, Sides, contacts, is_side_a, overlap, rows_of
from honeycell.readings.covered import Covered
from honeycell.readings.declared import ORGANISATIONS, PAIR, PERSON_ORGANISATION
from honeycell.readings.follow_through import Due, due_between
from honeycell.readings.parameters import Fitted
from honeycell.readings.reciprocity import Said, said
from honeycell.readings.repetition import Inbound, inbound
from honeycell.readings.responsiveness import Turns, turns_between
from honeycell.readings.traces import Traces

__all__ = ["Held", "held", "level_of", "overlaps"]


@dataclass(frozen=True)
class Held:
    """All that the readings of some relationships are computed from."""

    traces: Traces
    sides: Sides
    level: str
    rows: Rows
    """The rows of `traces.days` that belong to them."""
    contacts: Contacts
    turns: Turns
    turn_key: Ints
    """The relationship of each key of `turns`, as numbered in `contacts`; -1 where it has no contact day."""
    window_days: int

    @property
    def fitted(self) -> Fitted:
        """The parameters of the cell."""
        return self.traces.fitted

    @property
    def covered(self) -> Covered:
        """When sensors were on."""
        return self.traces.covered

    @cached_property
    def said(self) -> Said:
        """The messages between the two sides."""
        return said(self.traces.days, self.rows)

    @cached_property
    def due(self) -> Due:
        """What is owed between the two organisations, by document."""
        return due_between(self.traces, self.contacts.keys)

    @cached_property
    def inbound(self) -> Inbound:
        """What either side asked or told the other, and what of it had been said before."""
        return inbound(self.traces, self.sides, self.contacts.keys)

    def covered_days(self, on: date, days: int) -> float:
        """Covered days among the `days` up to and including `on`."""
        return self.covered.days(day_number(on), days)

    def pairs(self, on: date, days: int) -> Pairs:
        """The pairs in contact in the `days` up to and including `on`."""
        return self.contacts.window(day_number(on), days)

    def left(self, pairs: Pairs) -> Bools:
        """Of which pairs one has left since their last contact, as of the end of the window."""
        told, spans = self.traces.departures, self.traces.spans
        return told.left(spans, pairs.a, pairs.last, pairs.end) | told.left(spans, pairs.b, pairs.last, pairs.end)


def level_of(sides: Sides) -> str:
    """pair, person-organisation or organisation-organisation."""
    if sides.a is None or sides.b is None:
        if sides.a is not None and sides.a.kind == "person":
            return PERSON_ORGANISATION
        return PAIR if sides.level == "person" else ORGANISATIONS
    kinds = {sides.a.kind, sides.b.kind}
    if len(kinds) == 2:
        return PERSON_ORGANISATION
    return PAIR if kinds == {"person"} else ORGANISATIONS


def held(traces: Traces, sides: Sides, window_days: int) -> Held:
    """Pick what belongs to one relationship, or to all of a level."""
    rows = rows_of(traces, sides)
    if level_of(sides) == ORGANISATIONS and sides.b is None:
        rows = replace(rows, keys=_with_documents(traces, sides, rows.keys))
    days, turns = contacts(traces, rows), turns_between(traces, sides, of_persons=level_of(sides) == PAIR)
    place = {key: at for at, key in enumerate(days.keys)}
    turn_key = np.array([place.get(key, -1) for key in turns.keys], np.int64)
    return Held(traces, sides, level_of(sides), rows, days, turns, turn_key, window_days)


def _with_documents(traces: Traces, sides: Sides, keys: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
    """The relationships of `keys`, and after them those of organisations that only ever exchanged documents."""
    one, other = traces.due.owner, traces.due.counterpart
    forward = is_side_a(traces, one, other, sides)
    both = np.stack([np.where(forward, one, other), np.where(forward, other, one)], axis=1)[one != other]
    found = traces.organisations[np.unique(both, axis=0)].tolist() if len(both) else []
    known, alone = set(keys), sides.a.id if sides.a else None
    return keys + tuple((a, b) for a, b in found if (a, b) not in known and alone in (None, a))


def overlaps(held: Held, pairs: Pairs, days: int) -> Floats:
    """Shared contacts of each pair over the `days` up to the end of their window."""
    rows = held.traces.days
    inside = (rows.day > pairs.end - days) & (rows.day <= pairs.end)
    one, other = rows.a[inside], rows.b[inside]
    return overlap(pairs.a, pairs.b, np.concatenate([one, other]), np.concatenate([other, one]))
