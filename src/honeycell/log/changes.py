"""What the log gained since a commit, as the derived tables want to hear it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from honeycell.steps import Change, Changes
from honeycell.tables import LOG

if TYPE_CHECKING:
    from honeycell.steps import Tables

__all__ = ["changes_since"]

_BY_INTERACTION = ("interactions", "participants", "texts", "headers", "transfers", "variants")


def changes_since(t: Tables, batch: int) -> Changes:
    """The rows that log commits after number `batch` wrote, by table; a table without any is absent.

    Keys are interaction ids, or whole rows for a table without interactions. The log only grows, so `before` is
    empty; an interaction that lost its native id to a smaller body has its rows written again.
    """
    changes: Changes = {}
    for table in LOG:
        after = t.keep(t[table.name].filter(t[table.name].batch > batch).select(*table.schema.names))
        if t.arrow(after.count()).as_py():
            keys = after.select("interaction_id").distinct() if table.name in _BY_INTERACTION else after
            changes[table.name] = Change(t.keep(keys), after.limit(0), after)
    return changes
