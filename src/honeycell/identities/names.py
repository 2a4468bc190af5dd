"""Which display names a handle was seen with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
from ibis import _

from honeycell import log
from honeycell.identities.folding import full_names, shown_name
from honeycell.tables import TABLES

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from honeycell.steps import Changes, Tables

__all__ = ["merged_names", "names"]

_COLUMNS = TABLES["names"].schema.names


def names(t: Tables, keys: ir.Table | None) -> ir.Table:
    """Handles with each of their display names: how often, by whom and when.

    Args:
        t: The tables of a cell.
        keys: The handles wanted (column `handle`), or None for all.

    Returns:
        The rows of `names`. A participant counts once for each of its roles; `n_authored` counts authors of
        messages and organisers of meetings.
    """
    seen = log.participants(t).select("interaction_id", "handle", "role", "display_name")
    if keys is not None:
        seen = seen.semi_join(keys, "handle")
    return _named(seen, log.interactions(t, columns=log.FACTS))


def merged_names(t: Tables, changes: Changes) -> tuple[ir.Table, ir.Table]:
    """The names of handles that the last imports mention: what was held, and what they add.

    An interaction that was seen in a further differing copy may change its date and participants, and one whose
    native id went to another body has its rows written again: the handles of such are counted afresh.
    """
    added = changes["participants"].after if "participants" in changes else t["participants"].limit(0)
    touched, parts = added.select("handle"), []
    if known := _known_before(t, changes):
        recounted = t.keep(log.participants(t, t.keep(ibis.union(*known).distinct())).select("handle").distinct())
        touched = touched.union(recounted)
        parts.append(names(t, recounted))
        added = added.anti_join(recounted, "handle")
    keys = t.keep(touched.distinct())
    if "interactions" in changes:
        fresh = _named(added.select("interaction_id", "handle", "role", "display_name"), changes["interactions"].after)
        held = t["names"].semi_join(t.keep(added.select("handle").distinct()), "handle")
        both = held.select(*_COLUMNS).union(fresh.select(*_COLUMNS))
        parts.append(both.group_by("handle", "display_name", "full_name").agg(**_sums()))
    return keys, ibis.union(*parts).select(*_COLUMNS) if parts else t["names"].semi_join(keys, "handle")


def _known_before(t: Tables, changes: Changes) -> list[ir.Table]:
    """Interactions of the change that were counted before, in another form."""
    said = changes.get("interactions")
    old = [changes["variants"].keys] if "variants" in changes else []
    if said is not None and said.new is not None and ("variants" in changes or "headers" in changes):
        other = t.keep(said.keys.anti_join(said.new, "interaction_id"))
        if t.arrow(other.count()).as_py():
            old.append(other)
    return old


def _named(seen: ir.Table, interactions: ir.Table) -> ir.Table:
    when = interactions.select("interaction_id", "occurred_at")
    authored = _.role.isin(("from", "organiser"))
    counted = (
        seen.inner_join(when, "interaction_id")
        .mutate(display_name=_.display_name.fill_null(""))
        .group_by("handle", "display_name")
        .agg(
            n=_.count(),
            n_authored=authored.sum(),
            first_at=_.occurred_at.min(),
            last_at=_.occurred_at.max(),
            first_authored_at=_.occurred_at.min(where=authored),
            last_authored_at=_.occurred_at.max(where=authored),
        )
    )
    # Cleaned after counting: different spellings are few, mentions are many.
    shown = counted.mutate(display_name=shown_name(_.display_name, _.handle))
    whole = shown.group_by("handle", "display_name").agg(**_sums())
    return full_names(whole).select(*_COLUMNS)


def _sums() -> dict[str, ibis.Deferred]:
    return {
        "n": _.n.sum(),
        "n_authored": _.n_authored.sum(),
        "first_at": _.first_at.min(),
        "last_at": _.last_at.max(),
        "first_authored_at": _.first_authored_at.min(),
        "last_authored_at": _.last_authored_at.max(),
    }
