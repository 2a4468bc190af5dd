"""What the people of one space say to each other there."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import ibis
import numpy as np
from ibis import _
from numpy.typing import NDArray

from honeycell import log

if TYPE_CHECKING:
    from datetime import date

    import ibis.expr.types as ir

    from honeycell.steps import Tables

__all__ = ["LEAST", "REGULAR", "WEEKS", "Spoken", "Talk", "spoken", "talk", "week_of"]

WEEKS = 26
"""Weeks of talk by which the groups of a week are found (`science.md` 4.10)."""
REGULAR = 4
"""In so many of these weeks somebody writes who belongs to the space: whoever asks once is in no group."""
LEAST = 8
"""A space with fewer people who belong to it has no groups."""

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Talk:
    """The talk of a space by weeks, rising; they are numbered from that of 5 January 1970, and begin on Monday."""

    person: Ints
    """Who wrote in which week, each pair once: persons, shape (n,) ..."""
    wrote: Ints
    """... and their weeks."""
    message: Ints
    """What was directed at whom, one place for each message and person it is directed at, shape (m,)."""
    talk: Ints
    """The conversation of the message."""
    said: Ints
    """Its week."""
    speaker: Ints
    hearer: Ints
    weight: NDArray[np.float64]
    """The part of the message that goes to the hearer: those of a message sum to 1 (`honeycell.ties.touches`)."""

    def regulars(self, week: int, *, weeks: int = WEEKS, least: int = REGULAR) -> Ints:
        """Who wrote in enough of the weeks up to this one, in the order of their ids."""
        wrote = self.person[slice(*np.searchsorted(self.wrote, [week - weeks + 1, week + 1]))]
        people, n = np.unique(wrote, return_counts=True)
        return people[n >= least]

    def among(self, people: Ints, week: int, weeks: int = WEEKS) -> Talk:
        """What these people said to each other in the weeks up to this one."""
        then = self.only(slice(*np.searchsorted(self.said, [week - weeks + 1, week + 1])))
        return then.only(np.isin(then.speaker, people) & np.isin(then.hearer, people))

    def only(self, chosen: NDArray[np.bool_] | Ints | slice) -> Talk:
        """These places of what was directed at somebody; a place may be chosen more than once."""
        parts = {field.name: getattr(self, field.name) for field in fields(self)}
        return Talk(**{name: part if name in ("person", "wrote") else part[chosen] for name, part in parts.items()})


@dataclass(frozen=True)
class Spoken:
    """What was said in a space up to a day; kept for as long as a question takes."""

    messages: ir.Table
    """`interaction_id kind channel occurred_on occurred_at conversation_id handle`; the last is its author's."""
    directed: ir.Table
    """`interaction_id from_person_id to_person_id occurred_at on weight role` of those that are for few."""


def spoken(t: Tables, space: str, as_of: date) -> Spoken:
    """What was said in a space up to a day.

    Args:
        t: The tables of a cell.
        space: The handle of a list, stream or channel.
        as_of: The last day.
    """
    facts = ("interaction_id", "kind", "channel", "space", "occurred_on", "occurred_at")
    there = log.interactions(t, None, facts).filter((_.space == space) & (_.occurred_on <= ibis.literal(as_of)))
    talks = t["threads"].select("interaction_id", "conversation_id", handle="from_handle")
    there = t.keep(there.drop("space").inner_join(talks, "interaction_id"))
    directed = t["touches"].filter(~_.broadcast).semi_join(there, "interaction_id")
    wanted = ("interaction_id", "from_person_id", "to_person_id", "occurred_at", "on", "weight", "role")
    return Spoken(there, t.keep(directed.select(*wanted)))


def talk(t: Tables, there: Spoken) -> Talk:
    """The talk of a space: messages to many at once, and those of machines, left out."""
    machines = t["classes"].filter(_["class"] == "automatic")
    persons = t["handles"].filter(_.person_id.notnull()).select("handle", "person_id")
    messages = there.messages.mutate(week=week_of(_.occurred_on))
    wrote = messages.anti_join(machines, "interaction_id").inner_join(persons, "handle")
    wrote = wrote.select("person_id", "week").distinct()
    said = messages.select("interaction_id", "conversation_id", "week").inner_join(there.directed, "interaction_id")
    # In one order, so that whatever draws from it by number draws the same.
    wrote, said = wrote.order_by("week", "person_id"), said.order_by("week", "interaction_id", "to_person_id")
    people, directed = t.arrow(wrote), t.arrow(said)
    return Talk(
        *(people[name].to_numpy() for name in ("person_id", "week")),
        *(
            directed[name].to_numpy()
            for name in ("interaction_id", "conversation_id", "week", "from_person_id", "to_person_id", "weight")
        ),
    )


def week_of(on: ir.DateValue) -> ir.IntegerValue:
    """The number of a day's week."""
    return ((on.epoch_days().cast("int64") - 4) / 7).floor().cast("int64")
