"""What the readings look at, in memory: days of pairs, turns, who belonged where, what was covered.

Read once with plain selections; from here on everything is arithmetic over columns, the same for one relationship,
its twelve months and all relationships of a cell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from ibis import _

from honeycell.readings.arrays import (
    Bools,
    Floats,
    Ints,
    column,
    day_number,
    floats,
    ints,
    numbered,
    numbered_ids,
    texts,
)
from honeycell.readings.covered import Covered, covered
from honeycell.readings.departed import Departures, departures
from honeycell.readings.ideas import Flows, kept
from honeycell.readings.keeping import Columns, once
from honeycell.readings.life import CENSORED, COMPETING, EVENT, median
from honeycell.readings.parameters import Fitted, fitted
from honeycell.readings.state import Party
from honeycell.readings.told import ToldRows, find_told, told_rows

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from honeycell.steps import Tables

__all__ = ["CAUSES", "EVER", "NEVER", "OPEN", "DueRows", "PairDays", "Spans", "Traces", "TurnRows", "read"]

EVER = date(1970, 1, 1)
OPEN = 253_370_764_800_000_000
"""When a turn closed that is open: the first instant of 9999, in microseconds."""
NEVER = 1 << 23
"""A day after all days."""
_FAR_DAY = 1 << 24
"""More days than any date has."""


@dataclass(frozen=True)
class Spans:
    """Which organisation each person stood for and when, by person and first day."""

    person: Ints
    from_day: Ints
    to_day: Ints
    organisation: Ints

    def of(self, person: Ints, day: Ints) -> Ints:
        """The organisation of each person on each day, -1 where there is none."""
        if not len(self.person):
            return np.full(len(person), -1)
        # A first day may lie before 1970: shifted, so that persons do not run into each other.
        starts = self.person * _FAR_DAY + self.from_day + _FAR_DAY // 2
        at = np.searchsorted(starts, person * _FAR_DAY + day + _FAR_DAY // 2, side="right") - 1
        held = np.maximum(at, 0)
        inside = (at >= 0) & (self.person[held] == person) & (day < self.to_day[held])
        return np.where(inside, self.organisation[held], -1)


@dataclass(frozen=True)
class PairDays:
    """Days of pairs with an interaction that is no broadcast; `a` is the smaller person."""

    a: Ints
    b: Ints
    day: Ints
    w_ab: Floats
    """Attention in units of an average contact day of its kind, so that kinds may be added."""
    w_ba: Floats
    n: Floats
    """Interactions either way."""
    n_ab: Floats
    """Interactions from a to b."""
    context: Ints
    """A place in `contexts`."""
    contexts: tuple[tuple[str, str, bool], ...]
    """Channel, kind, and whether it was where many can hear."""


@dataclass(frozen=True)
class TurnRows:
    """Turns, in order of opening."""

    opening: Ints
    opening_ids: Ints
    closing_ids: pa.ChunkedArray
    from_person: Ints
    to_person: Ints
    opened: Ints
    """Microseconds since 1970-01-01, UTC."""
    closed: Ints
    """The same; `OPEN` while it is."""
    cause: Ints
    """0 open, 1 explicit, 2 inferred, 3 met."""
    offset_minutes: Ints
    """The responder's."""
    by_colleague: Ints
    """When a colleague of the responder answered first, in microseconds; `OPEN` where nobody did."""
    colleague_ids: pa.ChunkedArray
    colleague_answer_ids: pa.ChunkedArray
    anew: Bools
    """Whether it is a turn between organisations alone: a colleague's answer ended the one before it."""


@dataclass(frozen=True)
class DueRows:
    """What documents say that one organisation owes another; organisations by their place in the sorted ids."""

    owner: Ints
    counterpart: Ints
    opened: Ints
    """Days since 1970-01-01, as all days here."""
    due: Ints
    """`NEVER` where no day is named."""
    closed: Ints
    """`NEVER` while it is open."""
    withdrawn: Bools
    """Whether it was closed because it is wanted no more."""
    invoice: Bools
    """Whether money is owed, and not goods."""
    opening_ids: Ints
    closing_ids: pa.ChunkedArray
    usual_days: tuple[int, int] = (NEVER, NEVER)
    """Days by which half of all orders, and of all invoices, of the cell were closed; `NEVER` where less than half
    were, and where all of the cell is read."""


