"""What answers what, by the links that the interactions themselves bear."""

from __future__ import annotations

from typing import TYPE_CHECKING

from honeycell.log.commit import REUSED
from honeycell.log.view import headers, interactions, participants
from honeycell.steps import Changes, Step

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from honeycell.steps import Tables

__all__ = ["AWAITED", "REPLIES", "authors", "changed_interactions", "union_of"]


def authors(t: Tables, keys: ir.Table | None = None) -> ir.Table:
    """Who an interaction is from: `interaction_id handle`; the first handle by name where several are.

    The author of a message is in role `from`, that of a meeting is its organiser.
    """
    seats = participants(t)
    if keys is not None:
        seats = seats.semi_join(keys, "interaction_id")
    seats = seats.filter(seats.role.isin(["from", "organiser"]))
    return seats.group_by("interaction_id").agg(handle=seats.handle.min())


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
    links = t.keep(_links(t, keys))
    answers = interactions(t)
    if keys is not None:
        answers = answers.semi_join(keys, "interaction_id")
    asked = interactions(t)
    if keys is not None:
        asked = asked.semi_join(links, asked.interaction_id == links.parent_id)
        of_these = links.select("interaction_id").union(links.select(interaction_id="parent_id"), distinct=True)
        by = t.keep(authors(t, of_these))
    else:
        by = t.keep(authors(t))
    asked = asked.select(parent_id="interaction_id", parent_at="occurred_at")
    rows = links.join(answers.select("interaction_id", "occurred_at"), "interaction_id").join(asked, "parent_id")
    rows = rows.left_join(by.select("interaction_id", from_handle="handle"), "interaction_id")
    rows = rows.select("interaction_id", "parent_id", "how", "occurred_at", "parent_at", "from_handle")
    rows = rows.left_join(by.select(parent_id="interaction_id", parent_handle="handle"), "parent_id")
    return rows.select("interaction_id", "parent_id", "how", "occurred_at", "parent_at", "from_handle", "parent_handle")


def _links(t: Tables, keys: ir.Table | None) -> ir.Table:
    """`interaction_id parent_id how`."""
    import ibis

    named = _named(t, keys)
    parents = _parents(t, named, keys)
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


def _named(t: Tables, keys: ir.Table | None) -> ir.Table:
    """The native ids that interactions answer, of those that answer any."""
    answers = interactions(t)
    if keys is not None:
        answers = answers.semi_join(keys, "interaction_id")
    answers = answers.select("interaction_id", "channel", "in_reply_to", "references")
    return t.keep(answers.filter(answers.in_reply_to.notnull() | (answers.references.length() > 0)))


def _ancestors(named: ir.Table) -> ir.Table:
    """`interaction_id channel message_id position`: one row for each reference."""
    named = named.filter(named.references.length() > 0).select("interaction_id", "channel", message_id="references")
    return named.unnest("message_id", offset="position")


def _parents(t: Tables, named: ir.Table, keys: ir.Table | None) -> ir.Table:
    """`message_id parent_id`: which interaction a native id names; never one whose id was used before."""
    asked = interactions(t)
    asked = asked.filter(asked.message_id.notnull())
    if keys is not None:
        wanted = named.select(message_id="in_reply_to").union(_ancestors(named).select("message_id"), distinct=True)
        asked = asked.semi_join(wanted, "message_id")
    reused = headers(t)
    reused = reused.filter((reused.name == "x-honeycell-id") & (reused.value == REUSED))
    asked = asked.anti_join(reused, "interaction_id")
    # A calendar or chat id is not a Message-ID, but nothing keeps them from being the same string.
    return t.keep(asked.group_by("message_id").agg(parent_id=asked.interaction_id.min()))


def _awaited(t: Tables, keys: ir.Table | None) -> ir.Table:
    """What an answer names and the log lacks: In-Reply-To, and the references after the parent it has.

    Without it, each refresh would search the references of the whole log for messages that came late.
    """
    named = _named(t, keys)
    parents = _parents(t, named, keys)
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
    raw = t["interactions"]
    arrived = raw.semi_join(changed, "interaction_id").filter(raw.message_id.notnull()).select("message_id").distinct()
    waiting = t["awaited"].semi_join(arrived, "message_id").select("interaction_id")
    again = [changes["variants"].keys.select("interaction_id")] if "variants" in changes else []
    if "headers" in changes:
        said = changes["headers"].after
        reused = raw.semi_join(said.filter(said.name == "x-honeycell-id"), "interaction_id").select("message_id")
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
