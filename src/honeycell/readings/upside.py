"""Who is the upside: what the pairs at the upper end of a reading do differently (`science.md` 5.1).

Practices, and nobody's name: the upper quarter of the pairs, by the mean of what each may be, beside the others. Shown
are the three largest differences in standard deviations (Cohen 1988) of those that are no chance: intervals by a
bootstrap over persons, false discoveries held at one in ten (Benjamini & Hochberg 1995). What goes along with a high
value need not bring it about.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from scipy.special import ndtr

from honeycell.readings.arrays import Bools, Floats, Ints, day_number
from honeycell.readings.attention import PERIOD_DAYS
from honeycell.readings.declared import GROUP
from honeycell.readings.draws import poisson
from honeycell.readings.held import Held, overlaps
from honeycell.readings.sentences import amount, percent
from honeycell.readings.spread import LEAST_PAIRS, Drawn, spread
from honeycell.readings.state import Contrast, Floor, Spread, Upside
from honeycell.readings.way import Way

__all__ = ["REPLICATES", "contrasts", "over_pairs", "practices", "upside"]

REPLICATES = 200
_QUARTER, _MOST, _FALSE = 0.25, 3, 0.1
_Z = 1.6448536269514722
"""From the middle of a normal distribution to its 95th percentile."""
_YEAR = 365.25


@dataclass(frozen=True)
class _Practice:
    unit: str
    words: str
    """What a pair does, with a place for how much."""
    read_by: tuple[str, ...] = ()
    """The readings that are computed from it: there it says nothing new."""


_PRACTICES = {
    "contact_days": _Practice(
        "contact days per 4 weeks", "are in touch on {} days in four weeks", ("vitality", "attention")
    ),
    "both_ways": _Practice(
        "share", "write to one another both ways on {} of their days", ("responsiveness", "reciprocity")
    ),
    "meetings": _Practice("share", "meet or call on {} of their days", ("multiplexity",)),
    "in_private": _Practice("share", "talk where no space hears it on {} of their days", ("multiplexity",)),
    "addressees": _Practice("people", "write to {} people at a time"),
    "channels": _Practice("channels", "use {} channels", ("multiplexity",)),
    "years": _Practice("years", "were first in touch {} years ago", ("vitality",)),
    "in_common": _Practice("share", "have {} of their other contacts in common", ("vitality",)),
}  # fmt: skip


def over_pairs(held: Held, on: date, way: Way, floor: Floor | None) -> Spread | None:
    """Floor, middle and upside of a reading over the pairs of the one relationship held; None where it has none.

    Args:
        held: The relationship.
        on: The day.
        way: The reading.
        floor: Its agreed floor, where there is one.
    """
    drawn = way.drawn(held, on) if way.drawn else None
    if drawn is None or len(drawn.w) < LEAST_PAIRS:
        return None
    return spread(drawn, floor, upside(held, on, way.days(held.window_days), drawn, way.declared.name))


def upside(held: Held, on: date, days: int, drawn: Drawn, reading: str) -> Upside:
    """What the pairs at the upper end of a reading do differently; of fewer than five people only how many.

    Args:
        held: The one relationship.
        on: The last day.
        days: How many days are looked at.
        drawn: What is known of its pairs in the reading.
        reading: Its name.
    """
    upper = np.zeros(len(drawn.w), bool)
    upper[np.argsort(-drawn.draws.mean(axis=1), kind="stable")[: int(np.ceil(_QUARTER * len(upper)))]] = True
    n_people, n_other = (_n_people(drawn, side) for side in (upper, ~upper))
    n_upper, n_others = int(upper.sum()), int((~upper).sum())
    who = f"Upper end: {n_upper:,} of {len(upper):,} pairs, {n_people:,} people"
    if np.ptp(drawn.draws) == 0.0:
        return Upside(n_upper, n_people, n_others, (), f"All {len(upper):,} pairs are alike.")
    if min(n_people, n_other) < GROUP:
        few = "fewer than five" if n_people < GROUP else "the others are fewer than five"
        return Upside(n_upper, n_people, n_others, (), f"{who}; {few}, so they are not compared.")
    done = practices(held, on, days, drawn)
    known = np.isfinite(done)
    allowed = [
        at for at, one in enumerate(_PRACTICES.values())
        if reading not in one.read_by
        and min(_n_people(drawn, side & known[:, at]) for side in (upper, ~upper)) >= GROUP
    ]  # fmt: skip
    persons = held.contacts.persons
    found = contrasts(done[:, allowed], upper, persons[drawn.a], persons[drawn.b])
    names = [list(_PRACTICES)[at] for at in allowed]
    shown = tuple(
        Contrast(names[at], _PRACTICES[names[at]].unit, *(float(part) for part in numbers)) for at, *numbers in found
    )
    said = ". They " + "; ".join(map(_said, shown)) if shown else "; nothing counted here sets them clearly apart"
    return Upside(n_upper, n_people, n_others, shown, f"{who}{said}.")


def _n_people(drawn: Drawn, some: Bools) -> int:
    """How many people some of the pairs are of."""
    return len(np.unique(np.concatenate([drawn.a[some], drawn.b[some]])))


def _said(one: Contrast) -> str:
    more, less = ((percent if one.unit == "share" else amount)(value) for value in (one.upside, one.others))
    return f"{_PRACTICES[one.practice].words.format(more)} (the others {less})"


def practices(held: Held, on: date, days: int, drawn: Drawn) -> Floats:
    """(pairs, practices): what each pair does, in the order of the practices; NaN where nothing says it."""
    pairs, rows, end = held.pairs(on, days), held.traces.days, day_number(on)
    if not len(pairs.key):
        return np.full((len(drawn.w), len(_PRACTICES)), np.nan)
    code, at = np.unique(_both(pairs.a, pairs.b), return_index=True)
    mine = held.rows.rows[(rows.day[held.rows.rows] > end - days) & (rows.day[held.rows.rows] <= end)]
    pair = np.searchsorted(code, _both(rows.a[mine], rows.b[mine]))
    kinds = np.array([kind for _, kind, _ in rows.contexts] or [""])[rows.context[mine]]
    private = ~np.array([heard for _, _, heard in rows.contexts] or [False])[rows.context[mine]]
    channels, channel = np.unique([name for name, _, _ in rows.contexts] or [""], return_inverse=True)
    talk = kinds == "message"
    n, n_ab, w = rows.n[mine], rows.n_ab[mine], held.fitted.units["message"] * (rows.w_ab + rows.w_ba)[mine]
    different, day = np.unique(pair << 32 | rows.day[mine], return_inverse=True)

    def share(*flags: Bools) -> Floats:
        """Of the days of each pair, those on which each flag was up."""
        up = np.logical_and.reduce([np.bincount(day, flag, minlength=len(different)) > 0 for flag in flags])
        n_days: Floats = np.bincount(different >> 32, minlength=len(code)).astype(float)
        return np.bincount(different >> 32, up, minlength=len(code)) / n_days

    used = np.unique(pair * len(channels) + channel[rows.context[mine]]) // len(channels)
    messages, given = (np.bincount(pair, one * talk, minlength=len(code)) for one in (n, w))
    ever, first = np.unique(_both(held.contacts.a, held.contacts.b), return_index=True)
    columns = (
        PERIOD_DAYS * pairs.n_days[at] / max(held.covered_days(on, days), 1.0),
        share(talk & (n_ab > 0), talk & (n > n_ab)),
        share(np.isin(kinds, ("meeting", "call"))),
        share(private),
        np.divide(messages, given, out=np.full(len(code), np.nan), where=given > 0),
        np.bincount(used, minlength=len(code)).astype(float),
        (end - held.contacts.day[first[np.searchsorted(ever, code)]]) / _YEAR,
        overlaps(held, pairs, days)[at],
    )
    found = np.stack(columns, axis=1)
    asked = _both(drawn.a, drawn.b)
    place = np.minimum(np.searchsorted(code, asked), len(code) - 1)
    return np.where((code[place] == asked)[:, None], found[place], np.nan)


def _both(one: Ints, other: Ints) -> Ints:
    """A number for each pair, whichever is named first."""
    return np.minimum(one, other) << 32 | np.maximum(one, other)


def contrasts(
    done: Floats, upper: Bools, one: Ints, other: Ints
) -> list[tuple[int, float, float, float, float, float]]:
    """The three largest differences between some pairs and the others, of those that are no chance.

    Args:
        done: (pairs, practices), NaN where nothing says it.
        upper: (pairs,): which are at the upper end.
        one: (pairs,): the id of one of the two.
        other: (pairs,): that of the other.

    Returns:
        Of each its place among the practices, the mean of the upper end and of the others, the 5th and 95th percentile
        of the difference, and its size in standard deviations; the largest first.
    """
    known = np.isfinite(done)
    filled = np.where(known, done, 0.0)

    def means(w: Floats) -> Floats:
        """(2, practices): of the upper end and of the others."""
        sides = [(w * side) @ filled / ((w * side) @ known) for side in (upper, ~upper)]
        return np.stack(sides)

    ids, place = np.unique(np.concatenate([one, other]), return_inverse=True)
    times = poisson(ids.astype(np.uint64), REPLICATES).T
    a, b = place[: len(one)], place[len(one) :]
    with np.errstate(invalid="ignore", divide="ignore"):
        up, rest = means(np.ones(len(upper)))
        drawn = np.stack([np.subtract(*means(count[a] * count[b])) for count in times])
        inside = [np.where(known, done - mean, 0.0)[side] for side, mean in ((upper, up), (~upper, rest))]
        deviation = np.sqrt(sum((part**2).sum(axis=0) for part in inside) / (known.sum(axis=0) - 2))
        kept = np.isfinite(drawn)  # in a replicate a side may be empty
        apart = np.where(kept, drawn, 0.0).sum(axis=0) / kept.sum(axis=0)
        error = np.sqrt(np.where(kept, (drawn - apart) ** 2, 0.0).sum(axis=0) / kept.sum(axis=0))
        size = (up - rest) / deviation
        chance = 2.0 * ndtr(-np.abs(up - rest) / error)
    told = np.flatnonzero(np.isfinite(size) & (error > 0.0))
    order = told[np.argsort(chance[told], kind="stable")]
    passed = np.flatnonzero(chance[order] <= _FALSE * np.arange(1, len(order) + 1) / max(len(order), 1))
    real = order[: passed[-1] + 1] if len(passed) else order[:0]
    return [
        (int(at), up[at], rest[at], up[at] - rest[at] - _Z * error[at], up[at] - rest[at] + _Z * error[at], size[at])
        for at in real[np.argsort(-np.abs(size[real]), kind="stable")][:_MOST]
    ]