@dataclass(frozen=True)
class Traces:
    """Everything the readings are computed from; persons and organisations by their place in the sorted ids."""

    persons: Ints
    organisations: Ints
    spans: Spans
    days: PairDays
    turns: TurnRows
    due: DueRows
    told: ToldRows
    fitted: Fitted
    covered: Covered
    departures: Departures
    flows: Flows | None = None
    """Who took up whose phrases, of the last day read; None where the texts have not been read for it."""


CAUSES = ("", "explicit", "inferred", "met")


def read(
    t: Tables, on: date, *, days_from: date, turns_from: date, of: Sequence[Party] | None = None,
    known: tuple[Fitted, Covered] | None = None,
) -> Traces:  # fmt: skip
    """Read the days from `days_from`, and the turns opened from `turns_from` (UTC), up to and including `on`.

    Args:
        t: The tables of a cell.
        on: The last day.
        days_from: The first day for contacts.
        turns_from: The first day for turns.
        of: Only what touches somebody who is or ever was of these parties; None for the whole cell.
        known: Parameters and coverage, where they have been read already.
    """
    days = t["pair_days"].filter((_.on >= days_from) & (_.on <= on) & (_.n_ab + _.n_ba > 0))
    days = days.select(
        "a_person_id", "b_person_id", "on", "channel", "kind", "w_ab", "w_ba", "n_ab", "n_ba",
        in_space=_.in_space.cast("int8"),
    )  # fmt: skip
    start, end = (datetime(day.year, day.month, day.day) for day in (turns_from, on + timedelta(1)))
    turns = t["turns"].filter((_.opened_at >= start) & (_.opened_at < end))
    turns = turns.select(
        "opening_id", "from_person_id", "to_person_id", "opened_at", "closing_id", "colleague_person_id",
        "colleague_answer_id",
        closed_at=_.closed_at.fill_null(datetime(9999, 1, 1)), cause=_.cause.fill_null(""),
        responder_offset_minutes=_.responder_offset_minutes.fill_null(0),
        colleague_at=_.colleague_at.fill_null(datetime(9999, 1, 1)), anew=_.anew.cast("int8"),
    )  # fmt: skip
    terms, members, ids = t["terms"], None, np.zeros(0, np.int64)
    if of is not None:
        ids = _members(t, of)
        members = _kept(t, ids)["person_id"]
        days = days.filter(days.a_person_id.isin(members) | days.b_person_id.isin(members))
        turns = turns.filter(turns.from_person_id.isin(members) & turns.to_person_id.isin(members))
    day_rows, turn_rows = t.arrow(days), t.arrow(turns)
    if of is not None:
        met = np.concatenate([ids, ints(day_rows["a_person_id"]), ints(day_rows["b_person_id"])])
        terms = terms.semi_join(_kept(t, np.unique(met)), "person_id")
    term_rows = t.arrow(terms)
    due_rows, told = t.arrow(_owed(t, end, of)), find_told(t, on, turns_from, members)
    fit, cover = known or (fitted(t, on), covered(t))
    persons, (a, b, asker, asked, member, *tellers) = numbered_ids(
        day_rows["a_person_id"], day_rows["b_person_id"], turn_rows["from_person_id"], turn_rows["to_person_id"],
        term_rows["person_id"], *told.persons,
    )  # fmt: skip
    organisations, (organisation, owner, counterpart) = numbered_ids(
        term_rows["organisation_id"], due_rows["owner_id"], due_rows["counterpart_id"]
    )
    due = DueRows(
        owner, counterpart, ints(due_rows["opened"]), ints(due_rows["due"]), ints(due_rows["closed"]),
        ints(due_rows["withdrawn"]) > 0, ints(due_rows["invoice"]) > 0, ints(due_rows["interaction_id"]),
        due_rows["closing_id"], _usual_days(t, on) if of is not None and len(due_rows) else (NEVER, NEVER),
    )  # fmt: skip
    return Traces(
        persons, organisations, _spans(term_rows, member, organisation), _pair_days(day_rows, a, b, fit.units),
        _turn_rows(turn_rows, asker, asked), due, told_rows(told, *tellers), fit, cover,
        departures(t, persons, organisations), kept(t.state, on),
    )  # fmt: skip


