"""The logistic hazard behind Vitality: features of a pair's contact days, its fit, its prediction.

Features after Raeder et al. 2011 and Navarro et al. 2017 (rhythm before volume before neighbourhood), with the
prediction of BG/NBD (Fader, Hardie & Lee 2005) as one of them: `science.md` 4.1.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from honeycell.readings.arrays import Floats, Ints
from honeycell.readings.bgnbd import BgNbd, probability_of_contact

__all__ = [
    "CLASSES", "FEATURES", "MINIMUM_COVERED_DAYS", "OFTEN_DAYS", "SILENCES", "WINDOW_DAYS", "Hazard", "features", "fit",
    "gaps_silent", "likeness", "overlap", "predict", "recalibrated",
]  # fmt: skip

WINDOW_DAYS = 180
"""Days that the features look back over."""
MINIMUM_COVERED_DAYS = 60
"""Of them, those that must be covered."""

FEATURES = (
    "one", "log1p_silence_in_gaps", "log_days", "log1p_age", "silence_months", "overlap", "logit_bgnbd",
    "log_interactions",
)  # fmt: skip
"""Names of the columns of `features`."""
SILENCES = (1.0, 2.0, 4.0, 8.0, 16.0)
"""Silences in usual gaps at which the cell's own curve of what came of them is cut."""
OFTEN_DAYS = 4
"""Contact days from which a pair is compared with such as had as many, and its silence can be called dormant."""
CLASSES = 2 * (len(SILENCES) + 1)
"""Classes of comparable pairs: by silence, those of fewer contact days first."""


@dataclass(frozen=True)
class Hazard:
    """Coefficients of the logistic, in the order of `FEATURES`, with their covariance."""

    coefficients: Floats
    covariance: Floats
    bgnbd: BgNbd
    horizon_days: int
    steps_from: Floats = field(default_factory=lambda: np.zeros(0))
    """Isotonic recalibration: chances of the logistic, ascending; none leaves them as they are."""
    steps_to: Floats = field(default_factory=lambda: np.zeros(0))
    """What each of them stands for."""
    n: int = 0
    """Pairs of the cell, counted at each cut-off, that it was fitted on."""
    calibration_error: float | None = None
    """How far chances were from shares on a later part of the cell's past; None: never checked there."""
    alike: Floats = field(default_factory=lambda: np.zeros(CLASSES))
    """The cell's own silence curve: pairs at its cut-offs in each class of `likeness`, none where it has no past."""
    alike_met: Floats = field(default_factory=lambda: np.zeros(CLASSES))
    """How many of them were in contact again within the horizon."""

    @property
    def calibrated(self) -> bool:
        """Whether it was fitted on the cell's own past and checked on what came after."""
        return self.calibration_error is not None


def features(
    n_days: Floats,
    age: Floats,
    silence: Floats,
    overlap: Floats,
    n_interactions: Floats,
    *,
    median_gap: float,
    bgnbd: BgNbd,
    horizon: float,
) -> Floats:
    """The features of pairs, one row each.

    Args:
        n_days: contact days in the window, at least 1.
        age: days since the first of them.
        silence: days since the last of them.
        overlap: shared contacts, 0 to 1.
        n_interactions: interactions on those days, either way.
        median_gap: the cell's median days between contact days; a short history leans on it.
        bgnbd: parameters for times in days.
        horizon: days ahead.
    """
    repeats, between = n_days - 1.0, age - silence
    chance = np.clip(probability_of_contact(bgnbd, repeats, between, age, horizon), 1e-6, 1.0 - 1e-6)
    return np.column_stack([
        np.ones_like(n_days),
        np.log1p(gaps_silent(n_days, age, silence, median_gap)),
        np.log(n_days),
        np.log1p(age),
        silence / 30.0,
        overlap,
        np.log(chance / (1.0 - chance)),
        np.log(n_interactions),
    ])  # fmt: skip


def gaps_silent(n_days: Floats, age: Floats, silence: Floats, median_gap: float) -> Floats:
    """The silence of pairs in units of their own rhythm, which leans on the cell's median gap; arguments as above.

    Example:
        >>> gaps_silent(np.array([5.0]), np.array([60.0]), np.array([20.0]), 10.0)
        array([2.])
    """
    silent: Floats = silence / (((age - silence) + 2.0 * median_gap) / ((n_days - 1.0) + 2.0))
    return silent


def likeness(n_days: Floats, gaps: Floats) -> Ints:
    """Which pairs are comparable: the class of each, from 0 up to `CLASSES`, by contact days and silence in gaps.

    Example:
        >>> likeness(np.array([2.0, 2.0, 4.0]), np.array([0.5, 20.0, 20.0]))
        array([ 0,  5, 11])
    """
    place: Ints = np.searchsorted(SILENCES, gaps, side="right") + (n_days >= OFTEN_DAYS) * (len(SILENCES) + 1)
    return place


