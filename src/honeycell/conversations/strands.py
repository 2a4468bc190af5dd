"""Which strand an interaction belongs to: what the channel says itself, or the words of a chat."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
from ibis import _

from honeycell import log
from honeycell.conversations.ancestors import components
from honeycell.conversations.answers import spoken
from honeycell.conversations.native import THREADED, keyed, own
from honeycell.tables import TABLES

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from honeycell.steps import Changes, Tables

__all__ = ["merged_strands", "strands"]

_COLUMNS = TABLES["strands"].schema.names
_ENDS = ("interaction_id", "parent_id")


def strands(t: Tables, keys: ir.Table | None) -> ir.Table:
    """The strand of each interaction and how it was found.

    By `header` where mails name each other; by `native thread` or `topic` where the channel, the calendar or the
    ledger does; by `answer` where a chat message outside threads answers another one by what is said, or is answered;
    `alone` where nothing was found to belong with it.

    Args:
        t: The tables of a cell.
        keys: Interactions (column `interaction_id`) that make up whole strands, or None for all.

    Returns:
        The rows of `threads`.
    """
    said = t["answers"] if keys is None else t["answers"].semi_join(keys, "interaction_id")
    return _strands(t, log.interactions(t, keys, THREADED), log.authors(t, keys), said)


def _strands(t: Tables, interactions: ir.Table, authors: ir.Table, answers: ir.Table) -> ir.Table:
    said = keyed(interactions)
    size = _.strand_id.count().over(ibis.window(group_by="strand_id"))
    said = said.mutate(n=size).select(
        "interaction_id",
        "strand_id",
        reason=ibis.cases((_.is_topic, "topic"), (_.n > 1, "native thread"), else_="alone"),
        ancestor_id="strand_id",
        occurred_at="occurred_at",
    )
    mails = own(interactions).select("interaction_id", "occurred_at", ancestor_id="native_id")
    mails = mails.left_join(t["ancestors"], "ancestor_id").select(
        "interaction_id",
        strand_id=ibis.coalesce(_.strand_id, _.ancestor_id),
        reason=_.strand_id.notnull().ifelse("header", "alone"),
        ancestor_id="ancestor_id",
        occurred_at="occurred_at",
    )
    both = _answering(t, said.union(mails), answers)
    return both.left_join(authors.select("interaction_id", from_handle="handle"), "interaction_id").select(*_COLUMNS)


def _answering(t: Tables, found: ir.Table, answers: ir.Table) -> ir.Table:
    """The same rows; whoever is alone joins the strand of what they answer, under the name of the earliest.

    A message that a thread hangs from begins it: what the channel says goes before what the words say.
    """
    told = answers.filter(_.parent_id != _.interaction_id).select("interaction_id", "parent_id")
    found = t.keep(found)
    alone = found.filter(_.reason == "alone").select("interaction_id", a="strand_id")
    parents = found.select(parent_id="interaction_id", b="strand_id")
    pairs = t.keep(told.inner_join(alone, "interaction_id").inner_join(parents, "parent_id").select("a", "b"))
    if not t.arrow(pairs.count()).as_py():
        return found
    component = components(t, pairs)
    ends = found.inner_join(component.select("component", strand_id="node"), "strand_id")
    eldest = ibis.window(group_by="component", order_by=[_.occurred_at, _.interaction_id])
    heads = ends.mutate(_rank=ibis.row_number().over(eldest)).filter(_._rank == 0)
    moved = component.inner_join(heads.select("component", joined="strand_id"), "component")
    moved = t.keep(moved.select("joined", strand_id="node"))
    return found.left_join(moved, "strand_id").select(
        "interaction_id",
        strand_id=ibis.coalesce(_.joined, _.strand_id),
        reason=(_.joined.notnull() & (_.reason == "alone")).ifelse("answer", _.reason),
        ancestor_id="ancestor_id",
        occurred_at="occurred_at",
    )


def _reopened(t: Tables, changes: Changes, fresh: ir.Table) -> ir.Table | None:
    """The strands that the words of chats make, and that may be others now; None when there are none."""
    grown = t.keep(keyed(spoken(fresh)).select(ancestor_id="strand_id").distinct())
    if "answers" not in changes and not t.arrow(grown.count()).as_py():
        return None
    near = t.keep(t["strands"].semi_join(grown, "ancestor_id").select("interaction_id", "strand_id"))
    if "answers" not in changes:
        answering = near.semi_join(t["answers"], "interaction_id")
        return near.select("strand_id").distinct() if t.arrow(answering.count()).as_py() else None
    change = changes["answers"]
    ends = [part.select(interaction_id=name) for part in (change.before, change.after) for name in _ENDS]
    met = t["strands"].semi_join(t.keep(ibis.union(*ends).distinct()), "interaction_id").select("strand_id")
    return t.keep(met.union(near.select("strand_id")).distinct())


def merged_strands(t: Tables, changes: Changes) -> tuple[ir.Table, ir.Table]:
    """New interactions, and the old ones of the strands they joined or connected."""
    nothing = t["strands"].limit(0)
    fresh = changes["interactions"].after if "interactions" in changes else t["interactions"].limit(0)
    moves = _moves(changes) if "ancestors" in changes else nothing.select(old="strand_id", new="strand_id")
    moves = t.keep(moves)
    grown = keyed(fresh).select("strand_id").distinct()
    torn = t.keep(moves.select(strand_id="old").union(grown).distinct())
    if "variants" in changes:
        copied = t["strands"].semi_join(changes["variants"].keys, "interaction_id").select("strand_id")
        torn = t.keep(torn.union(copied).distinct())
    reopened = _reopened(t, changes, fresh)
    if reopened is not None:
        torn = t.keep(torn.union(reopened).distinct())
    held = t.keep(t["strands"].semi_join(torn, "strand_id"))
    named = [changes[name].keys for name in ("interactions", "participants", "variants") if name in changes]
    keys = t.keep(ibis.union(held.select("interaction_id"), *named).distinct())
    if reopened is not None or "variants" in changes or "interactions" not in changes:
        return keys, strands(t, keys)
    seats = changes["participants"].after if "participants" in changes else t["participants"].limit(0)
    authors = seats.filter(_.role.isin(("from", "organiser"))).group_by("interaction_id").agg(handle=_.handle.min())
    added = t.keep(_strands(t, fresh, authors, t["answers"].limit(0)))
    kept = held.anti_join(fresh, "interaction_id").left_join(moves, held.strand_id == moves.old)
    of_kept = kept.select(
        "interaction_id",
        strand_id=ibis.coalesce(_.new, _.strand_id),
        reason=ibis.cases((_.new.notnull(), "header"), (_.reason == "alone", "native thread"), else_=_.reason),
        ancestor_id="ancestor_id",
        from_handle="from_handle",
        occurred_at="occurred_at",
    )
    both = added.union(of_kept.select(*_COLUMNS))
    # A strand in a channel that was opened before has more than this batch's rows.
    accompanied = held.anti_join(fresh, "interaction_id").semi_join(grown, "strand_id").select("strand_id")
    accompanied = t.keep(accompanied.distinct().mutate(more=ibis.literal(True)))
    rows = both.left_join(accompanied, "strand_id").mutate(
        reason=(_.more.notnull() & (_.reason == "alone")).ifelse("native thread", _.reason)
    )
    return keys, rows.select(*_COLUMNS)


def _moves(changes: Changes) -> ir.Table:
    """`old new`: strands whose interactions are of another one now, or of the same by a header."""
    before, after = changes["ancestors"].before, changes["ancestors"].after
    moved = before.join(after, "ancestor_id", how="outer")
    return moved.select(
        # Whoever is named for the first time was alone, under their own id.
        old=ibis.coalesce(_.strand_id, _.ancestor_id, _.ancestor_id_right),
        new=_.strand_id_right,
    ).distinct()
