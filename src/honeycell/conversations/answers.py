"""What a chat message outside threads answers, by what is said: `disentangle` over the messages of each space."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis
import numpy as np
import pyarrow as pa
from ibis import _
from numpy.typing import NDArray

from honeycell import log
from honeycell.conversations.disentangle import AFTER, BEFORE, link
from honeycell.tables import TABLES

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from honeycell.steps import Changes, Tables

__all__ = ["answers", "spoken", "touched_answers"]

_SCHEMA = TABLES["answers"].schema
_SAY_WHERE = ("mail", "zulip")
"""Channels in which every message says itself where it belongs."""
_FACTS = ("interaction_id", "kind", "channel", "space", "in_reply_to", "occurred_at")
_INPUTS = ("interactions", "participants", "texts", "variants")
_AT_ONCE = 100_000
"""Messages whose texts are in memory together."""
_MINUTE = 60_000_000
_Ints = NDArray[np.int64]


def answers(t: Tables, keys: ir.Table | None) -> pa.Table:
    """What each message that is said in the open of a chat answers.

    Messages within a thread are no part of it, nor are those in topics; the first of a thread is. A row depends on
    the messages of its space near it (`BEFORE`, `AFTER`) and on nothing else.

    Args:
        t: The tables of a cell.
        keys: The messages wanted (column `interaction_id`), or None for all.

    Returns:
        The rows of `answers`.
    """
    said = _open(log.interactions(t, columns=_FACTS))
    if keys is not None:
        said = said.semi_join(t.keep(said.semi_join(keys, "interaction_id").select("space").distinct()), "space")
    streams = _Streams.of(t.arrow(said))
    wanted = np.arange(len(streams.ids))
    if keys is not None:
        wanted = wanted[np.isin(streams.ids, t.arrow(keys.select("interaction_id"))["interaction_id"].to_numpy())]
    parts = [_linked(t, streams, wanted[low : low + _AT_ONCE]) for low in range(0, len(wanted), _AT_ONCE)]
    return pa.concat_tables([_SCHEMA.empty_table(), *parts])


def touched_answers(t: Tables, changes: Changes) -> ir.Table:
    """Messages that came or changed, and those near where any copy of them stands."""
    nothing = t["answers"].select("interaction_id").limit(0)
    fresh = changes["interactions"].after if "interactions" in changes else t["interactions"].limit(0)
    keys = [changes[name].keys.select("interaction_id") for name in _INPUTS if name in changes]
    older = t.keep(ibis.union(nothing, *keys).distinct().anti_join(fresh, "interaction_id"))
    again = [older, changes["variants"].keys.select("interaction_id")] if "variants" in changes else [older]
    marks = t.keep(_open(fresh))
    # Mail alone comes mostly; then nothing is read for it.
    moved = t.keep(ibis.union(nothing, *again).distinct())
    if t.arrow(moved.count()).as_py():
        marks = t.keep(marks.union(_open(t["interactions"]).semi_join(moved, "interaction_id")))
    if not t.arrow(marks.count()).as_py():
        return moved
    said = _open(log.interactions(t, columns=_FACTS)).semi_join(marks.select("space").distinct(), "space")
    streams = _Streams.of(t.arrow(said), t.arrow(marks))
    near = streams.reached(streams.marks, AFTER, BEFORE)
    return moved.union(t.keep(pa.table({"interaction_id": streams.ids[near]})))


def _open(interactions: ir.Table) -> ir.Table:
    """`interaction_id space occurred_at` of what is said in the open of a chat."""
    said = spoken(interactions).filter(_.in_reply_to.isnull(), _.occurred_at.notnull())
    return said.select("interaction_id", "space", "occurred_at")


def spoken(interactions: ir.Table) -> ir.Table:
    """The messages of chats that do not all say themselves where they belong."""
    return interactions.filter(_.kind == "message", _.space.notnull(), ~_.channel.isin(_SAY_WHERE))


@dataclass(frozen=True, slots=True, eq=False)
class _Streams:
    """Messages of spaces, one space after the other, each in the order of time and then of id.

    Attributes:
        ids: Of the messages, (n,).
        at: When, in microseconds, (n,).
        first: Where the space of each begins, (n,).
        end: Where it ends, (n,).
        marks: Places at which something else stands, or would.
    """

    ids: _Ints
    at: _Ints
    first: _Ints
    end: _Ints
    marks: _Ints

    @classmethod
    def of(cls, said: pa.Table, marks: pa.Table | None = None) -> _Streams:
        n = said.num_rows
        rows = said if marks is None else pa.concat_tables([said, marks])
        rows = rows.combine_chunks()
        space = np.zeros(0, np.int64)
        if rows.num_rows:
            space = rows["space"].combine_chunks().dictionary_encode().indices.to_numpy().astype(np.int64)
        ids, at = rows["interaction_id"].to_numpy(), rows["occurred_at"].cast(pa.int64()).to_numpy()
        # What stands at the place of a mark comes after it.
        order = np.lexsort((np.arange(len(ids)) < n, ids, at, space))
        is_said = order < n
        kept = order[is_said]
        held = space[kept]
        places = np.cumsum(is_said) - is_said
        first = np.searchsorted(held, held)
        return cls(ids[kept], at[kept], first, np.searchsorted(held, held, "right"), places[~is_said])

    def reached(self, places: _Ints, before: int, after: int) -> NDArray[np.bool_]:
        """Which messages are at most so far before or after any of the places, in the same space; (n,)."""
        n = len(self.ids)
        if not n:
            return np.zeros(0, bool)
        steps = np.zeros(n + 1, np.int64)
        here = np.minimum(places, n - 1)
        # A mark may stand at the end of a space, where the next one begins: then it is near both.
        for at in (here, np.maximum(here - 1, 0)):
            begin = np.maximum(places - before, self.first[at])
            end = np.maximum(np.minimum(places + after + 1, self.end[at]), begin)
            np.add.at(steps, begin, 1)
            np.add.at(steps, end, -1)
        return np.asarray(np.cumsum(steps[:-1]) > 0)


def _linked(t: Tables, streams: _Streams, wanted: _Ints) -> pa.Table:
    """The rows of the messages at the wanted places."""
    near = np.flatnonzero(streams.reached(wanted, BEFORE, AFTER))
    author, texts, names = _said(t, streams.ids[near])
    breaks = np.flatnonzero((np.diff(near) != 1) | (np.diff(streams.first[near]) != 0)) + 1
    parent, probability = np.empty(len(near), np.int64), np.empty(len(near))
    for low, high in zip([0, *breaks], [*breaks, len(near)], strict=True):
        part = slice(low, high)
        speaker = np.unique(author[part], return_inverse=True)[1]
        minute = streams.at[near[part]] // _MINUTE
        found = link(speaker, minute.astype(np.float64), texts[part], names[part])
        parent[part], probability[part] = found.parent + low, found.probability
    here = np.searchsorted(near, wanted)
    columns = [streams.ids[wanted], streams.ids[near[parent[here]]], probability[here]]
    return pa.table([pa.array(column) for column in columns], schema=_SCHEMA)


def _said(t: Tables, ids: _Ints) -> tuple[NDArray[np.int64], list[str], list[list[str]]]:
    """Codes of the authors, texts, and what the authors are called, of messages in order."""
    keys = t.keep(pa.table({"interaction_id": ids, "place": np.arange(len(ids))}))
    picked = log.pick(t, keys)
    bodies = log.texts(t, picked).select("interaction_id", "body")
    seats = log.participants(t, picked, ("from",), ("interaction_id", "role", "handle", "display_name"))
    people = seats.group_by("interaction_id").agg(handle=_.handle.min(), display_name=_.display_name.max())
    rows = keys.left_join(bodies, "interaction_id").select("interaction_id", "place", "body")
    rows = rows.left_join(people, "interaction_id").select("place", "body", "handle", "display_name")
    found = t.arrow(rows).sort_by("place")
    handles = found["handle"].fill_null("").combine_chunks()
    author = handles.dictionary_encode().indices.to_numpy().astype(np.int64) if len(handles) else np.zeros(0, np.int64)
    called = zip(found["display_name"].to_pylist(), handles.to_pylist(), strict=True)
    return author, found["body"].fill_null("").to_pylist(), [[name or _last(handle)] for name, handle in called]


def _last(handle: str) -> str:
    """The name that a handle ends in: `ana` of `mailto:ana@example.com` and of `irc:network/ana`."""
    return handle.rpartition(":")[2].rpartition("/")[2].partition("@")[0]
