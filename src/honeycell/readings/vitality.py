"""Vitality: the chance that a pair has contact again within 90 days, and how much of a relationship lives on.

Of one pair it is the prediction of the hazard in `honeycell.readings.persistence`; of many pairs the expected
retained attention, sum of w V over sum of w, with w the attention of the pair in the window (`science.md` 4.1).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from honeycell.readings import persistence
from honeycell.readings.contacts import Floats, Pairs
from honeycell.readings.persistence import Hazard
from honeycell.readings.values import Values

__all__ = ["DRAWS", "MINIMUM_COVERED_DAYS", "SEED", "WINDOW_DAYS", "Touch", "evaluate", "pair_chances", "recompute"]

WINDOW_DAYS = 180
MINIMUM_COVERED_DAYS = 60
DRAWS = 200
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
    return persistence.predict(rows, hazard.coefficients), persistence.predict(rows, drawn)


def evaluate(
    pairs: Pairs, overlap: Floats, n_keys: int, median_gap: float, hazard: Hazard, *, interval: bool = True
) -> Values:
    """Expected retained attention of each relationship; of a single pair its chance."""
    w = pairs.w
    total = np.bincount(pairs.key, w, minlength=n_keys)
    n = np.bincount(pairs.key, pairs.n_days, minlength=n_keys)
    low = high = np.full(n_keys, np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        chance, _ = pair_chances(pairs, overlap, median_gap, hazard)
        value = np.bincount(pairs.key, w * chance, minlength=n_keys) / total
        if interval:
            low, high = _interval(pairs, overlap, n_keys, median_gap, hazard, total)
    return Values(value, np.fmin(low, value), np.fmax(high, value), n)


def _interval(
    pairs: Pairs, overlap: Floats, n_keys: int, median_gap: float, hazard: Hazard, total: Floats, most: int = 200_000
) -> tuple[Floats, Floats]:
    """Percentiles over the draws, a stretch of pairs at a time."""
    sums = np.zeros((n_keys, DRAWS))
    for at in range(0, len(pairs.key), most):
        part = slice(at, at + most)
        some = Pairs(pairs.end, *(getattr(pairs, name)[part] for name in _COLUMNS))
        _, drawn = pair_chances(some, overlap[part], median_gap, hazard, DRAWS)
        new = np.flatnonzero(np.concatenate([[True], np.diff(some.key) != 0]))
        sums[some.key[new]] += np.add.reduceat(drawn * some.w[:, None], new, axis=0)
    low, high = np.quantile(sums, [0.05, 0.95], axis=1)
    return low / total, high / total


_COLUMNS = ("key", "a", "b", "n_days", "first", "last", "w_ab", "w_ba", "n")


@dataclass(frozen=True)
class Touch:
    """One interaction directed from one person at another, as `why` lists it."""

    from_person_id: str
    to_person_id: str
    on: date
    weight: float
    overlap: float
    """Of the pair."""


def recompute(touches: Sequence[Touch], as_of: date, median_gap: float, hazard: Hazard) -> float:
    """The value from its interactions, pair by pair, without any of the code above."""
    pairs: dict[frozenset[str], list[Touch]] = {}
    for touch in touches:
        pairs.setdefault(frozenset((touch.from_person_id, touch.to_person_id)), []).append(touch)
    kept = weights = 0.0
    for held in pairs.values():
        weight = sum(touch.weight for touch in held)
        kept += weight * _chance(held, as_of, median_gap, hazard)
        weights += weight
    return kept / weights


def _chance(held: Sequence[Touch], as_of: date, median_gap: float, hazard: Hazard) -> float:
    days = {touch.on for touch in held}
    age, silence = (as_of - min(days)).days, (as_of - max(days)).days
    x, tx, model = len(days) - 1, age - silence, hazard.bgnbd
    gone = 0.0
    if x:
        gone = model.a / (model.b + x - 1) * ((model.alpha + age) / (model.alpha + tx)) ** (model.r + x)
    quiet = ((model.alpha + age) / (model.alpha + age + hazard.horizon_days)) ** (model.r + x)
    pi = min(max((1 - quiet) / (1 + gone), 1e-6), 1 - 1e-6)
    gap = (tx + 2 * median_gap) / (x + 2)
    row = (
        1.0, math.log1p(silence / gap), math.log(len(days)), math.log1p(age), silence / 30, held[0].overlap,
        math.log(pi / (1 - pi)), math.log(len(held)),
    )  # fmt: skip
    score = sum(value * float(beta) for value, beta in zip(row, hazard.coefficients, strict=True))
    return 1 / (1 + math.exp(-score))
