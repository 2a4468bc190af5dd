"""Mails that begin another talk under an old reference."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
import numpy as np
import pyarrow as pa
from ibis import _

from honeycell import log
from honeycell.conversations.repair.lines import read as read_lines
from honeycell.conversations.repair.subjects import read
from honeycell.engine.functions import id_of

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from honeycell.steps import Changes, Tables

__all__ = ["branched", "touched_branched"]

_FACTS = ("interaction_id", "channel", "subject", "occurred_at")
_LINK = ("interaction_id", "parent_id", "occurred_at", "parent_at", "from_handle", "parent_handle")
_UNASKED = {
    "occurred_at": ibis.null("timestamp(6)"), "parent_at": ibis.null("timestamp(6)"),
    "from_handle": ibis.null("string"), "parent_handle": ibis.null("string"),
}  # fmt: skip
_TAIL = 16
"""Letters at the end of a subject that an answer keeps: those are not looked at any closer."""
_APART = ibis.interval(hours=1)
_QUOTED = 0.2
"""Share of the lines of a mail of which another that has them speaks still."""
_READ = ("interactions", "participants", "texts", "variants", "replies", "repaired")


def branched(t: Tables, keys: ir.Table | None) -> ir.Table | pa.Table:
    """Mails that name an earlier one and talk of something else.

    Either the subject says what it was before; or it is another one, without the sign of an answer, of no series, and
    the mail quotes nothing of the one it names: somebody took an old mail to write to the same people. What an author
    sends within an hour of their own mail goes on with it.

    Args:
        t: The tables of a cell.
        keys: The mails wanted (column `interaction_id`), or None for all.

    Returns:
        The rows of `branched`.
    """
    named = t["replies"].filter(_.how != "native").select(*_LINK)
    # Of mails that name nothing only what they say themselves counts: who wrote them, and when, is not asked.
    found = t["repaired"].select("interaction_id", "parent_id").mutate(**_UNASKED).select(*_LINK)
    links = named.union(found)
    links = t.keep(links if keys is None else links.semi_join(keys, "interaction_id"))
    ends = t.keep(links.select("interaction_id").union(links.select(interaction_id="parent_id")).distinct())
    said = log.interactions(t, None if keys is None else ends, _FACTS).filter(_.channel == "mail", _.subject != "")
    said = t.keep(said.select("interaction_id", "subject"))
    of_parent = said.select(parent_id="interaction_id", old="subject")
    pairs = links.inner_join(said, "interaction_id").inner_join(of_parent, "parent_id")
    pairs = t.keep(pairs.filter(_.subject.right(_TAIL).lower() != _.old.right(_TAIL).lower()))
    if not t.arrow(pairs.count()).as_py():
        return t["branched"].limit(0)
    own = read(pairs.select(*_LINK, "subject"))
    old = read(pairs.select("interaction_id", subject="old")).select("interaction_id", before="about")
    both = t.keep(own.inner_join(old, "interaction_id").filter(_.about != "", _.before != "", _.about != _.before))
    says_so = (_.was != "") & (_.was == _.before) & _.subject.re_search(r"(?i)\b(?:was|war|était|fue|era)\s*[:：]")
    goes_on = _.about.contains(_.before) | _.before.contains(_.about)
    alone = ((_.occurred_at > _.parent_at + _APART) | (_.from_handle != _.parent_handle)).fill_null(False)
    patch = _.subject.re_search(r"(?i)^\s*\[[^\]]*\b(?:patch|rfc)\b") | _.number.notnull()
    both = t.keep(both.mutate(about_id=id_of(_.about), says_so=says_so, taken=~_.answers & ~goes_on & alone & ~patch))
    silent = t.keep(_silent(t, both.filter(_.taken, ~_.says_so).select("interaction_id", "parent_id")))
    kept = both.filter(_.says_so | _.interaction_id.isin(silent.interaction_id))
    return kept.select("interaction_id", "parent_id", "about_id")


def _silent(t: Tables, pairs: ir.Table) -> pa.Table:
    """Of pairs those whose first quotes nothing of the second."""
    found = t.arrow(pairs)
    ids = np.unique(np.concatenate([found[name].to_numpy() for name in ("interaction_id", "parent_id")]))
    bodies = log.texts(t, t.keep(pa.table({"interaction_id": ids}))).select("interaction_id", "body")
    texts = dict(zip(*(column.to_pylist() for column in t.arrow(bodies).columns), strict=True))
    lines = read_lines(pa.array([texts.get(one, "") for one in ids.tolist()], pa.string()))
    i, j = (np.searchsorted(ids, found[name].to_numpy()) for name in ("interaction_id", "parent_id"))
    quotes = lines.weighed(lines.by_depth[1])[i] > 0
    shared = lines.shared(lines.every, i, lines.every, j) >= _QUOTED * np.maximum(lines.weighed(lines.every)[j], 1)
    return found.filter(pa.array(~quotes & ~shared))


def touched_branched(t: Tables, changes: Changes) -> ir.Table:
    """Mails that changed or whose parent did, and those that answer what changed."""
    keys = [changes[name].keys.select("interaction_id") for name in _READ if name in changes]
    moved = t.keep(ibis.union(t["branched"].select("interaction_id").limit(0), *keys).distinct())
    fresh = changes["interactions"].after if "interactions" in changes else t["interactions"].limit(0)
    older = t.keep(moved.anti_join(fresh, "interaction_id").select(parent_id="interaction_id"))
    again = [older]
    if "variants" in changes:
        again.append(changes["variants"].keys.select(parent_id="interaction_id"))
    parents = t.keep(ibis.union(older.limit(0), *again).distinct())
    if not t.arrow(parents.count()).as_py():
        return moved
    answering = [t[name].semi_join(parents, "parent_id").select("interaction_id") for name in ("replies", "repaired")]
    return ibis.union(moved, *answering)
