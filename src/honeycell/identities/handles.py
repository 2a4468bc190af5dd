"""Every handle: what it is, whom it belongs to, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
from ibis import _

from honeycell.identities.joining import components, joined
from honeycell.tables import TABLES

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from honeycell.steps import Changes, Tables

__all__ = ["handles", "handles_touched"]

_ITSELF = "the address itself"


def handles(t: Tables, keys: ir.Table | None) -> ir.Table:
    """Every handle of the log, and the addresses that a file gives for its chat accounts.

    Args:
        t: The tables of a cell.
        keys: The handles wanted (column `handle`), with all that are linked to any of them; or None for all.

    Returns:
        The rows of `handles`.
    """
    known, found = t["profiles"], t["links"]
    if keys is not None:
        known = known.semi_join(keys, "handle")
        for side in ("handle_a", "handle_b"):
            found = found.semi_join(keys.select(**{side: "handle"}), side)
    known, found = t.keep(known), t.keep(found)
    linked, members = joined(t, found, known)
    owner = ibis.window(group_by="component", order_by=[_.first_at.isnull(), _.first_at, "handle"])
    of_component = members.inner_join(known.select("handle", "first_at", "handle_id"), "handle").mutate(
        person_id=_.handle_id.first().over(owner)
    )
    owners = t.keep(of_component.select("handle", "person_id"))
    why = t.keep(_best_link(found.semi_join(linked, ["handle_a", "handle_b"]), linked))
    whole = known.left_join(owners, "handle").drop("handle_right").left_join(why, "handle").drop("handle_right")
    is_person = whole.kind == "person"
    elsewhere = is_person & whole.person_id.notnull() & (whole.person_id != whole.handle_id)
    return whole.mutate(
        person_id=is_person.ifelse(whole.person_id.fill_null(whole.handle_id), None),
        reason=ibis.cases((elsewhere, whole.link_reason), (is_person, _ITSELF), else_=whole.reason),
        probability=elsewhere.ifelse(whole.link_probability, 1.0),
    ).select(*TABLES["handles"].schema.names)


def handles_touched(t: Tables, changes: Changes) -> ir.Table:
    """The handles whose profiles or links changed, and all that links connect with them."""
    parts = [changes["profiles"].keys.select("handle")] if "profiles" in changes else []
    if "links" in changes:
        ends = (changes["links"].keys.select(handle=side) for side in ("handle_a", "handle_b"))
        parts += ends
    moved = t.keep(ibis.union(*parts).distinct())
    members = components(t, t["links"].filter(_.outcome == "linked"))
    theirs = members.semi_join(t.keep(members.semi_join(moved, "handle").select("component")), "component")
    return moved.union(theirs.select("handle"))


def _best_link(links: ir.Table, linked: ir.Table) -> ir.Table:
    """`handle link_reason link_probability`: the strongest evidence by which a handle belongs to its person."""
    strong = links.inner_join(linked, ["handle_a", "handle_b"]).select(
        "handle_a", "handle_b", "strength", "reason", "probability"
    )
    ends = ibis.union(
        *(strong.select("strength", "reason", "probability", handle=side) for side in ("handle_a", "handle_b"))
    )
    order = ibis.window(group_by="handle", order_by=[ibis.desc("strength"), ibis.desc("probability"), "reason"])
    best = ends.mutate(place_among=ibis.row_number().over(order)).filter(_.place_among == 0)
    return best.select("handle", link_reason="reason", link_probability="probability")
