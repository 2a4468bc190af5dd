"""Which strands are one conversation, and which interactions leave theirs.

Links join strands: what `repaired` and `joints` found, and what people decided. An interaction that people took out,
or that begins another talk under an old reference (`branched`), leaves its strand and takes along what answers it.
All of these are few beside the interactions, so they are put together in memory.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from ibis import _
from numpy.typing import NDArray

from honeycell.conversations.ancestors import components

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from honeycell.steps import Changes, Tables

__all__ = ["LINKING", "Joined", "joined", "reached"]

SURE = 0.5
"""Strands are one conversation where it is at least this probable."""
LINKING = ("repaired", "joints", "branched", "part_of", "not_part_of", "join_with")
"""Tables that join strands or divide them."""
_LAST = "9999-12-31"
_ENDS = pa.schema([("interaction_id", pa.int64()), ("parent_id", pa.int64()), ("how", pa.string())])


@dataclass(frozen=True)
class Joined:
    """What is other than the strands.

    Attributes:
        branches: `interaction_id branch_id`: those that left their strand, and the interaction that they left with.
        moved: `strand_id conversation_id`: strands and branches that are one conversation with others.
        reasons: `interaction_id how`: why an interaction is where it is.
    """

    branches: ir.Table
    moved: ir.Table
    reasons: ir.Table


def joined(t: Tables) -> Joined | None:
    """Links and branches put together; None when there are none."""
    links, heads = _links(t), _heads(t)
    if not links.num_rows and not heads.num_rows:
        return None
    branches = _branches(t, heads)
    ends = t.keep(links)
    named = ends.select("interaction_id").union(ends.select(interaction_id="parent_id")).distinct()
    bases = t.keep(_bases(t, branches, t["strands"].semi_join(named, "interaction_id")))
    pairs = ends.inner_join(bases.select("interaction_id", a="strand_id"), "interaction_id")
    pairs = pairs.inner_join(bases.select(parent_id="interaction_id", b="strand_id"), "parent_id").select("a", "b")
    component = components(t, pairs)
    # A branch is among the interactions of the strand that it left.
    strands = t["strands"].semi_join(t.keep(_strands_of(t, named)), "strand_id")
    members = t.keep(_bases(t, branches, strands)).inner_join(component.rename(strand_id="node"), "strand_id")
    at = _.occurred_at.fill_null(ibis.timestamp(_LAST))
    begun = members.group_by("component", "strand_id").agg(at=at.min())
    eldest = ibis.window(group_by="component", order_by=[_.at, _.strand_id])
    first = begun.mutate(_rank=ibis.row_number().over(eldest)).filter(_._rank == 0)
    moved = component.inner_join(first.select("component", conversation_id="strand_id"), "component")
    reasons = pa.concat_tables([links.select(["interaction_id", "how"]), heads.select(["interaction_id", "how"])])
    shown = t.keep(reasons).group_by("interaction_id").agg(how=_.how.min())
    return Joined(branches, t.keep(moved.select("conversation_id", strand_id="node")), t.keep(shown))


def reached(t: Tables, changes: Changes) -> ir.Table:
    """The strands whose conversations may be others after changes, by links as they are or as they were."""
    met = [t["strands"].select("strand_id").limit(0)]
    if "strands" in changes:
        met += [part.select("strand_id") for part in (changes["strands"].before, changes["strands"].after)]
    ends = [_links(t).select(["interaction_id", "parent_id"])]
    touched = [_heads(t).select(["interaction_id"])]
    for name in LINKING:
        if name in changes:
            for part in (changes[name].before, changes[name].after):
                old = _ends(t, name, part)
                ends.append(old.select(["interaction_id", "parent_id"]))
                touched += [
                    old.select(["interaction_id"]),
                    old.select(["parent_id"]).rename_columns(["interaction_id"]),
                ]
    links = t.keep(pa.concat_tables(ends))
    both = t.keep(pa.concat_tables([*touched, *(one.select([name]).rename_columns(["interaction_id"])
                                                for one in ends for name in one.column_names)]))  # fmt: skip
    placed = t.keep(t["strands"].semi_join(both.distinct(), "interaction_id").select("interaction_id", "strand_id"))
    changed = t.keep(pa.concat_tables(touched)).filter(_.interaction_id.notnull())
    met.append(placed.semi_join(changed, "interaction_id").select("strand_id"))
    met_ids = t.keep(ibis.union(*met).distinct())
    pairs = links.inner_join(placed.select("interaction_id", a="strand_id"), "interaction_id")
    pairs = pairs.inner_join(placed.select(parent_id="interaction_id", b="strand_id"), "parent_id").select("a", "b")
    component = components(t, pairs)
    hit = component.rename(strand_id="node").semi_join(met_ids, "strand_id").select("component").distinct()
    near = component.semi_join(t.keep(hit), "component")
    linked = near.select(strand_id="node").union(placed.semi_join(changed, "interaction_id").select("strand_id"))
    return t.keep(linked.distinct())


def _links(t: Tables) -> pa.Table:
    """`interaction_id parent_id how` of the links in force: what left is joined by people alone."""
    moved = _ends(t, "part_of", t["part_of"])
    decided = pa.concat_tables([moved, _ends(t, "not_part_of", t["not_part_of"])])["interaction_id"]
    found = [
        _without(_ends(t, "repaired", t["repaired"]), _heads(t)["interaction_id"]),
        _without(_ends(t, "joints", t["joints"]), decided),
    ]
    return pa.concat_tables([*found, moved, _ends(t, "join_with", t["join_with"]), _begun(t)])


def _without(links: pa.Table, out: pa.ChunkedArray) -> pa.Table:
    return links.filter(pc.invert(pc.is_in(links["interaction_id"], value_set=out)))


def _begun(t: Tables) -> pa.Table:
    """Who leaves one mail with one subject as others do begins one talk with them."""
    rows = t["branched"]
    alike = rows.group_by("parent_id", "about_id").agg(first_id=_.interaction_id.min())
    rows = rows.inner_join(alike, ["parent_id", "about_id"]).filter(_.interaction_id != _.first_id)
    return t.arrow(rows.select("interaction_id", parent_id="first_id", how=ibis.literal("subject"))).cast(_ENDS)


def _heads(t: Tables) -> pa.Table:
    """`interaction_id how`: who leaves their strand, with what answers them."""
    parts = [
        _ends(t, name, t[name]).select(["interaction_id", "how"]) for name in ("branched", "part_of", "not_part_of")
    ]
    return pa.concat_tables(parts)


def _ends(t: Tables, name: str, rows: ir.Table) -> pa.Table:
    """`interaction_id parent_id how` of rows of one of the tables `LINKING`; of those that leave, no parent."""
    if name in ("repaired", "joints"):
        sure = rows.filter(_.probability >= SURE)
        return t.arrow(sure.select("interaction_id", "parent_id", "how")).cast(_ENDS)
    if name == "branched":
        return t.arrow(rows.select("interaction_id", parent_id=ibis.null("int64"), how=ibis.literal("subject"))).cast(
            _ENDS
        )
    columns = {"part_of": ("interaction_a", "interaction_b"), "join_with": ("interaction_a", "interaction_b")}
    own = columns.get(name, ("interaction",))
    held = t.arrow(rows.select(*own))
    ids = [[int(text, 16) for text in held[column].to_pylist()] for column in own]
    ids += [[None] * held.num_rows] if len(ids) == 1 else []  # type: ignore[list-item]
    return pa.table([pa.array(ids[0], pa.int64()), pa.array(ids[1], pa.int64()),
                     pa.array(["decision"] * held.num_rows, pa.string())], schema=_ENDS)  # fmt: skip


def _strands_of(t: Tables, keys: ir.Table) -> ir.Table:
    return t["strands"].semi_join(keys, "interaction_id").select("strand_id").distinct()


def _bases(t: Tables, branches: ir.Table, strands: ir.Table) -> ir.Table:
    """`interaction_id strand_id occurred_at`, where who left a strand is in a branch."""
    left = strands.select("interaction_id", "strand_id", "occurred_at").left_join(branches, "interaction_id")
    return left.select("interaction_id", "occurred_at", strand_id=ibis.coalesce(left.branch_id, left.strand_id))


def _branches(t: Tables, heads: pa.Table) -> ir.Table:
    """`interaction_id branch_id`: every head and what answers it, up to the next head."""
    if not heads.num_rows:
        return t.keep(pa.table({"interaction_id": pa.array([], pa.int64()), "branch_id": pa.array([], pa.int64())}))
    ends = t.keep(heads.select(["interaction_id"]))
    members = t.keep(t["strands"].semi_join(t.keep(_strands_of(t, ends)), "strand_id").select("interaction_id"))
    told = [t[name].select("interaction_id", "parent_id") for name in ("replies", "answers")]
    parents = t.arrow(ibis.union(*told).filter(_.interaction_id != _.parent_id).semi_join(members, "interaction_id"))
    ids = np.sort(t.arrow(members)["interaction_id"].to_numpy())
    up = np.arange(len(ids))
    parents = parents.group_by("interaction_id").aggregate([("parent_id", "min")])
    child, parent = (_places(ids, parents[name].to_numpy()) for name in ("interaction_id", "parent_id_min"))
    known = (child >= 0) & (parent >= 0)
    up[child[known]] = parent[known]
    places = _places(ids, np.unique(heads["interaction_id"].to_numpy()))
    is_head = np.zeros(len(ids), bool)
    is_head[places[places >= 0]] = True
    up[is_head] = np.flatnonzero(is_head)
    # Doubling the steps each time; where headers go in a circle, it ends all the same.
    for _step in range(max(len(ids), 1).bit_length() + 1):
        up = up[up]
    led = is_head[up]
    return t.keep(pa.table({"interaction_id": ids[led], "branch_id": ids[up[led]]}))


def _places(ids: NDArray[np.int64], wanted: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where each stands among sorted ids; -1 where it does not."""
    if not len(ids):
        return np.full(len(wanted), -1)
    found = np.minimum(np.searchsorted(ids, wanted), len(ids) - 1)
    return np.where(ids[found] == wanted, found, -1)
