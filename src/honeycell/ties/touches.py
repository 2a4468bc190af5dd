"""Touches: what of one interaction goes from which person, or role mailbox, to which.

A message is one unit of its author's attention, shared over the persons it is directed at: To counts 1, Cc 0.3,
Bcc nothing (`science.md` 2.3; the precedent is Newman 2001, who gives each of n authors 1/(n-1)). In a space,
and in chat, the author of what a message answers counts as if named in To. A meeting gives each of its n persons
minutes/(n-1) towards each other. A document of trade goes from who wrote it to who gets it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
from ibis import _

from honeycell import log

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from honeycell.steps import Changes, Tables

__all__ = ["actors", "quantised", "touched_touches", "touches"]

GRAIN = 2**20
"""Weights are whole multiples of 1/GRAIN: 2^33 units of attention still add up exactly in a float64."""
LARGEST_MEETING = 50
"""With more persons than this a meeting is a broadcast of its organiser."""

_MEETINGS = ("meeting", "call")
_CHAT = ("slack", "zulip")
_ROLES = {3: "to", 2: "answered", 1: "cc"}
"""Strength of a receiver's role: whoever is named twice counts once, in the stronger role."""
_TENTHS = {3: 10, 2: 10, 1: 3}
"""Role weights of `science.md` 2.3, times ten."""
_SHARED = ("kind", "channel", "occurred_at", "occurred_on", "utc_offset_minutes")


def touches(t: Tables, keys: ir.Table | None) -> ir.Table:
    """The touches of these interactions, or of all.

    Interactions without a plausible date, automatic ones, and those whose author is nobody (`actors`) have none; nor
    has anybody towards themselves.
    """

    def derived(name: str) -> ir.Table:
        return t[name] if keys is None else t.of_interactions(name, keys)

    picked = None if keys is None else log.pick(t, keys)
    interactions = log.interactions(t, picked, log.FACTS).filter(_.occurred_at.notnull() & _.occurred_on.notnull())
    classes = derived("classes").select("interaction_id", class_=_["class"])
    happened = (
        interactions.left_join(classes, "interaction_id")
        .filter(_.class_.isnull() | (_.class_ != "automatic"))
        .select(
            "interaction_id", *_SHARED, "duration_minutes",
            announced=(_.class_ == "broadcast").fill_null(False),
            in_space=_.space.notnull(),
            answers=_.space.notnull() | _.channel.isin(_CHAT),
        )
    )  # fmt: skip
    persons = actors(t["handles"])
    present = (
        log.participants(t, picked, columns=log.SEATS)
        .inner_join(persons, "handle")
        .inner_join(happened.select("interaction_id", "kind"), "interaction_id")
        .select("interaction_id", "kind", "role", "person_id")
    )  # fmt: skip
    parents = (
        derived("replies").select("interaction_id", "parent_id", handle="parent_handle")
        .inner_join(persons, "handle")
        .select("interaction_id", "parent_id", "person_id")
    )  # fmt: skip
    directed = _directed(present, parents, happened)
    met = _met(present)
    columns = ("interaction_id", "from_person_id", "to_person_id", "role", "share", "n_addressed", "too_many")
    answered = parents.select("interaction_id", to_person_id="person_id", in_reply_to_id="parent_id")
    return (
        ibis.union(directed.select(*columns), met.select(*columns))
        .inner_join(happened.drop("answers"), "interaction_id")
        .left_join(answered, ["interaction_id", "to_person_id"])
        .select(
            "interaction_id", "from_person_id", "to_person_id", "occurred_at", "channel", "kind", "role",
            "n_addressed", "in_space", "in_reply_to_id", "utc_offset_minutes",
            on=_.occurred_on,
            weight=quantised(_.share * ibis.ifelse(_.kind.isin(_MEETINGS), _.duration_minutes.fill_null(0.0), 1.0)),
            broadcast=_.announced | _.too_many,
        )
    )  # fmt: skip


def actors(handles: ir.Table) -> ir.Table:
    """Who acts through each handle: its person, or for its organisation the role mailbox itself.

    Args:
        handles: Rows of the table `handles`.

    Returns:
        `handle person_id`; without lists, machines and roles of no organisation.
    """
    office = (_.kind == "role") & _.organisation_id.notnull()
    acting = handles.select("handle", person_id=_.person_id.coalesce(office.ifelse(_.handle_id, None)))
    return acting.filter(_.person_id.notnull())


def quantised(weight: ir.NumericValue) -> ir.FloatingValue:
    """The nearest multiple of 2^-20, halves up, so that sums do not depend on the order of their terms."""
    return (weight * GRAIN + 0.5).floor().cast("float64") / GRAIN


