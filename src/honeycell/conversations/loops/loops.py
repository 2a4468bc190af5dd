"""Loops, opened and closed within their conversations."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
from ibis import _

from honeycell import log
from honeycell.conversations.loops.addressed import addressed
from honeycell.conversations.loops.closings import closings, subject_keys
from honeycell.conversations.loops.ledger import ledger_loops
from honeycell.conversations.loops.marks import OPENING
from honeycell.engine.functions import id_of
from honeycell.log.replies import union_of
from honeycell.tables import TABLES

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from honeycell.steps import Changes, Tables

__all__ = ["loops", "touched_loops"]

_COLUMNS = TABLES["loops"].schema.names
_BY_INTERACTION = ("transfers", "cues", "replies", "answers", "participants", "variants")
"""Inputs whose changes touch the conversations of their interactions."""


def loops(t: Tables, keys: ir.Table | None) -> ir.Table:
    """Everything that was asked, promised, ordered or billed, and what came of it.

    Args:
        t: The tables of a cell.
        keys: The conversations wanted (column `conversation_id`), or None for all.

    Returns:
        The rows of `loops`.
    """
    threads = t["threads"] if keys is None else t["threads"].semi_join(keys, "conversation_id")
    threads = t.keep(threads)
    return _text_loops(t, threads, whole=keys is None).union(ledger_loops(t, threads))


def touched_loops(t: Tables, changes: Changes) -> ir.Table:
    """Conversations that have other interactions now, or interactions of which something else is known."""
    touched = [t["loops"].select("conversation_id").limit(0)]
    if "threads" in changes:
        touched += [part.select("conversation_id") for part in (changes["threads"].before, changes["threads"].after)]
    ids = [changes[name].keys.select("interaction_id") for name in _BY_INTERACTION if name in changes]
    if "spaces" in changes:
        # Whoever proves to be a list is nobody who owes anything.
        ids.append(t["participants"].semi_join(changes["spaces"].keys, "handle").select("interaction_id"))
    if "threads" in changes:
        ids.append(changes["threads"].keys.select("interaction_id"))
    if ids:
        of = t.keep(union_of(ids).distinct())
        # What an answer is said to, for a changed subject may have parted the two.
        parents = [t["replies"].semi_join(of, "interaction_id")]
        parents += [changes["replies"].before] if "replies" in changes else []
        of = of.union(*(part.select(interaction_id="parent_id") for part in parents))
        touched.append(t["threads"].semi_join(of, "interaction_id").select("conversation_id"))
    if "conversations" in changes:
        change = changes["conversations"]
        renamed = t.keep(subject_keys(change.before.union(change.after)).select("key").distinct())
        if t.arrow(renamed.count()).as_py():
            touched.append(subject_keys(t["conversations"]).semi_join(renamed, "key").select("conversation_id"))
    return union_of(touched)


def _text_loops(t: Tables, threads: ir.Table, *, whole: bool) -> ir.Table:
    """What texts open, and what closed it."""
    said = threads.select("interaction_id", "conversation_id", "from_handle", "occurred_at")
    if not whole:
        answers = t["replies"].semi_join(threads.select(parent_id="interaction_id"), "parent_id")
        beyond = t["threads"].semi_join(answers, "interaction_id").anti_join(threads, "interaction_id")
        said = t.keep(said.union(beyond.select(*said.columns)))
    held = t["cues"] if whole else t["cues"].semi_join(said, "interaction_id")
    held = t.keep(held)
    facts = log.interactions(t, None if whole else threads.select("interaction_id"), log.FACTS)
    facts = facts.select("interaction_id", "channel")
    opened = held.filter(_.type.isin(OPENING)).inner_join(threads, "interaction_id").inner_join(facts, "interaction_id")
    opened = t.keep(
        opened.mutate(
            loop_id=id_of(_.interaction_id.cast("string") + " " + _.type + " " + _.starts.cast("string")),
            opened_at=_.occurred_at,
        )
    )
    opened = t.keep(opened.left_join(addressed(t, opened, whole), "loop_id").drop("loop_id_right"))
    promised = _.type == "promise"
    opened = opened.mutate(
        owner_handle=promised.ifelse(_.from_handle, _.addressed),
        counterpart_handle=promised.ifelse(_.addressed, _.from_handle),
    )
    opened = t.keep(opened)
    marks = held.group_by("interaction_id").agg(
        done=(_.type == "done").any(),
        withdrawn=(_.type == "withdrawn").any(),
        again=(_.type == "again").any(),
        promises=(_.type == "promise").any(),
        asks=_.type.isin(("question", "request")).any(),
    )
    closed = t.keep(closings(t, opened, said, t.keep(marks)))
    rows = opened.left_join(closed, "loop_id").drop("loop_id_right")
    dropped = _left_out(t, rows.filter(_.outcome.isnull(), _.channel == "mail"), said, whole=whole)
    rows = rows.left_join(dropped.mutate(left=ibis.literal("dropped")), "loop_id").drop("loop_id_right")
    rows = rows.mutate(outcome=ibis.coalesce(_.outcome, _.left, "open"), source=ibis.literal("text"))
    return rows.select(*_COLUMNS)


def _left_out(t: Tables, still: ir.Table, said: ir.Table, *, whole: bool) -> ir.Table:
    """`loop_id` of open loops whose conversation went on, at last without the one to whom something is owed."""
    still = t.keep(still.filter(_.counterpart_handle.notnull(), _.opened_at.notnull()))
    order = ibis.window(group_by="conversation_id", order_by=[ibis.desc("occurred_at"), ibis.desc("interaction_id")])
    there = said.semi_join(still, "conversation_id").filter(_.occurred_at.notnull())
    last = there.mutate(_rank=ibis.row_number().over(order)).filter(_._rank == 0)
    last = t.keep(last.select("conversation_id", last_id="interaction_id"))
    picked = None if whole else log.pick(t, last.select(interaction_id="last_id"))
    seats = log.participants(t, picked, ("from", "to", "cc"), log.SEATS).select(
        last_id="interaction_id", handle="handle"
    )
    after = still.inner_join(last, "conversation_id").filter(_.last_id != _.interaction_id)
    return after.anti_join(seats, ["last_id", after.counterpart_handle == seats.handle]).select("loop_id")
