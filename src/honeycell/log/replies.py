"""What answers what, by the links that the interactions themselves bear."""

from __future__ import annotations

from typing import TYPE_CHECKING

from honeycell.log.commit import REUSED
from honeycell.log.view import FACTS, Picked, authors, interactions, pick
from honeycell.steps import Changes, Step

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from honeycell.steps import Tables

__all__ = ["AWAITED", "REPLIES", "changed_interactions", "union_of"]


def changed_interactions(changes: Changes) -> ir.Table | None:
    """The ids of interactions whose rows in the log changed; None when none did."""
    names = ("interactions", "participants", "headers", "variants")
    tables = [changes[name].keys.select("interaction_id") for name in names if name in changes]
    if not tables:
        return None
    return union_of(tables).distinct() if len(tables) > 1 else tables[0]


def union_of(tables: list[ir.Table]) -> ir.Table:
    """One table of all the rows; repeats stay."""
    import ibis

    # Ibis has no union of one table.
    return ibis.union(*tables) if len(tables) > 1 else tables[0]


def _replies(t: Tables, keys: ir.Table | None) -> ir.Table:
    """The parent is the interaction that In-Reply-To names, else the last of References that is in the log."""
    picked = None if keys is None else pick(t, keys)
    named = _named(t, picked)
    links = t.keep(_links(t, named, whole=keys is None))
    answers, asked = interactions(t, picked, FACTS), interactions(t, None, FACTS)
    by = authors(t)
    if keys is not None:
        parents = links.select(interaction_id="parent_id")
        both = pick(t, links.select("interaction_id").union(parents))
        asked, by = interactions(t, both, FACTS), authors(t, both)
    by = t.keep(by)
    asked = asked.select(parent_id="interaction_id", parent_at="occurred_at")
    rows = links.join(answers.select("interaction_id", "occurred_at"), "interaction_id").join(asked, "parent_id")
    rows = rows.left_join(by.select("interaction_id", from_handle="handle"), "interaction_id")
    rows = rows.select("interaction_id", "parent_id", "how", "occurred_at", "parent_at", "from_handle")
    rows = rows.left_join(by.select(parent_id="interaction_id", parent_handle="handle"), "parent_id")
    return rows.select("interaction_id", "parent_id", "how", "occurred_at", "parent_at", "from_handle", "parent_handle")


def _links(t: Tables, named: ir.Table, *, whole: bool) -> ir.Table:
    """`interaction_id parent_id how`."""
    import ibis

    parents = _parents(t, named, whole=whole)
    direct = named.join(parents, named.in_reply_to == parents.message_id)
    direct = direct.filter(direct.interaction_id != direct.parent_id)
    direct = direct.select(
        "interaction_id", "parent_id", how=ibis.ifelse(direct.channel == "mail", "in-reply-to", "native")
    )
    direct = t.keep(direct)
    ancestors = _ancestors(named.anti_join(direct, "interaction_id"))
    far = ancestors.join(parents, "message_id")
    far = far.filter(far.interaction_id != far.parent_id)
    far = far.group_by(["interaction_id", "channel"]).agg(parent_id=far.parent_id.argmax(far.position))
    far = far.select("interaction_id", "parent_id", how=ibis.ifelse(far.channel == "mail", "references", "native"))
    return direct.union(far)


def _named(t: Tables, keys: Picked | None) -> ir.Table:
    """The native ids that interactions answer, of those that answer any."""
    answers = interactions(t, keys, ("interaction_id", "channel", "in_reply_to", "references"))
    return t.keep(answers.filter(answers.in_reply_to.notnull() | (answers.references.length() > 0)))


def _ancestors(named: ir.Table) -> ir.Table:
    """`interaction_id channel message_id position`: one row for each reference."""
    named = named.filter(named.references.length() > 0).select("interaction_id", "channel", message_id="references")
    return named.unnest("message_id", offset="position")


def _parents(t: Tables, named: ir.Table, *, whole: bool) -> ir.Table:
    """`message_id parent_id`: which interaction a native id names; never one whose id was used before."""
    asked = t["interactions"].select("interaction_id", "message_id")
    asked = asked.filter(asked.message_id.notnull())
    reused = t["headers"].filter(t["headers"].name == "x-honeycell-id")
    reused = reused.filter(reused.value == REUSED)
    if not whole:
        wanted = named.select(message_id="in_reply_to").union(_ancestors(named).select("message_id"), distinct=True)
        asked = asked.semi_join(t.keep(wanted), "message_id")
    asked = asked.anti_join(reused, "interaction_id")
    # All copies of an interaction bear its native id. A calendar or chat id is not a Message-ID, but nothing keeps
    # them from being the same string.
    return t.keep(asked.group_by("message_id").agg(parent_id=asked.interaction_id.min()))


def _awaited(t: Tables, keys: ir.Table | None) -> ir.Table:
    """What an answer names and the log lacks: In-Reply-To, and the references after the parent it has.

    Without it, each refresh would search the references of the whole log for messages that came late.
    """
    named = _named(t, None if keys is None else pick(t, keys))
    parents = _parents(t, named, whole=keys is None)
    known = named.join(parents, named.in_reply_to == parents.message_id)
    named = t.keep(named.anti_join(known.filter(known.interaction_id != known.parent_id), "interaction_id"))
    missing = _ancestors(named).select("interaction_id", "message_id")
    direct = named.filter(named.in_reply_to.notnull()).select("interaction_id", message_id="in_reply_to")
    return missing.union(direct, distinct=True).anti_join(parents, "message_id")


def _touched(t: Tables, changes: Changes) -> ir.Table:
    """What changed, what waited for it, and the answers to what is not new but different."""
    changed = changed_interactions(changes)
    assert changed is not None
    changed = t.keep(changed)
    picked = pick(t, changed)
    raw = t["interactions"]
    arrived = interactions(t, picked, ("message_id",))
    arrived = t.keep(arrived.filter(arrived.message_id.notnull()).select("message_id").distinct())
    waiting = t["awaited"].semi_join(arrived, "message_id").select("interaction_id")
    again = [changes["variants"].keys.select("interaction_id")] if "variants" in changes else []
    if "headers" in changes:
        said = changes["headers"].after
        moved = t.keep(said.filter(said.name == "x-honeycell-id").select("interaction_id").distinct())
        if t.arrow(moved.count()).as_py():
            reused = t.keep(interactions(t, moved, ("message_id",)))
            again.append(raw.semi_join(reused, "message_id").select("interaction_id"))
    touched = [changed, waiting]
    if again:
        different = t.keep(union_of(again).distinct())
        held = t["replies"]
        touched.append(held.semi_join(different, held.parent_id == different.interaction_id).select("interaction_id"))
    return union_of(touched)


_INPUTS = ("interactions", "participants", "headers", "variants")

REPLIES = Step("replies", _INPUTS, _replies, _touched)
AWAITED = Step("awaited", _INPUTS, _awaited, _touched)
"""After `replies`, which looks at what was awaited before."""
