"""Which earlier mails a mail without a parent may answer: those of the same subject, and those of its series."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import ibis
from ibis import _

from honeycell import log
from honeycell.conversations.repair.subjects import read
from honeycell.engine.functions import id_of

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from honeycell.steps import Tables

__all__ = ["AT_MOST", "candidates", "mails_near", "orphans"]

DAYS = 60
"""How long after a mail it may still be answered by another that does not name it."""
AT_MOST = 32
"""So many of the latest mails are looked at, of those that share a subject or a series."""
_FACTS = ("interaction_id", "channel", "subject", "occurred_at")
_SERIES = _.author + "\n" + _.total.cast("string")
"""No subject holds a line break."""
_LINKS = ("interaction_id", "message_id", "in_reply_to", "references")


def mails_near(t: Tables, near: ir.Table) -> ir.Table:
    """The mails from `DAYS` before the earliest of these to as long after the latest.

    Args:
        t: The tables of a cell.
        near: Any interactions: `channel occurred_at`.

    Returns:
        `interaction_id subject occurred_at`.
    """
    ends = t.arrow(
        near.filter(_.channel == "mail").aggregate(low=_.occurred_at.min(), high=_.occurred_at.max())
    ).to_pylist()[0]
    said = log.interactions(t, columns=_FACTS)
    said = said.filter(_.channel == "mail", _.occurred_at.notnull())
    if ends["low"] is None:
        said = said.limit(0)
    else:
        width = timedelta(days=DAYS)
        said = said.filter(_.occurred_at.between(ends["low"] - width, ends["high"] + width))
    return t.keep(said.drop("channel"))


def orphans(t: Tables, mails: ir.Table) -> ir.Table | None:
    """Of these mails those that seem to answer one, or to be part of a series, and name no parent in the log.

    Returns:
        The mails with what their subjects say (`subjects.read`); None when there are none.
    """
    unanswering = read(mails.anti_join(t["replies"], "interaction_id"))
    found = t.keep(unanswering.filter(_.answers | (_.number > 0)))
    return found if t.arrow(found.count()).as_py() else None


def candidates(t: Tables, orphans: ir.Table, mails: ir.Table) -> ir.Table:
    """What each orphan may answer.

    Of each key that an orphan shares with others, the latest mails before it; never one that names it as an ancestor.

    Args:
        t: The tables of a cell.
        orphans: Rows of `orphans`.
        mails: All mails near them: `mails_near`.

    Returns:
        `interaction_id parent_id`.
    """
    named = t.keep(read(mails))
    parts = t.keep(named.filter(_.number.notnull()))
    authors = log.authors(t, parts).select("interaction_id", author="handle")
    parts = t.keep(parts.inner_join(authors, "interaction_id"))
    own = parts.semi_join(orphans, "interaction_id")
    asked = t.keep(_keys(orphans, _.about).union(_keys(orphans, _.was)).union(_keys(own, _SERIES)))
    offered = _keys(named, _.about).union(_keys(parts, _SERIES)).semi_join(asked, "key")
    # Of those at one instant, the parts of a series stand in their order.
    order = [_.occurred_at, _.number.fill_null(0), _.interaction_id, ~_.asks]
    both = asked.mutate(asks=True).union(offered.mutate(asks=False))
    window = ibis.window(group_by="key", order_by=order, preceding=None, following=0)
    placed = t.keep(both.mutate(place=_.key.count(where=~_.asks).over(window)))
    looked = placed.filter(_.asks).select("interaction_id", "key", asked_at="occurred_at", last="place")
    begin = ibis.greatest(looked.last - AT_MOST, 0) + 1
    looked = looked.mutate(place=ibis.range(begin, looked.last + 1).unnest())
    found = looked.inner_join(placed.filter(~_.asks).select("key", "place", "occurred_at", parent_id="interaction_id"),
                              ["key", "place"])  # fmt: skip
    found = found.filter(_.occurred_at >= _.asked_at - ibis.interval(days=DAYS), _.interaction_id != _.parent_id)
    found = t.keep(found.select("interaction_id", "parent_id").distinct())
    return found.anti_join(_named(t, found), ["interaction_id", "parent_id"])


def _keys(mails: ir.Table, text: ir.Value) -> ir.Table:
    """`interaction_id key occurred_at number`: by what mails may belong together."""
    return mails.filter(text != "").select("interaction_id", "occurred_at", "number", key=id_of(text))


def _named(t: Tables, found: ir.Table) -> ir.Table:
    """Pairs of which the second names the first as what it answers, whatever their clocks say."""
    ends = found.select("interaction_id").union(found.select(interaction_id="parent_id"))
    links = t.keep(log.interactions(t, t.keep(ends.distinct()), _LINKS))
    naming = links.select(parent_id="interaction_id", answered="in_reply_to", named="references")
    pairs = found.inner_join(links.select("interaction_id", "message_id"), "interaction_id")
    pairs = pairs.inner_join(naming, "parent_id")
    named = (_.answered == _.message_id) | _.named.contains(_.message_id)
    return pairs.filter(named.fill_null(False)).select("interaction_id", "parent_id")
