"""What was asked and answered, and what of it had been said before: read once, as columns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from ibis import _

from honeycell.conversations.repeats import DAYS, SETTLED, TOLD, telling
from honeycell.readings.arrays import Bools, Floats, Ints, floats, ints
from honeycell.readings.keeping import once
from honeycell.readings.parameters import moments
from honeycell.ties.touches import actors

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from honeycell.steps import Tables

__all__ = ["Found", "Handled", "ToldRows", "find_told", "told_rows"]

_YEAR = 365
_MINIMUM_OF_ONE = 5
"""Messages of a person from which their share says something of the cell's mean."""
_LEAST_STRENGTH = 2.0


@dataclass(frozen=True)
class Handled:
    """Who of the other side wrote between a question and what settled it, one row a person; places in `persons`."""

    loop: Ints
    asker: Ints
    helper: Ints
    day: Ints
    """When it was settled."""


@dataclass(frozen=True)
class ToldRows:
    """Messages that ask or answer something, one row for each whom one is directed at; which of them repeat which."""

    interaction: Ints
    giver: Ints
    taker: Ints
    day: Ints
    at: Ints
    """Microseconds since 1970-01-01, UTC."""
    answers: Bools
    """Whether it answers a message of the taker."""
    later: Ints
    """Of each repeat the interaction,"""
    earlier: Ints
    """what it repeats,"""
    told: Bools
    """and whether it gives again (`told`) or asks again (`asked`)."""
    similarity: Floats
    handled: Handled
    mean: float
    """Share of repeats among what people of the cell ask and answer in a year."""
    strength: float
    """Messages that it weighs against a relationship's own."""


@dataclass(frozen=True)
class Found:
    """The same as tables, before persons are numbered."""

    said: pa.Table
    repeats: pa.Table
    handled: pa.Table
    mean: float
    strength: float

    @property
    def persons(self) -> tuple[pa.ChunkedArray, ...]:
        """Ids of who gives, takes, asks and helps."""
        said, handled = self.said, self.handled
        return said["from_person_id"], said["to_person_id"], handled["asker"], handled["helper"]


def find_told(t: Tables, on: date, since: date, members: ir.Column | None) -> Found:
    """The messages up to `on`, those included that may have been repeated since `since`.

    Args:
        t: The tables of a cell.
        on: The last day.
        since: The first day of which shares are asked.
        members: Persons one of whom must write and one be written to; None for everybody.
    """
    said = t["touches"].filter((_.on > since - timedelta(DAYS + 1)) & (_.on <= on) & ~_.broadcast)
    said = said.filter(_.kind == "message")
    if members is not None:
        said = said.filter(said.from_person_id.isin(members) & said.to_person_id.isin(members))
    said = said.semi_join(telling(t["loops"]), "interaction_id").select(
        "interaction_id", "from_person_id", "to_person_id", "on", "occurred_at",
        answers=_.in_reply_to_id.notnull().cast("int8"),
    )  # fmt: skip
    start, end = (datetime(day.year, day.month, day.day) for day in (since, on + timedelta(1)))
    repeats = t["repeats"].select(
        "interaction_id", "earlier_id", told=(_.rule == TOLD).cast("int8"), similarity=_.similarity.fill_null(0.0)
    )
    mean, strength = once(t.state, "usual", f"told-{on}", lambda: {"told": np.array(_moments(t, end))})["told"]
    handled = _handled(t, start, end, members)
    return Found(t.arrow(said), t.arrow(repeats), t.arrow(handled), float(mean), float(strength))


def _handled(t: Tables, start: datetime, end: datetime, members: ir.Column | None) -> ir.Table:
    """`loop_id asker helper on`: who but the asker wrote in the conversation until a question was settled."""
    who = actors(t["handles"])
    if members is not None:
        who = t.keep(who.filter(who.person_id.isin(members)))
    asks = t["loops"].filter(_.source == "text", _.type.isin(("question", "request")), _.outcome.isin(SETTLED))
    asks = asks.filter(_.closed_at >= start, _.closed_at < end)
    asks = asks.select("loop_id", "conversation_id", "opened_at", "closed_at", handle="counterpart_handle")
    wrote = t["threads"].select("conversation_id", "occurred_at", by="from_handle")
    both = asks.inner_join(wrote, "conversation_id").filter(_.occurred_at > _.opened_at, _.occurred_at <= _.closed_at)
    both = both.filter(_.by != _.handle).inner_join(who.select("handle", asker="person_id"), "handle")
    both = both.inner_join(who.select(by="handle", helper="person_id"), "by").filter(_.asker != _.helper)
    return both.select("loop_id", "asker", "helper", on=_.closed_at.date()).distinct()


def _moments(t: Tables, end: datetime) -> tuple[float, float]:
    """Mean and strength of the beta over the shares of those who wrote in the year before `end`."""
    tell = telling(t["loops"])
    authors = t["threads"].filter(_.occurred_at >= end - timedelta(_YEAR), _.occurred_at < end)
    authors = authors.semi_join(tell, "interaction_id").select("interaction_id", "from_handle")
    before = t["threads"].select(earlier_id="interaction_id", before="from_handle")
    again = t["repeats"].inner_join(before, "earlier_id").inner_join(authors, "interaction_id")
    again = again.filter((_.rule == TOLD) | (_.before == _.from_handle)).select("interaction_id").distinct()
    marked = authors.left_join(again.mutate(again=1), "interaction_id")
    counted = t.arrow(marked.group_by("from_handle").agg(n=_.count(), x=_.again.fill_null(0).sum()))
    n, x = floats(counted["n"]), ints(counted["x"]).astype(float)
    enough = n >= _MINIMUM_OF_ONE
    mean, strength = moments(x[enough] / n[enough], n[enough]) if enough.any() else (0.0, _LEAST_STRENGTH)
    return mean, strength


def told_rows(found: Found, giver: Ints, taker: Ints, asker: Ints, helper: Ints) -> ToldRows:
    """Columns in memory.

    Args:
        found: What was read.
        giver: Of each row of `said` who wrote it, as a place among the persons.
        taker: To whom.
        asker: Of each row of `handled` who asked.
        helper: Who wrote until it was settled.
    """
    said, repeats, handled = found.said, found.repeats, found.handled
    return ToldRows(
        ints(said["interaction_id"]), giver, taker, ints(said["on"]), ints(said["occurred_at"]),
        ints(said["answers"]) > 0, ints(repeats["interaction_id"]), ints(repeats["earlier_id"]),
        ints(repeats["told"]) > 0, floats(repeats["similarity"]),
        Handled(ints(handled["loop_id"]), asker, helper, ints(handled["on"])), found.mean, found.strength,
    )  # fmt: skip
