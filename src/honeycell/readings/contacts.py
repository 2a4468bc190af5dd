"""Contact days between two parties: which rows belong to a relationship, and their sums over a window.

`between` is the one place that says what a relationship's rows are, for one relationship and for all of them at
once; `Contacts.window` the one place that adds contact days up, for today and for the end of any earlier month.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from honeycell.identities import affiliated
from honeycell.readings.state import Party

if TYPE_CHECKING:
    from datetime import date

    import ibis.expr.types as ir

    from honeycell.steps import Tables

__all__ = [
    "Contacts", "Floats", "Ints", "Pairs", "Sides", "between", "contact_days", "contacts", "day_number", "neighbours",
    "numbered", "overlap",
]  # fmt: skip

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Sides:
    """Which relationships are meant: one (`a`, `b`), all of one party (`a` alone), or all of a level."""

    a: Party | None = None
    b: Party | None = None
    level: str = "organisation"
    """Without parties: `organisation` for pairs of organisations, `person` for pairs of persons."""

    @property
    def one(self) -> bool:
        """Whether it is one relationship."""
        return self.a is not None and self.b is not None


def between(t: Tables, rows: ir.Table, first: str, second: str, on: str, sides: Sides) -> ir.Table:
    """The rows between two sides, with whom they are between.

    Args:
        t: The tables of a cell.
        rows: Rows with two person columns and a date.
        first: The one person column.
        second: The other.
        on: The date column; affiliations count as of that day.
        sides: One relationship, or all of a level.

    Returns:
        The rows of these relationships with three more columns: `key_a`, `key_b` (ids of the sides) and `forward`
        (the first person is on side a). Over all relationships the sides of a key are in the order of their ids.
    """
    columns = rows.columns
    if sides.a is None or sides.b is None:
        return _all_sides(t, rows, first, second, on, sides)
    a, b = sides.a, sides.b
    rows = _narrowed(t, rows, (first, second), (a, b))
    if "organisation" in (a.kind, b.kind):
        rows = _with_organisations(t, rows, first, second, on)
    of = {first: "_first_organisation", second: "_second_organisation"}

    def is_side(person: str, side: Party) -> ir.BooleanValue:
        return (rows[person] if side.kind == "person" else rows[of[person]]) == side.id

    forward = (is_side(first, a) & is_side(second, b)).fill_null(False)
    back = (is_side(first, b) & is_side(second, a)).fill_null(False)
    held = rows.filter(forward | back)
    return held.mutate(key_a=ibis.literal(a.id), key_b=ibis.literal(b.id), forward=forward).select(
        *columns, "key_a", "key_b", "forward"
    )


def _all_sides(t: Tables, rows: ir.Table, first: str, second: str, on: str, sides: Sides) -> ir.Table:
    columns = rows.columns
    if sides.a is not None and sides.a.kind == "person":
        return _of_person(t, rows, first, second, on, sides.a)
    left, right = first, second
    if sides.level == "organisation":
        rows = _with_organisations(t, rows, first, second, on)
        left, right = "_first_organisation", "_second_organisation"
        rows = rows.filter(rows[left].notnull() & rows[right].notnull() & (rows[left] != rows[right]))
        if sides.a is not None:
            rows = rows.filter((rows[left] == sides.a.id) | (rows[right] == sides.a.id))
    return rows.mutate(
        key_a=ibis.least(rows[left], rows[right]),
        key_b=ibis.greatest(rows[left], rows[right]),
        forward=rows[left] < rows[right],
    ).select(*columns, "key_a", "key_b", "forward")


def _of_person(t: Tables, rows: ir.Table, first: str, second: str, on: str, person: Party) -> ir.Table:
    """One person with every organisation; the person is side a."""
    columns = rows.columns
    rows = rows.filter((rows[first] == person.id) | (rows[second] == person.id))
    rows = rows.mutate(forward=rows[first] == person.id)
    rows = rows.mutate(_other=ibis.ifelse(rows.forward, rows[second], rows[first]))
    rows = affiliated(t, rows, "_other", on)
    rows = rows.filter(rows.organisation_id.notnull())
    return rows.mutate(key_a=ibis.literal(person.id), key_b=rows.organisation_id).select(
        *columns, "key_a", "key_b", "forward"
    )


def _with_organisations(t: Tables, rows: ir.Table, first: str, second: str, on: str) -> ir.Table:
    rows = affiliated(t, rows, first, on).rename(_first_organisation="organisation_id")
    return affiliated(t, rows, second, on).rename(_second_organisation="organisation_id")


def _narrowed(t: Tables, rows: ir.Table, persons: tuple[str, str], sides: tuple[Party, Party]) -> ir.Table:
    """Only rows whose persons ever were of the two sides, before anything dearer is done with them."""
    for person in persons:
        members = ibis.union(*(_members(t, side) for side in sides)).select(**{person: "person_id"})
        rows = rows.semi_join(members, person)
    return rows


def _members(t: Tables, side: Party) -> ir.Table:
    if side.kind == "person":
        return t["persons"].filter(t["persons"].person_id == side.id).select("person_id")
    return t["affiliations"].filter(t["affiliations"].organisation_id == side.id).select("person_id")


def contact_days(t: Tables, sides: Sides, from_on: date, to_on: date, units: dict[str, float]) -> ir.Table:
    """Contact days: `key_a key_b a_person_id b_person_id on w_ab w_ba n`, sides in place, both days included.

    `units` is the attention of an average contact day for each kind, so that kinds can be added: the contact day
    is the only unit that channels share (`science.md` 2.3).
    """
    days = t["pair_days"]
    days = days.filter((days.on >= from_on) & (days.on <= to_on) & (days.n_ab + days.n_ba > 0))
    rows = between(t, days, "a_person_id", "b_person_id", "on", sides)
    unit = ibis.literal(1.0)
    if units:
        unit = ibis.cases(*((rows.kind == kind, size) for kind, size in sorted(units.items())), else_=1.0)
    sided = rows.select(
        "key_a", "key_b", "on",
        a_person_id=ibis.ifelse(rows.forward, rows.a_person_id, rows.b_person_id),
        b_person_id=ibis.ifelse(rows.forward, rows.b_person_id, rows.a_person_id),
        w_ab=ibis.ifelse(rows.forward, rows.w_ab, rows.w_ba) / unit,
        w_ba=ibis.ifelse(rows.forward, rows.w_ba, rows.w_ab) / unit,
        n=rows.n_ab + rows.n_ba,
    )  # fmt: skip
    return sided.group_by("key_a", "key_b", "a_person_id", "b_person_id", "on").agg(
        w_ab=sided.w_ab.sum(), w_ba=sided.w_ba.sum(), n=sided.n.sum()
    )


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


@dataclass(frozen=True)
class Contacts:
    """Contact days in memory, sorted by relationship, pair and day."""

    keys: tuple[tuple[str, str], ...]
    """The two sides of each relationship; `key` is a place in it."""
    persons: tuple[str, ...]
    """Sorted person ids; `a` and `b` are places in it."""
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
        new = np.concatenate([[True], (np.diff(key) != 0) | (np.diff(a) != 0) | (np.diff(b) != 0)])
        start = np.flatnonzero(new)
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


def contacts(t: Tables, sides: Sides, from_on: date, to_on: date, units: dict[str, float]) -> Contacts:
    """Read the contact days of one relationship, or of all of a level."""
    rows = t.arrow(contact_days(t, sides, from_on, to_on, units))
    persons, (a, b) = numbered(rows["a_person_id"], rows["b_person_id"])
    if sides.a is not None and sides.b is not None:
        keys: tuple[tuple[str, str], ...] = ((sides.a.id, sides.b.id),)
        key = np.zeros(rows.num_rows, np.int64)
    else:
        sides_ids, (left, right) = numbered(rows["key_a"], rows["key_b"])
        both, key = np.unique(left << 32 | right, return_inverse=True)
        keys = tuple((sides_ids[at >> 32], sides_ids[at & 0xFFFFFFFF]) for at in both.tolist())
    day = rows["on"].cast(pa.int32()).to_numpy().astype(np.int64)
    order = np.lexsort((day, b, a, key))
    floats = (rows[name].to_numpy().astype(np.float64)[order] for name in ("w_ab", "w_ba", "n"))
    return Contacts(keys, persons, key[order], a[order], b[order], day[order], *floats)


def numbered(*columns: pa.ChunkedArray) -> tuple[tuple[str, ...], list[Ints]]:
    """The sorted different texts of some columns, and each column as places in them."""
    together = pa.chunked_array([chunk for column in columns for chunk in column.chunks], pa.string())
    encoded = together.combine_chunks().dictionary_encode()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    order = pc.sort_indices(encoded.dictionary).to_numpy()
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    codes = place[encoded.indices.to_numpy()] if len(encoded) else np.zeros(0, np.int64)
    ends = np.cumsum([len(column) for column in columns])[:-1]
    return tuple(encoded.dictionary.take(pa.array(order)).to_pylist()), np.split(codes, ends)


def neighbours(t: Tables, from_on: date, to_on: date, of: ir.Table | None) -> ir.Table:
    """Who had contact with whom and when: `i z on`, both ways round; only for the persons `of` (`person_id`)."""
    days = t["pair_days"]
    days = days.filter((days.on >= from_on) & (days.on <= to_on) & (days.n_ab + days.n_ba > 0))
    both = ibis.union(
        days.select("on", i="a_person_id", z="b_person_id"), days.select("on", i="b_person_id", z="a_person_id")
    )
    if of is not None:
        both = both.semi_join(of.select(i="person_id"), "i")
    return both.distinct()


def overlap(a: Ints, b: Ints, i: Ints, z: Ints) -> Floats:
    """Share of the two's other contacts that both have, 0 to 1, for each pair (a, b) in contact.

    |N(a) and N(b)| / |N(a) or N(b)|, the two themselves aside; 0 where neither has another contact.

    Args:
        a: One person of each pair, numbered.
        b: The other.
        i: Contacts: who.
        z: Contacts: with whom; each contact both ways round, repeats allowed.

    Example:
        >>> i, z = np.array([0, 1, 0, 2, 1, 2]), np.array([1, 0, 2, 0, 2, 1])
        >>> overlap(np.array([0]), np.array([1]), i, z)
        array([1.])
    """
    if not len(a):
        return np.zeros(0)
    n = int(max(i.max(initial=0), z.max(initial=0), a.max(), b.max())) + 1
    edges = np.unique(i * n + z)
    start = np.searchsorted(edges // n, np.arange(n + 1))
    degree = np.diff(start)
    fewer, more = np.where(degree[a] <= degree[b], a, b), np.where(degree[a] <= degree[b], b, a)
    common = np.zeros(len(a))
    for part in _parts(degree[fewer]):
        size = degree[fewer[part]]
        of = np.repeat(np.arange(len(part)), size)
        offset = np.arange(len(of)) - np.repeat(np.cumsum(size) - size, size)
        third = edges[np.repeat(start[fewer[part]], size) + offset] % n
        asked = more[part][of] * n + third
        place = np.minimum(np.searchsorted(edges, asked), max(len(edges) - 1, 0))
        found = edges[place] == asked if len(edges) else np.zeros(0, bool)
        common[part] = np.bincount(of[found], minlength=len(part))
    either = (degree[a] - 1) + (degree[b] - 1) - common
    return np.divide(common, either, out=np.zeros(len(a)), where=either > 0)


def _parts(sizes: Ints, most: int = 20_000_000) -> list[Ints]:
    """Places cut into stretches whose sizes sum to at most `most`, so that memory stays bounded."""
    stretch = np.cumsum(sizes) // most
    return np.split(np.arange(len(sizes)), np.flatnonzero(np.diff(stretch)) + 1)


def day_number(day: date) -> int:
    """Days since 1970-01-01.

    Example:
        >>> from datetime import date
        >>> day_number(date(1970, 1, 2))
        1
    """
    return day.toordinal() - 719_163
