"""What the people of a space sent to each other there and elsewhere, from the tables of a cell.

What is said in the space everybody there can read. Elsewhere are mails between its people, and other spaces, which
those can read who ever wrote there or were addressed there. Left out are machines, messages to many at once, chat that
belongs to no space, and spaces that are never looked at (`honeycell.groups.protection`). No word is read.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from ibis import _

from honeycell import log
from honeycell.groups import protection
from honeycell.groups.talk import week_of
from honeycell.readings.arrays import Ints, column, ints
from honeycell.readings.spaces.off_deck_signs import EVERYBODY, Sent

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from honeycell.steps import Tables

__all__ = ["Seen", "seen"]


@dataclass(frozen=True)
class Seen:
    """Messages, and where they stand in the log."""

    sent: Sent
    ids: Ints
    """Ids of interactions, shape as `sent.week`."""
    at: Ints
    """Microseconds since 1970-01-01, UTC."""
    elsewhere: bool
    """Whether anything but the space itself is seen at all: without it there is nothing to compare."""


def seen(t: Tables, space: str, people: Ints, as_of: date) -> Seen:
    """What these people of a space sent to each other up to a day.

    Args:
        t: The tables of a cell.
        space: The handle of the space.
        people: Ids of persons who belong to it, rising.
        as_of: The last day.
    """
    members = t.keep(pa.table({"person_id": column(people)}))
    said = _said(t, members, as_of)
    touches = t["touches"].filter((_.kind == "message") & ~_.broadcast & (_.from_person_id != _.to_person_id))
    touches = touches.semi_join(members, touches.to_person_id == members.person_id)
    directed = said.select("interaction_id", "space").inner_join(touches, "interaction_id")
    addressed = t.keep(directed.select("interaction_id", "space", person_id="to_person_id").distinct())
    # By mail it is read by those it is directed at, in another space by whoever was ever heard of there.
    elsewhere = said.filter(_.space.notnull() & (_.space != space))
    there = elsewhere.select("space", "person_id").union(addressed.filter(_.space.notnull()).drop("interaction_id"))
    rows = t.arrow(said.order_by("week", "interaction_id"))
    mails = t.arrow(addressed.filter(_.space.isnull()).select("interaction_id", "person_id"))
    readers = t.arrow(there.distinct()).to_pylist()
    closed = {one for one in {row["space"] for row in readers} if protection(one)}
    return _numbered(space, rows, mails, [row for row in readers if row["space"] not in closed | {space}])


def _said(t: Tables, members: ir.Table, as_of: date) -> ir.Table:
    """What members wrote: `interaction_id person_id week space occurred_at since until`."""
    wanted = ("interaction_id", "kind", "channel", "space", "occurred_at", "occurred_on")
    there = log.interactions(t, None, wanted).filter(
        (_.kind == "message") & (_.occurred_on <= as_of) & _.occurred_at.notnull()
    )
    # Chat outside spaces is private.
    there = there.filter(_.space.notnull() | (_.channel == "mail"))
    there = there.semi_join(t["classes"].filter(_["class"] != "automatic"), "interaction_id")
    writers = t["handles"].filter(_.person_id.notnull()).select("handle", "person_id")
    writers = writers.semi_join(members, "person_id")
    by = t["threads"].select("interaction_id", handle="from_handle").inner_join(writers, "handle")
    said = t.keep(there.inner_join(by.select("interaction_id", "person_id"), "interaction_id"))
    archives = t["sightings"].semi_join(said, "interaction_id")
    archives = archives.select("interaction_id", "source", owner=_.locator.re_extract(r"^([^/#]+)", 1)).distinct()
    covers = archives.inner_join(said.select("interaction_id", "occurred_on"), "interaction_id")
    covers = covers.inner_join(t["stretches"], ["source", "owner"])
    covers = covers.filter((_.from_on <= _.occurred_on) & (_.occurred_on <= _.to_on))
    spans = covers.group_by("interaction_id").agg(since=week_of(_.from_on.min()), until=week_of(_.to_on.max()))
    return t.keep(
        said.inner_join(spans, "interaction_id").select(
            "interaction_id", "person_id", "space", "occurred_at", "since", "until", week=week_of(_.occurred_on)
        )
    )


def _numbered(space: str, rows: pa.Table, mails: pa.Table, readers: list[dict[str, object]]) -> Seen:
    """Sets of readers by number: the space itself, other spaces of which more than one person is known, mails."""
    known: dict[object, list[int]] = {}
    for row in readers:
        known.setdefault(row["space"], []).append(int(str(row["person_id"])))
    spaces: dict[object, int] = {space: 0}
    for one in sorted((str(one) for one, some in known.items() if len(some) > 1)):
        spaces[one] = len(spaces)
    sets = [(0, EVERYBODY), *((spaces[one], person) for one in spaces if one != space for person in known[one])]
    mailed, place = np.unique(ints(mails["interaction_id"]), return_inverse=True)
    of = np.concatenate([np.array([one for one, _person in sets], np.int64), place + len(spaces)])
    reader = np.concatenate([np.array([person for _one, person in sets], np.int64), ints(mails["person_id"])])
    ids = ints(rows["interaction_id"])
    reach = np.array([spaces.get(one, -1) if one is not None else -2 for one in rows["space"].to_pylist()], np.int64)
    at = np.minimum(np.searchsorted(mailed, ids), max(len(mailed) - 1, 0))
    is_mail = (reach == -2) & (mailed[at] == ids) if len(mailed) else np.zeros(len(ids), bool)
    reach = np.where(is_mail, at + len(spaces), reach)
    kept = reach >= 0
    week, person, since, until = (ints(rows[name])[kept] for name in ("week", "person_id", "since", "until"))
    return Seen(
        Sent(week, person, reach[kept], of, reader, since, until),
        ids[kept], ints(rows["occurred_at"])[kept], bool((reach > 0).any()),
    )  # fmt: skip
