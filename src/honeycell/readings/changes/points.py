"""The weeks in which relationships changed, and how sure that is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from honeycell.readings.arrays import Bools, Floats, Ints, day_number
from honeycell.readings.changes import online
from honeycell.readings.changes.exposure import Exposure, monday
from honeycell.readings.changes.online import LEVELS, Runs
from honeycell.readings.changes.segments import cut
from honeycell.readings.changes.state import ChangePoint, Level, Trend
from honeycell.readings.changes.trend import after, trend, words
from honeycell.readings.contacts import Contacts
from honeycell.readings.traces import EVER

__all__ = [
    "HISTORY_WEEKS", "MINIMUM_DAYS", "MINIMUM_WEEKS", "SHOWN", "Course", "Weeks", "changes", "courses", "courses_of",
    "weeks",
]  # fmt: skip

MINIMUM_DAYS, MINIMUM_WEEKS = 15, 12
"""Contact days and weeks under which nothing is said."""
SHOWN = 0.66
"""`likely`: from here on a change is shown, with its likelihood beside it."""
_LEAST_FACTOR = 1.25
"""A change by less is nothing to act on. It must be as large without the exposure too: where the cell gets more
mailboxes every relationship has a smaller share of it, and nobody speaks less than before."""
_NEAR = 4
"""Weeks either way within which a change counts as this one: a month."""
_REACH = 1.645
"""Standard deviations of the logarithm of a level to either side: 90%."""
HISTORY_WEEKS = 260
"""Five years: further back a level says nothing about today, and the work grows with the square of the weeks."""
_BATCH = 8


@dataclass(frozen=True)
class Course:
    """How a relationship came to be where it is."""

    points: tuple[ChangePoint, ...]
    """Oldest first."""
    trend: Trend | None
    """None where there is too little to say, or nobody asked."""


@dataclass(frozen=True)
class Weeks:
    """The weeks of relationships that can be looked at; unobserved ones are left out, not zero."""

    week: Ints
    """(W,) numbers of the weeks."""
    y: Floats
    """(K, W) different days with contact."""
    relative: Floats
    """(K, W) exposure over its mean in the known weeks of the relationship."""
    known: Bools
    """(K, W) whether the week is looked at: from the first contact on."""


def weeks(contacts: Contacts, exposure: Exposure, on: date) -> Weeks:
    """Contact days of each relationship in each week that can be looked at, up to a day."""
    last = (day_number(on) + 3) // 7
    all_weeks = np.arange(exposure.first, exposure.first + len(exposure.active))
    held = exposure.observed & (all_weeks <= last) & (all_weeks > last - HISTORY_WEEKS)
    week, active = all_weeks[held], exposure.active[held]
    n, end = len(contacts.keys), day_number(on)
    inside = contacts.day <= end
    different = np.unique(contacts.key[inside] << 32 | contacts.day[inside])
    key, of = different >> 32, ((different & 0xFFFFFFFF) + 3) // 7
    first = np.full(n, last + 1)
    np.minimum.at(first, key, of)
    place = np.minimum(np.searchsorted(week, of), max(len(week) - 1, 0))
    found = week[place] == of if len(week) else np.zeros(0, bool)
    y = np.bincount(key[found] * len(week) + place[found], minlength=n * len(week)).reshape(n, len(week))
    known = week[None, :] >= first[:, None]
    mean = (active * known).sum(1) / np.maximum(known.sum(1), 1)
    return Weeks(week, y.astype(float), active[None, :] / np.maximum(mean, 1e-9)[:, None], known)


def changes(contacts: Contacts, exposure: Exposure, on: date) -> tuple[ChangePoint, ...]:
    """The weeks in which one relationship changed up to a day, oldest first."""
    found = courses(contacts, exposure, on)
    return found[0].points if found else ()


def courses(
    contacts: Contacts, exposure: Exposure, on: date, tell: Callable[[int, int], None] = lambda done, total: None,
    *, trends: bool = True,
) -> tuple[Course, ...]:  # fmt: skip
    """The changes and the trend of each relationship up to a day, in the order of `contacts.keys`.

    Args:
        contacts: Contact days of relationships.
        exposure: How active the cell was.
        on: The day.
        tell: Told how many relationships are done, of how many.
        trends: Whether trends are wanted too: most of the work.
    """
    return courses_of(weeks(contacts, exposure, on), on, tell=tell, trends=trends)


def courses_of(
    whole: Weeks, on: date, least: float = SHOWN, tell: Callable[[int, int], None] = lambda done, total: None,
    *, trends: bool = True,
) -> tuple[Course, ...]:  # fmt: skip
    """The same from weekly contact days, with changes that are at least so likely."""
    enough = (whole.y.sum(1) >= MINIMUM_DAYS) & (whole.known.sum(1) >= MINIMUM_WEEKS)
    found = [Course((), None)] * len(whole.y)
    keys = np.flatnonzero(enough)
    for start in range(0, len(keys), _BATCH):
        tell(start, len(keys))
        part = keys[start : start + _BATCH]
        runs = online.filtered(whole.y[part], whole.relative[part], whole.known[part], trends=trends)
        chance = online.changed(runs)
        standing: list[Trend | None] = [None] * len(part)
        if trends:
            plain = online.filtered(whole.y[part], np.ones_like(whole.y[part]), whole.known[part])
            both = np.minimum(runs.up, plain.up), np.minimum(runs.down, plain.down), whole.known[part]
            rows = zip(*both, strict=True)
            standing = [trend(up, down, whole.week, int(np.argmax(known))) for up, down, known in rows]
        for at, key in enumerate(part.tolist()):
            found[key] = _course(whole, key, runs, at, chance[at], on, least, standing[at])
    return tuple(found)


def _course(
    whole: Weeks, key: int, runs: Runs, at: int, chance: Floats, on: date, least: float, standing: Trend | None
) -> Course:
    known = whole.known[key]
    first = int(np.argmax(known))
    best = int(np.argmax(runs.evidence[at, :, -1]))
    cuts = cut(runs.marginal[at, best], known)
    near = [float(chance[max(0, c - _NEAR) : c + _NEAR + 1].sum()) for c in cuts]
    cuts = tuple(c for c, likelihood in zip(cuts, near, strict=True) if likelihood >= least)
    edges = (first, *cuts, len(known))
    points = tuple(
        point
        for before, c, after in zip(edges, cuts, edges[2:], strict=False)
        if (point := _point(whole, key, runs, at, chance, (before, c, after), on, least))
    )
    if standing is None:
        return Course(points, None)
    standing = after(standing, points[-1].on) if points else standing
    return Course(points, replace(standing, since=min(on, standing.since)))


def _point(
    whole: Weeks,
    key: int,
    runs: Runs,
    at: int,
    chance: Floats,
    edges: tuple[int, int, int],
    on: date,
    least: float,
) -> ChangePoint | None:
    start, c, end = edges
    one, other = runs.level(at, start, c), runs.level(at, c, end)
    before, after = _level(whole, key, one, start, c, on), _level(whole, key, other, c, end, on)
    grown = float(np.sum(other * (np.cumsum(one) - one)))
    fallen = float(np.sum(one * (np.cumsum(other) - other)))
    direction = grown if after.value > before.value else fallen
    likelihood = min(1.0, float(chance[max(0, c - _NEAR) : c + _NEAR + 1].sum())) * min(1.0, direction)
    counted = (after.n + 0.5) / after.weeks / ((before.n + 0.5) / before.weeks)
    sign = 1 if after.value > before.value else -1
    material = min(sign * np.log(after.value / before.value), sign * np.log(counted)) >= np.log(_LEAST_FACTOR)
    if likelihood < least or not material:
        return None
    inside = np.arange(start + 1, end)
    marginal = runs.marginal[at, int(np.argmax(runs.evidence[at, :, -1]))]
    two = marginal[start, inside] + marginal[inside, end]
    place = np.cumsum(np.exp(two - two.max())) / np.sum(np.exp(two - two.max()))
    low, high = (int(inside[np.searchsorted(place, share)]) for share in (0.05, 0.95))
    begun = runs.run[at, max(0, c - _NEAR) :, c + 1 :]
    noticed = np.flatnonzero(begun.sum(0) >= SHOWN)
    spanned = whole.week[end - 1] - whole.week[start] + 1
    return ChangePoint(
        _day(whole.week[c]), (_day(whole.week[low]), _day(whole.week[high])), before, after,
        after.value / before.value, likelihood, words(likelihood),
        min(on, _day(whole.week[c + noticed[0]], 6)) if len(noticed) else None,
        float((end - start) / spanned),
    )  # fmt: skip


def _level(whole: Weeks, key: int, posterior: Floats, start: int, end: int, on: date) -> Level:
    y, known = whole.y[key], whole.known[key]
    mean = float(y[known].sum() / whole.relative[key][known].sum())
    middle = float(np.sum(posterior * np.log(LEVELS)))
    reach = _REACH * float(np.sqrt(np.sum(posterior * (np.log(LEVELS) - middle) ** 2)))
    low, high = np.exp(middle - reach), np.exp(middle + reach)
    n_weeks = int(known[start:end].sum())
    return Level(
        mean * float(np.sum(posterior * LEVELS)), mean * float(low), mean * float(high), int(y[start:end].sum()),
        n_weeks, _day(whole.week[start]), min(on, _day(whole.week[end - 1], 6)),
    )  # fmt: skip


def _day(week: int, later: int = 0) -> date:
    return EVER + timedelta(int(monday(np.array(week))) + later)
