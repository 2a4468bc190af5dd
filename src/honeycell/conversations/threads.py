"""Which conversation an interaction belongs to: its strand, joined with others or divided."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
from ibis import _

from honeycell.conversations.joining import joined, reached
from honeycell.tables import TABLES

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from honeycell.steps import Changes, Tables

__all__ = ["threads", "touched_threads"]

_COLUMNS = TABLES["threads"].schema.names


def threads(t: Tables, keys: ir.Table | None) -> ir.Table:
    """The conversation of each interaction and how it was found.

    Strands that a link joins are one conversation, under the name of the one that began first. What leaves its strand
    is a conversation of its own, named after the interaction that left, or one with what it is linked to.

    Args:
        t: The tables of a cell.
        keys: The interactions wanted (column `interaction_id`), or None for all.

    Returns:
        The rows of `threads`.
    """
    held = t["strands"] if keys is None else t["strands"].semi_join(keys, "interaction_id")
    found = joined(t)
    if found is None:
        return held.mutate(conversation_id="strand_id").select(*_COLUMNS)
    rows = held.left_join(found.branches, "interaction_id").drop("interaction_id_right")
    rows = rows.mutate(base_id=ibis.coalesce(_.branch_id, _.strand_id))
    rows = rows.left_join(found.moved.rename(base_id="strand_id"), "base_id").drop("base_id_right")
    rows = rows.left_join(found.reasons, "interaction_id").drop("interaction_id_right")
    alone = (_.reason == "alone") & _.conversation_id.notnull()
    return rows.mutate(
        reason=ibis.cases((_.how.notnull(), _.how), (alone, "joined"), else_=_.reason),
        conversation_id=ibis.coalesce(_.conversation_id, _.base_id),
        # Whoever leaves a strand goes by their own id.
        ancestor_id=(_.branch_id == _.interaction_id).fill_null(False).ifelse(_.interaction_id, _.ancestor_id),
    ).select(*_COLUMNS)


def touched_threads(t: Tables, changes: Changes) -> ir.Table:
    """Interactions whose strand changed, and those of all strands that links connect with a changed one."""
    near = reached(t, changes)
    keys = [t["strands"].semi_join(near, "strand_id").select("interaction_id")]
    return ibis.union(*keys, changes["strands"].keys) if "strands" in changes else keys[0]
