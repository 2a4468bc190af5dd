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
        `interaction_id native_id root_id in_reply_to references occurred_at`: ids made of the native id by which
        others name it, and of the earliest ancestor it names (itself, if none).
    """
    native = ibis.coalesce(_.message_id, _.interaction_id.cast("string"))
    eldest = (_.references.length() > 0).ifelse(_.references[0], None)
    return interactions.filter(_.conversation_key.isnull()).select(
        "interaction_id",
        "in_reply_to",
        "references",
        "occurred_at",
        native_id=id_of(native),
        root_id=id_of(ibis.coalesce(eldest, _.in_reply_to, native)),
    )


def keyed(interactions: ir.Table) -> ir.Table:
    """Interactions whose thread or topic the channel itself names.

    Returns:
        `interaction_id conversation_id is_topic occurred_at ancestor_id`.
    """
    place = _.channel.isin(_CHATS).ifelse(_.space.fill_null(""), "")
    return interactions.filter(_.conversation_key.notnull()).select(
        "interaction_id",
        "occurred_at",
        conversation_id=id_of(_.channel + "\n" + place + "\n" + _.conversation_key),
        is_topic=_.channel == "zulip",
    )


def edges(linked: ir.Table) -> ir.Table:
    """Which native ids each interaction names, itself aside.

    Args:
        linked: Rows of `own`.

    Returns:
        `native_id parent_id`, one row for each ancestor named.
    """
    named = linked.filter(_.in_reply_to.notnull() | (_.references.length() > 0))
    chain = named.filter(_.references.length() > 0).select("native_id", parent=_.references.unnest())
    # The parent nearly always ends the chain as well.
    last = _.references[_.references.length() - 1]
    answered = named.filter(_.in_reply_to.notnull())
    answered = answered.filter((_.references.length() == 0) | _.references.isnull() | (last != _.in_reply_to))
    both = chain.union(answered.select("native_id", parent="in_reply_to")).filter(_.parent != "")
    return both.select("native_id", parent_id=id_of(_.parent)).filter(_.parent_id != _.native_id)
