"""Whose an address is and why: the other addresses of the person, what else was compared, and what people decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import ibis
from ibis import _

from honeycell.errors import NotFoundError, UsageError
from honeycell.readings.parties import find_handle, parties
from honeycell.readings.state import Party
from honeycell.readings.visible import check_owner

if TYPE_CHECKING:
    from honeycell.steps import Tables

__all__ = [
    "Address",
    "Comparison",
    "Holder",
    "Membership",
    "Said",
    "Whose",
    "handle_of_person",
    "holders",
    "only_handle",
    "whose",
]

_DECISIONS = {
    "same_person": ("handle_a", "handle_b"),
    "not_same_person": ("handle_a", "handle_b"),
    "split": ("handle",),
    "affiliation": ("handle",),
}
"""Kinds of decision about persons, and their columns that name handles."""


@dataclass(frozen=True)
class Holder:
    """A person and all their handles, the one they were first seen with first."""

    person: Party
    handles: tuple[str, ...]


@dataclass(frozen=True)
class Address:
    """One handle and its use."""

    handle: str
    names: tuple[str, ...]
    """Under which it was seen, the one written most often first."""
    first_on: date | None
    last_on: date | None
    n_sent: int
    """Interactions whose author it is."""
    reason: str
    probability: float


@dataclass(frozen=True)
class Comparison:
    """A handle of the person beside another one: what speaks for and against them being one person's."""

    own: str
    other: str
    person: Party | None
    """Whose the other one is."""
    outcome: str
    """`linked`, `not linked` or `to be decided`."""
    probability: float
    reason: str
    against: str | None
    decided_by: str
    """`rule`, `model` or `person`."""
    rule: str
    features: str


@dataclass(frozen=True)
class Membership:
    """An organisation of the person."""

    organisation: Party
    from_on: date
    to_on: date | None
    reason: str


@dataclass(frozen=True)
class Said:
    """A decision in force about a handle of the person."""

    decision_id: int
    kind: str
    decided_at: datetime
    decided_by: str
    why: str | None
    what: dict[str, Any]


@dataclass(frozen=True)
class Whose:
    """Everything that answers whose an address is and why."""

    handle: str
    """The one that was asked for."""
    kind: str
    """`person`, or what it is instead: `role`, `list`, `automatic`."""
    reason: str
    person: Party | None
    first_on: date | None
    """First seen, under any address of the person."""
    last_on: date | None
    organisations: tuple[Membership, ...]
    addresses: tuple[Address, ...]
    """Of the person, in the order of their first use."""
    linked: tuple[Comparison, ...]
    """Between two addresses of the person, the surest first."""
    others: tuple[Comparison, ...]
    """With addresses of others: first those to be decided, then those that were not linked; the surest first."""
    decisions: tuple[Said, ...]


def whose(t: Tables, text: str) -> Whose:
    """Whose an address is, and why.

    Args:
        t: The tables of a cell.
        text: An address, a handle, or a person as `find_party` knows them.

    Raises:
        NotFoundError: Nobody answers to it (`no-such-party`).
        UsageError: More than one do (`ambiguous-name`).
    """
    asked = find_handle(t, text)
    if asked["person_id"] is None:
        own = t["handles"].filter(_.handle == asked["handle"])
        place = parties(t, "organisation", [asked["organisation_id"]] if asked["organisation_id"] else [])
        since = asked["first_at"] and asked["first_at"].date()
        until = asked["last_at"] and asked["last_at"].date()
        members = tuple(Membership(one, since, None, asked["reason"]) for one in place.values())
        return Whose(asked["handle"], asked["kind"], asked["reason"], None, since, until, members,
                     _addresses(t, own), (), (), _said(t, own))  # fmt: skip
    person = parties(t, "person", [asked["person_id"]])[asked["person_id"]]
    if t.viewer != person.id:
        check_owner(t, "why an address is somebody's is for them and")
    own = t.keep(t["handles"].filter(_.person_id == person.id))
    addresses = _addresses(t, own)
    compared = _compared(t, own, person)
    inside = tuple(one for one in compared if one.person == person and one.outcome == "linked")
    outside = tuple(one for one in compared if one.person != person)
    first = [one.first_on for one in addresses if one.first_on]
    last = [one.last_on for one in addresses if one.last_on]
    return Whose(
        asked["handle"], asked["kind"], asked["reason"], person, min(first, default=None), max(last, default=None),
        _memberships(t, person), addresses, inside,
        tuple(sorted(outside, key=lambda one: one.outcome != "to be decided")), _said(t, own),
    )  # fmt: skip


def handle_of_person(t: Tables, text: str) -> str:
    """The handle of a person that is meant, for a decision about that person.

    Raises:
        NotFoundError: Nobody answers to it, or what does is no person (`no-such-party`).
        UsageError: More than one answer to it (`ambiguous-name`).
    """
    row = find_handle(t, text)
    if row["kind"] != "person":
        raise NotFoundError(
            "no-such-party",
            f"no person is behind “{text.strip()}”: {row['reason']}",
            text.strip(),
            "name an address of a person",
        )
    return str(row["handle"])