def _owed(t: Tables, before: datetime, of: Sequence[Party] | None) -> ir.Table:
    """What documents opened before an instant, with the organisations that owe and are owed."""
    loops = t["loops"].filter((_.source == "structured") & (_.opened_at < before))
    for side in ("owner", "counterpart"):
        stands = t["handles"].filter(_.organisation_id.notnull())
        stands = stands.select(**{f"{side}_handle": "handle", f"{side}_id": "organisation_id"})
        loops = loops.inner_join(stands, f"{side}_handle")
    if of is not None:
        ids = [party.id for party in of if party.kind == "organisation"]
        loops = loops.filter(_.owner_id.isin(ids) & _.counterpart_id.isin(ids))
    days = {
        name: at.cast("date").epoch_days().fill_null(NEVER).cast("int64")
        for name, at in (("opened", _.opened_at), ("due", _.due_on), ("closed", _.closed_at))
    }
    facts = {"withdrawn": _.outcome == "withdrawn", "invoice": _.type == "invoice"}
    facts = {name: fact.cast("int64") for name, fact in facts.items()}
    return loops.select("owner_id", "counterpart_id", "interaction_id", "closing_id", **facts, **days)


def _usual_days(t: Tables, on: date) -> tuple[int, int]:
    """By when half of all orders, and of all invoices, are closed, as far as was known on a day.

    What is open is censored, and what was withdrawn ends without being done (Aalen & Johansen 1978).
    """

    def find() -> Columns:
        rows, end = t.arrow(_owed(t, datetime(on.year, on.month, on.day) + timedelta(1), None)), day_number(on)
        opened, closed, withdrawn, invoice = (ints(rows[name]) for name in ("opened", "closed", "withdrawn", "invoice"))
        outcome = np.where(closed > end, CENSORED, np.where(withdrawn > 0, COMPETING, EVENT))
        time = (np.minimum(closed, end) - opened).astype(float)
        halves = [median(time[invoice == kind], outcome[invoice == kind]) for kind in (0, 1)]
        return {"days": np.array([NEVER if half is None else half for half in halves], np.int64)}

    orders, invoices = once(t.state, "usual", f"closed-{on}", find)["days"].tolist()
    return orders, invoices


def _members(t: Tables, of: Sequence[Party]) -> Ints:
    """Ids of persons who are, or were ever of, the parties."""
    organisations, persons = ([party.id for party in of if party.kind == kind] for kind in ("organisation", "person"))
    held = t.arrow(t["terms"].filter(_.organisation_id.isin(organisations)).select("person_id"))["person_id"]
    return np.union1d(ints(held), np.array(persons, np.int64))


def _kept(t: Tables, persons: Ints) -> ir.Table:
    return t.keep(pa.table({"person_id": column(persons)}))


def _spans(terms: pa.Table, person: Ints, organisation: Ints) -> Spans:
    first, last = ints(terms["from_day"]), ints(terms["to_day"])
    order = np.lexsort((first, person))
    return Spans(person[order], first[order], last[order], organisation[order])


def _pair_days(rows: pa.Table, a: Ints, b: Ints, units: dict[str, float]) -> PairDays:
    kinds, (kind,) = numbered(rows["kind"])
    channels, (channel,) = numbered(rows["channel"])
    unit = np.array([units.get(name, 1.0) for name in kinds] or [1.0])[kind]
    w_ab, w_ba, n_ab, n_ba = (floats(rows[name]) for name in ("w_ab", "w_ba", "n_ab", "n_ba"))
    contexts = tuple((one, other, heard) for one in channels for other in kinds for heard in (False, True))
    context = 2 * (channel * len(kinds) + kind) + ints(rows["in_space"])
    return PairDays(a, b, ints(rows["on"]), w_ab / unit, w_ba / unit, n_ab + n_ba, n_ab, context, contexts)


def _turn_rows(rows: pa.Table, asker: Ints, asked: Ints) -> TurnRows:
    opened = ints(rows["opened_at"])
    opening_ids, (opening,) = numbered_ids(rows["opening_id"])
    cause = ints(pc.index_in(rows["cause"], value_set=texts(CAUSES)))
    return TurnRows(
        opening, opening_ids, rows["closing_id"], asker, asked, opened,
        ints(rows["closed_at"]), cause,
        ints(rows["responder_offset_minutes"]), ints(rows["colleague_at"]), rows["colleague_person_id"],
        rows["colleague_answer_id"], ints(rows["anew"]) > 0,
    )  # fmt: skip
