"""Responsiveness: how soon a direct message is answered, and how often never (`science.md` 4.3).

Per turn, on the responder's working clock for the headline (one working day is eight hours) and on the wall clock
for the plateau at 30 days. Turns that are still open as of the day count for as long as they were watched.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import ibis
import numpy as np
import pyarrow as pa
from scipy.special import betaincinv

from honeycell.readings import life
from honeycell.readings.contacts import Floats, Ints, Sides, between, numbered
from honeycell.readings.values import Values

if TYPE_CHECKING:
    from honeycell.steps import Tables

__all__ = [
    "COMPARABLE_TURNS", "MINIMUM_TURNS", "PLATEAU_SECONDS", "STRENGTH", "WORKING_DAY_SECONDS", "Asked", "Turns",
    "evaluate", "pair_draws", "plateau", "turns_between", "worked_seconds",
]  # fmt: skip

WORKING_DAY_SECONDS = 8 * 3600
PLATEAU_SECONDS = 30 * 86_400
MINIMUM_TURNS, COMPARABLE_TURNS = 5, 20
STRENGTH = 6.0
"""Kappa: how many turns the cell's mean weighs against a pair's own, until the cell has enough to say."""
_NEVER = np.int64(1) << 60


@dataclass(frozen=True)
class Asked:
    """Turns of some groups as of a day: how long each was watched, and what ended it."""

    group: Ints
    person: Ints
    """Numbers the directed pair of persons within all turns."""
    working_seconds: Floats
    wall_seconds: Floats
    outcome: Ints
    explicit: NDArrayBool
    answered_by: Ints
    """0 nobody yet, 1 the asked person, 2 a colleague, 3 they met."""


NDArrayBool = np.ndarray[tuple[int, ...], np.dtype[np.bool_]]


@dataclass(frozen=True)
class Turns:
    """Turns between the sides of relationships, in memory."""

    keys: tuple[tuple[str, str], ...]
    key: Ints
    answered_by_b: NDArrayBool
    """Side a asked and side b is to answer; else the other way round."""
    opening: Ints
    opening_ids: tuple[str, ...]
    closing_ids: tuple[str | None, ...]
    from_person: Ints
    to_person: Ints
    persons: tuple[str, ...]
    opened: Ints
    """Microseconds since 1970-01-01."""
    closed: Ints
    """The same; far in the future while open."""
    cause: NDArrayText
    offset_minutes: Ints

    def asked(self, as_of: date, days: int, *, colleagues: bool) -> Asked:
        """The turns opened in the `days` up to and including `as_of`, as they stood at its end.

        The group of a turn is 2 * key, plus 1 where side a is to answer. With `colleagues`, an answer to the same
        message by another person of the asked side ends the turn as well.
        """
        end = _microseconds(as_of + timedelta(days=1))
        inside = np.flatnonzero((self.opened >= end - days * 86_400_000_000) & (self.opened < end))
        group = 2 * self.key[inside] + ~self.answered_by_b[inside]
        opened, closed = self.opened[inside], self.closed[inside]
        met = self.cause[inside] == "met"
        by = np.where(met, 3, 1)
        if colleagues and len(inside):
            first = _first_answer(group, self.opening[inside], np.where(met, _NEVER, closed))
            by = np.where(first < closed, 2, by)
            closed = np.minimum(closed, first)
        is_open = closed >= end
        by = np.where(is_open, 0, by)
        watched = np.where(is_open, end, closed)
        offset = self.offset_minutes[inside]
        outcome = np.array([life.CENSORED, life.EVENT, life.EVENT, life.COMPETING])[by]
        return Asked(
            group,
            self.from_person[inside] * len(self.persons) + self.to_person[inside],
            (worked_seconds(watched, offset) - worked_seconds(opened, offset)).astype(float),
            # By the second, as the turns themselves are kept.
            (watched // 1_000_000 - opened // 1_000_000).astype(float),
            outcome,
            (by == 1) & (self.cause[inside] == "explicit"),
            by,
        )

    def opened_by_a(self, as_of: date, days: int) -> Ints:
        """Places of the turns that side a opened in the `days` up to and including `as_of`."""
        end = _microseconds(as_of + timedelta(days=1))
        opened = (self.opened >= end - days * 86_400_000_000) & (self.opened < end)
        return np.flatnonzero(opened & self.answered_by_b)

    def opened_at(self, at: int) -> datetime:
        """When a turn opened (naive, UTC)."""
        return datetime(1970, 1, 1) + timedelta(microseconds=int(self.opened[at]))

    def closed_by(self, at: int, as_of: date) -> datetime | None:
        """When a turn closed, if that was by the end of `as_of`."""
        if self.closed[at] >= _microseconds(as_of + timedelta(days=1)):
            return None
        return datetime(1970, 1, 1) + timedelta(microseconds=int(self.closed[at]))


NDArrayText = np.ndarray[tuple[int, ...], np.dtype[np.object_]]


def turns_between(t: Tables, sides: Sides, from_on: date, to_on: date) -> Turns:
    """Read the turns between two sides, or of all relationships of a level, opened on these days (UTC)."""
    held = t["turns"]
    start, end = (ibis.timestamp(datetime(day.year, day.month, day.day)) for day in (from_on, to_on + timedelta(1)))
    held = held.filter((held.opened_at >= start) & (held.opened_at < end)).select(
        "opening_id", "from_person_id", "to_person_id", "opened_at", "closing_id", "closed_at", "cause",
        "responder_offset_minutes",
    )  # fmt: skip
    rows = t.arrow(
        between(t, held.mutate(_on=held.opened_at.date()), "from_person_id", "to_person_id", "_on", sides).drop("_on")
    )
    # One order, whichever the engine gave: ties in time are between the same persons or do not matter.
    rows = rows.sort_by([("opened_at", "ascending"), ("opening_id", "ascending"), ("from_person_id", "ascending"),
                         ("to_person_id", "ascending")])  # fmt: skip
    persons, (from_person, to_person) = numbered(rows["from_person_id"], rows["to_person_id"])
    ids, (opening,) = numbered(rows["opening_id"])
    if sides.a is not None and sides.b is not None:
        keys: tuple[tuple[str, str], ...] = ((sides.a.id, sides.b.id),)
        key = np.zeros(rows.num_rows, np.int64)
    else:
        side_ids, (left, right) = numbered(rows["key_a"], rows["key_b"])
        both, key = np.unique(left << 32 | right, return_inverse=True)
        keys = tuple((side_ids[at >> 32], side_ids[at & 0xFFFFFFFF]) for at in both.tolist())
    closed = rows["closed_at"].cast(pa.int64()).fill_null(int(_NEVER)).to_numpy()
    return Turns(
        keys, key, rows["forward"].to_numpy(zero_copy_only=False).astype(bool), opening, ids,
        tuple(rows["closing_id"].to_pylist()) if sides.one else (), from_person, to_person, persons,
        rows["opened_at"].cast(pa.int64()).to_numpy(), closed,
        rows["cause"].fill_null("").to_numpy(zero_copy_only=False).astype(object),
        rows["responder_offset_minutes"].fill_null(0).to_numpy().astype(np.int64),
    )  # fmt: skip


def evaluate(
    asked: Asked, n_groups: int, *, mean: float, strength: float, shrunk: bool, interval: bool = True
) -> Values:
    """The chance of an answer within one working day, for each group.

    The band is Greenwood's on log(-log(1 - F)), wider by one over the root of the share of answers that name what
    they answer (an inferred answer may answer something else). `shrunk`: value and band move towards the cell's
    `mean`, which weighs `strength` turns.
    """
    found = life.incidence(asked.group, n_groups, asked.working_seconds, asked.outcome, WORKING_DAY_SECONDS)
    n = found.n
    low, high = life.band(found)
    value = found.value
    if shrunk:
        value, low, high = ((n * part + strength * mean) / (n + strength) for part in (value, low, high))
    if interval:
        answers = np.bincount(asked.group, asked.outcome == life.EVENT, minlength=n_groups)
        named = np.bincount(asked.group, asked.explicit | (asked.answered_by == 2), minlength=n_groups)
        share = np.divide(named, answers, out=np.ones(n_groups), where=answers > 0)
        wider = 1.0 / np.sqrt(np.maximum(share, 0.1))
        low, high = value - (value - low) * wider, value + (high - value) * wider
    return Values(value, np.clip(low, 0.0, value), np.clip(high, value, 1.0), n)


def plateau(asked: Asked, n_groups: int) -> Floats:
    """The chance of an answer within 30 days by the wall clock."""
    return life.incidence(asked.group, n_groups, asked.wall_seconds, asked.outcome, PLATEAU_SECONDS).value


def pair_draws(found: Values, mean: float, strength: float, uniform: Floats) -> Floats:
    """Posterior draws of each directed pair's chance of an answer in time: beta, an array as `uniform`."""
    answered = found.value * found.n + strength * mean
    not_answered = (1.0 - found.value) * found.n + strength * (1.0 - mean)
    draws: Floats = betaincinv(answered[:, None], not_answered[:, None], uniform)
    return draws