def fit(rows: Floats, met: Floats, cluster: Ints, ridge: float = 1e-3) -> tuple[Floats, Floats]:
    """Coefficients of a logistic regression by Newton's method, and their covariance.

    The covariance is the sandwich clustered by pair (`cluster`: an integer for each row), since one pair is seen
    at several cut-offs. `ridge` only keeps a column that hardly varies from running away.
    """
    beta = np.zeros(rows.shape[1])
    penalty = np.full(rows.shape[1], ridge)
    penalty[0] = 0.0
    for _ in range(50):
        chance = predict(rows, beta)
        slope = rows.T @ (met - chance) - penalty * beta
        bend = (rows * (chance * (1.0 - chance))[:, None]).T @ rows + np.diag(penalty)
        step = np.linalg.solve(bend, slope)
        beta = beta + step
        if np.max(np.abs(step)) < 1e-10:
            break
    chance = predict(rows, beta)
    bread = np.linalg.inv((rows * (chance * (1.0 - chance))[:, None]).T @ rows + np.diag(penalty))
    code = np.unique(cluster, return_inverse=True)[1]
    scores = np.column_stack([np.bincount(code, column) for column in (rows * (met - chance)[:, None]).T])
    return beta, bread @ (scores.T @ scores) @ bread


def predict(rows: Floats, coefficients: Floats) -> Floats:
    """Chances between 0 and 1: one for each row, or a matrix for several columns of coefficients."""
    chances: Floats = 1.0 / (1.0 + np.exp(-np.clip(rows @ coefficients, -35.0, 35.0)))
    return chances


def recalibrated(chances: Floats, hazard: Hazard) -> Floats:
    """Chances of the logistic through the isotonic steps: straight lines from 0 over the steps to 1.

    Between the middles of its blocks an isotonic fit rises on a line (Oron & Flournoy 2017), so that two chances
    that differ go on differing.

    Example:
        >>> model = BgNbd(0.243, 4.414, 0.793, 2.426)
        >>> half = Hazard(np.zeros(0), np.zeros((0, 0)), model, 90, np.array([0.2, 0.6]), np.array([0.1, 0.4]))
        >>> recalibrated(np.array([0.0, 0.2, 0.4, 0.8]), half)
        array([0.  , 0.1 , 0.25, 0.7 ])
    """
    if not len(hazard.steps_from):
        return chances
    before, after = (np.concatenate([[0.0], steps, [1.0]]) for steps in (hazard.steps_from, hazard.steps_to))
    found: Floats = np.interp(chances, before, after)
    return found


def overlap(a: Ints, b: Ints, i: Ints, z: Ints) -> Floats:
    """Share of the two's other contacts that both have, 0 to 1, for each pair (a, b) in contact.

    |N(a) and N(b)| / |N(a) or N(b)|, the two themselves aside; 0 where neither has another contact.

    Args:
        a: One person of each pair, numbered.
        b: The other.
        i: Contacts: who.
        z: Contacts: with whom; each contact both ways round, repeats allowed.

    Example:
        >>> i, z = np.array([0, 1, 0, 2, 1, 2]), np.array([1, 0, 2, 0, 2, 1])
        >>> overlap(np.array([0]), np.array([1]), i, z)
        array([1.])
    """
    if not len(a):
        return np.zeros(0)
    n = int(max(i.max(initial=0), z.max(initial=0), a.max(), b.max())) + 1
    asked_of = np.zeros(n, bool)
    asked_of[a] = asked_of[b] = True
    whose = asked_of[i]
    # Sorted and told apart by hand: `np.unique` hashes, which takes three times as long.
    edges = np.sort(i[whose] * n + z[whose])
    edges = edges[np.diff(edges, prepend=-1) > 0]
    start = np.searchsorted(edges // n, np.arange(n + 1))
    degree = np.diff(start)
    fewer, more = np.where(degree[a] <= degree[b], a, b), np.where(degree[a] <= degree[b], b, a)
    common = np.zeros(len(a))
    for part in _parts(degree[fewer]):
        size = degree[fewer[part]]
        of = np.repeat(np.arange(len(part)), size)
        offset = np.arange(len(of)) - np.repeat(np.cumsum(size) - size, size)
        third = edges[np.repeat(start[fewer[part]], size) + offset] % n
        asked = more[part][of] * n + third
        place = np.minimum(np.searchsorted(edges, asked), max(len(edges) - 1, 0))
        found = edges[place] == asked if len(edges) else np.zeros(0, bool)
        common[part] = np.bincount(of[found], minlength=len(part))
    either = (degree[a] - 1) + (degree[b] - 1) - common
    shares: Floats = np.divide(common, either, out=np.zeros(len(a)), where=either > 0)
    return shares


def _parts(sizes: Ints, most: int = 20_000_000) -> list[Ints]:
    """Places cut into stretches whose sizes sum to at most `most`, so that memory stays bounded."""
    stretch = np.cumsum(sizes) // most
    return np.split(np.arange(len(sizes)), np.flatnonzero(np.diff(stretch)) + 1)
