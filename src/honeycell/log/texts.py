"""Which words of a text are its author's: the zones of every text, as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from honeycell.log.replies import union_of
from honeycell.log.view import participants, pick, texts
from honeycell.steps import Changes, Step
from honeycell.tables import TABLES
from honeycell.zones import zones_of

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from honeycell.steps import Tables

__all__ = ["ZONES"]

_TEXTS_AT_ONCE = 2_000
"""Texts that are cut together: more are no faster, and take more memory."""
_SCHEMA = TABLES["zones"].schema


def _zones(t: Tables, keys: ir.Table | None) -> pa.Table:
    """Texts are streamed; of each only the places of its zones are held."""
    picked = None if keys is None else pick(t, keys)
    bodies = texts(t, picked).select("interaction_id", "body")
    seats = participants(t, picked, ("from",), ("interaction_id", "role", "handle", "display_name"))
    people = seats.group_by("interaction_id").agg(handle=seats.handle.min(), display_name=seats.display_name.max())
    people = t.keep(people)
    said = bodies.left_join(people, "interaction_id").select("interaction_id", "body", "handle", "display_name")
    found = [_of_batch(batch) for batch in t.batches(said, _TEXTS_AT_ONCE)]
    return pa.Table.from_batches(found, _SCHEMA)


def _of_batch(batch: pa.RecordBatch) -> pa.RecordBatch:
    """The zones of a batch of texts with their authors."""
    ids, bodies = batch["interaction_id"].to_pylist(), batch["body"].to_pylist()
    handles, names = batch["handle"].to_pylist(), batch["display_name"].to_pylist()
    senders = [(_own_part(handle), name or "") for handle, name in zip(handles, names, strict=True)]
    rows = [
        (one, zone.start, zone.end, zone.kind, zone.of)
        for one, found in zip(ids, zones_of([body or "" for body in bodies], senders=senders), strict=True)
        for zone in found
    ]
    columns = zip(*rows, strict=True) if rows else [()] * len(_SCHEMA)
    return pa.RecordBatch.from_arrays(
        [pa.array(column, field.type) for column, field in zip(columns, _SCHEMA, strict=True)], schema=_SCHEMA
    )


def _own_part(handle: str | None) -> str:
    """What a handle says of who has it, the host aside: `ana.silva` of `mailto:ana.silva@example.com`."""
    return (handle or "").partition(":")[2].partition("@")[0].rpartition("/")[2]


def _touched(t: Tables, changes: Changes) -> ir.Table:
    names = ("texts", "participants", "variants")
    return union_of([changes[name].keys.select("interaction_id") for name in names if name in changes])


ZONES = Step("zones", ("texts", "participants", "variants"), _zones, _touched)
