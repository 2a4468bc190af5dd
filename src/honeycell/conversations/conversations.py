"""Interactions that belong together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
from ibis import _

from honeycell import log
from honeycell.tables import TABLES

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from honeycell.steps import Changes, Tables

__all__ = ["conversations", "merged_conversations"]

_COLUMNS = TABLES["conversations"].schema.names
_DETAILS = ("subject", "space", "channel")


def conversations(t: Tables, keys: ir.Table | None) -> ir.Table:
    """Every conversation: when, how long, how many took part, and what its earliest interaction says of it.

    Args:
        t: The tables of a cell.
        keys: The conversations wanted (column `conversation_id`), or None for all.

    Returns:
        The rows of `conversations`.
    """
    held = t["threads"] if keys is None else t["threads"].semi_join(keys, "conversation_id")
    counted = _counted(held)
    interactions = log.interactions(t, columns=("interaction_id", *_DETAILS))
    if keys is not None:
        counted = t.keep(counted)
    said = interactions.select(first_interaction_id="interaction_id", **{name: name for name in _DETAILS})
    return counted.inner_join(said, "first_interaction_id").select(*_COLUMNS)


def _counted(held: ir.Table) -> ir.Table:
    whole = held.group_by("conversation_id").agg(
        first_at=_.occurred_at.min(),
        last_at=_.occurred_at.max(),
        n_interactions=_.count(),
        n_authors=_.from_handle.nunique(),
        has_root=(_.ancestor_id == _.conversation_id).any(),
    )
    # The earliest by instant, then by id, without sorting: first the instant, then the smallest id at it.
    at = held.inner_join(whole.select("conversation_id", "first_at"), "conversation_id")
    at = at.filter((_.occurred_at == _.first_at) | _.first_at.isnull())
    first = at.group_by("conversation_id").agg(first_interaction_id=_.interaction_id.min())
    return whole.inner_join(first, "conversation_id").mutate(root_missing=~_.has_root).drop("has_root")


def merged_conversations(t: Tables, changes: Changes) -> tuple[ir.Table, ir.Table]:
    """The conversations of changed threads, counted again; what their first says is known or new."""
    change = changes.get("threads")
    touched = [part.select("conversation_id") for part in (change.before, change.after)] if change else []
    if "variants" in changes:
        # Another copy may show, with another subject, though the thread is the same.
        for name in ("interactions", "variants"):
            if name in changes:
                shown = t["threads"].semi_join(changes[name].keys, "interaction_id")
                touched.append(shown.select("conversation_id"))
    fresh = changes["interactions"].after if "interactions" in changes else t["interactions"].limit(0)
    if not touched:
        none = t["conversations"].limit(0)
        return none, none
    keys = t.keep(ibis.union(*touched).distinct())
    if "variants" in changes:
        return keys, conversations(t, keys)
    counted = t.keep(_counted(t.keep(t["threads"].semi_join(keys, "conversation_id"))))
    names = {name: name for name in _DETAILS}
    new = fresh.select(first_interaction_id="interaction_id", **names)
    old = t["conversations"].semi_join(keys, "conversation_id").select("first_interaction_id", **names)
    said = new.union(old.anti_join(new, "first_interaction_id"))
    said = t.keep(said)
    # A talk in a chat that falls apart may begin with a message that began nothing before.
    began = t.keep(counted.anti_join(said, "first_interaction_id").select(interaction_id="first_interaction_id"))
    if t.arrow(began.count()).as_py():
        shown = log.interactions(t, began, ("interaction_id", *_DETAILS))
        said = said.union(shown.select(first_interaction_id="interaction_id", **names))
    return keys, counted.inner_join(said, "first_interaction_id").select(*_COLUMNS)
