"""What is owed in conversations: questions, requests and promises, and how they stood on a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from ibis import _

from honeycell import log
from honeycell.readings.parties import actors
from honeycell.ties.touches import actors as acting
from honeycell.tracks.sides import sides_of
from honeycell.tracks.views import Flag

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from honeycell.steps import Tables

__all__ = ["SURE", "flags"]

SURE = 0.8
"""How probable a loop must be that is drawn without being asked for."""
_GONE = ("withdrawn", "superseded")


def flags(
    t: Tables, conversation_ids: Sequence[int], on: date, *, held: ir.Table | None = None, least: float = SURE,
    kinds: Sequence[str] = (),
) -> dict[int, tuple[Flag, ...]]:  # fmt: skip
    """The loops of conversations up to a day, in order of opening.

    Args:
        t: The tables of a cell.
        conversation_ids: Which conversations.
        on: The last day; what closed later is open.
        held: The sides of a relationship (`honeycell.tracks.sides`), where there are any.
        least: How probable they must be.
        kinds: Only these types; all when there are none.
    """
    end = datetime(on.year, on.month, on.day) + timedelta(1)
    of = t.keep(pa.table({"conversation_id": pa.array(conversation_ids, pa.int64())}))
    loops = t["loops"].semi_join(of, "conversation_id").filter((_.probability >= least) & (_.opened_at < end))
    loops = loops.filter(_.type.isin(kinds)) if kinds else loops
    rows = t.arrow(loops).sort_by([("opened_at", "ascending"), ("loop_id", "ascending")]).to_pylist()
    rows = [{**row, "closed": row["closed_at"] is not None and row["closed_at"] < end} for row in rows]
    rows = [row for row in rows if not (row["closed"] and row["outcome"] in _GONE)]
    if not rows:
        return {}
    owners = _owners(t, [row["owner_handle"] for row in rows])
    names = actors(t, sorted(set(owners.values())))
    side_of = sides_of(t, held)
    bodies = _bodies(t, [row["interaction_id"] for row in rows if row["starts"] is not None])
    found: dict[int, tuple[Flag, ...]] = {}
    for row in rows:
        owner = owners.get(row["owner_handle"])
        words = bodies.get(row["interaction_id"], "")[row["starts"] : row["ends"]] if row["starts"] is not None else ""
        flag = Flag(
            row["loop_id"], row["interaction_id"], row["type"], side_of(owner, row["opened_at"].date()),
            None if owner is None else names.get(owner), row["opened_at"], row["due_on"], _state(row, on),
            " ".join(words.split()), row["probability"],
        )  # fmt: skip
        found[row["conversation_id"]] = (*found.get(row["conversation_id"], ()), flag)
    return found


def _state(row: dict[str, Any], on: date) -> str:
    if row["closed"]:
        return "kept"
    return "late" if row["due_on"] is not None and row["due_on"] < on else "open"


def _owners(t: Tables, handles: Sequence[str | None]) -> dict[str | None, int]:
    """Who acts through each handle."""
    wanted = t.keep(pa.table({"handle": pa.array({one for one in handles if one is not None}, pa.string())}))
    rows = t.arrow(acting(t["handles"].semi_join(wanted, "handle")))
    return dict(zip(rows["handle"].to_pylist(), rows["person_id"].to_pylist(), strict=True))


def _bodies(t: Tables, interaction_ids: Sequence[int]) -> dict[int, str]:
    if not interaction_ids:
        return {}
    wanted = t.keep(pa.table({"interaction_id": pa.array(set(interaction_ids), pa.int64())}))
    rows = t.arrow(log.texts(t).semi_join(wanted, "interaction_id").select("interaction_id", "body"))
    return dict(zip(rows["interaction_id"].to_pylist(), rows["body"].to_pylist(), strict=True))
