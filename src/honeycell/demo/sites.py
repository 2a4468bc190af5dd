"""Places of work: offset from UTC with summer time, working days and hours, and a clock that runs only then.

The rules of summer time are written out rather than read from the machine, whose tables differ.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np

from honeycell.demo.dice import Floats, Ints

__all__ = ["DAY", "FIRST_ON", "LAST_ON", "OPENS", "SITES", "WORKDAY", "Site", "day_number", "instants", "working"]

FIRST_ON, LAST_ON = date(2024, 10, 1), date(2026, 9, 30)
"""The simulated time, both days included."""
DAY, OPENS, WORKDAY = 86_400, 9 * 3600, 8 * 3600
"""Seconds of a day, of the opening hour, of a working day (9 to 17)."""


def day_number(on: date) -> int:
    """Days since 1 January 1970."""
    return on.toordinal() - 719_163


def _sunday(year: int, month: int, nth: int) -> date:
    """The nth Sunday of a month; 0 is the last."""
    if nth == 0:
        last = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
        return last - timedelta(days=(last.weekday() + 1) % 7)
    first = date(year, month, 1)
    return first + timedelta(days=(6 - first.weekday()) % 7 + 7 * (nth - 1))


@dataclass(frozen=True)
class Site:
    """A place where people work Monday to Friday, 9 to 17, holidays aside."""

    name: str
    language: str
    standard_minutes: int
    """Offset from UTC in winter."""
    summer: str = "europe"
    """`europe`, `america` or `none`."""
    holidays: tuple[tuple[int, int], ...] = ((1, 1), (12, 25), (12, 26))
    """Month and day."""

    @cached_property
    def _changes(self) -> Ints:
        """Instants at which the clock moves: forward, back, forward, ..."""
        moves: list[int] = []
        for year in range(2024, 2027):
            if self.summer == "europe":
                moves += [day_number(_sunday(year, month, 0)) * DAY + 3600 for month in (3, 10)]
            elif self.summer == "america":
                forward, back = _sunday(year, 3, 2), _sunday(year, 11, 1)
                moves.append(day_number(forward) * DAY + 7200 - self.standard_minutes * 60)
                moves.append(day_number(back) * DAY + 3600 - self.standard_minutes * 60)
        return np.array(moves, dtype=np.int64)

    @cached_property
    def workdays(self) -> Ints:
        """Day numbers of the working days, from two months before the simulated time to two after."""
        days = range(day_number(FIRST_ON) - 60, day_number(LAST_ON) + 60)
        dates = [(day, date.fromordinal(day + 719_163)) for day in days]
        return np.array(
            [day for day, on in dates if on.weekday() < 5 and (on.month, on.day) not in self.holidays], dtype=np.int64
        )

    def offset_minutes(self, at: Ints) -> Ints:
        """Offset from UTC in minutes at these instants (seconds since 1970)."""
        summer = np.searchsorted(self._changes, at, side="right") % 2
        return self.standard_minutes + 60 * summer.astype(np.int64)

    def offset_at(self, at: int) -> int:
        """Offset from UTC in minutes at one instant; quick enough for a loop over messages."""
        return self.standard_minutes + 60 * (bisect_right(self._change_list, at) % 2)

    @cached_property
    def _change_list(self) -> list[int]:
        return [int(change) for change in self._changes]

    def working(self, at: Ints) -> Ints:
        """The instants on the working clock: seconds worked since its beginning."""
        local = at + self.offset_minutes(at) * 60
        day, second = np.divmod(local, DAY)
        place = np.searchsorted(self.workdays, day)
        known = self.workdays[np.minimum(place, len(self.workdays) - 1)] == day
        worked = np.where(known, np.clip(second - OPENS, 0, WORKDAY), 0)
        return place * WORKDAY + worked

    def instants(self, worked: Ints) -> Ints:
        """The first instants at which the working clock shows this."""
        day, second = np.divmod(worked, WORKDAY)
        local = self.workdays[np.clip(day, 0, len(self.workdays) - 1)] * DAY + OPENS + second
        at: Ints = local - self.offset_minutes(local - self.standard_minutes * 60) * 60
        return at


SITES = (
    Site("Rotterdam", "nl", 60, holidays=((1, 1), (4, 27), (12, 25), (12, 26))),
    Site("Leeds", "en", 0),
    Site("Toronto", "en", -300, "america", ((1, 1), (7, 1), (12, 25), (12, 26))),
    Site("Pune", "en", 330, "none", ((1, 26), (8, 15), (10, 2), (12, 25))),
    Site("Aldermoor", "en", 0),
    Site("Hamburg", "de", 60, holidays=((1, 1), (5, 1), (10, 3), (12, 25), (12, 26))),
    Site("Lyon", "fr", 60, holidays=((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (12, 25))),
)
"""The first four are ours, the others theirs; partners sit at any of them."""


def working(site: Ints, at: Ints) -> Ints:
    """Each instant on the working clock of its site."""
    worked = np.zeros(len(at), dtype=np.int64)
    for number, place in enumerate(SITES):
        here = site == number
        worked[here] = place.working(at[here])
    return worked


def instants(site: Ints, worked: Ints | Floats) -> Ints:
    """The instant at which the clock of each site shows this."""
    at = np.zeros(len(site), dtype=np.int64)
    whole = np.asarray(worked, dtype=np.int64)
    for number, place in enumerate(SITES):
        here = site == number
        at[here] = place.instants(whole[here])
    return at
