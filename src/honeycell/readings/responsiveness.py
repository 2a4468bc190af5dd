"""Responsiveness: how soon a direct message is answered, and how often never (`science.md` 4.3).

Per turn, on the responder's working clock for the headline (one working day is eight hours) and on the wall clock
for the plateau at 30 days. Turns that are still open as of the day count for as long as they were watched.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pyarrow as pa
from scipy.special import betaincinv

from honeycell.readings import life
from honeycell.readings.arrays import Bools, Floats, Ints, column
from honeycell.readings.contacts import Sides, between, numbered_sides
from honeycell.readings.draws import resampled
from honeycell.readings.parameters import MINIMUM_TURNS, STRENGTH, WORKING_DAY_SECONDS
from honeycell.readings.traces import CAUSES, OPEN, Traces, TurnRows
from honeycell.readings.values import Values

__all__ = [
    "BY_ASKED", "BY_COLLEAGUE", "MINIMUM_TURNS", "PLATEAU_SECONDS", "STRENGTH", "WORKING_DAY_SECONDS", "Asked", "Turns",
    "ended_by", "evaluate", "median", "pair_draws", "turns_between", "within_a_day", "worked_seconds",
]  # fmt: skip

PLATEAU_SECONDS = 30 * 86_400
BY_ASKED, BY_COLLEAGUE, _BY_BOTH = 1, 2, 3
"""What ended a turn (`Asked.answered_by`); 0 nothing yet."""
_REPLICATES = 200
_EXPLICIT, _MET = CAUSES.index("explicit"), CAUSES.index("met")


@dataclass(frozen=True)
class Asked:
    """Turns of some groups as of a day: how long each was watched, and what ended it."""

    group: Ints
    person: Ints
    """Numbers the directed pair of persons within all turns."""
    working_seconds: Floats
    wall_seconds: Floats
    outcome: Ints
    explicit: Bools
    answered_by: Ints
    """0 nobody yet, 1 who was asked, 2 a colleague, 3 they met."""

    def only(self, rows: Bools | Ints, group: Ints | None = None) -> Asked:
        """Some of the turns, as the groups given or as one."""
        kept = Asked(*(getattr(self, field.name)[rows] for field in fields(self)))
        return replace(kept, group=np.zeros(len(kept.group), np.int64) if group is None else group)


@dataclass(frozen=True)
class Turns:
    """Turns between the sides of relationships, in order of opening."""

    keys: tuple[tuple[int, int], ...]
    key: Ints
    answered_by_b: Bools
    """Side a asked and side b is to answer; else the other way round."""
    persons: Ints
    rows: TurnRows

    def asked(self, as_of: date, days: int) -> Asked:
        """The turns opened in the `days` up to and including `as_of`, as they stood at its end.

        The group of a turn is 2 * key, plus 1 where side a is to answer. What another of the group answered to the
        same message ends a turn as a colleague's answer does.
        """
        end = _microseconds(as_of + timedelta(days=1))
        rows = self.rows
        inside = np.flatnonzero((rows.opened >= end - days * 86_400_000_000) & (rows.opened < end))
        group = 2 * self.key[inside] + ~self.answered_by_b[inside]
        opened, closed, cause = rows.opened[inside], rows.closed[inside], rows.cause[inside]
        by = np.where(cause == _MET, _BY_BOTH, BY_ASKED)
        answered = np.minimum(np.where(cause == _MET, OPEN, closed), rows.by_colleague[inside])
        first = _first_answer(group, rows.opening[inside], answered)
        by = np.where(first < closed, BY_COLLEAGUE, by)
        closed = np.minimum(closed, first)
        is_open = closed >= end
        by = np.where(is_open, 0, by)
        watched = np.where(is_open, end, closed)
        offset = rows.offset_minutes[inside]
        return Asked(
            group,
            rows.from_person[inside] * len(self.persons) + rows.to_person[inside],
            (worked_seconds(watched, offset) - worked_seconds(opened, offset)).astype(float),
            # By the second, as the turns themselves are kept.
            (watched // 1_000_000 - opened // 1_000_000).astype(float),
            np.array([life.CENSORED, life.EVENT, life.COMPETING, life.COMPETING])[by],
            (by == BY_ASKED) & (cause == _EXPLICIT),
            by,
        )

    def opened_by_a(self, as_of: date, days: int) -> Ints:
        """Places of the turns that side a opened in the `days` up to and including `as_of`."""
        end = _microseconds(as_of + timedelta(days=1))
        opened = (self.rows.opened >= end - days * 86_400_000_000) & (self.rows.opened < end)
        return np.flatnonzero(opened & self.answered_by_b)

    def opened_at(self, at: int) -> datetime:
        """When a turn opened (naive, UTC)."""
        return datetime(1970, 1, 1) + timedelta(microseconds=int(self.rows.opened[at]))

    def closed_by(self, at: int, as_of: date) -> tuple[datetime, bool] | None:
        """When a turn closed, if that was by the end of `as_of`, and whether a colleague's answer closed it."""
        own, others = int(self.rows.closed[at]), int(self.rows.by_colleague[at])
        if min(own, others) >= _microseconds(as_of + timedelta(days=1)):
            return None
        return datetime(1970, 1, 1) + timedelta(microseconds=min(own, others)), others < own


