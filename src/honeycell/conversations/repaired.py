"""What mails answer whose headers name nothing in the log: `repair` over the mails near them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
import numpy as np
import pyarrow as pa
from ibis import _

from honeycell import log
from honeycell.conversations.repair import candidates, chances, evidence, how, mails_near, orphans
from honeycell.tables import TABLES

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from honeycell.steps import Changes, Tables

__all__ = ["SURE", "repaired", "touched_repaired"]

SURE = 0.5
"""A mail is joined to what it answers at least this probably."""
_SCHEMA = TABLES["repaired"].schema
_READ = ("interactions", "participants", "texts", "variants")
_SAYS = ("interaction_id", "channel", "subject", "occurred_at")


def repaired(t: Tables, keys: ir.Table | None) -> pa.Table:
    """The parent of each mail that answers one without naming it, where it is found.

    Subjects, quoted lines, who is said to be quoted, series, people and time say it. A row depends on the mails of
    the 60 days before it that share its subject or its series, and on nothing else. No mail answers a later one, nor
    one that names it, so nothing goes in a circle.

    Args:
        t: The tables of a cell.
        keys: The mails wanted (column `interaction_id`), or None for all.

    Returns:
        The rows of `repaired`.
    """
    asked = t.keep(log.interactions(t, keys, _SAYS).filter(_.channel == "mail", _.occurred_at.notnull()))
    asking = orphans(t, asked)
    parts = [_SCHEMA.empty_table()]
    if asking is None:
        return parts[0]
    mails = asked if keys is None else mails_near(t, asking)
    for found in evidence(t, candidates(t, asking, mails)):
        given = chances(found)
        best = given[:, :-1].argmax(axis=1)
        sure = np.round(given[np.arange(len(best)), best], 3)
        kept = sure >= SURE
        parents = found.parents[np.arange(len(best)), best]
        columns = [found.orphans[kept], parents[kept], sure[kept], how(found, best)[kept]]
        parts.append(pa.table([pa.array(column) for column in columns], schema=_SCHEMA))
    return pa.concat_tables(parts)


def touched_repaired(t: Tables, changes: Changes) -> ir.Table:
    """Mails that came or changed or gained a parent, and those without one that might answer what came."""
    nothing = t["repaired"].select("interaction_id").limit(0)
    keys = [changes[name].keys.select("interaction_id") for name in (*_READ, "replies") if name in changes]
    moved = t.keep(ibis.union(nothing, *keys).distinct())
    fresh = changes["interactions"].after if "interactions" in changes else t["interactions"].limit(0)
    older = [changes[name].keys.select("interaction_id") for name in _READ if name in changes]
    older_ids = t.keep(ibis.union(nothing, *older).distinct().anti_join(fresh, "interaction_id"))
    copies = [older_ids, changes["variants"].keys.select("interaction_id")] if "variants" in changes else [older_ids]
    again = t.keep(ibis.union(nothing, *copies).distinct())
    came = t.keep(fresh.select(*_SAYS))
    asking = orphans(t, near := mails_near(t, came))
    if asking is not None:
        found = candidates(t, asking, near)
        reached = found.semi_join(came, found.parent_id == came.interaction_id).select("interaction_id")
        moved = moved.union(t.keep(reached))
    if t.arrow(again.count()).as_py():
        # Another copy may show, with another subject, time or author than before: whatever stands near looks again.
        every = t["interactions"].select(*_SAYS).semi_join(again, "interaction_id")
        asking = orphans(t, mails_near(t, t.keep(every)))
        moved = moved if asking is None else moved.union(asking.select("interaction_id"))
    return moved
