"""Which conversation an interaction belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
from ibis import _

from honeycell import log
from honeycell.conversations.native import THREADED, keyed, own
from honeycell.tables import TABLES

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from honeycell.steps import Changes, Tables

__all__ = ["merged_threads", "threads"]

_COLUMNS = TABLES["threads"].schema.names


def threads(t: Tables, keys: ir.Table | None) -> ir.Table:
    """The conversation of each interaction and how it was found.

    By `header` where mails name each other; by `native thread` or `topic` where the channel, the calendar or the
    ledger does; `alone` where nothing was found to belong with it.

    Args:
        t: The tables of a cell.
        keys: Interactions (column `interaction_id`) that make up whole conversations, or None for all.

    Returns:
        The rows of `threads`.
    """
    return _threads(t, log.interactions(t, keys, THREADED), log.authors(t, keys))


def _threads(t: Tables, interactions: ir.Table, authors: ir.Table) -> ir.Table:
    said = keyed(interactions)
    size = _.conversation_id.count().over(ibis.window(group_by="conversation_id"))
    said = said.mutate(n=size).select(
        "interaction_id",
        "conversation_id",
        reason=ibis.cases((_.is_topic, "topic"), (_.n > 1, "native thread"), else_="alone"),
        ancestor_id="conversation_id",
        occurred_at="occurred_at",
    )
    mails = own(interactions).select("interaction_id", "occurred_at", ancestor_id="native_id")
    mails = mails.left_join(t["ancestors"], "ancestor_id").select(
        "interaction_id",
        conversation_id=ibis.coalesce(_.conversation_id, _.ancestor_id),
        reason=_.conversation_id.notnull().ifelse("header", "alone"),
        ancestor_id="ancestor_id",
        occurred_at="occurred_at",
    )
    both = said.union(mails)
    return both.left_join(authors.select("interaction_id", from_handle="handle"), "interaction_id").select(*_COLUMNS)


def merged_threads(t: Tables, changes: Changes) -> tuple[ir.Table, ir.Table]:
    """New interactions, and the old ones of the conversations they joined or connected."""
    nothing = t["threads"].limit(0)
    fresh = changes["interactions"].after if "interactions" in changes else t["interactions"].limit(0)
    moves = _moves(changes) if "ancestors" in changes else nothing.select(old="conversation_id", new="conversation_id")
    moves = t.keep(moves)
    grown = keyed(fresh).select("conversation_id").distinct()
    torn = t.keep(moves.select(conversation_id="old").union(grown).distinct())
    if "variants" in changes:
        copied = t["threads"].semi_join(changes["variants"].keys, "interaction_id").select("conversation_id")
        torn = t.keep(torn.union(copied).distinct())
    held = t.keep(t["threads"].semi_join(torn, "conversation_id"))
    named = [changes[name].keys for name in ("interactions", "participants", "variants") if name in changes]
    keys = t.keep(ibis.union(held.select("interaction_id"), *named).distinct())
    if "variants" in changes or "interactions" not in changes:
        return keys, threads(t, keys)
    seats = changes["participants"].after if "participants" in changes else t["participants"].limit(0)
    authors = seats.filter(_.role.isin(("from", "organiser"))).group_by("interaction_id").agg(handle=_.handle.min())
    added = t.keep(_threads(t, fresh, authors))
    kept = held.anti_join(fresh, "interaction_id").left_join(moves, held.conversation_id == moves.old)
    of_kept = kept.select(
        "interaction_id",
        conversation_id=ibis.coalesce(_.new, _.conversation_id),
        reason=ibis.cases((_.new.notnull(), "header"), (_.reason == "alone", "native thread"), else_=_.reason),
        ancestor_id="ancestor_id",
        from_handle="from_handle",
        occurred_at="occurred_at",
    )
    both = added.union(of_kept.select(*_COLUMNS))
    # A conversation in a channel that was opened before has more than this batch's rows.
    accompanied = held.anti_join(fresh, "interaction_id").semi_join(grown, "conversation_id").select("conversation_id")
    accompanied = t.keep(accompanied.distinct().mutate(more=ibis.literal(True)))
    rows = both.left_join(accompanied, "conversation_id").mutate(
        reason=(_.more.notnull() & (_.reason == "alone")).ifelse("native thread", _.reason)
    )
    return keys, rows.select(*_COLUMNS)


def _moves(changes: Changes) -> ir.Table:
    """`old new`: conversations whose interactions are of another one now, or of the same by a header."""
    before, after = changes["ancestors"].before, changes["ancestors"].after
    moved = before.join(after, "ancestor_id", how="outer")
    return moved.select(
        # Whoever is named for the first time was alone, under their own id.
        old=ibis.coalesce(_.conversation_id, _.ancestor_id, _.ancestor_id_right),
        new=_.conversation_id_right,
    ).distinct()
