"""The native links of interactions, in the form that threading needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
from ibis import _

from honeycell.engine.functions import id_of

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["THREADED", "edges", "keyed", "own"]

THREADED = (
    "interaction_id", "message_id", "in_reply_to", "references", "conversation_key", "channel", "space", "occurred_at",
)  # fmt: skip
"""What threading asks of an interaction."""

_CHATS = ("slack", "zulip")
"""Channels whose threads and topics are named within a space."""


def own(interactions: ir.Table) -> ir.Table:
    """Interactions that are threaded by what their headers name.

    Returns:
        `interaction_id native_id root_id ancestor_ids occurred_at`: ids made of the native id by which others name
        it, of the eldest ancestor it names (itself, if none), and of all of them, eldest first.
    """
    said = interactions.filter(_.conversation_key.isnull())
    named = ibis.coalesce(said.references, ibis.literal([], "array<string>"))
    # The parent nearly always ends the chain as well.
    apart = said.in_reply_to.notnull() & ~named[named.length() - 1].identical_to(said.in_reply_to)
    every = apart.ifelse(named.concat(ibis.array([said.in_reply_to])), named)
    ids = said.select(
        "interaction_id",
        "occurred_at",
        native_id=id_of(ibis.coalesce(said.message_id, said.interaction_id.cast("string"))),
        ancestor_ids=every.filter(lambda name: name != "").map(id_of),
    )
    eldest = (_.ancestor_ids.length() > 0).ifelse(_.ancestor_ids[0], None)
    return ids.mutate(root_id=ibis.coalesce(eldest, _.native_id))


def keyed(interactions: ir.Table) -> ir.Table:
    """Interactions whose thread or topic the channel itself names.

    Returns:
        `interaction_id strand_id is_topic occurred_at ancestor_id`.
    """
    place = _.channel.isin(_CHATS).ifelse(_.space.fill_null(""), "")
    return interactions.filter(_.conversation_key.notnull()).select(
        "interaction_id",
        "occurred_at",
        strand_id=id_of(_.channel + "\n" + place + "\n" + _.conversation_key),
        is_topic=_.channel == "zulip",
    )


def edges(linked: ir.Table) -> ir.Table:
    """Which native ids each interaction names, itself aside.

    Args:
        linked: Rows of `own`.

    Returns:
        `native_id parent_id`, one row for each ancestor named.
    """
    both = linked.filter(_.ancestor_ids.length() > 0).select("native_id", parent_id=_.ancestor_ids.unnest())
    return both.filter(_.parent_id != _.native_id)
