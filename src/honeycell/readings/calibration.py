"""Vitality fitted on a cell's own past: cut-offs, the logistic, isotonic recalibration, and how far off it was.

A cut-off is a day of the past whose horizon has been seen whole. What was known of each pair by then foretells
whether the two met *directly* within the horizon; broadcasts and what others said to both never count
(`science.md` 4.1 and 9, traps 1, 2 and 11). BG/NBD keeps the shipped parameters: fitted anew they drift.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from honeycell.readings import persistence
from honeycell.readings.arrays import Bools, Floats, Ints
from honeycell.readings.bgnbd import BgNbd
from honeycell.readings.persistence import Hazard

__all__ = [
    "MINIMUM_ENDED",
    "MINIMUM_PAIRS",
    "MONTHS_BACK",
    "MOST_PAIRS",
    "ContactDays",
    "Cut",
    "calibration_error",
    "contact_days",
    "cut",
    "fitted_hazard",
    "n_pairs",
    "own_hazard",
    "pooled",
    "silence_curve",
    "with_steps",
]

MINIMUM_PAIRS = 2_000
"""Pairs, each counted at every cut-off, under which the shipped coefficients stand."""
MINIMUM_ENDED = 300
"""How many of them must not have met again, and how many must have."""
MOST_PAIRS = 40_000
"""Of more only every so many-th is looked at: the coefficients are known well by then, and a refresh stays cheap."""
MONTHS_BACK = 24
"""Cut-offs that a fit leans on: the ends of so many months."""
_GROUPS = 20
"""Groups of equal size that the isotonic fit goes over: at least a hundred pairs in each."""


@dataclass(frozen=True)
class ContactDays:
    """Days with direct contact, one row for a pair and a day, by pair and day."""

    pair: Ints
    """The smaller person, shifted by 32 bits, and the larger one."""
    day: Ints
    n: Ints
    """Interactions either way."""


@dataclass(frozen=True)
class Cut:
    """All pairs in the window up to one cut-off: what is known of each, and whether they met after."""

    day: int
    pair: Ints
    n_days: Floats
    age: Floats
    silence: Floats
    overlap: Floats
    n_interactions: Floats
    median_gap: float
    met: Floats

    def rows(self, bgnbd: BgNbd, horizon: int) -> Floats:
        """The features of the hazard, one row for each pair."""
        return persistence.features(
            self.n_days, self.age, self.silence, self.overlap, self.n_interactions,
            median_gap=self.median_gap, bgnbd=bgnbd, horizon=horizon,
        )  # fmt: skip


def contact_days(a: Ints, b: Ints, day: Ints, n: Ints) -> ContactDays:
    """Contact days in their order; persons are small numbers, and rows of one pair and day are added up."""
    # One number for all three: many times faster to sort by than three.
    order = np.argsort((a * (int(b.max(initial=0)) + 1) + b) << 16 | (day - day.min(initial=1 << 40)))
    key, day = (a << 32 | b)[order], day[order]
    start = np.flatnonzero(_new(key) | _new(day))
    return ContactDays(key[start], day[start], np.add.reduceat(n[order], start) if len(start) else n)


def _new(column: Ints) -> Bools:
    """Where a row differs from the one before it."""
    return np.concatenate([np.full(min(1, len(column)), True), column[1:] != column[:-1]])


def n_pairs(days: ContactDays, at: int, window: int) -> int:
    """How many pairs have contact in (at - window, at]."""
    return int(_new(days.pair[(days.day > at - window) & (days.day <= at)]).sum())


def cut(
    days: ContactDays, at: int, window: int, horizon: int, median_gap: float | None = None, some: slice = slice(None)
) -> Cut:
    """The pairs with contact in (at - window, at], and whether they met in (at, at + horizon].

    Args:
        days: The contact days; later ones than the horizon are not looked at.
        at: The cut-off, in days since 1970-01-01.
        window: Days looked back over.
        horizon: Days ahead.
        median_gap: Of the cell, as known at the cut-off; by default that of the window.
        some: Which of the pairs, in their order; all by default.
    """
    inside = np.flatnonzero((days.day > at - window) & (days.day <= at))
    pair, on = days.pair[inside], days.day[inside]
    start = np.flatnonzero(_new(pair))
    pairs, n_days = pair[start], np.diff(np.append(start, len(pair)))
    first, last = on[start], on[start + n_days - 1]
    if median_gap is None:
        gaps = np.diff(on)[np.diff(pair) == 0]
        median_gap = float(np.median(gaps)) if len(gaps) else 7.0
    n = np.add.reduceat(days.n[inside], start) if len(start) else start
    a, b = pairs >> 32, pairs & 0xFFFFFFFF
    after = days.pair[(days.day > at) & (days.day <= at + horizon)]
    met = np.searchsorted(after, pairs, side="right") > np.searchsorted(after, pairs)
    return Cut(
        at, pairs[some], n_days[some].astype(float), (at - first[some]).astype(float),
        (at - last[some]).astype(float),
        persistence.overlap(a[some], b[some], np.concatenate([a, b]), np.concatenate([b, a])),
        n[some].astype(float), median_gap, met[some].astype(float),
    )  # fmt: skip


def own_hazard(cuts: Sequence[Cut], shipped: Hazard, every: int = 1) -> Hazard | None:
    """The hazard of a cell: fitted on all its cut-offs, recalibrated, its error known; None where they are too few.

    The error is looked for forward: another fit, on the cut-offs whose horizon was over by the last cut-off, foretells
    that one. There must be enough of them (`MINIMUM_PAIRS`, `MINIMUM_ENDED`), so that no cell leans on what was never
    checked. Where only every so many-th pair is in the cut-offs, `every`, each stands for as many.
    """
    if not cuts:
        return None
    checked, horizon = cuts[-1], shipped.horizon_days
    past = [one for one in cuts if one.day + horizon <= checked.day]
    if not past or not _enough(past, every) or not len(checked.met):
        return None
    then = with_steps(fitted_hazard(past, shipped.bgnbd, horizon), past)
    rows = checked.rows(shipped.bgnbd, horizon)
    foretold = persistence.recalibrated(persistence.predict(rows, then.coefficients), then)
    now = with_steps(fitted_hazard(cuts, shipped.bgnbd, horizon), cuts)
    alike, alike_met = silence_curve(cuts)
    return replace(
        now, n=sum(len(one.met) for one in cuts), calibration_error=calibration_error(foretold, checked.met),
        alike=alike, alike_met=alike_met,
    )  # fmt: skip


def _enough(cuts: Sequence[Cut], every: int) -> bool:
    n, met = (every * sum(size) for size in ([len(one.met) for one in cuts], [int(one.met.sum()) for one in cuts]))
    return n >= MINIMUM_PAIRS and n - met >= MINIMUM_ENDED and met >= MINIMUM_ENDED


def silence_curve(cuts: Sequence[Cut]) -> tuple[Floats, Floats]:
    """What came of silences here: of each class of comparable pairs how many there were, and how many met again."""
    n, met = np.zeros(persistence.CLASSES), np.zeros(persistence.CLASSES)
    for one in cuts:
        gaps = persistence.gaps_silent(one.n_days, one.age, one.silence, one.median_gap)
        place = persistence.likeness(one.n_days, gaps)
        n += np.bincount(place, minlength=persistence.CLASSES)
        met += np.bincount(place, one.met, minlength=persistence.CLASSES)
    return n, met


def fitted_hazard(cuts: Sequence[Cut], bgnbd: BgNbd, horizon: int) -> Hazard:
    """The logistic over some cut-offs, covariance clustered by pair, not recalibrated."""
    rows = np.concatenate([one.rows(bgnbd, horizon) for one in cuts])
    met, pair = np.concatenate([one.met for one in cuts]), np.concatenate([one.pair for one in cuts])
    coefficients, covariance = persistence.fit(rows, met, pair)
    # A column that never varies has no scores; so little leaves draws as they are.
    return Hazard(coefficients, covariance + 1e-9 * np.eye(len(covariance)), bgnbd, horizon)


def with_steps(hazard: Hazard, cuts: Sequence[Cut]) -> Hazard:
    """The hazard recalibrated on some cut-offs: pool adjacent violators over groups of equal size.

    Each block stands at its mean chance and mean outcome (Barlow et al. 1972; centred as by Oron & Flournoy 2017).
    """
    rows = np.concatenate([one.rows(hazard.bgnbd, hazard.horizon_days) for one in cuts])
    chance, met = persistence.predict(rows, hazard.coefficients), np.concatenate([one.met for one in cuts])
    parts = [part for part in np.array_split(np.argsort(chance, kind="stable"), _GROUPS) if len(part)]
    middle, level = pooled(
        [float(chance[part].mean()) for part in parts], [float(met[part].mean()) for part in parts], map(len, parts)
    )
    return replace(hazard, steps_from=middle, steps_to=level)


def pooled(at: Iterable[float], value: Iterable[float], size: Iterable[int]) -> tuple[Floats, Floats]:
    """Pool adjacent violators: where each block lies in the mean, and the blocks' values, which rise.

    A loop over a handful of groups: `scipy.optimize` has the same and takes .4 s to load, in every refresh.

    Example:
        >>> pooled([0.1, 0.2, 0.3], [0.0, 0.6, 0.4], [1, 1, 1])
        (array([0.1 , 0.25]), array([0. , 0.5]))
    """
    blocks: list[tuple[float, float, int]] = []
    for one in zip(at, value, size, strict=True):
        held = one
        while blocks and blocks[-1][1] >= held[1]:
            before, n = blocks.pop(), held[2]
            both = before[2] + n
            held = (
                (before[0] * before[2] + held[0] * n) / both, (before[1] * before[2] + held[1] * n) / both, both,
            )  # fmt: skip
        blocks.append(held)
    return np.array([block[0] for block in blocks]), np.array([block[1] for block in blocks])


def calibration_error(chance: Floats, met: Floats, bins: int = 10) -> float:
    """Expected calibration error: how far the mean chance is from the share that met, over bins of equal size.

    Example:
        >>> calibration_error(np.array([0.2, 0.2, 0.9, 0.9]), np.array([0.0, 0.0, 1.0, 1.0]), bins=2)
        0.15
    """
    parts = [part for part in np.array_split(np.argsort(chance, kind="stable"), bins) if len(part)]
    off = sum(len(part) * abs(float(chance[part].mean() - met[part].mean())) for part in parts)
    return round(off / len(met), 12)
