"""Vitality: the chance that a pair has contact again within 90 days, and how much of a relationship lives on.

Of one pair it is the prediction of the hazard in `honeycell.readings.persistence`; of many pairs the expected
retained attention, sum of w V over sum of w, with w the attention of the pair in the window (`science.md` 4.1).
"""

from __future__ import annotations

import numpy as np

from honeycell.readings import persistence
from honeycell.readings.arrays import Bools, Floats
from honeycell.readings.contacts import Pairs
from honeycell.readings.persistence import MINIMUM_COVERED_DAYS, OFTEN_DAYS, WINDOW_DAYS, Hazard
from honeycell.readings.values import Values

__all__ = [
    "DRAWS", "MINIMUM_CASES", "MINIMUM_COVERED_DAYS", "SEED", "WINDOW_DAYS", "comparable", "dormant", "evaluate",
    "pair_chances",
]  # fmt: skip

DRAWS = 200
_NORMAL_95 = 1.645
"""The 95th percentile of the standard normal."""
DORMANT_GAPS = 4.0
"""Usual gaps of silence beyond which a pair can be dormant."""
MINIMUM_CASES = 20
"""Comparable pairs under which what came of them is not told (`science.md` 3)."""
SEED = 20260101
"""Of the draws of the coefficients: the same for every relationship."""


def pair_chances(
    pairs: Pairs, overlap: Floats, median_gap: float, hazard: Hazard, draws: int = 0
) -> tuple[Floats, Floats]:
    """The chance of contact of each pair, and the same under draws of the coefficients (pairs, draws)."""
    rows = persistence.features(
        pairs.n_days, pairs.end - pairs.first, pairs.end - pairs.last, overlap, pairs.n,
        median_gap=median_gap, bgnbd=hazard.bgnbd, horizon=hazard.horizon_days,
    )  # fmt: skip
    root = np.linalg.cholesky(hazard.covariance)
    noise = np.random.default_rng(SEED).standard_normal((DRAWS, len(root)))[:draws]
    drawn = hazard.coefficients[:, None] + root @ noise.T
    chance, chances = (persistence.predict(rows, held) for held in (hazard.coefficients, drawn))
    return persistence.recalibrated(chance, hazard), persistence.recalibrated(chances, hazard)


def evaluate(
    pairs: Pairs, overlap: Floats, n_keys: int, median_gap: float, hazard: Hazard, *, interval: bool = True
) -> Values:
    """Expected retained attention of each relationship; of a single pair its chance.

    The interval holds the uncertainty of the coefficients and, where the hazard was tried on later months, how far off
    its chances were then: the coefficients of a large cell are known well, and its habits change all the same.
    """
    w = pairs.w
    total: Floats = np.bincount(pairs.key, w, minlength=n_keys).astype(float)
    n: Floats = np.bincount(pairs.key, pairs.n_days, minlength=n_keys).astype(float)
    low = high = np.full(n_keys, np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        chance, _ = pair_chances(pairs, overlap, median_gap, hazard)
        value = np.bincount(pairs.key, w * chance, minlength=n_keys) / total
        if interval:
            low, high = _interval(pairs, overlap, n_keys, median_gap, hazard, total)
            # Errors whose mean size is e are normal ones of deviation e sqrt(pi / 2).
            off = _NORMAL_95 * (hazard.calibration_error or 0.0) * np.sqrt(np.pi / 2)
            low = np.maximum(0.0, value - np.hypot(np.fmax(value - low, 0.0), off))
            high = np.minimum(1.0, value + np.hypot(np.fmax(high - value, 0.0), off))
    return Values(value, np.fmin(low, value), np.fmax(high, value), n)


def comparable(pairs: Pairs, median_gap: float, hazard: Hazard) -> tuple[float, int] | None:
    """Of comparable pairs of this cell that went as quiet as these, the share that spoke again, and of how many.

    A pair counts by its attention, as in the value. None where a pair is of a class of fewer than `MINIMUM_CASES`.
    """
    place = persistence.likeness(pairs.n_days, _gaps(pairs, median_gap))
    there = np.unique(place)
    if hazard.alike[there].min(initial=np.inf) < MINIMUM_CASES:
        return None
    share = np.average(hazard.alike_met[place] / hazard.alike[place], weights=pairs.w)
    return float(share), int(hazard.alike[there].sum())


def dormant(pairs: Pairs, chance: Floats, median_gap: float) -> Bools:
    """Which pairs were strong and have gone quiet: dormant, and not dead (`science.md` 4.1)."""
    found: Bools = (chance < 0.5) & (_gaps(pairs, median_gap) > DORMANT_GAPS) & (pairs.n_days >= OFTEN_DAYS)
    return found


def _gaps(pairs: Pairs, median_gap: float) -> Floats:
    return persistence.gaps_silent(pairs.n_days, pairs.end - pairs.first, pairs.end - pairs.last, median_gap)


def _interval(
    pairs: Pairs, overlap: Floats, n_keys: int, median_gap: float, hazard: Hazard, total: Floats, most: int = 200_000
) -> tuple[Floats, Floats]:
    """Percentiles over the draws, a stretch of pairs at a time."""
    sums = np.zeros((n_keys, DRAWS))
    for at in range(0, len(pairs.key), most):
        part = slice(at, at + most)
        some = pairs.some(part)
        _, drawn = pair_chances(some, overlap[part], median_gap, hazard, DRAWS)
        weighed = drawn * some.w[:, None]
        new = np.flatnonzero(np.concatenate([[True], np.diff(some.key) != 0]))
        sums[some.key[new]] += weighed if len(new) == len(weighed) else np.add.reduceat(weighed, new, axis=0)
    low, high = np.quantile(sums, [0.05, 0.95], axis=1)
    return low / total, high / total
