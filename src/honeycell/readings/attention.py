"""Attention: how much contact there is, and which share of what one side gives outward goes to the other.

The amount is in contact days per 28 covered days, the one unit that all channels share; the share is in fractional
attention (`science.md` 2.3, 4.2).
"""

from __future__ import annotations

import numpy as np
from scipy.special import betaincinv

from honeycell.readings.arrays import Floats
from honeycell.readings.contacts import Contacts, Pairs
from honeycell.readings.values import Values

__all__ = ["PERIOD_DAYS", "SHARE_MINIMUM", "evaluate", "pair_draws", "share_band"]

PERIOD_DAYS = 28.0
"""Four weeks."""
SHARE_MINIMUM = 20
"""Contact days under which no share is given."""


def evaluate(contacts: Contacts, end: int, days: int, covered_days: float) -> Values:
    """Contact days per four weeks of each relationship, with the beta band of a daily chance (Jeffreys 1946).

    Args:
        contacts: The contact days.
        end: Last day of the window.
        days: Its length.
        covered_days: How many of its days a sensor was on.
    """
    n = contacts.contact_days(end, days).astype(float)
    covered = np.maximum(covered_days, n)
    quiet = covered - n
    with np.errstate(invalid="ignore", divide="ignore"):
        value = PERIOD_DAYS * n / covered
    low = np.where(n > 0, PERIOD_DAYS * betaincinv(n + 0.5, quiet + 0.5, 0.05), 0.0)
    high = np.where(quiet > 0, PERIOD_DAYS * betaincinv(n + 0.5, quiet + 0.5, 0.95), PERIOD_DAYS)
    return Values(value, np.minimum(low, value), np.maximum(high, value), n)


def share_band(share: float, n_days: int) -> tuple[float, float]:
    """The 5th and 95th percentile of a share of attention seen over `n_days` contact days (Dirichlet, Jeffreys)."""
    low, high = betaincinv(share * n_days + 0.5, (1 - share) * n_days + 0.5, [0.05, 0.95])
    return float(low), float(high)


def pair_draws(pairs: Pairs, covered_days: float, uniform: Floats) -> Floats:
    """Posterior draws of each pair's contact days per four weeks: an array as `uniform` (pairs, draws)."""
    quiet = np.maximum(covered_days - pairs.n_days, 0.0)
    draws: Floats = PERIOD_DAYS * betaincinv(pairs.n_days[:, None] + 0.5, quiet[:, None] + 0.5, uniform)
    return draws
