"""What is owed in conversations: questions, requests and promises, and how they stood on a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import ibis
import pyarrow as pa
from ibis import _

from honeycell import log
from honeycell.readings.parties import actors
from honeycell.ties.touches import actors as acting
from honeycell.tracks.sides import sided
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
    loops = t.keep(loops.filter(_.type.isin(kinds)) if kinds else loops)
    if not t.arrow(loops.count()).as_py():
        return {}
    owners = acting(t["handles"]).rename(owner_handle="handle", owner_id="person_id")
    whole = t.keep(loops.left_join(owners, "owner_handle").left_join(_sentences(t, loops), "loop_id"))
    sides = _sides(t, whole, held) if held is not None else {}
    rows = t.arrow(whole).sort_by([("opened_at", "ascending"), ("loop_id", "ascending")]).to_pylist()
    names = actors(t, [row["owner_id"] for row in rows if row["owner_id"] is not None])
    found: dict[int, tuple[Flag, ...]] = {}
    for row in rows:
        closed = row["closed_at"] is not None and row["closed_at"] < end
        if closed and row["outcome"] in _GONE:
            continue
        flag = Flag(
            row["loop_id"], row["interaction_id"], row["type"], sides.get(row["loop_id"], "other"),
            names.get(row["owner_id"]), row["opened_at"], row["due_on"], _state(row, on, closed=closed),
            " ".join((row["sentence"] or "").split()), row["probability"],
        )  # fmt: skip
        found[row["conversation_id"]] = (*found.get(row["conversation_id"], ()), flag)
    return found


def _state(row: dict[str, Any], on: date, *, closed: bool) -> str:
    if closed:
        return "kept"
    return "late" if row["due_on"] is not None and row["due_on"] < on else "open"


def _sentences(t: Tables, loops: ir.Table) -> ir.Table:
    """`loop_id sentence`: the words in which each of them was said."""
    written = loops.filter(_.starts.notnull()).select("loop_id", "interaction_id", "starts", "ends")
    bodies = log.texts(t, t.keep(written)).select("interaction_id", "body")
    return written.inner_join(bodies, "interaction_id").select(
        "loop_id", sentence=_.body.substr(_.starts, _.ends - _.starts)
    )


def _sides(t: Tables, loops: ir.Table, held: ir.Table) -> dict[int, str]:
    owned = loops.filter(_.owner_id.notnull()).select("loop_id", "owner_id", on=_.opened_at.date())
    rows = t.arrow(sided(owned, held, "owner_id", "on", "side").group_by("loop_id").agg(side=ibis._.side.min()))
    return dict(zip(rows["loop_id"].to_pylist(), rows["side"].to_pylist(), strict=True))
