"""What the attention of one person or organisation is read from; each piece is worked out when a part asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from ibis import _

from honeycell.readings.arrays import Ints, day_number, ints
from honeycell.readings.budget import distance, load
from honeycell.readings.budget.priorities import Priorities, in_force
from honeycell.readings.contacts import number_of
from honeycell.readings.covered import Covered, answer_day
from honeycell.readings.given import Given, given, organisation_ids
from honeycell.readings.parameters import fitted
from honeycell.readings.spaces.standing import NOBODY, organisation, ours, standing
from honeycell.readings.state import Party
from honeycell.readings.traces import Traces, read
from honeycell.readings.visible import check_visible

if TYPE_CHECKING:
    from honeycell.steps import Tables

__all__ = ["Asked", "Customers", "Look", "look", "numbered"]


@dataclass(frozen=True)
class Customers:
    """Which organisations are customers, and how much each counts."""

    ids: Ints
    weight: tuple[float, ...]
    """They sum to 1."""
    declared: bool
    """By people; else all other organisations that theirs is in contact with, alike."""


@dataclass(frozen=True)
class Asked:
    """What somebody was asked: the turns of two years and a week, in order of opening."""

    rows: pa.Table
    inbound: load.Inbound


@dataclass(frozen=True)
class Look:
    """Everything the parts are computed from."""

    t: Tables
    party: Party
    organisation: Party | None
    """The party itself, or whom the person stands for on the day."""
    us: Party | None
    on: date
    window_days: int
    covered: Covered
    traces: Traces
    """What touches the party: of a person two years and more, of an organisation the window."""

    @property
    def end(self) -> int:
        """The last day as a number."""
        return day_number(self.on)

    @property
    def whole(self) -> bool:
        """Whether all that the party gives could be seen: of others than ours only what reaches us is."""
        return self.us is None or self.us == self.organisation

    @cached_property
    def given(self) -> Given:
        """The attention given in the window."""
        return given(self.traces, self.party, self.end, self.window_days)

    def past(self) -> tuple[Given, ...]:
        """What was given in each window of the same length of the two years before this one, the latest first."""
        ends = range(self.end - self.window_days, self.end - load.BACK_DAYS - 1, -self.window_days)
        return tuple(given(self.traces, self.party, end, self.window_days) for end in ends)

    @cached_property
    def n_givers(self) -> int:
        """How many people gave it."""
        return len(np.unique(self.given.giver))

    @cached_property
    def outward(self) -> Given:
        """Of it, what did not go to people of the same organisation."""
        return self.given.only(~self.given.inside)

    @cached_property
    def priorities(self) -> Priorities | None:
        """What was declared for the organisation and holds on the day."""
        return None if self.organisation is None else in_force(self.t, self.organisation, self.on)

    @cached_property
    def ties(self) -> distance.Ties:
        """Who was in contact with whom in the whole cell."""
        return distance.ties(self.t, self.on)

    @cached_property
    def standing(self) -> Ints:
        """The organisation's id of everybody in `ties` on the day; `NOBODY` for none."""
        return standing(self.t, self.ties.persons, np.full(len(self.ties.persons), self.end), lone=True)

    @cached_property
    def customers(self) -> Customers:
        """The organisations that were declared; without a declaration all that ours is in contact with."""
        if self.organisation is None:
            return Customers(np.zeros(0, np.int64), (), False)
        own = self.organisation.id
        if self.priorities is not None:
            shares = [(to.id, share) for to, share in self.priorities.shares if to.id != own]
            total = sum(share for _, share in shares)
            ids = np.array([one for one, _ in shares], np.int64)
            return Customers(ids, tuple(share / total for _, share in shares), True)
        a, b = self.standing[self.ties.a], self.standing[self.ties.b]
        ids = np.unique(np.concatenate([b[a == own], a[b == own]]))
        ids = ids[(ids != own) & (ids != NOBODY)]
        return Customers(ids, (1.0 / max(len(ids), 1),) * len(ids), False)

    @cached_property
    def place_in_ties(self) -> int:
        """The person's place in `ties`; -1 where they are in contact with nobody."""
        at = int(np.searchsorted(self.ties.persons, self.party.id))
        return at if at < len(self.ties.persons) and self.ties.persons[at] == self.party.id else -1

    @property
    def n_days_in_ties(self) -> int:
        """Contact days on which the person gave somebody something, a day once for each of them."""
        at, ties = self.place_in_ties, self.ties
        return int(ties.days_ab[ties.a == at].sum() + ties.days_ba[ties.b == at].sum()) if at >= 0 else 0

    @cached_property
    def asked(self) -> Asked:
        """What the person was asked."""
        before = datetime(self.on.year, self.on.month, self.on.day) + timedelta(1)
        since = before - timedelta(load.BACK_DAYS + load.WAITS_DAYS)
        turns = self.t["turns"].filter(
            (_.to_person_id == self.party.id) & (_.opened_at >= since) & (_.opened_at < before) & ~_.anew
        )
        rows = self.t.arrow(
            turns.select(
                "opening_id", "from_person_id", "closing_id", opened="opened_at",
                closed=_.closed_at.fill_null(datetime(9999, 1, 1)),
                met=(_.cause == "met").fill_null(False).cast("int8"),
                offset_minutes=_.responder_offset_minutes.fill_null(0),
            ).order_by("opened", "opening_id", "from_person_id")
        )  # fmt: skip
        opened, closed, met = (ints(rows[name]) for name in ("opened", "closed", "met"))
        return Asked(rows, load.inbound(opened, closed, met > 0, ints(rows["offset_minutes"]), self.on))

    @cached_property
    def curve(self) -> load.Curve:
        """The load curve, where there are enough turns."""
        return load.curve(self.asked.inbound)

    def customer_of(self, place: Ints) -> Ints:
        """The number of the customer that each organisation of `traces` (a place, or `NOWHERE`) is; -1 for none."""
        return numbered(organisation_ids(self.traces, place), self.customers.ids)


def numbered(ids: Ints, among: Ints) -> Ints:
    """The place of each id among some, -1 where it is none of them."""
    if not len(among):
        return np.full(len(ids), -1)
    order = np.argsort(among)
    at = np.minimum(np.searchsorted(among[order], ids), len(among) - 1)
    return np.where(among[order][at] == ids, order[at], -1)


def look(t: Tables, party: Party, as_of: date | None, window_days: int) -> Look:
    """Read what touches a party, and whom it stands for on the day.

    Raises:
        NotAllowedError: It is not for who looks (`not-for-you`).
    """
    on, cover = answer_day(t, as_of)
    check_visible(t, party, on)
    person = party.kind == "person"
    days = window_days + (load.BACK_DAYS if person else 0)
    traces = read(
        t, on, days_from=on - timedelta(days - 1), turns_from=on + timedelta(1), of=(party,),
        known=(fitted(t, on), cover),
    )  # fmt: skip
    whose: Party | None = party
    if person:
        held = traces.spans.of(np.array([number_of(traces, party)]), np.array([day_number(on)]))
        whose = organisation(t, int(organisation_ids(traces, held)[0]))
    return Look(t, party, whose, ours(t), on, window_days, cover, traces)
