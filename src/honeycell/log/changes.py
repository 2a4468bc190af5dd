"""What the log gained since a commit, as the derived tables want to hear it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from honeycell.steps import Change, Changes
from honeycell.tables import TABLES

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from honeycell.steps import Tables

__all__ = ["changes_since"]

_BY_INTERACTION = ("interactions", "participants", "texts", "headers", "transfers", "variants")
_WHOLE = ("directory", "coverage")


def changes_since(t: Tables, batch: int) -> Changes:
    """The rows that log commits after number `batch` wrote, by table; a table without any is absent.

    Keys are interaction ids, or whole rows for `directory` and `coverage`; what no table is derived from (sightings,
    imports, skipped records) is left out. The log only grows, so `before` is empty; an interaction that lost its
    native id to a smaller body has its rows written again.
    """
    changes: Changes = {}
    for name in (*_BY_INTERACTION, *_WHOLE):
        table = t[name]
        after = table.filter(table.batch > batch).select(*TABLES[name].schema.names)
        if name != "texts":  # bodies are many bytes, and who needs some reads them by key
            after = t.keep(after)
        keys = t.keep(after.select("interaction_id").distinct()) if name in _BY_INTERACTION else after
        if t.arrow(keys.count()).as_py():
            changes[name] = Change(keys, after.limit(0), after)
    if "interactions" in changes:
        changes["interactions"] = replace(changes["interactions"], new=t.keep(_new(t, changes)))
    return changes


def _new(t: Tables, changes: Changes) -> ir.Table:
    """Interactions that the log did not have before: neither another copy of a known one, nor a known id whose body
    moved to an id of its own, which is told by the mark on that one, of the same native id.
    """
    said = changes["interactions"]
    new = said.keys.anti_join(t["variants"], "interaction_id")
    if "headers" not in changes:
        return new
    heads = changes["headers"].after
    marked = said.after.semi_join(heads.filter(heads.name == "x-honeycell-id"), "interaction_id")
    return new.anti_join(said.after.semi_join(marked, "message_id"), "interaction_id")