def turns_between(traces: Traces, sides: Sides, *, of_persons: bool) -> Turns:
    """The turns of one relationship, or of all of a level; affiliations count as of the day of opening (UTC).

    Between two persons (`of_persons`) what a colleague answers ends no turn and opens none anew.
    """
    rows = traces.turns
    held = between(traces, rows.from_person, rows.to_person, rows.opened // 86_400_000_000, sides)
    keys, key = numbered_sides(traces, held, sides)
    order = np.lexsort((rows.to_person[held.rows], rows.from_person[held.rows], rows.opened[held.rows]))
    if of_persons:
        order = order[~rows.anew[held.rows[order]]]
    at = held.rows[order]

    def of_one(ids: pa.ChunkedArray) -> pa.ChunkedArray:
        """What evidence alone needs."""
        return ids.take(column(at)) if sides.b else ids

    kept = TurnRows(
        rows.opening[at], rows.opening_ids, of_one(rows.closing_ids), rows.from_person[at], rows.to_person[at],
        rows.opened[at], rows.closed[at], rows.cause[at], rows.offset_minutes[at],
        np.full(len(at), OPEN) if of_persons else rows.by_colleague[at], of_one(rows.colleague_ids),
        of_one(rows.colleague_answer_ids), rows.anew[at],
    )  # fmt: skip
    return Turns(keys, key[order], held.forward[order], traces.persons, kept)


def evaluate(
    asked: Asked, n_groups: int, *, mean: float, strength: float, shrunk: bool = True, interval: bool = True
) -> Values:
    """The chance that who is asked answers within one working day, for each group.

    The band is Greenwood's on log(-log(1 - F)), wider by one over the root of the share of answers that name what they
    answer (an inferred answer may answer something else). `shrunk`: value and band move towards the cell's `mean`,
    which weighs `strength` turns, and the band is no narrower at either end than that of the posterior, a beta.
    """
    found = within_a_day(asked, n_groups)
    n, weight = found.n, strength if shrunk else 0.0
    parts = (found.value, *life.band(found))
    value, low, high = ((n * part + weight * mean) / np.maximum(n + weight, 1.0) for part in parts)
    if interval:
        if shrunk:
            # Few turns tell little of how far from the mean a relationship may be.
            posterior = pair_draws(found, mean, strength, np.array([[0.05, 0.95]]))
            low, high = np.minimum(low, posterior[:, 0]), np.maximum(high, posterior[:, 1])
        answers = np.bincount(asked.group, asked.outcome == life.EVENT, minlength=n_groups)
        named = np.bincount(asked.group, asked.explicit, minlength=n_groups)
        share = np.divide(named, answers, out=np.ones(n_groups), where=answers > 0)
        wider = 1.0 / np.sqrt(np.maximum(share, 0.1))
        low, high = value - (value - low) * wider, value + (high - value) * wider
    return Values(value, np.clip(low, 0.0, value), np.clip(high, value, 1.0), n)


def within_a_day(asked: Asked, n_groups: int) -> life.Incidence:
    """The chance of an answer by who is asked within one working day, for each group by itself."""
    return life.incidence(asked.group, n_groups, asked.working_seconds, asked.outcome, WORKING_DAY_SECONDS)


def ended_by(asked: Asked, n_groups: int, *by: int) -> life.Incidence:
    """The chance that one of some ended a turn within 30 days by the wall clock (`Asked.answered_by`)."""
    how = np.where(asked.answered_by == 0, life.CENSORED, np.where(np.isin(asked.answered_by, by), life.EVENT,
                                                                  life.COMPETING))  # fmt: skip
    return life.incidence(asked.group, n_groups, asked.wall_seconds, how, PLATEAU_SECONDS)


def median(asked: Asked) -> tuple[float, float, float] | None:
    """Working seconds until half of the turns of one group are answered by who was asked, and its band.

    None where no more than half are within 30 days. The 5th and 95th percentile are those of a bootstrap over turns
    within each pair of persons (Efron & Tibshirani 1993); infinite where fewer than half of a replicate are answered.
    """
    middle = life.median(asked.working_seconds, asked.outcome)
    if middle is None or ended_by(asked, 1, BY_ASKED).value[0] <= 0.5:
        return None
    drawn = life.medians(asked.working_seconds, asked.outcome, resampled(asked.person, _REPLICATES))
    low, high = np.quantile(drawn, [0.05, 0.95], method="nearest")
    return middle, float(min(low, middle)), float(max(high, middle))


def pair_draws(found: life.Incidence, mean: float, strength: float, uniform: Floats) -> Floats:
    """Posterior draws of each directed pair's chance of an answer in time: beta, an array as `uniform`."""
    answered = found.value * found.n + strength * mean
    not_answered = (1.0 - found.value) * found.n + strength * (1.0 - mean)
    # Where nobody of the cell ever answers in time, or everybody does, there is no beta but next to one.
    one, other = (np.maximum(part, 1e-6)[:, None] for part in (answered, not_answered))
    draws: Floats = betaincinv(one, other, uniform)
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
    worked: Ints = weeks * (5 * WORKING_DAY_SECONDS) + np.minimum(day, 5) * WORKING_DAY_SECONDS + today
    return worked


def _first_answer(group: Ints, opening: Ints, closed: Ints) -> Ints:
    """The earliest answer to the same message within the group, for each turn."""
    _, at = np.unique(group << 40 | opening, return_inverse=True)
    first = np.full(int(at.max(initial=-1)) + 1, OPEN)
    np.minimum.at(first, at, closed)
    earliest: Ints = first[at]
    return earliest


def _microseconds(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * 1_000_000
