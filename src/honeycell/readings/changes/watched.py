"""Changes across all relationships between organisations: what to tell unasked, and no more than can be heeded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from honeycell.readings.arrays import day_number
from honeycell.readings.changes.alarms import alarms
from honeycell.readings.changes.evidence import shown
from honeycell.readings.changes.exposure import exposure
from honeycell.readings.changes.points import HISTORY_WEEKS, courses
from honeycell.readings.changes.state import Change
from honeycell.readings.contacts import Contacts, Sides
from honeycell.readings.covered import covered
from honeycell.readings.everywhere import ours_first
from honeycell.readings.held import held
from honeycell.readings.parties import parties
from honeycell.readings.state import Party
from honeycell.readings.traces import read
from honeycell.readings.visible import check_usual, few

if TYPE_CHECKING:
    from honeycell.steps import Tables

__all__ = ["Watched", "watched"]

_QUARTER = 91


@dataclass(frozen=True)
class Watched:
    """A change of one relationship, told among those of all."""

    a: Party
    b: Party
    change: Change


def watched(
    t: Tables, *, as_of: date | None = None, window_days: int = 90,
    tell: Callable[[int, int], None] = lambda done, total: None,
) -> tuple[int, tuple[Watched, ...]]:  # fmt: skip
    """What changed between organisations of late: first what there is most to lose by not telling.

    Args:
        t: The tables of a cell.
        as_of: The day; by default the last covered one.
        window_days: Changes count that were noticed in so many days up to it.
        tell: Told how many relationships are done, of how many.

    Returns:
        How many relationships were watched, and the changes: at most one for 50 of them and quarter, of which at most a
        tenth is expected to be false; each with the interactions beside it, side a ours or of the earlier slug.
    """
    cover = covered(t)
    if (on := as_of or cover.end) is None:
        return 0, ()
    check_usual(t, as_of, window_days)
    traces = read(t, on, days_from=on - timedelta(7 * HISTORY_WEEKS), turns_from=on)
    contacts = held(traces, Sides(order=ours_first(t, traces)), window_days).contacts
    found = [
        (key, point)
        for key, course in enumerate(courses(contacts, exposure(t, cover, on), on, tell, trends=False))
        for point in course.points
        if point.noticed_on and point.noticed_on > on - timedelta(window_days)
    ]
    if t.viewer is not None:
        hidden = few(contacts.window(day_number(on), window_days), len(contacts.keys))
        found = [(key, point) for key, point in found if not hidden[key]]
    n_watched = len(np.unique(contacts.key))
    chosen = [found[at] for at in alarms([point for _, point in found], n_watched, window_days / _QUARTER)]
    known = parties(t, "organisation", sorted({one for key, _ in chosen for one in contacts.keys[key]}))
    told = []
    for key, point in chosen:
        a, b = (known[one] for one in contacts.keys[key])
        told += [Watched(a, b, change) for change in shown(t, _of(contacts, key), [point], on)]
    return n_watched, tuple(told)


def _of(contacts: Contacts, key: int) -> Contacts:
    """The contact days of one of many relationships."""
    mine = contacts.key == key
    columns = {name: getattr(contacts, name)[mine] for name in ("a", "b", "day", "w_ab", "w_ba", "n")}
    return replace(contacts, keys=(contacts.keys[key],), key=np.zeros(int(mine.sum()), np.int64), **columns)
