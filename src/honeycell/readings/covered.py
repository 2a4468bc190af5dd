"""Which days a sensor was on: silence is data only there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from honeycell.errors import NotFoundError
from honeycell.readings.arrays import Floats, day_number

if TYPE_CHECKING:
    from honeycell.steps import Tables

__all__ = ["Covered", "Stretch", "answer_day", "covered", "covered_of"]

_TENTH = 0.1
"""A tenth of the archives more or fewer show less than a tenth more or less of a relationship (`science.md` 2.7)."""
_YEAR = re.compile(r"(19|20)\d\d")
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_DATED = re.compile(rf"\d+|\b({_MONTHS}|{'|'.join(month[:3] for month in _MONTHS.split('|'))})\b", re.IGNORECASE)


@dataclass(frozen=True)
class Stretch:
    """Days on which one archive was covered."""

    source: str
    owner: str
    from_on: date
    to_on: date
    share_complete: float


@dataclass(frozen=True)
class Covered:
    """How much of each day is covered by the archive that covers it best."""

    first: int
    """Day number of the first place of `shares`."""
    shares: Floats
    stretches: tuple[Stretch, ...]

    @property
    def end(self) -> date | None:
        """The last covered day."""
        return max((stretch.to_on for stretch in self.stretches), default=None)

    def days(self, end: int, days: int) -> float:
        """Covered days among the `days` up to and including day `end`."""
        start = max(0, end - days + 1 - self.first)
        return float(self.shares[start : max(0, end + 1 - self.first)].sum())

    def since(self, end: int) -> int:
        """Days between the last covered day up to `end`, and `end`; large where there is none."""
        on = np.flatnonzero(self.shares[: max(0, end + 1 - self.first)] > 0)
        return end - (int(on[-1]) + self.first) if len(on) else 1 << 30

    def missing(self, end: date, days: int) -> tuple[str, ...]:
        """Owners that are covered before or after, but for less than half of the window: a sensor was off."""
        start = end - timedelta(days - 1)
        owners = sorted({stretch.owner for stretch in self.stretches})
        if len(owners) < 2:
            return ()
        found = []
        for owner in owners:
            held = [s for s in self.stretches if s.owner == owner]
            inside = sum(max(0, (min(s.to_on, end) - max(s.from_on, start)).days + 1) for s in held)
            if min(s.from_on for s in held) <= end and inside < days / 2:
                found.append(owner)
        return tuple(found)

    def differing(self, end: int, other: int, days: int) -> tuple[str, ...]:
        """Owners that cover one of two windows of `days` days more than the other, by more than a tenth.

        What is seen depends on who is covered (`science.md` 2.7). Archives that are called alike but for a date, one
        for each year or month, count as one.

        Example:
            >>> ana, bo = (Stretch("mbox", one, date(2024, 1, first), date(2024, 1, 20), 1.0)
            ...            for one, first in (("ana", 1), ("bo", 11)))
            >>> day = day_number(date(2024, 1, 10))
            >>> covered_of((ana, bo)).differing(day, day + 10, 10)
            ('bo',)
        """
        both = [self._by_owner(at, days) for at in (end, other)]
        families: dict[str, list[float]] = {}
        for at, shares in enumerate(both):
            for owner, share in shares.items():
                families.setdefault(_family(owner), [0.0, 0.0])[at] += share
        apart = {family for family, (one, two) in families.items() if abs(one - two) > _TENTH * max(one, two)}
        owners = sorted(owner for owner in {**both[0], **both[1]} if _family(owner) in apart)
        return tuple(one for one in owners if abs(both[0].get(one, 0.0) - both[1].get(one, 0.0)) > _TENTH)

    def _by_owner(self, end: int, days: int) -> dict[str, float]:
        """Covered days among the `days` up to and including day `end`, as a share of those that anybody covers."""
        found: dict[str, float] = {}
        total = self.days(end, days)
        for s in self.stretches:
            inside = min(day_number(s.to_on), end) - max(day_number(s.from_on), end - days + 1) + 1
            if inside > 0 and total > 0.0:
                found[s.owner] = found.get(s.owner, 0.0) + inside / total
        return found


def _family(owner: str) -> str:
    """The name of an archive, without the date where it names a year.

    Example:
        >>> [_family(name) for name in ("2021-March.txt", "list-202104.mbox", "box-2", "april")]
        ['-.txt', 'list-.mbox', 'box-2', 'april']
    """
    return _DATED.sub("", owner) if _YEAR.search(owner) else owner


def covered(t: Tables) -> Covered:
    """The coverage of a cell."""
    rows = t.arrow(t["stretches"]).sort_by([("owner", "ascending"), ("from_on", "ascending")]).to_pylist()
    return covered_of(tuple(Stretch(**row) for row in rows))


def covered_of(stretches: tuple[Stretch, ...]) -> Covered:
    """Coverage from its stretches.

    Example:
        >>> on = covered_of((Stretch("mbox", "a", date(2024, 1, 1), date(2024, 1, 10), 1.0),))
        >>> on.days(day_number(date(2024, 1, 12)), 7)
        5.0
    """
    if not stretches:
        return Covered(0, np.zeros(0), ())
    first = min(day_number(s.from_on) for s in stretches)
    shares = np.zeros(max(day_number(s.to_on) for s in stretches) - first + 1)
    for s in stretches:
        part = slice(day_number(s.from_on) - first, day_number(s.to_on) - first + 1)
        shares[part] = np.maximum(shares[part], s.share_complete)
    return Covered(first, shares, stretches)


def answer_day(t: Tables, as_of: date | None) -> tuple[date, Covered]:
    """The day asked for, or the last covered one; and what is covered.

    Raises:
        NotFoundError: Nothing is covered at all (`cell-empty`).
    """
    cover = covered(t)
    on = as_of or cover.end
    if on is None:
        raise NotFoundError(
            "cell-empty", "there is nothing in this cell yet", "", "bring something in: `honeycell import`"
        )
    return on, cover