def only_handle(t: Tables, text: str) -> str:
    """The handle of a person that is meant, where a person by name will do only if they have no other.

    Raises:
        NotFoundError: Nobody answers to it, or what does is no person (`no-such-party`).
        UsageError: More than one answer to it, or a person with several handles (`ambiguous-name`).
    """
    handle = handle_of_person(t, text)
    (holder,) = holders(t, [handle])
    if len(holder.handles) > 1 and text.strip().lower() not in (handle.lower(), handle.removeprefix("mailto:")):
        raise UsageError(
            "ambiguous-name",
            f"{holder.person.name} has {len(holder.handles)} addresses",
            text.strip(),
            "say which one leaves: " + ", ".join(one.removeprefix("mailto:") for one in holder.handles),
        )
    return handle


def holders(t: Tables, handles: Sequence[str]) -> tuple[Holder, ...]:
    """The persons who hold any of these handles, with all that they hold; by their first use."""
    table = t["handles"].filter(_.person_id.notnull())
    held = table.semi_join(table.filter(_.handle.isin(list(handles))), "person_id") if handles else table.limit(0)
    order = [_.first_at.isnull(), "first_at", "handle"]
    rows = t.arrow(held.order_by(order).select("person_id", "handle")).to_pylist()
    of: dict[int, list[str]] = {}
    for row in rows:
        of.setdefault(row["person_id"], []).append(row["handle"])
    named = parties(t, "person", list(of))
    return tuple(Holder(named[person], tuple(theirs)) for person, theirs in of.items())


def _addresses(t: Tables, own: ibis.Table) -> tuple[Address, ...]:
    order = ibis.window(group_by="handle", order_by=[ibis.desc("n_authored"), ibis.desc("n"), "display_name"])
    seen = t["names"].semi_join(own, "handle")
    names = seen.filter(_.display_name != "").mutate(place=ibis.row_number().over(order))
    written: dict[str, list[str]] = {}
    for row in t.arrow(names.order_by("handle", "place").select("handle", "display_name")).to_pylist():
        written.setdefault(row["handle"], []).append(row["display_name"])
    counted = seen.group_by("handle").agg(n_sent=_.n_authored.sum())
    rows = own.left_join(counted, "handle").order_by([_.first_at.isnull(), "first_at", "handle"])
    return tuple(
        Address(
            row["handle"], tuple(written.get(row["handle"], ())), row["first_at"] and row["first_at"].date(),
            row["last_at"] and row["last_at"].date(), row["n_sent"] or 0, row["reason"], row["probability"],
        )
        for row in t.arrow(rows).to_pylist()
    )  # fmt: skip


def _compared(t: Tables, own: ibis.Table, person: Party) -> list[Comparison]:
    """All links of the person's handles, once each, the surest first."""
    mine = own.select("handle")
    sides = (
        t["links"].semi_join(mine.rename({one: "handle"}), one).rename(own=one, other=two)
        for one, two in (("handle_a", "handle_b"), ("handle_b", "handle_a"))
    )  # fmt: skip
    both = ibis.union(*(side.select("own", "other", *_LINK) for side in sides))
    held = t["handles"].select(other="handle", person_id="person_id", _first_at="first_at")
    ranked = both.left_join(held, "other").drop("other_right").order_by(ibis.desc("probability"), "own", "other")
    rows = t.arrow(ranked.filter((_.person_id.fill_null(-1) != person.id) | (_.own < _.other))).to_pylist()
    named = parties(t, "person", [row["person_id"] for row in rows if row["person_id"] is not None])
    return [
        Comparison(row["own"], row["other"], named.get(row["person_id"]), *(row[name] for name in _LINK))
        for row in rows
    ]


_LINK = ("outcome", "probability", "reason", "against", "decided_by", "rule", "features")


def _memberships(t: Tables, person: Party) -> tuple[Membership, ...]:
    rows = t.arrow(
        t["affiliations"].filter(_.person_id == person.id).order_by("from_on", "organisation_id")
    ).to_pylist()
    named = parties(t, "organisation", [row["organisation_id"] for row in rows])
    return tuple(
        Membership(named[row["organisation_id"]], row["from_on"], row["to_on"], row["reason"])
        for row in rows
        if row["organisation_id"] in named
    )


def _said(t: Tables, own: ibis.Table) -> tuple[Said, ...]:
    """The decisions in force that name one of the handles, the newest first."""
    handles = t.arrow(own.select("handle"))["handle"].to_pylist()
    found: dict[int, Said] = {}
    for kind, columns in _DECISIONS.items():
        table = t[kind]
        for row in t.arrow(table.filter(ibis.or_(*(table[name].isin(handles) for name in columns)))).to_pylist():
            common = {name: row.pop(name) for name in ("decision_id", "decided_at", "decided_by", "why")}
            found[common["decision_id"]] = Said(kind=kind, what=row, **common)
    return tuple(found[number] for number in sorted(found, reverse=True))
