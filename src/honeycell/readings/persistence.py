"""The logistic hazard behind Vitality: features of a pair's contact days, its fit, its prediction.

Features after Raeder et al. 2011 and Navarro et al. 2017 (rhythm before volume before neighbourhood), with the
prediction of BG/NBD (Fader, Hardie & Lee 2005) as one of them: `science.md` 4.1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from honeycell.readings.bgnbd import BgNbd, probability_of_contact

__all__ = ["FEATURES", "Hazard", "features", "fit", "predict"]

Floats = NDArray[np.float64]

FEATURES = (
    "one", "log1p_silence_in_gaps", "log_days", "log1p_age", "silence_months", "overlap", "logit_bgnbd",
    "log_interactions",
)  # fmt: skip
"""Names of the columns of `features`."""


@dataclass(frozen=True)
class Hazard:
    """Coefficients of the logistic, in the order of `FEATURES`, with their covariance."""

    coefficients: Floats
    covariance: Floats
    bgnbd: BgNbd
    horizon_days: int


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
    gap = (between + 2.0 * median_gap) / (repeats + 2.0)
    chance = np.clip(probability_of_contact(bgnbd, repeats, between, age, horizon), 1e-6, 1.0 - 1e-6)
    return np.column_stack([
        np.ones_like(n_days),
        np.log1p(silence / gap),
        np.log(n_days),
        np.log1p(age),
        silence / 30.0,
        overlap,
        np.log(chance / (1.0 - chance)),
        np.log(n_interactions),
    ])  # fmt: skip


def fit(rows: Floats, met: Floats, cluster: NDArray[np.int64], ridge: float = 1e-3) -> tuple[Floats, Floats]:
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
    groups, code = np.unique(cluster, return_inverse=True)
    scores = np.zeros((len(groups), rows.shape[1]))
    np.add.at(scores, code, rows * (met - chance)[:, None])
    return beta, bread @ (scores.T @ scores) @ bread


def predict(rows: Floats, coefficients: Floats) -> Floats:
    """Chances between 0 and 1: one for each row, or a matrix for several columns of coefficients."""
    chances: Floats = 1.0 / (1.0 + np.exp(-np.clip(rows @ coefficients, -35.0, 35.0)))
    return chances
