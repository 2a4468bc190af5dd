"""Alignment: how attention was given beside how it was declared to be (`science.md` 4.2 c).

Misallocation is half the sum of the differences of two distributions, their total variation distance: the share of
the attention that would have to move for the two to be equal.
"""

from __future__ import annotations

import numpy as np
from scipy.special import betaincinv, gammaincinv

from honeycell.readings.arrays import Floats, Ints
from honeycell.readings.draws import uniform

__all__ = ["DRAWS", "by_chance", "misallocation", "misallocation_band", "share_bands", "times"]

DRAWS = 2000
_PRIOR = 0.5
"""Jeffreys' (1946): what is added to the contact days of every share."""


def misallocation(given: Floats, declared: Floats) -> Floats:
    """The share of attention that would have to move, 0 to 1.

    Args:
        given: Shares that sum to 1, (counterparts,) or (draws, counterparts).
        declared: The declared ones, (counterparts,).

    Example:
        >>> float(misallocation(np.array([0.5, 0.3, 0.2]), np.array([0.4, 0.6, 0.0])).round(2))
        0.3
    """
    moved: Floats = np.abs(given - declared).sum(axis=-1) / 2.0
    return moved


def share_bands(given: Floats, n_days: int) -> tuple[Floats, Floats]:
    """The 5th and 95th percentile of each share, multinomial-Dirichlet with `n_days` contact days in all."""
    alpha, beta = given * n_days + _PRIOR, (1.0 - given) * n_days + _PRIOR
    return betaincinv(alpha, beta, 0.05), betaincinv(alpha, beta, 0.95)


def misallocation_band(given: Floats, declared: Floats, n_days: int, seed: Ints) -> tuple[float, float]:
    """The 5th and 95th percentile of misallocation over posterior draws of all shares together.

    Args:
        given: Shares that sum to 1.
        declared: The declared ones.
        n_days: Contact days in all.
        seed: A number for each counterpart: whom the draws are for.
    """
    value = float(misallocation(given, declared))
    low, high = np.quantile(misallocation(_drawn(given * n_days + _PRIOR, seed), declared), [0.05, 0.95])
    return min(float(low), value), max(float(high), value)


def by_chance(declared: Floats, n_days: int, seed: Ints) -> float:
    """The misallocation that 5% of such windows would exceed if attention were given just as declared."""
    drawn = _drawn(declared * n_days, seed)
    return float(np.quantile(misallocation(drawn, declared), 0.95))


def times(given: Floats, declared: Floats) -> Floats:
    """log2 of what was given over what was declared: 1 is twice as much, -1 half; not a number where nothing was.

    Example:
        >>> times(np.array([0.5, 0.1, 0.4]), np.array([0.25, 0.2, 0.0])).tolist()
        [1.0, -1.0, nan]
    """
    both = (given > 0) & (declared > 0)
    ratio: Floats = np.log2(np.divide(given, declared, out=np.full(len(given), np.nan), where=both))
    return ratio


def _drawn(alpha: Floats, seed: Ints) -> Floats:
    """Draws (`DRAWS`, counterparts) of shares that sum to 1: gammas over their sum, none where alpha is 0."""
    chance = uniform(seed.astype(np.uint64), DRAWS)
    gammas = np.where(alpha[:, None] > 0, gammaincinv(np.maximum(alpha, 1e-300)[:, None], chance), 0.0)
    drawn: Floats = (gammas / gammas.sum(axis=0)).T
    return drawn
