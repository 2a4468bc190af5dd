"""Ids that headers name, and which strand each belongs to.

Mails belong together when their References and In-Reply-To, followed through ids whose mail is missing, connect
them (as in the threading of Jamie Zawinski, without its grouping by subject). A strand is named after the
eldest ancestor that its earliest interaction names; that does not depend on the order in which mails come, and
two strands that a later mail connects keep the name of the earlier.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
import numpy as np
import pyarrow as pa
from ibis import _

from honeycell import log
from honeycell.conversations.native import THREADED, edges, own

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from honeycell.steps import Changes, Tables

__all__ = ["ancestors", "components", "merged_ancestors"]

_LAST = "9999-12-31"


def ancestors(t: Tables, keys: ir.Table | None) -> ir.Table:
    """The native ids that connect interactions, in the log or not, and the strand of each.

    Args:
        t: The tables of a cell.
        keys: The ids wanted (column `ancestor_id`), or None for all.

    Returns:
        The rows of `ancestors`; an interaction that names none and that none names has no row.
    """
    whole = _threaded(t, own(log.interactions(t, columns=THREADED)))
    return whole if keys is None else whole.semi_join(keys, "ancestor_id")


def _threaded(t: Tables, held: ir.Table) -> ir.Table:
    """`ancestor_id strand_id` of all ids that connect the interactions in `held`."""
    held = t.keep(held)
    pairs = t.keep(edges(held))
    both = pairs.select("native_id").union(pairs.select(native_id="parent_id")).distinct()
    nodes = t.keep(both.mutate(code=ibis.row_number().cast("int64")))
    coded = (
        pairs.inner_join(nodes, "native_id")
        .select("parent_id", a="code")
        .inner_join(nodes.select(parent_id="native_id", b="code"), "parent_id")
        .select("a", "b")
    )
    n = t.arrow(nodes.count()).as_py()
    labels = _components(t.arrow(coded), n)
    component = t.keep(pa.table({"code": pa.array(np.arange(n), pa.int64()), "component": labels}))
    placed = t.keep(nodes.inner_join(component, "code").select("native_id", "component"))
    named = held.select("native_id", "root_id", at=_.occurred_at.fill_null(ibis.timestamp(_LAST)))
    members = t.keep(named.inner_join(placed, "native_id").select("component", "root_id", "at"))
    first = members.group_by("component").agg(first=_.at.min())
    heads = members.inner_join(first, "component").filter(_.at == _.first).select("component", "root_id").distinct()
    roots = t.keep(heads.group_by("component").agg(strand_id=_.root_id.min()))
    return placed.inner_join(roots, "component").select(ancestor_id="native_id", strand_id="strand_id")


def _components(pairs: pa.Table, n: int) -> pa.Array:
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    if not n:
        return pa.array([], pa.int64())
    a, b = (pairs[name].to_numpy().astype(np.int32 if n < 2**31 else np.int64) for name in ("a", "b"))
    graph = coo_array((np.ones(len(a), np.int8), (a, b)), shape=(n, n))
    return pa.array(connected_components(graph, directed=False)[1]).cast(pa.int64())


def merged_ancestors(t: Tables, changes: Changes) -> tuple[ir.Table, ir.Table]:
    """What new interactions connect: strands as wholes, and the ids that are new.

    Conversations only grow and join, so each counts as one node, known by its first instant and its id. Only an
    interaction seen in a further differing copy may name other ancestors than before; the strands that
    such a batch touches are threaded again from their interactions.
    """
    if "interactions" not in changes:
        none = t["ancestors"].limit(0)
        return none, none
    fresh = t.keep(own(changes["interactions"].after))
    linked = t.keep(edges(fresh).select(a="native_id", b="parent_id").distinct())
    itself = fresh.select(a="native_id", b="native_id")
    pairs = linked.union(itself).distinct()
    named = t.keep(pairs.select(node="a").union(pairs.select(node="b")).distinct())
    known = t.keep(t["ancestors"].semi_join(named.select(ancestor_id="node"), "ancestor_id"))
    # A strand goes by the id of its root, so an interaction that was alone is found by its own id.
    possible = t.keep(known.select("strand_id").union(named.select(strand_id="node")).distinct())
    met = t["strands"].semi_join(possible, "strand_id")
    met = t.keep(met.group_by(node="strand_id").agg(at=_.occurred_at.min()))
    if "variants" in changes:
        return _threaded_again(t, changes, fresh, met.select(strand_id="node"))
    component = components(t, pairs.union(known.select(a="ancestor_id", b="strand_id")))
    heads = met.mutate(root=_.node).union(fresh.select(node="native_id", at="occurred_at", root="root_id"))
    order = ibis.window(group_by="component", order_by=["at", "root"])
    ranked = heads.mutate(at=_.at.fill_null(ibis.timestamp(_LAST))).inner_join(component, "node")
    roots = ranked.mutate(_rank=ibis.row_number().over(order)).filter(_._rank == 0)
    placed = t.keep(component.inner_join(roots.select("component", strand_id="root"), "component"))
    placed = placed.select("node", "strand_id")
    connected = ibis.union(
        linked.select(node="a"), linked.select(node="b"), known.select(node="ancestor_id")
    ).distinct()
    rows = placed.semi_join(connected, "node").select(ancestor_id="node", strand_id="strand_id")
    moved = t.keep(placed.semi_join(met, "node").filter(_.node != _.strand_id))
    if t.arrow(moved.count()).as_py():
        others = t["ancestors"].inner_join(moved.select(strand_id="node", to="strand_id"), "strand_id")
        rows = rows.union(others.select("ancestor_id", strand_id="to")).distinct()
    rows = t.keep(rows)
    return rows.select("ancestor_id"), rows


def _threaded_again(t: Tables, changes: Changes, fresh: ir.Table, met: ir.Table) -> tuple[ir.Table, ir.Table]:
    copied = t["strands"].semi_join(changes["variants"].keys, "interaction_id").select("strand_id")
    torn = t.keep(copied.union(met).distinct())
    held = t["strands"].semi_join(torn, "strand_id").select("interaction_id")
    wanted = t.keep(held.union(fresh.select("interaction_id")).distinct())
    rows = t.keep(_threaded(t, own(log.interactions(t, wanted, THREADED))))
    before = t["ancestors"].semi_join(torn, "strand_id").select("ancestor_id")
    return before.union(rows.select("ancestor_id")), rows


def components(t: Tables, pairs: ir.Table) -> ir.Table:
    """`node component` of the nodes of pairs `a b` of ids, few enough for memory."""
    ends = t.arrow(pairs.select("a", "b"))
    coded = pa.chunked_array([*ends["a"].chunks, *ends["b"].chunks], pa.int64()).combine_chunks().dictionary_encode()
    codes = pa.array(coded.indices, pa.int64())
    half = len(ends)
    split = pa.table({"a": codes[:half], "b": codes[half:]})
    return t.keep(pa.table({"node": coded.dictionary, "component": _components(split, len(coded.dictionary))}))
