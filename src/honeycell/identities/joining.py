"""From links to persons: handles that links connect, unless two of them cannot be one person's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
import numpy as np
import pyarrow as pa
from ibis import _

from honeycell.identities.links import STRENGTH
from honeycell.identities.vetoes import rivals, vetoed

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from honeycell.steps import Tables

__all__ = ["components", "joined"]

MOST_BY_MODEL = 12
"""Handles of a component from which on scores join nothing: they chain strangers, and do so more the more there are."""
MOST_TOGETHER = 200
"""Handles of a component beyond which not every two of them are compared: nobody has so many."""
_PAIR = ["handle_a", "handle_b"]


def joined(t: Tables, links: ir.Table, profiles: ir.Table) -> tuple[ir.Table, ir.Table]:
    """The links that stand, and the component of each handle that has one.

    First rules alone: where two handles of a component cannot be one person's, its weakest kind of link goes, then the
    next, until it falls apart; a file's word stands. Then persons: whom they call one is joined with all that is
    theirs, whatever rules say against it; of two handles that they call two, the later one leaves by its weaker links.

    Args:
        t: The tables of a cell.
        links: The table `links`.
        profiles: The table `profiles`.

    Returns:
        `handle_a handle_b strength`, and `handle component`; both kept.
    """
    held = links.mutate(strength=_.rule.cases(*STRENGTH.items(), else_=0))
    every = t.keep(held.filter(_.outcome == "linked").select(*_PAIR, "strength"))
    apart = t.keep(held.filter((_.outcome == "not linked") & _.against.notnull()))
    # Who was split off has no link any more, but may be joined again by another way.
    said, ruled_out = apart.filter(_.rule == "person"), apart.filter(_.decided_by != "person")
    linked = _by_rules(t, every.filter(_.strength < STRENGTH["person"]), ruled_out, profiles)
    linked = t.keep(linked.union(every.filter(_.strength == STRENGTH["person"])))
    members = components(t, linked)
    for strength in (STRENGTH["name-there"], STRENGTH["account"]):
        leaving = t.keep(_later(_inside(said, members), profiles))
        if not t.arrow(leaving.count()).as_py():
            break
        linked = _without(t, linked, leaving, strength)
        members = components(t, linked)
    return linked, members


def _by_rules(t: Tables, linked: ir.Table, apart: ir.Table, profiles: ir.Table) -> ir.Table:
    """The links that stand where rules alone speak."""
    members = components(t, linked)
    large = members.mutate(n=_.handle.count().over(ibis.window(group_by="component"))).filter(_.n > MOST_BY_MODEL)
    linked = _without(t, linked, t.keep(large.select("handle")), STRENGTH["model"])
    for rule in ("login", "name", "name-there", "reply-to", "card", "tag"):
        members = components(t, linked)
        torn = t.keep(_torn(t, members, apart, profiles))
        if not t.arrow(torn.count()).as_py():
            break
        linked = _without(t, linked, members.semi_join(torn, "component").select("handle"), STRENGTH[rule])
    return linked


def components(t: Tables, linked: ir.Table) -> ir.Table:
    """The connected component of each linked handle: `handle component`, kept; components are numbered."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    pairs = t.arrow(linked.select(*_PAIR))
    handles = pa.chunked_array([*pairs["handle_a"].chunks, *pairs["handle_b"].chunks], pa.string()).combine_chunks()
    coded = handles.dictionary_encode()
    codes = coded.indices.to_numpy(zero_copy_only=False)
    n = len(coded.dictionary)
    if not n:
        return t.keep(pa.table({"handle": pa.array([], pa.string()), "component": pa.array([], pa.int64())}))
    half = len(codes) // 2
    graph = coo_array((np.ones(half, np.int8), (codes[:half], codes[half:])), shape=(n, n))
    labels = connected_components(graph, directed=False)[1]
    return t.keep(pa.table({"handle": coded.dictionary, "component": pa.array(labels, pa.int64())}))


def _inside(pairs: ir.Table, members: ir.Table) -> ir.Table:
    """Those of the pairs that a component joins: `handle_a handle_b component`."""
    one = members.select(handle_a="handle", component="component")
    other = members.select(handle_b="handle", component="component")
    return pairs.select(*_PAIR).inner_join(one, "handle_a").inner_join(other, ["handle_b", "component"])


def _later(pairs: ir.Table, profiles: ir.Table) -> ir.Table:
    """Of each pair the handle that was seen later."""
    at = profiles.select("handle", at=_.first_at.fill_null(ibis.timestamp("9999-12-31")))
    dated = pairs.inner_join(at.select(handle_a="handle", at_a="at"), "handle_a")
    dated = dated.inner_join(at.select(handle_b="handle", at_b="at"), "handle_b")
    return dated.select(handle=(_.at_a > _.at_b).ifelse(_.handle_a, _.handle_b)).distinct()


def _without(t: Tables, linked: ir.Table, handles: ir.Table, strength: int) -> ir.Table:
    """The links but those of these handles that are at most so strong."""
    weak = linked.filter(_.strength <= strength)
    gone = ibis.union(*(weak.semi_join(handles.select(**{side: "handle"}), side).select(*_PAIR) for side in _PAIR))
    return t.keep(linked.anti_join(t.keep(gone.distinct()), _PAIR))


def _torn(t: Tables, members: ir.Table, apart: ir.Table, profiles: ir.Table) -> ir.Table:
    """The components in which two handles cannot be one person's."""
    held = t.keep(profiles.inner_join(members, "handle"))
    size = held.mutate(n=_.handle.count().over(ibis.window(group_by="component")))
    few = size.filter(_.n <= MOST_TOGETHER).select("component", "handle")
    pairs = few.select("component", handle_a="handle").inner_join(
        few.select("component", handle_b="handle"), "component"
    )
    pairs = t.keep(pairs.filter(_.handle_a < _.handle_b).select("component", *_PAIR))
    nobody = apart.limit(0).select(*_PAIR)
    ruled_out = vetoed(pairs, profiles, nobody).filter(_.against.notnull()).select("component")
    said = _inside(apart, members).select("component")
    return ibis.union(ruled_out, said, rivals(held, "component").select("component"), distinct=True)