def worked_seconds(at: Ints, offset_minutes: Ints) -> Ints:
    """Working seconds (Monday to Friday, 9 to 17 at the offset) from a Monday in 1970 to instants in microseconds.

    Example:
        >>> noon = np.array([datetime(2024, 5, 6, 12, tzinfo=UTC).timestamp() * 1e6]).astype(np.int64)
        >>> worked_seconds(noon, np.array([0])) - worked_seconds(noon - 86_400_000_000, np.array([0]))
        array([10800])
    """
    local = at // 1_000_000 + offset_minutes * 60 - 4 * 86_400
    weeks, rest = np.divmod(local, 604_800)
    day, second = np.divmod(rest, 86_400)
    today = np.where(day < 5, np.clip(second, 9 * 3600, 17 * 3600) - 9 * 3600, 0)
    return weeks * (5 * WORKING_DAY_SECONDS) + np.minimum(day, 5) * WORKING_DAY_SECONDS + today


def _first_answer(group: Ints, opening: Ints, closed: Ints) -> Ints:
    """The earliest answer to the same message within the group, for each turn."""
    _, at = np.unique(group << 40 | opening, return_inverse=True)
    first = np.full(int(at.max(initial=-1)) + 1, _NEVER)
    np.minimum.at(first, at, closed)
    return first[at]


def _microseconds(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * 1_000_000
