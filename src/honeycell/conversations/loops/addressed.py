"""Whom the author of a message speaks to: who owes the answer, or to whom a promise is made."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
from ibis import _

from honeycell import log

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from honeycell.steps import Tables

__all__ = ["EVERYBODY", "addressed"]

EVERYBODY = "*"
"""What stands in `cues.called` where all are spoken to."""


def addressed(t: Tables, opened: ir.Table, whole: bool) -> ir.Table:
    """The one whom each sentence is for, where there is one.

    Who is called by name, in the sentence or the greeting; else the author of what the message answers; else the only
    one in To, lists and channels aside. Where all are greeted it is nobody in particular.

    Args:
        t: The tables of a cell.
        opened: `loop_id interaction_id from_handle called`.
        whole: Whether these are those of the whole cell.

    Returns:
        `loop_id addressed`; a sentence that is for nobody in particular is absent.
    """
    keys = t.keep(opened.select("interaction_id").distinct())
    picked = None if whole else log.pick(t, keys)
    seats = log.participants(t, picked, ("to", "cc"), ("interaction_id", "role", "handle", "display_name"))
    seats = seats.semi_join(keys, "interaction_id").anti_join(t["spaces"], "handle")
    mine = opened.select("loop_id", "interaction_id", "from_handle", "called")
    there = t.keep(seats.inner_join(mine, "interaction_id").filter(_.handle != _.from_handle))
    spelt = (" " + _.display_name.fill_null("") + " " + _.handle.re_replace(r"^\w+:|@.*", "") + " ").lower()
    spelt = spelt.re_replace(r"[^\pL\pN']+", " ")
    named = there.filter(_.called.notnull()).mutate(spelt=spelt)
    by_name = _only(named.filter(_.spelt.contains(" " + _.called + " ")), 3)
    parents = t["replies"].select("interaction_id", handle="parent_handle")
    guessed = t["answers"].filter(_.parent_id != _.interaction_id).select("interaction_id", "parent_id")
    authors = t["threads"].select(parent_id="interaction_id", handle="from_handle")
    guessed = t.keep(guessed.semi_join(keys, "interaction_id")).inner_join(authors, "parent_id")
    answered = parents.union(guessed.select("interaction_id", "handle").anti_join(parents, "interaction_id"))
    answered = mine.inner_join(answered, "interaction_id").filter(_.handle != _.from_handle)
    by_reply = answered.group_by("loop_id").agg(handle=_.handle.min()).mutate(rank=ibis.literal(2))
    sole = _only(there.filter(_.role == "to"), 1)
    every = ibis.union(by_name, by_reply, sole)
    best = every.group_by("loop_id").agg(addressed=_.handle.argmax(_["rank"]))
    return best.anti_join(opened.filter(_.called == EVERYBODY), "loop_id")


def _only(rows: ir.Table, rank: int) -> ir.Table:
    """`loop_id handle rank` where one handle alone is left."""
    counted = rows.group_by("loop_id").agg(handle=_.handle.min(), n=_.handle.nunique())
    return counted.filter(_.n == 1).select("loop_id", "handle", rank=ibis.literal(rank))