def _directed(present: ir.Table, parents: ir.Table, happened: ir.Table) -> ir.Table:
    """From an author to those addressed: messages and documents of trade."""
    spoken = present.filter(_.kind.notin(_MEETINGS))
    # Several authors are rare; the smallest id stands for all, so that a message stays one unit.
    authors = (
        spoken.filter(_gives(_.kind, _.role))
        .group_by("interaction_id")
        .agg(from_person_id=_.person_id.min())
    )  # fmt: skip
    named = spoken.mutate(strength=_strength(_.kind, _.role)).filter(_.strength > 0)
    answered = parents.semi_join(
        happened.filter(_.answers & _.kind.notin(_MEETINGS)), "interaction_id"
    ).mutate(strength=ibis.literal(2, "int8"))  # fmt: skip
    columns = ("interaction_id", "person_id", "strength")
    receivers = (
        ibis.union(named.select(*columns), answered.select(*columns))
        .inner_join(authors, "interaction_id")
        .filter(_.person_id != _.from_person_id)
        .group_by(["interaction_id", "from_person_id", "person_id"])
        .agg(strength=_.strength.max())
        .mutate(tenths=_.strength.cases(*_TENTHS.items()))
    )
    sums = receivers.group_by("interaction_id").agg(all_tenths=_.tenths.sum(), n_addressed=_.count())
    return receivers.inner_join(sums, "interaction_id").select(
        "interaction_id", "from_person_id", "n_addressed",
        to_person_id=_.person_id,
        role=_.strength.cases(*_ROLES.items()),
        share=_.tenths.cast("float64") / _.all_tenths.cast("float64"),
        too_many=ibis.literal(False),
    )  # fmt: skip


def _gives(kind: ir.StringValue, role: ir.StringValue) -> ir.BooleanValue:
    """Whether the role is that of the author: who writes an order is its buyer, an invoice its seller."""
    return ibis.cases(
        (kind == "order", role == "buyer"),
        (kind == "payment", role == "payer"),
        (kind == "shipment", role == "seller"),
        (kind == "invoice", role.isin(("seller", "payee"))),
        else_=role == "from",
    )


def _strength(kind: ir.StringValue, role: ir.StringValue) -> ir.IntegerValue:
    """How strongly somebody in this role is addressed, 0 for not at all."""
    to, cc, none = (ibis.literal(value, "int8") for value in (3, 1, 0))
    return ibis.cases(
        (kind == "order", ibis.ifelse(role == "seller", to, none)),
        (kind == "payment", ibis.ifelse(role == "payee", to, none)),
        (kind == "shipment", ibis.ifelse(role == "buyer", to, none)),
        (kind == "invoice", ibis.ifelse(role.isin(("buyer", "payer")), to, none)),
        else_=ibis.ifelse(role == "to", to, ibis.ifelse(role == "cc", cc, none)),
    )


def _met(present: ir.Table) -> ir.Table:
    """Everybody in a meeting towards everybody else; in a very large one the organiser towards everybody."""
    there = (
        present.filter(_.kind.isin(_MEETINGS) & _.role.isin(("attendee", "organiser", "from", "to")))
        .group_by(["interaction_id", "person_id"])
        .agg(leads=(_.role == "organiser").any())
    )
    sizes = there.group_by("interaction_id").agg(n=_.count())
    sized = there.inner_join(sizes.filter(_.n > 1), "interaction_id").select(
        "interaction_id", "person_id", "leads", "n"
    )  # fmt: skip
    givers = sized.filter((_.n <= LARGEST_MEETING) | _.leads).select(
        "interaction_id", "n", from_person_id="person_id"
    )  # fmt: skip
    takers = sized.select("interaction_id", to_person_id="person_id")
    return (
        givers.inner_join(takers, "interaction_id")
        .filter(_.from_person_id != _.to_person_id)
        .select(
            "interaction_id", "from_person_id", "to_person_id",
            role=ibis.literal("attendee"),
            share=1.0 / (_.n - 1).cast("float64"),
            n_addressed=_.n - 1,
            too_many=_.n > LARGEST_MEETING,
        )
    )  # fmt: skip


def touched_touches(t: Tables, changes: Changes) -> ir.Table:
    """Interactions that are new, were reclassified, answer something else, or whose handles moved."""
    direct = [
        changes[name].keys.select("interaction_id")
        for name in ("interactions", "participants", "variants")
        if name in changes
    ]
    # Of these two tables only so much shows in touches, and each old interaction costs a search through whole tables.
    for name, columns in (("classes", ("class",)), ("replies", ("parent_id", "parent_handle"))):
        if name in changes:
            was, now = (rows.select("interaction_id", *columns) for rows in (changes[name].before, changes[name].after))
            direct += [was.difference(now).select("interaction_id"), now.difference(was).select("interaction_id")]
    if "handles" in changes:
        direct += _of_moved_handles(t, changes)
    if not direct:  # handles changed, and none of them its person
        return t["touches"].select("interaction_id").limit(0)
    return ibis.union(*direct) if len(direct) > 1 else direct[0]


def _of_moved_handles(t: Tables, changes: Changes) -> list[ir.Table]:
    # A handle without a row before is one that only new interactions bear, and these are in the changes anyway.
    was, now = (actors(rows) for rows in (changes["handles"].before, changes["handles"].after))
    # One that is nobody's now, or was nobody's, is on one side only.
    now = now.semi_join(changes["handles"].before, "handle")
    moved = t.keep(was.difference(now).union(now.difference(was)).select("handle").distinct())
    if not t.arrow(moved.count()).as_py():
        return []  # the usual case, and it saves reading all participants
    return [
        log.participants(t).semi_join(moved, "handle").select("interaction_id"),
        t["replies"]
        .select("interaction_id", handle="parent_handle")
        .semi_join(moved, "handle")
        .select("interaction_id"),
    ]
