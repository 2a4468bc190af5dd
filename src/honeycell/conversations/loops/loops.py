"""Loops, opened and closed within their conversations."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from honeycell.conversations.loops.ledger import ledger_loops

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from honeycell.steps import Changes, Tables

__all__ = ["loops", "touched_loops"]


def loops(t: Tables, keys: ir.Table | None) -> ir.Table:
    """Everything that was asked, promised, ordered or billed, and what came of it.

    Args:
        t: The tables of a cell.
        keys: The conversations wanted (column `conversation_id`), or None for all.

    Returns:
        The rows of `loops`.
    """
    threads = t["threads"] if keys is None else t["threads"].semi_join(keys, "conversation_id")
    return ledger_loops(t, threads)


def touched_loops(t: Tables, changes: Changes) -> ir.Table:
    """Conversations that have other interactions now, or interactions of which something else is known."""
    touched = [t["loops"].select("conversation_id").limit(0)]
    if "threads" in changes:
        touched += [part.select("conversation_id") for part in (changes["threads"].before, changes["threads"].after)]
    if "transfers" in changes:
        touched.append(t["threads"].semi_join(changes["transfers"].keys, "interaction_id").select("conversation_id"))
    return ibis.union(*touched)
