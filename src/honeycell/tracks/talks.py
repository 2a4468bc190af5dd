"""What was said in the conversations of a relationship, by whom and for which side.

A conversation is of a relationship when in it somebody of one side turned to somebody of the other in the window;
everything said in it then belongs to it, whoever said it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from ibis import _

from honeycell import log
from honeycell.ties.touches import actors as acting
from honeycell.ties.turns import MOST_ADDRESSED
from honeycell.tracks.sides import sided, sides_of

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from honeycell.readings.state import Party
    from honeycell.steps import Tables

__all__ = ["MEETINGS", "OTHER", "Talk", "across", "talks_between", "us"]

MEETINGS = ("meeting", "call")
OTHER: Mapping[str, str] = {"a": "b", "b": "a"}
_SPEAKING = ("message", "ticket_event")


@dataclass
class Talk:
    """What was found of one conversation."""

    conversation_id: int
    rows: list[dict[str, Any]] = field(default_factory=list)
    """Its interactions in order of time."""
    across: list[dict[str, Any]] = field(default_factory=list)
    """What went from one side to the other, in order of time."""
    speaker: str = ""
    """The side that spoke last."""
    asked: list[dict[str, Any]] = field(default_factory=list)
    """What of it the other side has not reacted to, and ought to."""
    turn: str = ""

    @property
    def n_days(self) -> int:
        """On how many days something was said."""
        return len({row["occurred_on"] for row in self.rows})

    @property
    def latest(self) -> tuple[datetime, int]:
        """When its last interaction was."""
        return self.rows[-1]["occurred_at"], self.conversation_id

    def last(self, side: str) -> datetime:
        """When somebody of this side last said something."""
        return max((row["occurred_at"] for row in self.rows if row["side"] in (side, "both")), default=datetime.min)


def across(t: Tables, held: ir.Table, first: date, on: date) -> ir.Table:
    """What went from a person of one side to a person of the other: broadcasts say nothing to anybody.

    Args:
        t: The tables of a cell.
        held: The sides of a relationship (`honeycell.tracks.sides`).
        first: The first day.
        on: The last day.
    """
    touches = t["touches"].filter((_.on >= first) & (_.on <= on) & ~_.broadcast)
    touches = touches.select(
        "interaction_id", "from_person_id", "to_person_id", "occurred_at", "on", "kind",
        asks=_.role.isin(("to", "answered")) & (_.n_addressed <= MOST_ADDRESSED) & _.kind.isin(_SPEAKING),
    )  # fmt: skip
    ways = sided(sided(touches, held, "from_person_id", "on", "side"), held, "to_person_id", "on", "to_side")
    ways = ways.filter(_.side != _.to_side)
    return ways.inner_join(t["threads"].select("interaction_id", "conversation_id"), "interaction_id")


def talks_between(t: Tables, held: ir.Table, first: date, on: date) -> list[Talk]:
    """The conversations of a relationship between two days; arguments as of `across`."""
    ways = _rows(t, across(t, held, first, on))
    ways_of, side_of = _grouped(ways, "interaction_id"), sides_of(t, held)
    found: dict[int, Talk] = {}
    for row in _rows(t, _events(t, {row["conversation_id"] for row in ways}, first, on)):
        said = None if row.pop("automatic") else row["person_id"]
        row["author_side"] = side_of(said, row["occurred_on"])
        # A meeting, and a document of trade, has no author who would have to be of a side.
        whose = {one["side"] for one in ways_of.get(row["interaction_id"], ())} or {row["author_side"]}
        row["side"] = "both" if len(whose) > 1 else whose.pop()
        found.setdefault(row["conversation_id"], Talk(row["conversation_id"])).rows.append(row)
    for one, some in _grouped(ways, "conversation_id").items():
        if one in found:
            found[one].across = some
    return list(found.values())


def _grouped(rows: list[dict[str, Any]], by: str) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        found[row[by]].append(row)
    return found


def us(t: Tables, a: Party, b: Party) -> str | None:
    """Which side is the organisation the cell belongs to: `a`, `b` or none."""
    ids = t.arrow(t["organisations"].filter(_.us).select("organisation_id"))["organisation_id"].to_pylist()
    return next((side for party, side in ((a, "a"), (b, "b")) if party.kind != "person" and party.id in ids), None)


def _rows(t: Tables, table: ir.Table) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = t.arrow(table).to_pylist()
    rows.sort(key=lambda row: (row["occurred_at"], row["interaction_id"]))
    return rows


def _events(t: Tables, conversation_ids: set[int], first: date, on: date) -> ir.Table:
    """Everything said in the conversations, with who said it."""
    wanted = t.keep(pa.table({"conversation_id": pa.array(sorted(conversation_ids), pa.int64())}))
    members = t["threads"].semi_join(wanted, "conversation_id")
    members = members.select("interaction_id", "conversation_id", handle="from_handle")
    columns = ("interaction_id", "kind", "channel", "space", "occurred_at", "occurred_on", "duration_minutes")
    happened = log.interactions(t, None, columns).filter((_.occurred_on >= first) & (_.occurred_on <= on))
    machines = t["classes"].filter(_["class"] == "automatic").select("interaction_id", automatic=True)
    said = happened.inner_join(members, "interaction_id").left_join(acting(t["handles"]), "handle")
    return said.left_join(machines, "interaction_id").select(*columns, "conversation_id", "person_id", "automatic")
