"""Contact days of relationships: whose days they are, and their sums over a window.

`between` is the one place that says what belongs to a relationship, for one and for all of them at once;
`Contacts.window` the one place that adds contact days up, for today and for the end of any earlier month.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from honeycell.readings.arrays import Bools, Floats, Ints
from honeycell.readings.persistence import overlap
from honeycell.readings.state import Party
from honeycell.readings.traces import Traces

__all__ = [
    "Between", "Contacts", "Pairs", "Rows", "Sides", "between", "by_pair_and_day", "contacts", "is_side_a", "number_of",
    "numbered_sides", "overlap", "placed", "rows_of",
]  # fmt: skip


@dataclass(frozen=True)
class Sides:
    """Which relationships are meant: one (`a`, `b`), all of one party (`a` alone), or all of a level."""

    a: Party | None = None
    b: Party | None = None
    level: str = "organisation"
    """Without parties: `organisation` for pairs of organisations, `person` for pairs of persons."""
    order: Ints | None = None
    """Of all of a level, the rank of each place among the ids: the smaller is side a. By default the smaller id is."""


@dataclass(frozen=True)
class Between:
    """Rows between two sides."""

    rows: Ints
    """Places of the rows that belong to a relationship."""
    left: Ints
    """Of each of them, the number of side a: an organisation, or a person."""
    right: Ints
    """The same of side b."""
    forward: Bools
    """Whether the first person is on side a."""


def between(traces: Traces, first: Ints, second: Ints, day: Ints, sides: Sides) -> Between:
    """Which rows are between two sides, and which way round.

    Args:
        traces: Says who belonged where.
        first: One person of each row.
        second: The other.
        day: Its day; affiliations count as of it.
        sides: The relationships that are meant. A party that is named is side a.
    """
    if sides.a is not None and sides.b is not None:
        a, b = number_of(traces, sides.a), number_of(traces, sides.b)
        ones, others = (placed(traces, first, day, party) for party in (sides.a, sides.b))
        ones_too, others_too = (placed(traces, second, day, party) for party in (sides.a, sides.b))
        forward = (ones == a) & (others_too == b)
        rows = np.flatnonzero(forward | ((ones_too == a) & (others == b)))
        return Between(rows, np.full(len(rows), a), np.full(len(rows), b), forward[rows])
    if sides.a is not None and sides.a.kind == "person":
        a = number_of(traces, sides.a)
        forward = first == a
        other = traces.spans.of(np.where(forward, second, first), day)
        rows = np.flatnonzero((forward | (second == a)) & (other >= 0))
        return Between(rows, np.full(len(rows), a), other[rows], forward[rows])
    left, right = first, second
    if sides.level == "organisation":
        left, right = traces.spans.of(first, day), traces.spans.of(second, day)
    held = (left >= 0) & (right >= 0) & (left != right)
    if sides.a is not None:
        a = number_of(traces, sides.a)
        held &= (left == a) | (right == a)
    rows = np.flatnonzero(held)
    left, right = left[rows], right[rows]
    forward = is_side_a(traces, left, right, sides)
    return Between(rows, np.where(forward, left, right), np.where(forward, right, left), forward)


def is_side_a(traces: Traces, one: Ints, other: Ints, sides: Sides) -> Bools:
    """Of two organisations or two persons, by their places among the ids, whether the first is side a."""
    if sides.a is not None:
        return np.equal(one, number_of(traces, sides.a))
    return np.less(one, other) if sides.order is None else np.less(sides.order[one], sides.order[other])


def number_of(traces: Traces, party: Party) -> int:
    """The place of a party among the ids, or a number that nobody has."""
    ids = traces.persons if party.kind == "person" else traces.organisations
    at = int(np.searchsorted(ids, party.id))
    return at if at < len(ids) and ids[at] == party.id else -2


def placed(traces: Traces, person: Ints, day: Ints, party: Party) -> Ints:
    """What persons count as for a side of this kind, on each day: themselves, or the organisation they stood for."""
    return person if party.kind == "person" else traces.spans.of(person, day)


@dataclass(frozen=True)
class Pairs:
    """The pairs with contact in a window, one row each, in the order of key and pair."""

    end: int
    """Last day of the window, in days since 1970-01-01."""
    key: Ints
    a: Ints
    b: Ints
    n_days: Floats
    first: Floats
    last: Floats
    w_ab: Floats
    w_ba: Floats
    n: Floats
    """Interactions, counted once for each pair they touch."""

    @property
    def w(self) -> Floats:
        """Attention either way."""
        return self.w_ab + self.w_ba

    def some(self, rows: slice | Bools) -> Pairs:
        """A part of them."""
        return Pairs(self.end, *(getattr(self, column.name)[rows] for column in fields(self)[1:]))


@dataclass(frozen=True)
class Contacts:
    """Contact days, sorted by relationship, pair and day; one row for a pair and a day."""

    keys: tuple[tuple[int, int], ...]
    """The ids of the two sides of each relationship; `key` is a place in it."""
    persons: Ints
    """Sorted person ids; `a` (on side a) and `b` are places in it."""
    key: Ints
    a: Ints
    b: Ints
    day: Ints
    w_ab: Floats
    w_ba: Floats
    n: Floats

    def window(self, end: int, days: int) -> Pairs:
        """Sums over the `days` up to and including day `end`."""
        inside = np.flatnonzero((self.day > end - days) & (self.day <= end))
        key, a, b, day = self.key[inside], self.a[inside], self.b[inside], self.day[inside]
        if not len(inside):
            empty, none = np.zeros(0), np.zeros(0, np.int64)
            return Pairs(end, none, none, none, empty, empty, empty, empty, empty, empty)
        start = np.flatnonzero(_new(key, a, b))
        size = np.diff(np.append(start, len(inside)))
        sums = (np.add.reduceat(column[inside], start) for column in (self.w_ab, self.w_ba, self.n))
        return Pairs(
            end, key[start], a[start], b[start], size.astype(float), day[start].astype(float),
            day[start + size - 1].astype(float), *sums,
        )  # fmt: skip

    def contact_days(self, end: int, days: int) -> Ints:
        """Different days with contact of each relationship in a window."""
        inside = (self.day > end - days) & (self.day <= end)
        different = np.unique(self.key[inside] << 32 | self.day[inside])
        return np.bincount(different >> 32, minlength=len(self.keys)).astype(np.int64)


@dataclass(frozen=True)
class Rows:
    """The rows of the days of pairs that belong to one relationship, or to all of a level."""

    keys: tuple[tuple[int, int], ...]
    """The ids of the two sides of each relationship; those with no row have none."""
    key: Ints
    """Of each row, the place of its relationship in `keys`."""
    rows: Ints
    """Places in the days of pairs."""
    forward: Bools
    """Whether the first person is on side a."""


def rows_of(traces: Traces, sides: Sides) -> Rows:
    """The rows of one relationship, or of all of a level."""
    held = between(traces, traces.days.a, traces.days.b, traces.days.day, sides)
    return Rows(*numbered_sides(traces, held, sides), held.rows, held.forward)


def contacts(traces: Traces, of: Rows) -> Contacts:
    """The contact days of these rows."""
    days, rows, forward, key = traces.days, of.rows, of.forward, of.key
    a, b = np.where(forward, days.a[rows], days.b[rows]), np.where(forward, days.b[rows], days.a[rows])
    w_ab = np.where(forward, days.w_ab[rows], days.w_ba[rows])
    w_ba = np.where(forward, days.w_ba[rows], days.w_ab[rows])
    columns, sums = by_pair_and_day((key, a, b, days.day[rows]), (w_ab, w_ba, days.n[rows]))
    return Contacts(of.keys, traces.persons, *columns, *sums)


def by_pair_and_day(
    columns: tuple[Ints, Ints, Ints, Ints], sums: Sequence[Floats]
) -> tuple[tuple[Ints, Ints, Ints, Ints], tuple[Floats, ...]]:
    """One row for each relationship, pair and day, in that order, with the sums of what several rows had.

    Args:
        columns: Relationship, person of side a, person of side b and day of each row.
        sums: What is added up.
    """
    if not len(columns[0]):
        return columns, tuple(sums)
    # A day has a row for each channel and kind; a total order, so that sums come out the same whatever was read.
    order = np.lexsort((*reversed(sums), *reversed(columns)))
    key, a, b, day = (column[order] for column in columns)
    start = np.flatnonzero(_new(key, a, b, day))
    added = tuple(np.add.reduceat(one[order], start) for one in sums)
    return (key[start], a[start], b[start], day[start]), added


def numbered_sides(traces: Traces, held: Between, sides: Sides) -> tuple[tuple[tuple[int, int], ...], Ints]:
    """The relationships that rows belong to, and the number of each row's; one relationship is always number 0."""
    if sides.a is not None and sides.b is not None:
        return ((sides.a.id, sides.b.id),), np.zeros(len(held.rows), np.int64)
    both, key = np.unique(held.left << 32 | held.right, return_inverse=True)
    alone = sides.a is not None and sides.a.kind == "person"
    left_ids = traces.persons if alone or sides.level == "person" else traces.organisations
    right_ids = traces.persons if sides.level == "person" and not alone else traces.organisations
    pairs = zip(left_ids[both >> 32].tolist(), right_ids[both & 0xFFFFFFFF].tolist(), strict=True)
    return tuple(pairs), key.astype(np.int64)


def _new(*columns: Ints) -> Bools:
    """Where a row differs from the one before it."""
    differs = np.zeros(len(columns[0]), bool)
    differs[:1] = True
    for column in columns:
        differs[1:] |= column[1:] != column[:-1]
    return differs
